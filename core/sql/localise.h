/* SPDX-License-Identifier: MIT */
/*
 * Localise: what a script of PostgreSQL sets for the session is made to end with its transaction,
 * because a pooler hands the session on to others. SET, RESET and set_config(.., false) only; what
 * a function sets is its own business.
 */
#ifndef MIGRATE_CORE_SQL_LOCALISE_H
#define MIGRATE_CORE_SQL_LOCALISE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/sql/lexer.h"

typedef struct SqlLocal {
    Slice text;       /* what to run instead of the statement's text */
    const char *note; /* for the log: "SET search_path" holds for this transaction only */
} SqlLocal;

/* True if the statement of a transactional unit must be rewritten; *local is how. False leaves
 * *local alone: the statement runs as written. */
bool sql_localise(const SqlStatement *statement, Arena *arena, SqlLocal *local);

/* The setting that a SET (local or not) or RESET names, as pg_settings spells it but for case:
 * "TimeZone" for SET TIME ZONE. NULL for any other statement, and for RESET ALL. With it a caller
 * that knows the server can drop what the server does not know, and undo what a section without a
 * transaction has set. */
const char *sql_setting(const SqlStatement *statement, Arena *arena);

#endif
