/* SPDX-License-Identifier: MIT */
/* Runs through lost connections, other people's locks and what cut-off runs have left behind: the
 * fault table of poolers, each number as a test. */
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"
#include "tests/support/ground.h"

static void
set_up(void)
{
    ground_begin("recovery");
}

/* A project whose runs go through a proxy. */
static void
begin_behind_proxy(int way)
{
    project_begin(&project, &arena, ground_proxy(way, NULL));
}

/* The same, where only simple queries get through. */
static void
begin_without_groups(int way)
{
    project_begin(&project, &arena, ground_proxy(way, &(ProxyOptions){.refuses_groups = true}));
}

static bool
upgrade(void)
{
    return project_run(&project, DIRECTION_UPGRADE, "head", &error);
}

static void
require_upgrade(void)
{
    ck_assert_msg(upgrade(), "%s %s", error.message, error.detail == NULL ? "" : error.detail);
}

static void
require_clean(const char *rows, const char *history)
{
    test_database_require_clean(&arena, &database, rows, history);
}

static void
write_two(void)
{
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n"
                  "INSERT INTO a VALUES (1);\n");
    project_write(&project, "c", "b", "-- migrate:up\nINSERT INTO a VALUES (2);\n");
}

/* 1: the connection is cut before a message, behind it, behind its answer. */
typedef struct Cut {
    ProxyFaultKind kind;
    const char *containing;
} Cut;

static const Cut CUTS[] = {
    {PROXY_CUT_BEFORE, "CREATE TABLE a"},      {PROXY_CUT_AFTER_SEND, "CREATE TABLE a"},
    {PROXY_CUT_AFTER_REPLY, "CREATE TABLE a"}, {PROXY_CUT_BEFORE, "CREATE INDEX"},
    {PROXY_CUT_AFTER_SEND, "CREATE INDEX"},    {PROXY_CUT_AFTER_SEND, "INSERT INTO a VALUES (2)"},
    {PROXY_CUT_AFTER_REPLY, "CREATE INDEX"},   {PROXY_CUT_AFTER_SEND, "pg_advisory_unlock"},
    {PROXY_CUT_BEFORE, "to_regclass"},         {PROXY_CUT_AFTER_SEND, "to_regclass"},
};

enum { CUT_COUNT = sizeof CUTS / sizeof *CUTS };

START_TEST(a_connection_that_is_cut_anywhere_loses_nothing)
{
    const Cut *at = &CUTS[_i % CUT_COUNT];

    begin_behind_proxy(_i / CUT_COUNT);
    write_two();
    proxy_set_fault(proxy, &(ProxyFault){at->kind, 1, at->containing});
    require_upgrade();
    ck_assert(proxy_fault_happened(proxy));
    require_clean("c\n", "3 3\n");
    ck_assert_str_eq(ask("SELECT x FROM a ORDER BY x"), "1\n2\n");
}
END_TEST

/* 2: the server ends the backend in the middle of a statement. */
static void
terminate_first(const char *url)
{
    PGconn *connection = PQconnectdb(url);
    bool is_gone = false;

    while (!is_gone) {
        PGresult *result =
            PQexec(connection, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                               "datname = current_database() AND wait_event = 'PgSleep'");
        ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(connection));
        is_gone = PQntuples(result) > 0;
        PQclear(result);
    }
    PQfinish(connection);
}

static void *
terminator(void *context)
{
    terminate_first(context);
    return NULL;
}

START_TEST(a_backend_that_is_ended_in_a_statement_is_recovered_from)
{
    pthread_t thread;
    char *url = arena_copy(&arena, slice_of(database.direct));

    project_begin(&project, &arena, test_database_url(&database, _i % WAY_COUNT));
    project_write(&project, "a", "",
                  _i < WAY_COUNT
                      ? "-- migrate:up\nCREATE TABLE a (x int);\nSELECT pg_sleep(1.5);\n"
                      : "-- migrate:up transaction:false\nCREATE TABLE a (x int);\nSELECT "
                        "pg_sleep(1.5);\nVACUUM a;\n");
    ck_assert_int_eq(pthread_create(&thread, NULL, terminator, url), 0);
    require_upgrade();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    require_clean("a\n", "1 1\n");
}
END_TEST

