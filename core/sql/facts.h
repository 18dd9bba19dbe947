/* SPDX-License-Identifier: MIT */
/* Facts: what a whole statement is, from its tokens. The lexer calls it at the end of each. */
#ifndef MIGRATE_CORE_SQL_FACTS_H
#define MIGRATE_CORE_SQL_FACTS_H

#include <stdbool.h>

#include "core/sql/lexer.h"
#include "core/sql/token.h"

/* What the lexer saw go by; without it no statement is looked through again. */
typedef struct SqlSeen {
    bool concurrently; /* the word */
    bool set_config;   /* the word */
} SqlSeen;

/* The facts that follow from words and text: all but SQL_COPY_FROM_STDIN and SQL_BACKSLASH. */
unsigned sql_facts(const SqlStatement *statement, SqlDialect dialect, SqlSeen seen);

/* Steps behind the next set_config(name, value, false); *is_local is that `false`. A call with
 * another one among its arguments is passed over for that one. False at the end. */
bool sql_find_session_config(SqlTokens *tokens, SqlToken *is_local);

#endif
