/* SPDX-License-Identifier: MIT */
#include "tests/support/servers.h"

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/pattern.h"
#include "tests/support/suite.h"

/* ctest's SKIP_RETURN_CODE */
enum { SKIPPED = 77 };

int
servers_main(const char *name, void (*add)(TCase *tcase))
{
    if (getenv("MIGRATE_TEST_PG") != NULL)
        return suite_main(name, add);
    printf("%s: skipped: it needs the servers that tests/run starts\n", name);
    return SKIPPED;
}

static const char *
servers_script(Arena *arena)
{
    return arena_format(arena, "%s/../support/servers", suite_data());
}

int
own_servers_main(int argc, char **argv, const char *name, void (*add)(TCase *tcase))
{
    Arena arena = {0};

    if (argc > 1 && strcmp(argv[1], "inside") == 0)
        return servers_main(name, add);
    char *script = arena_copy(&arena, slice_of(servers_script(&arena)));
    if (geteuid() == 0 && system("unshare -m true 2>/dev/null") == 0) {
        setenv(MAY_MOUNT, "1", 1);
        execlp("unshare", "unshare", "-m", script, "run", argv[0], "inside", (char *)NULL);
    }
    execl(script, script, "run", argv[0], "inside", (char *)NULL);
    return EXIT_FAILURE;
}

const char *
servers_do(Arena *arena, const char *words)
{
    const char *command = arena_format(arena, "'%s' %s 2>&1", servers_script(arena), words);
    FILE *pipe = popen(command, "r");
    Buf text = {.arena = arena};
    char line[1024];

    ck_assert_ptr_nonnull(pipe);
    while (fgets(line, sizeof line, pipe) != NULL)
        buf_add(&text, line);
    ck_assert_msg(pclose(pipe) == 0, "%s: %s", command, buf_text(&text));
    return buf_text(&text);
}

static const char *
variable(const char *name)
{
    const char *value = getenv(name);

    ck_assert_msg(value != NULL, "%s is not set: see tests/support/servers", name);
    return value;
}

static void
say_nothing(void *context, const char *message)
{
    (void)context;
    (void)message;
}

static PGconn *
connect_to(const char *url)
{
    PGconn *connection = PQconnectdb(url);

    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s: %s", url, PQerrorMessage(connection));
    PQsetNoticeProcessor(connection, say_nothing, NULL);
    return connection;
}

static void
finish(PGconn **connection)
{
    PQfinish(*connection);
}

static void
clear(PGresult **result)
{
    PQclear(*result);
}

static void
require_success(const PGresult *result, const char *sql)
{
    const ExecStatusType status = PQresultStatus(result);

    ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
                  PQresultErrorMessage(result));
}

void
test_database_run(const char *url, const char *sql)
{
    AUTO(finish) PGconn *connection = connect_to(url);
    AUTO(clear) PGresult *result = PQexec(connection, sql);

    require_success(result, sql);
}

const char *
test_database_read(Arena *arena, const char *url, const char *sql)
{
    AUTO(finish) PGconn *connection = connect_to(url);
    AUTO(clear) PGresult *result = PQexec(connection, sql);
    Buf lines = {.arena = arena};

    require_success(result, sql);
    for (int row = 0; row < PQntuples(result); row++) {
        buf_add(&lines, PQgetisnull(result, row, 0) ? "~" : PQgetvalue(result, row, 0));
        buf_add_char(&lines, '\n');
    }
    return buf_text(&lines);
}

size_t
test_database_locks(const TestDatabase *database)
{
    Arena arena = {0};
    const char *count = test_database_read(
        &arena, database->direct,
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())");
    const size_t locks = strtoul(count, NULL, 10);

    arena_release(&arena);
    return locks;
}

/* The URL of the maintenance database with another name in its place. */
static const char *
direct_url(Arena *arena, const char *name)
{
    PatternMatch match;

    ck_assert(pattern_match("^(.*://[^/]*/)", slice_of(variable("MIGRATE_TEST_PG")), &match));
    return arena_format(arena, "%.*s%s", SLICE_ARGS(match.group[1]), name);
}

static unsigned
port_of(const char *name)
{
    return (unsigned)strtoul(variable(name), NULL, 10);
}