/* An index that is not valid, as a cancelled build leaves it. */
static void
leave_invalid_index(void)
{
    test_database_run(database.direct, "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);");
    PGconn *connection = PQconnectdb(database.direct);
    PQclear(PQexec(connection, "CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)"));
    PQfinish(connection);
    ck_assert_str_eq(ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"),
                     "f\n");
    test_database_run(database.direct, "DELETE FROM a");
}

START_TEST(an_index_that_is_not_valid_is_dropped_and_built_again)
{
    static const char *const BODIES[] = {
        "-- migrate:up transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);\n",
        "-- migrate:up transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_x ON "
        "public.a (x);\n",
    };

    leave_invalid_index();
    project_begin(&project, &arena, test_database_url(&database, _i % WAY_COUNT));
    project_write(&project, "a", "", BODIES[_i / WAY_COUNT]);
    require_upgrade();
    require_clean("a\n", "1 1\n");
    ck_assert_str_eq(ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"),
                     "t\n");
}
END_TEST

START_TEST(a_build_that_fails_is_built_again_when_its_reason_is_gone)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    test_database_run(database.direct, "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);");
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM a;\n"
                  "CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);\n");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.sqlstate, "23505");
    ck_assert_str_eq(error.message, "could not create unique index \"a_x\"");
    ck_assert_uint_eq(error.place.line, 6);
    test_database_run(database.direct, "DELETE FROM a");
    require_upgrade();
    require_clean("a\n", "1 1\n");
}
END_TEST

/* A run that was cut off between the build and its journal: everything as in require_upgrade, but
 * the journal says that nothing was done. */
static void
cut_off(const char *body, size_t done, const char *done_checksum, const char *leftover)
{
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    require_upgrade();
    project_write(&project, "b", "a", body);
    test_database_run(
        database.direct,
        arena_format(&arena,
                     "INSERT INTO migrate_history (revision, direction, state, rows_before, "
                     "rows_after, done, total, done_checksum, started) VALUES ('b', 'upgrade', "
                     "'running', 'a', 'b', %zu, 1, %s, now())",
                     done, done_checksum));
    test_database_run(database.direct, leftover);
}

START_TEST(a_build_that_finished_without_its_journal_is_taken_for_done)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    cut_off(
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x) WHERE x > 1;\n", 0,
        "NULL", "CREATE INDEX a_x ON a (x) WHERE x > 1");
    require_upgrade();
    require_clean("b\n", "2 2\n");
}
END_TEST

START_TEST(a_cast_that_the_server_adds_does_not_make_it_another_index)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    cut_off("-- migrate:up transaction:false\n"
            "CREATE INDEX CONCURRENTLY a_x ON a (lower(y), (z || 'x'));\n",
            0, "NULL",
            "ALTER TABLE a ADD y varchar(20), ADD z char(3); "
            "CREATE INDEX a_x ON a (lower(y), (z || 'x'))");
    require_upgrade();
    require_clean("b\n", "2 2\n");
}
END_TEST

START_TEST(another_index_of_that_name_is_not_taken_for_it)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    cut_off("-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n", 0, "NULL",
            "CREATE INDEX a_x ON a ((x + 1))");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.message, "relation \"a_x\" already exists");
}
END_TEST

START_TEST(a_drop_that_finished_without_its_journal_is_taken_for_done)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    cut_off("-- migrate:up transaction:false\nDROP INDEX CONCURRENTLY a_x;\n", 0, "NULL",
            "SELECT 1");
    require_upgrade();
    require_clean("b\n", "2 2\n");
}
END_TEST

START_TEST(what_cannot_be_told_is_asked)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    cut_off("-- migrate:up transaction:false\nCREATE DATABASE recovery_never;\n", 0, "NULL",
            "SELECT 1");
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 7);
    ck_assert_str_eq(error.message, "a run was cut off in this statement, and it cannot be told "
                                    "whether it took effect");
    ck_assert_uint_eq(error.place.line, 5);
    ck_assert_msg(project_resolve(&project, RESOLVE_DONE, &error), "%s", error.message);
    require_clean("b\n", "2 2\n");
}
END_TEST

