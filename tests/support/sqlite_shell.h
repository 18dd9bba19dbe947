/* SPDX-License-Identifier: MIT */
/* The sqlite3 shell: what printed scripts are for, and a second opinion on what a test left. */
#ifndef MIGRATE_TESTS_SUPPORT_SQLITE_SHELL_H
#define MIGRATE_TESTS_SUPPORT_SQLITE_SHELL_H

#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

/* Feeds the script to the shell on a database file. *output is what it printed on either stream,
 * trimmed; returns its exit status. */
int sqlite_shell(Arena *arena, const char *file, Slice script, const char **output);
/* The answer to a query that cannot fail; columns with '|' between them, rows with LF. */
const char *sqlite_ask(Arena *arena, const char *file, const char *query);

/* A shell that goes on until it is let go: somebody else at the database. */
typedef struct SqliteHolder {
    pid_t process;
    int input; /* closing it ends the shell */
} SqliteHolder;

/* Returns when the statements, such as BEGIN IMMEDIATE, have run. */
SqliteHolder sqlite_hold(const char *file, const char *statements);
void sqlite_let_go(SqliteHolder *holder);

#endif
