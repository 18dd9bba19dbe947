/* SPDX-License-Identifier: MIT */
/*
 * Render: operations as PostgreSQL's statements, as a careful DBA would write them. All that are
 * given are rendered in one go, since some have to know the others: a foreign key waits for the
 * table that it points to. One file a family: tables and columns, constraints and indexes, types
 * and sequences, views and routines, rows, the online forms.
 */
#ifndef MIGRATE_DRIVERS_POSTGRES_RENDER_H
#define MIGRATE_DRIVERS_POSTGRES_RENDER_H

#include "core/base/map.h"
#include "drivers/render.h"

/* Tables that go in one statement: a chain of operations, by number from 1; 0: none. */
typedef struct DropTogether {
    size_t first;
    size_t last;
    size_t next; /* behind this operation, in the chain that it is in */
} DropTogether;

typedef struct Render {
    SqlWriter writer;
    const Operation *ops;
    size_t count;
    bool is_rehearsal; /* nothing may commit by itself */
    bool begins_anew;  /* the next statement is in another transaction than the last */
    Map creations;     /* tables that the list makes */
    Map drops;         /* tables to which others point that the list drops: by which operation */
    DropTogether *together; /* what goes with each operation; NULL: with none */
} Render;

/* Makes the statements of one operation. */
typedef void RenderOperation(Render *render, const Operation *op);

/* postgres_render: Dialect.render. */
MUST_CHECK bool postgres_render(const RenderContext *context, const Operation *ops, size_t count,
                                size_t *taken, Renderings *out, Error *err);

/* ---- statements ---- */

/* Ends the statement; whatever follows one that is not RENDER_TOGETHER may still be together with
 * it, unless it is RENDER_OUTSIDE. */
void postgres_statement_end(Render *render, RenderWhere where);
/* What comes next is in another transaction. */
void postgres_statement_anew(Render *render);
/* Ends `DO $migrate$ … $migrate$` around what was written since the last statement. */
void postgres_block_end(Render *render, RenderWhere where);
/* A writer for a text that stands in a string of the statement, and that string, in dollar quotes.
 */
SqlWriter postgres_inner(const Render *render);
void postgres_dollar_quoted(Render *render, const SqlWriter *inner);

/* ---- clauses ---- */

/* A type; `what` names it in a problem. */
void postgres_type(Render *render, const OpType *type);
/* The expression behind DEFAULT. */
void postgres_default(Render *render, const OpDefault *value);
/* WITH (a = 1, …) with a blank in front; nothing for none. */
void postgres_parameters(Render *render, const OpParameters *parameters);
/* COMMENT ON `what` … IS …: `what` is written already, up to IS. Ends the statement. */
void postgres_comment_text(Render *render, OpText text);
/* ALTER TABLE s.t and a blank. */
void postgres_alter_table(Render *render, const char *schema, const char *table);
/* `table`_`column`_`suffix`. */
const char *postgres_joined(Render *render, const char *table, const char *column,
                            const char *suffix);
/* A type's name, perhaps with its schema: app.mood. */
void postgres_type_name(Render *render, const char *name);
/* schema.name as a literal. */
void postgres_path_literal(Render *render, const char *schema, const char *name);

/* ---- tables ---- */

/* Which parts of a column are written where it is made, besides name, type and collation. */
typedef enum ColumnPart {
    COLUMN_VALUE = 1, /* default, identity, generated */
    COLUMN_NOT_NULL = 2,
    COLUMN_PRIMARY_KEY = 4,
    COLUMN_UNIQUE = 8,
    COLUMN_CHECK = 16, /* and that of an enum[a, b] */
    COLUMN_REFERENCES = 32,
    COLUMN_WHOLE = 63,
} ColumnPart;

/* Looks at the tables that the list makes and drops, before its first operation. */
void postgres_tables_look(Render *render);
/* Makes what had to wait for operation number `index`. */
void postgres_tables_settle(Render *render, size_t index);

