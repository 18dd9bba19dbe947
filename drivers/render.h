/* SPDX-License-Identifier: MIT */
/*
 * Render: what the dialects share in making statements of operations. A Writer builds one statement
 * after the other and remembers which pieces of them stand in the file, so that an error of the
 * database is shown there.
 */
#ifndef MIGRATE_DRIVERS_RENDER_H
#define MIGRATE_DRIVERS_RENDER_H

#include "drivers/driver.h"

typedef struct SqlWriter {
    const Dialect *dialect;
    const Operation *op; /* whose statement it is */
    Arena *arena;
    Renderings *out;
    Error *err;
    Buf text;
    StatementPieces pieces;
    bool has_failed; /* a problem was added to *err */
} SqlWriter;

/* ---- one statement ---- */

void writer_add(SqlWriter *writer, const char *text);
void writer_addf(SqlWriter *writer, const char *format, ...) PRINTF_LIKE(2, 3);
/* A name, quoted where PostgreSQL or SQLite needs it. */
void writer_name(SqlWriter *writer, const char *name);
/* "schema"."name"; schema may be NULL. */
void writer_path(SqlWriter *writer, const char *schema, const char *name);
/* (a, b) */
void writer_names(SqlWriter *writer, const Names *names);
/* A text as a literal. */
void writer_literal(SqlWriter *writer, const char *text);
/* A text of the file as it is: a piece. */
void writer_piece(SqlWriter *writer, OpText text);
/* The expression's text for the dialect, as it is; a problem, at the operation, if it has none:
 * "`what` has no text for sqlite". */
void writer_expression(SqlWriter *writer, const OpExpression *expression, const char *what);
/* The text of the file as a literal. An error in it is shown at the operation. */
void writer_quoted(SqlWriter *writer, OpText text);
/* Ends the statement, without a semicolon, and begins an empty one. */
void writer_end(SqlWriter *writer, RenderWhere where);
/* Adds a problem at the operation, "operations[1].add_column: …"; the hint may be NULL. */
void writer_refuse(SqlWriter *writer, const char *hint, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- clauses that both databases write alike ---- */

/* CONSTRAINT "name" and a blank; nothing for NULL. */
void writer_constraint_name(SqlWriter *writer, const char *name);
/* REFERENCES t (a) MATCH FULL ON DELETE CASCADE ON UPDATE …; then DEFERRABLE INITIALLY …. */
void writer_references(SqlWriter *writer, const OpReferences *references);
/* DEFERRABLE INITIALLY DEFERRED, with a blank in front; nothing if unset. */
void writer_deferrable(SqlWriter *writer, Tristate deferrable, Tristate initially_deferred);
/* A value of a row; expressions too. */
void writer_value(SqlWriter *writer, const OpValue *value);
/* (a, b): the columns of a row, and its values. */
void writer_row_columns(SqlWriter *writer, const OpRow *row);
void writer_row_values(SqlWriter *writer, const OpRow *row);

#endif
