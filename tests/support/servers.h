/* SPDX-License-Identifier: MIT */
/*
 * Servers: the PostgreSQL and the two PgBouncers that tests/run has started (tests/support/servers
 * says which and how), and databases on them. Each test makes a database of its own and drops it.
 * What goes wrong here fails the test.
 */
#ifndef MIGRATE_TESTS_SUPPORT_SERVERS_H
#define MIGRATE_TESTS_SUPPORT_SERVERS_H

#include <check.h>
#include <stddef.h>

#include "core/base/arena.h"

/* suite_main for tests that need the servers: without them it says so and returns what ctest takes
 * for skipped. Including this header gives the test the label `servers`. */
int servers_main(const char *name, void (*add)(TCase *tcase));

/* main for tests that restart servers, or set them up otherwise: runs the program again with
 * servers of its own around it, which go with it whatever happens. Where it may mount, MAY_MOUNT is
 * set, and what it mounts goes too. */
int own_servers_main(int argc, char **argv, const char *name, void (*add)(TCase *tcase));
#define MAY_MOUNT "MIGRATE_TEST_MAY_MOUNT"
/* Runs tests/support/servers with these words; what it prints, in the arena. */
const char *servers_do(Arena *arena, const char *words);

/* A fresh database and the ways to it. Texts live in the arena it was made with. */
typedef struct TestDatabase {
    const char *name;
    const char *direct;    /* URLs: past any pooler */
    const char *tx;        /* through PgBouncer in transaction mode */
    const char *statement; /* through PgBouncer in statement mode */
    unsigned direct_port;
    unsigned tx_port;
    unsigned statement_port;
} TestDatabase;

/* The ways to a database: whole runs are the same on all of them. */
typedef enum Way { WAY_DIRECT, WAY_TRANSACTION, WAY_STATEMENT, WAY_COUNT } Way;

/* `way` is a Way, or an index of a loop test. */
const char *test_database_url(const TestDatabase *database, int way);
unsigned test_database_port(const TestDatabase *database, int way);

/* Its name is unique and begins with `prefix`. */
TestDatabase test_database_new(Arena *arena, const char *prefix);
/* Whoever is still connected is thrown out. */
void test_database_drop(const TestDatabase *database);

enum { WARM_CONNECTIONS = 6 };

/* Makes both poolers keep WARM_CONNECTIONS server connections to the database. They take them in
 * turn: with a single one, what a run leaves on a connection would be found again by the next. */
void test_database_warm(const TestDatabase *database);

/* Runs one message of SQL at a URL; any error fails the test. */
void test_database_run(const char *url, const char *sql);
/* The first column of the rows, one a line (NULL as "~"), in the arena. */
const char *test_database_read(Arena *arena, const char *url, const char *sql);
/* How many advisory locks are held in this database: the view itself shows those of tests that run
 * beside this one too. */
size_t test_database_locks(const TestDatabase *database);
/* Asserts that nothing is left on any connection, no index invalid, and that every revision ran
 * once: `rows` are the version rows, a line each; `history` how many steps are done, and how many
 * revisions: "3 3\n". */
void test_database_require_clean(Arena *arena, const TestDatabase *database, const char *rows,
                                 const char *history);

#endif