/* 10: somebody else's lock on a table. */
START_TEST(a_table_that_stays_locked_is_given_up_with_the_one_who_locks_it)
{
    PGconn *locker = PQconnectdb(database.direct);

    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    require_upgrade();
    PQclear(PQexec(locker, "BEGIN; SELECT * FROM a"));
    project_write(&project, "b", "a", "-- migrate:up\nALTER TABLE a ADD y int;\n");
    project.session.lock_timeout = 100;
    project.config.retry_for = 400;
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 6);
    ck_assert_str_eq(error.message, "canceling statement due to lock timeout");
    ck_assert_ptr_nonnull(error.detail);
    ck_assert_ptr_nonnull(strstr(error.detail, "holds AccessShareLock on a"));
    ck_assert_ptr_nonnull(
        strstr(error.detail, arena_format(&arena, "pid %d ", PQbackendPID(locker))));
    ck_assert_str_eq(project_rows(&project), "a");
    PQclear(PQexec(locker, "COMMIT"));
    require_upgrade();
    PQfinish(locker);
    require_clean("b\n", "2 2\n");
}
END_TEST

/* 16: a session lock that a client left on a pooled connection. */
static const char *
lock_sql(const char *function)
{
    const TableNames tables = {"public", "migrate_version", "migrate_history", true};

    return arena_format(&arena, "SELECT %s(%lld)", function, (long long)postgres_lock_key(&tables));
}

START_TEST(a_lock_that_was_left_on_an_idle_pooled_connection_is_freed)
{
    project_begin(&project, &arena, test_database_url(&database, WAY_TRANSACTION + _i));
    write_two();
    test_database_run(test_database_url(&database, WAY_TRANSACTION + _i),
                      lock_sql("pg_try_advisory_lock"));
    ck_assert_uint_eq(test_database_locks(&database), 1);
    require_upgrade();
    require_clean("c\n", "3 3\n");
}
END_TEST

/* A holder that is no leak is not touched, and is named at the end. */
START_TEST(a_lock_that_somebody_holds_at_work_is_waited_for_and_then_named)
{
    PGconn *holder = PQconnectdb(database.direct);

    project_begin(&project, &arena, test_database_url(&database, _i));
    write_two();
    PQclear(PQexec(holder, arena_format(&arena, "BEGIN; %s", lock_sql("pg_advisory_xact_lock"))));
    project.config.wait_for_lock = 1500;
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 6);
    ck_assert_ptr_nonnull(
        strstr(error.message, "another run still holds the lock after 1.5 s: pid "));
    ck_assert_ptr_nonnull(
        strstr(error.message, arena_format(&arena, "pid %d,", PQbackendPID(holder))));
    PQclear(PQexec(holder, "COMMIT"));
    ck_assert_int_eq(PQstatus(holder), CONNECTION_OK);
    PQfinish(holder);
    require_upgrade();
    require_clean("c\n", "3 3\n");
}
END_TEST

/* The first unit keeps the table to itself, for as long as it takes; nobody waits in the server. */
static void *
locker(void *context)
{
    PGconn *connection = context;

    PQclear(PQexec(connection, "SELECT pg_sleep(0.5); COMMIT"));
    return NULL;
}

START_TEST(a_table_that_is_locked_is_waited_for_in_the_client)
{
    PGconn *other = PQconnectdb(database.direct);
    pthread_t thread;

    project_begin(&project, &arena, test_database_url(&database, _i));
    write_two();
    require_upgrade();
    PQclear(PQexec(other, "BEGIN; LOCK TABLE migrate_version"));
    ck_assert_int_eq(pthread_create(&thread, NULL, locker, other), 0);
    require_upgrade();
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(project.steps, 0);
    PQclear(PQexec(other, "BEGIN; LOCK TABLE migrate_version"));
    project.config.wait_for_lock = 300;
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 6);
    ck_assert_str_eq(error.message, "another run still holds the lock after 300 ms: somebody has "
                                    "locked migrate_version");
    PQfinish(other);
}
END_TEST