/* The identity column to which a row of an insert gives a number of its own, if the list makes the
 * table; NULL: none. */
const OpColumn *postgres_numbered_column(Render *render, const Operation *op, const OpRow *row);
/* Its numbers go on behind those that are there. */
void postgres_number_on(Render *render, const Operation *op, const char *column);

/* A column of CREATE TABLE or ADD COLUMN. */
void postgres_column(Render *render, const char *table, const OpColumn *column, unsigned parts);
void postgres_column_comment(Render *render, const char *schema, const char *table,
                             const OpColumn *column);
/* CHECK (c IN ('a', 'b')) of an enum[a, b]; is it one? */
bool postgres_has_list(const OpType *type);
void postgres_list_check(Render *render, const char *table, const char *column, const OpType *type);

RenderOperation postgres_create_table;
RenderOperation postgres_drop_table;
RenderOperation postgres_rename_table;
RenderOperation postgres_rename_column;
RenderOperation postgres_drop_column;
RenderOperation postgres_add_column;
RenderOperation postgres_alter_column;
RenderOperation postgres_comment;

/* ---- constraints, indexes ---- */

/* CONSTRAINT n UNIQUE (…) …, without NOT VALID. */
void postgres_constraint(Render *render, const OpConstraint *constraint);
/* ALTER TABLE … ADD …, and its comment. */
void postgres_add_constraint_to(Render *render, const char *schema, const char *table,
                                const OpConstraint *constraint, bool is_not_valid);
/* What a column says of itself, as constraints of its table: key, unique, check, foreign key. */
OpConstraints postgres_column_constraints(Render *render, const OpColumn *column);
void postgres_constraint_comment(Render *render, const char *schema, const char *table,
                                 const OpConstraint *constraint);
/* CREATE INDEX, and its comment. */
void postgres_index(Render *render, const OpIndex *index, bool is_online, bool if_not_exists);

RenderOperation postgres_create_index;
RenderOperation postgres_drop_index;
RenderOperation postgres_rename_index;
RenderOperation postgres_add_constraint;
RenderOperation postgres_drop_constraint;
RenderOperation postgres_rename_constraint;
RenderOperation postgres_validate_constraint;
void postgres_validate(Render *render, const char *schema, const char *table, const char *name);

/* ---- types, sequences, schemas, extensions ---- */

RenderOperation postgres_create_enum;
RenderOperation postgres_drop_enum;
RenderOperation postgres_add_enum_value;
RenderOperation postgres_rename_enum_value;
RenderOperation postgres_drop_enum_value;
RenderOperation postgres_create_sequence;
RenderOperation postgres_alter_sequence;
RenderOperation postgres_drop_sequence;
RenderOperation postgres_create_schema;
RenderOperation postgres_drop_schema;
RenderOperation postgres_create_extension;
RenderOperation postgres_drop_extension;

/* ---- views, routines ---- */

RenderOperation postgres_create_view;
RenderOperation postgres_replace_view;
RenderOperation postgres_drop_view;
RenderOperation postgres_create_routine;
RenderOperation postgres_replace_function;
RenderOperation postgres_drop_function;
RenderOperation postgres_replace_trigger;
RenderOperation postgres_drop_trigger;

/* ---- rows ---- */

RenderOperation postgres_insert;
RenderOperation postgres_delete_rows;
RenderOperation postgres_backfill;

/* With what a column is filled. */
typedef enum PostgresFill {
    FILL_NOTHING,
    FILL_GIVEN,   /* op->fill */
    FILL_DEFAULT, /* the column's default */
} PostgresFill;

/* Fills a column where it is null, in batches. */
void postgres_fill_online(Render *render, const Operation *op, const char *column,
                          PostgresFill fill);

/* ---- online forms ---- */

/* Of the operation's table; the constraint has a name. */
void postgres_constraint_online(Render *render, const Operation *op,
                                const OpConstraint *constraint);
void postgres_add_column_online(Render *render, const Operation *op);
void postgres_alter_column_online(Render *render, const Operation *op);

#endif