const char *
test_database_url(const TestDatabase *database, int way)
{
    const char *const urls[WAY_COUNT] = {database->direct, database->tx, database->statement};

    return urls[way];
}

unsigned
test_database_port(const TestDatabase *database, int way)
{
    const unsigned ports[WAY_COUNT] = {database->direct_port, database->tx_port,
                                       database->statement_port};

    return ports[way];
}

TestDatabase
test_database_new(Arena *arena, const char *prefix)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    const char *name = arena_format(arena, "%s_%ld_%llx", prefix, (long)getpid(),
                                    (unsigned long long)time.tv_sec * 1000000000U +
                                        (unsigned long long)time.tv_nsec);
    test_database_run(variable("MIGRATE_TEST_PG"),
                      arena_format(arena, "CREATE DATABASE \"%s\" TEMPLATE template0", name));
    return (TestDatabase){
        .name = name,
        .direct = direct_url(arena, name),
        .tx = arena_format(arena, "%s/%s", variable("MIGRATE_TEST_PGBOUNCER_TX"), name),
        .statement = arena_format(arena, "%s/%s", variable("MIGRATE_TEST_PGBOUNCER_STMT"), name),
        .direct_port = port_of("MIGRATE_TEST_PG_PORT"),
        .tx_port = port_of("MIGRATE_TEST_PGBOUNCER_TX_PORT"),
        .statement_port = port_of("MIGRATE_TEST_PGBOUNCER_STMT_PORT"),
    };
}

void
test_database_drop(const TestDatabase *database)
{
    Arena arena = {0};

    test_database_run(variable("MIGRATE_TEST_PG"),
                      arena_format(&arena, "DROP DATABASE \"%s\" WITH (FORCE)", database->name));
    arena_release(&arena);
}

/* Statements that wait for one lock all at once occupy a server connection each, in either mode. */
static void
warm(const char *direct, const char *pooled)
{
    AUTO(finish) PGconn *holder = connect_to(direct);
    PGconn *waiters[WARM_CONNECTIONS];
    bool all_wait = false;

    PQclear(PQexec(holder, "SELECT pg_advisory_lock(4711)"));
    for (size_t i = 0; i < WARM_CONNECTIONS; i++) {
        waiters[i] = connect_to(pooled);
        ck_assert_int_eq(PQsendQuery(waiters[i], "SELECT pg_advisory_xact_lock_shared(4711)"), 1);
    }
    while (!all_wait) {
        AUTO(clear)
        PGresult *count =
            PQexec(holder, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                           " AND NOT granted AND objid = 4711 AND database ="
                           " (SELECT oid FROM pg_database WHERE datname = current_database())");
        require_success(count, "pg_locks");
        all_wait = strtol(PQgetvalue(count, 0, 0), NULL, 10) == WARM_CONNECTIONS;
    }
    PQclear(PQexec(holder, "SELECT pg_advisory_unlock(4711)"));
    for (size_t i = 0; i < WARM_CONNECTIONS; i++) {
        AUTO(clear) PGresult *result = PQgetResult(waiters[i]);
        require_success(result, "pg_advisory_xact_lock_shared");
        PQfinish(waiters[i]);
    }
}

void
test_database_warm(const TestDatabase *database)
{
    warm(database->direct, database->tx);
    warm(database->direct, database->statement);
}

void
test_database_require_clean(Arena *arena, const TestDatabase *database, const char *rows,
                            const char *history)
{
    const char *url = database->direct;

    ck_assert_str_eq(test_database_read(arena, url, "SELECT version_num FROM migrate_version"),
                     rows);
    ck_assert_str_eq(test_database_read(arena, url,
                                        "SELECT count(*) || ' ' || count(DISTINCT revision) FROM "
                                        "migrate_history WHERE state = 'done'"),
                     history);
    ck_assert_str_eq(test_database_read(
                         arena, url, "SELECT count(*) FROM migrate_history WHERE state <> 'done'"),
                     "0\n");
    ck_assert_uint_eq(test_database_locks(database), 0);
    ck_assert_str_eq(
        test_database_read(arena, url, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"),
        "0\n");
}
