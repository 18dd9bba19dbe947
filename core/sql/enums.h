/* SPDX-License-Identifier: MIT */
/*
 * Enums: PostgreSQL refuses a value that ALTER TYPE added as long as the transaction that added it
 * has not been committed. Looked for by its text, statement by statement, through one transaction.
 */
#ifndef MIGRATE_CORE_SQL_ENUMS_H
#define MIGRATE_CORE_SQL_ENUMS_H

#include "core/base/map.h"
#include "core/sql/lexer.h"

/* What the transaction has done so far. {0} at its beginning. */
typedef struct SqlEnums {
    Map types;  /* created in it: their values may be used */
    Map values; /* literals as written, to the line that added them */
} SqlEnums;

/* A value that cannot be used yet. */
typedef struct SqlEnumUse {
    Slice literal; /* with its quotes */
    size_t offset; /* in the statement's text */
    unsigned added_line;
} SqlEnumUse;

/* Takes the next statement of the transaction; true if it has a literal that one before it has
 * added to an enum. Text inside the bodies of functions and blocks is not looked at. */
bool sql_enums_find(SqlEnums *enums, const SqlStatement *statement, Arena *arena, SqlEnumUse *use);

#endif
