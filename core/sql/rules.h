/* SPDX-License-Identifier: MIT */
/*
 * Rules: which statements planning refuses, because they would end the transaction they stand in,
 * cannot run where they stand, or would leave something on a connection that a pooler hands on.
 */
#ifndef MIGRATE_CORE_SQL_RULES_H
#define MIGRATE_CORE_SQL_RULES_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/sql/lexer.h"

/* For what a dump of several databases holds, or one that makes its database. */
#define SQL_HINT_OTHER_DATABASE                                                                    \
    "a revision stays in its database: dump that one alone, by pg_dump without --create"

/* What the hint says in the words of a SQL revision; other formats have their own for it. */
typedef enum SqlRemedy {
    SQL_REMEDY_AS_HINTED,
    SQL_REMEDY_OUTSIDE,   /* a section without a transaction */
    SQL_REMEDY_LEAVE_OUT, /* its section is a transaction already */
} SqlRemedy;

typedef struct SqlRefusal {
    const char *message;
    const char *hint;
    SqlRemedy remedy;
} SqlRefusal;

/* Why the statement cannot stand in its section, NULL if it can; the place is the statement's. */
const SqlRefusal *sql_refusal(const SqlStatement *statement, SqlDialect dialect,
                              bool is_transactional, Arena *arena);
/* The statement by its keywords, in capitals: CREATE INDEX CONCURRENTLY. */
const char *sql_name(const SqlStatement *statement, Arena *arena);
/* True for \restrict and \unrestrict: pg_dump writes them for psql, and to us they say nothing. */
bool sql_is_dropped(const SqlStatement *statement);

/* The BEGIN and the COMMIT that pg_dump writes around the contents of large objects, whose
 * descriptors live as long as a transaction. Where a section is one they have nothing to do. {0} at
 * the begin of a text. */
typedef struct SqlObjects {
    bool is_open; /* behind such a BEGIN, and nothing else has been met */
} SqlObjects;

/* True for one of the two; to be asked of each statement of a text in order. `behind` stands behind
 * the statement. */
bool sql_frames_objects(SqlObjects *objects, const SqlStatement *statement, const SqlLexer *behind);

#endif
