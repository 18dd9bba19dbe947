/* SPDX-License-Identifier: MIT */
/*
 * SqlCopy: what `-- migrate:copy TABLE(columns) from FILE key:value...` says, and SqlRows: the rows
 * of such a file, as PostgreSQL's COPY reads them (its manual, COPY, File Formats), for databases
 * that have no COPY.
 */
#ifndef MIGRATE_CORE_SQL_COPY_H
#define MIGRATE_CORE_SQL_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/mapping.h"
#include "core/base/vec.h"

typedef struct SqlCopy {
    Slice table;      /* as written, with its schema */
    Slice columns;    /* as written, with the parentheses; len 0: all */
    const char *file; /* relative to the revision, with no way out of its folder */
    bool is_csv;
    bool has_header;
    char delimiter; /* by default a comma in CSV, else a tab */
    char quote;     /* of CSV */
    char escape;
    const char *null;     /* by default nothing in CSV, else \N */
    const char *encoding; /* NULL: UTF-8 */
} SqlCopy;

/* Why a directive cannot be one. */
typedef struct SqlCopyProblem {
    const char *at; /* in the directive's text */
    const char *message;
    const char *hint; /* NULL: none */
} SqlCopyProblem;

/* Parses what stands behind `-- migrate:copy`. *copy lives in `arena`, `text` is borrowed. */
MUST_CHECK bool sql_copy_parse(Slice text, Arena *arena, SqlCopy *copy, SqlCopyProblem *problem);

/* A field of a row; text is good until the next row. */
typedef struct SqlField {
    bool is_null;
    Slice text;
} SqlField;

typedef struct SqlRows {
    const SqlCopy *copy;
    Slice rest;
    Trail trail;
    unsigned next_line; /* of rest, from 1 */
    unsigned line;      /* of the row, or of what is wrong */
    Slice source;       /* of the row, in the file */
    VEC(SqlField) fields;
    const char *error; /* NULL until sql_rows_next has met something that is no row */
    Arena *arena;      /* of the fields: reset it, and *this stays good, between rows */
} SqlRows;

/* `text` is the file without a BOM. The header is passed over. `arena` is the rows' alone. */
void sql_rows_init(SqlRows *rows, const SqlCopy *copy, Slice text, bool is_mapped, Arena *arena);
/* The next row; false at the end and at an error. */
bool sql_rows_next(SqlRows *rows);

#endif