/* 13: a pooler that hangs while its kernel acknowledges. */
START_TEST(a_pooler_that_hangs_is_noticed)
{
    Connection *connection = NULL;
    Arena handle = {0};
    bool may_retry = false;
    const TableNames tables = {NULL, "migrate_version", "migrate_history", true};
    DatabaseState state;

    begin_behind_proxy(_i);
    const OpenOptions options = {.url = project.config.url, .session = &project.session};
    ck_assert(postgres_open(&options, &handle, &connection, &may_retry, &error));
    connection->watch_after = 300;
    proxy_set_fault(proxy, &(ProxyFault){PROXY_BLACKHOLE, 1, "migrate."});
    ck_assert(!postgres_state_read(connection, &tables, false, &arena, &state, &error));
    ck_assert_int_eq(error.code, ERR_CONNECT);
    postgres_close(connection);
    arena_release(&handle);
}
END_TEST

/* A revision that no socket's buffers hold. */
static void
write_large(void)
{
    enum { LEN = 3 * 1000 * 1000 };
    char *text = arena_alloc(&arena, LEN + 1);

    memset(text, 'x', LEN);
    text[LEN] = '\0';
    project_write(&project, "a", "",
                  arena_format(&arena,
                               "-- migrate:up\nCREATE TABLE a (x text);\nINSERT INTO a "
                               "VALUES ('%s'), ('%s'), ('%s');\n",
                               text, text, text));
}

/* 12: a way on which nothing gets on any more, found out while sending: tcp_user_timeout. */
START_TEST(a_way_that_swallows_what_is_sent_is_noticed)
{
    begin_behind_proxy(_i);
    project.config.url = arena_format(&arena, "%s&tcp_user_timeout=1000", project.config.url);
    write_large();
    proxy_set_fault(proxy, &(ProxyFault){PROXY_STALL, 1, "to_regclass"});
    require_upgrade();
    ck_assert(proxy_fault_happened(proxy));
    require_clean("a\n", "1 1\n");
}
END_TEST

/* A statement that takes its time is no hung pooler. */
START_TEST(a_statement_that_takes_long_is_waited_for)
{
    Connection *connection = NULL;
    Arena handle = {0};
    bool may_retry = false;

    begin_behind_proxy(_i);
    const OpenOptions options = {.url = project.config.url, .session = &project.session};
    ck_assert(postgres_open(&options, &handle, &connection, &may_retry, &error));
    connection->watch_after = 200;
    PGresult *answer =
        postgres_query(connection, "SET LOCAL migrate.step TO 'x'; SELECT pg_sleep(1)", &error);
    ck_assert_msg(answer != NULL, "%s", error.message);
    PQclear(answer);
    postgres_close(connection);
    arena_release(&handle);
}
END_TEST

/* A signal that comes while a statement runs, where nothing passes a cancel on. */
static volatile int signal_seen;

static void *
interrupter(void *context)
{
    PGconn *connection = PQconnectdb(context);
    bool runs = false;

    while (!runs) {
        PGresult *result = PQexec(connection, "SELECT FROM pg_stat_activity WHERE datname = "
                                              "current_database() AND wait_event = 'PgSleep'");
        ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(connection));
        runs = PQntuples(result) > 0;
        PQclear(result);
    }
    signal_seen = SIGINT;
    PQfinish(connection);
    return NULL;
}

