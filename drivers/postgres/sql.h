/* SPDX-License-Identifier: MIT */
/*
 * Pieces of PostgreSQL text that both the dialect (units) and the driver (reads, cleanup) need.
 * Everything is quoted here: no name or value reaches a statement in another way.
 */
#ifndef MIGRATE_DRIVERS_POSTGRES_SQL_H
#define MIGRATE_DRIVERS_POSTGRES_SQL_H

#include "drivers/driver.h"

/* SQLSTATEs of our own guards. */
#define STATE_MOVED "MG001" /* the rows or the history are not what the plan has */
#define STATE_ENDED "MG002" /* the revision ended the transaction of its unit */
#define STATE_BUSY  "MG003" /* another run holds the lock */

void postgres_quote_name(Buf *out, const char *name);
void postgres_quote_text(Buf *out, const char *text);
/* "schema"."table" */
void postgres_quote_table(Buf *out, const TableNames *tables, const char *table);
/* A setting's name, each part of a dotted one quoted. */
void postgres_quote_setting(Buf *out, const char *name);
/* A list of schemas as in a configuration, each name quoted: "app", "public". */
void postgres_quote_path(Buf *out, const char *search_path);
/* `DO $migrate$ … $migrate$`, with a tag that the body does not hold. */
const char *postgres_do(Arena *arena, const char *body);

/* The advisory lock of a version table: fnv1a64("migrate\0" schema "\0" table), signed. */
int64_t postgres_lock_key(const TableNames *tables);
/* A condition on pg_locks that is true for rows of that lock. */
void postgres_lock_condition(Buf *out, int64_t key);
/* The statement that gives back the session lock of `key`, if this backend holds it. */
const char *postgres_unlock(Arena *arena, int64_t key);

/* Adds `SET [LOCAL] …` for role, search_path and the session's own settings, as configured, else
 * as the role has them: never what another client of a pool left behind. */
void postgres_session_settings(const Session *session, bool is_local, Arena *arena,
                               Statements *out);
/* Adds one statement of ours. */
void postgres_add(Statements *out, Arena *arena, StatementRole role, const char *text);

#endif