START_TEST(an_interruption_gets_through_where_no_cancel_does)
{
    static const char *const BODIES[] = {
        "-- migrate:up\nCREATE TABLE a (x int);\nSELECT pg_sleep(300);\n",
        "-- migrate:up transaction:false\nSELECT 1;\nSELECT pg_sleep(300);\n",
    };
    const int way = _i % WAY_COUNT;
    pthread_t thread;
    char *direct = arena_copy(&arena, slice_of(database.direct));

    signal_seen = 0;
    project_begin(&project, &arena, ground_proxy(way, &(ProxyOptions){.drops_cancels = true}));
    project.runner.interrupted = &signal_seen;
    project_write(&project, "a", "", BODIES[_i / WAY_COUNT]);
    ck_assert_int_eq(pthread_create(&thread, NULL, interrupter, direct), 0);
    ck_assert(!upgrade());
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(error.code, ERR_INTERRUPTED);
    ck_assert_str_eq(error.message,
                     _i < WAY_COUNT
                         ? "interrupted: what was running has been rolled back"
                         : "interrupted: the upgrade of a stopped after statement 1 of 2");
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

/* Comes while a run waits in the middle of a unit. */
static void
interrupt_behind_fault(void *context)
{
    (void)context;
    if (proxy_fault_happened(proxy))
        signal_seen = SIGINT;
}

enum { ROWS_SENT = 1000 * 1000 };

static void
interrupt_among_rows(void *context)
{
    (void)context;
    if (proxy_counts(proxy).bytes_sent > ROWS_SENT)
        signal_seen = SIGINT;
}

START_TEST(an_interruption_ends_sending_where_nothing_gets_on)
{
    signal_seen = 0;
    begin_behind_proxy(WAY_DIRECT);
    write_large();
    project.runner.interrupted = &signal_seen;
    project.runner.events.waiting = interrupt_behind_fault;
    proxy_set_fault(proxy, &(ProxyFault){PROXY_STALL, 1, "to_regclass"});
    const int64_t began = clock_milliseconds();
    ck_assert(!upgrade());
    ck_assert_int_lt(clock_milliseconds() - began, 5000); /* half of tcp_user_timeout */
    ck_assert_int_eq(error.code, ERR_INTERRUPTED);
    ck_assert_str_eq(error.message, "interrupted: what was running has been rolled back");
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
}
END_TEST

START_TEST(an_interruption_ends_a_copy_of_many_rows)
{
    enum { ROWS = 20 * 1000, WIDTH = 1000 };
    Buf body = {.arena = &arena};
    char *row = arena_alloc(&arena, WIDTH + 1);

    memset(row, 'x', WIDTH);
    row[WIDTH - 1] = '\n';
    row[WIDTH] = '\0';
    signal_seen = 0;
    begin_behind_proxy(_i);
    buf_add(&body,
            "-- migrate:up\nCREATE TABLE a (x text);\nCREATE FUNCTION slow() RETURNS trigger "
            "LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$;\n"
            "CREATE TRIGGER slow BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION slow();\n"
            "COPY a FROM stdin;\n");
    for (size_t i = 0; i < ROWS; i++)
        buf_add(&body, row);
    buf_add(&body, "\\.\n");
    project_write(&project, "a", "", buf_text(&body));
    project.runner.interrupted = &signal_seen;
    project.runner.events.waiting = interrupt_among_rows;
    ck_assert(!upgrade());
    ck_assert_int_eq(error.code, ERR_INTERRUPTED);
    ck_assert_str_eq(error.message, "interrupted: what was running has been rolled back");
    ck_assert_uint_lt(proxy_counts(proxy).bytes_sent, (size_t)ROWS * WIDTH);
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
}
END_TEST

START_TEST(an_interruption_is_heeded_where_a_pooler_hangs)
{
    signal_seen = 0;
    begin_behind_proxy(WAY_TRANSACTION);
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    project.runner.interrupted = &signal_seen;
    project.runner.events.waiting = interrupt_behind_fault;
    proxy_set_fault(proxy, &(ProxyFault){PROXY_BLACKHOLE, 1, "CREATE TABLE a"});
    ck_assert(!upgrade());
    ck_assert_int_eq(error.code, ERR_INTERRUPTED);
    ck_assert_str_eq(error.message,
                     "interrupted: the connection was lost, and what was running may be done");
    ck_assert_str_eq(error.hint, "see: migrate status");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

START_TEST(where_groups_do_not_get_through_the_direct_way_is_taken)
{
    begin_without_groups(_i);
    write_two();
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 1);
    ck_assert_str_eq(error.message, "statements without a transaction do not get through on this "
                                    "way to the database");
    ck_assert_str_eq(error.hint, "name a way past the pooler: direct_url in migrate.yaml");
    ck_assert_str_eq(project_rows(&project), "a");
    project.config.direct_url = getenv("MIGRATE_TEST_PG");
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 7);
    ck_assert_str_eq(error.message, "direct_url leads to another database");
    project.config.direct_url = database.direct;
    require_upgrade();
    ck_assert_uint_eq(project.steps, 2);
    require_clean("c\n", "3 3\n");
    ck_assert_str_eq(ask("SELECT x FROM a ORDER BY x"), "1\n2\n");
}
END_TEST

/* 15: a large script in several messages, and as a whole in statement mode. */
START_TEST(a_unit_over_four_megabytes_is_run_whole)
{
    enum { ROWS = 60, ROW = 100000 };
    Buf body = {.arena = &arena};
    char *row = arena_alloc(&arena, ROW + 1);

    memset(row, 'x', ROW);
    begin_behind_proxy(_i);
    buf_add(&body, "-- migrate:up\nCREATE TABLE a (x text);\n");
    for (size_t i = 0; i < ROWS; i++)
        buf_addf(&body, "INSERT INTO a VALUES ('%s');\n", row);
    project_write(&project, "a", "", arena_format(&arena, "%sSELECT nothing;\n", buf_text(&body)));
    ck_assert(!upgrade());
    ck_assert_str_eq(error.message, "column \"nothing\" does not exist");
    ck_assert_uint_eq(error.place.line, 6 + ROWS);
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
    project_write(&project, "a", "", buf_text(&body));
    require_upgrade();
    require_clean("a\n", "1 1\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM a"), "60\n");
}
END_TEST

/* 15: deferred constraints fail at COMMIT. */
START_TEST(a_deferred_constraint_fails_at_the_end_and_leaves_nothing)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x int PRIMARY KEY, y int REFERENCES a DEFERRABLE "
                  "INITIALLY DEFERRED);\nINSERT INTO a VALUES (1, 2);\n");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.sqlstate, "23503");
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
}
END_TEST

static void
add(TCase *tcase)
{
    enum { TWICE = 2 };

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, a_connection_that_is_cut_anywhere_loses_nothing, 0,
                        CUT_COUNT * WAY_COUNT);
    tcase_add_loop_test(tcase, a_backend_that_is_ended_in_a_statement_is_recovered_from, 0,
                        TWICE * WAY_COUNT);
    tcase_add_loop_test(tcase, an_index_that_is_not_valid_is_dropped_and_built_again, 0,
                        TWICE * WAY_COUNT);
    tcase_add_loop_test(tcase, a_build_that_fails_is_built_again_when_its_reason_is_gone, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_build_that_finished_without_its_journal_is_taken_for_done, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_cast_that_the_server_adds_does_not_make_it_another_index, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, another_index_of_that_name_is_not_taken_for_it, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_drop_that_finished_without_its_journal_is_taken_for_done, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, what_cannot_be_told_is_asked, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_table_that_stays_locked_is_given_up_with_the_one_who_locks_it, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_lock_that_was_left_on_an_idle_pooled_connection_is_freed, 0,
                        TWICE);
    tcase_add_loop_test(tcase, a_lock_that_somebody_holds_at_work_is_waited_for_and_then_named, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_table_that_is_locked_is_waited_for_in_the_client, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_pooler_that_hangs_is_noticed, 0, WAY_COUNT);
    tcase_add_test(tcase, an_interruption_ends_sending_where_nothing_gets_on);
    tcase_add_loop_test(tcase, an_interruption_ends_a_copy_of_many_rows, 0, WAY_COUNT);
    tcase_add_test(tcase, an_interruption_is_heeded_where_a_pooler_hangs);
    tcase_add_loop_test(tcase, a_way_that_swallows_what_is_sent_is_noticed, 0, 1);
    tcase_add_loop_test(tcase, a_statement_that_takes_long_is_waited_for, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, an_interruption_gets_through_where_no_cancel_does, 0,
                        TWICE * WAY_COUNT);
    tcase_add_loop_test(tcase, where_groups_do_not_get_through_the_direct_way_is_taken, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_unit_over_four_megabytes_is_run_whole, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_deferred_constraint_fails_at_the_end_and_leaves_nothing, 0,
                        WAY_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/recovery", add);
}
