/* SPDX-License-Identifier: MIT */
/*
 * Faults that need servers of one's own: poolers that are paused, restarted, full or set up against
 * us, a server that ends or does not start up, a disk that is full. The numbers are those of the
 * fault table for poolers.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "tests/support/ground.h"

enum { TWICE = 2 };

static const char *folder; /* of the servers */

static void
set_up(void)
{
    folder = getenv("MIGRATE_TEST_SERVERS");
    ground_begin("faults");
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

/* A command to the pooler of a way. */
static void
tell_pooler(int way, const char *command)
{
    const char *url = arena_format(&arena, "%s/pgbouncer?sslmode=disable",
                                   getenv(way == WAY_TRANSACTION ? "MIGRATE_TEST_PGBOUNCER_TX"
                                                                 : "MIGRATE_TEST_PGBOUNCER_STMT"));
    PGconn *connection = PQconnectdb(url);
    PGresult *result = PQexec(connection, command);

    ck_assert_msg(PQresultStatus(result) == PGRES_COMMAND_OK ||
                      PQresultStatus(result) == PGRES_TUPLES_OK,
                  "%s: %s", command, PQerrorMessage(connection));
    PQclear(result);
    PQfinish(connection);
}

/* ---- what happens meanwhile ---- */

/* In a thread of its own: waits until a sign is seen, then does something. */
typedef struct Meanwhile {
    pthread_t thread;
    Arena arena;
    bool (*is_time)(struct Meanwhile *meanwhile);
    const char *sign;
    void (*act)(struct Meanwhile *meanwhile);
    const char *with;
    int way;
} Meanwhile;

static void *
wait_and_act(void *context)
{
    Meanwhile *meanwhile = context;

    while (!meanwhile->is_time(meanwhile))
        clock_sleep(10);
    meanwhile->act(meanwhile);
    return NULL;
}

static void
meanwhile_begin(Meanwhile *meanwhile)
{
    ck_assert_int_eq(pthread_create(&meanwhile->thread, NULL, wait_and_act, meanwhile), 0);
}

static void
meanwhile_end(Meanwhile *meanwhile)
{
    ck_assert_int_eq(pthread_join(meanwhile->thread, NULL), 0);
    arena_release(&meanwhile->arena);
}

/* Somebody sleeps in the database. */
static bool
is_asleep(Meanwhile *meanwhile)
{
    const char *count = test_database_read(&meanwhile->arena, database.direct,
                                           "SELECT count(*) FROM pg_stat_activity WHERE datname = "
                                           "current_database() AND wait_event = 'PgSleep'");

    return strcmp(count, "0\n") != 0;
}

/* A file of the servers, such as a log, holds the sign. */
static bool
is_written(Meanwhile *meanwhile)
{
    const char *path = meanwhile->with;
    Error ignored = {.arena = &meanwhile->arena};
    Slice text = {0};

    return file_read(path, &meanwhile->arena, &text, &ignored) &&
           strstr(arena_copy(&meanwhile->arena, text), meanwhile->sign) != NULL;
}

static void
restart(Meanwhile *meanwhile)
{
    servers_do(&meanwhile->arena,
               arena_format(&meanwhile->arena, "restart %s %s", folder, meanwhile->with));
}

static void
end_sleeper(Meanwhile *meanwhile)
{
    test_database_read(&meanwhile->arena, database.direct,
                       "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
                       "current_database() AND wait_event = 'PgSleep'");
}

/* ---- 2: a backend that is ended at a chosen point ---- */

/* What makes a run sleep there, and only the first time: what was taken back with it is not counted
 * by a sequence. */
static const char *const SLEEPS[] = {
    /* in the guard, when it makes the version table */
    "CREATE SEQUENCE asleep; CREATE FUNCTION doze() RETURNS event_trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF to_regclass('public.migrate_version') IS NOT NULL AND nextval('asleep') = 1 THEN "
    "PERFORM pg_sleep(60); END IF; END $$; CREATE EVENT TRIGGER doze ON ddl_command_end WHEN TAG IN "
    "('CREATE TABLE') EXECUTE FUNCTION doze()",
    /* in the last journal, where the rows move and behind which nothing but the cleanup comes */
    "CREATE SEQUENCE asleep; CREATE TABLE migrate_version (version_num varchar(255) PRIMARY KEY); "
    "CREATE FUNCTION doze() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('asleep') = 1 "
    "THEN PERFORM pg_sleep(60); END IF; RETURN NULL; END $$; CREATE TRIGGER doze AFTER INSERT ON "
    "migrate_version FOR EACH ROW EXECUTE FUNCTION doze()",
};
enum { SLEEP_COUNT = sizeof SLEEPS / sizeof *SLEEPS };

static const char *const BODIES[] = {
    "-- migrate:up\nCREATE TABLE a (x int);\n",
    "-- migrate:up transaction:false\nCREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY a_x ON a "
    "(x);\n",
};
enum { BODY_COUNT = sizeof BODIES / sizeof *BODIES };

START_TEST(a_backend_that_is_ended_in_guard_or_journal_is_recovered_from)
{
    Meanwhile end = {.is_time = is_asleep, .act = end_sleeper};

    test_database_run(database.direct, SLEEPS[_i / WAY_COUNT % SLEEP_COUNT]);
    project_begin(&project, &arena, test_database_url(&database, _i % WAY_COUNT));
    project_write(&project, "a", "", BODIES[_i / WAY_COUNT / SLEEP_COUNT]);
    meanwhile_begin(&end);
    require_upgrade();
    meanwhile_end(&end);
    require_clean("a\n", "1 1\n");
}
END_TEST

/* The cleanup behind a group touches no table. It calls a function by its plain name, and here
 * another one is found first. */
static const char SLEEP_IN_CLEANUP[] =
    "CREATE SCHEMA sleepy; CREATE SEQUENCE sleepy.asleep; CREATE FUNCTION "
    "sleepy.pg_advisory_unlock(bigint) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN IF "
    "nextval('sleepy.asleep') = 1 THEN PERFORM pg_sleep(60); END IF; RETURN "
    "pg_catalog.pg_advisory_unlock($1); END $$; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET "
    "search_path TO sleepy, pg_catalog, public', current_database()); END $$";

START_TEST(a_backend_that_is_ended_in_the_cleanup_is_recovered_from)
{
    Meanwhile end = {.is_time = is_asleep, .act = end_sleeper};

    test_database_run(database.direct, SLEEP_IN_CLEANUP);
    project_begin(&project, &arena, test_database_url(&database, _i));
    project.session.search_path = "sleepy, pg_catalog, public";
    project_write(&project, "a", "", BODIES[1]);
    project_write(&project, "b", "a", "-- migrate:up\nINSERT INTO a VALUES (1);\n");
    meanwhile_begin(&end);
    require_upgrade();
    meanwhile_end(&end);
    require_clean("b\n", "2 2\n");
    ck_assert_str_eq(ask("SELECT is_called FROM sleepy.asleep"), "t\n");
}
END_TEST

/* ---- 3: a runner that is killed ---- */

static const char *const SLOW[] = {
    "-- migrate:up\nCREATE TABLE a (x int);\nSELECT pg_sleep(0.4);\n",
    ("-- migrate:up transaction:false\nCREATE TABLE a (x int);\nSELECT pg_sleep(0.4);\n"
     "CREATE INDEX CONCURRENTLY a_x ON a (x);\n"),
};

START_TEST(a_runner_that_is_killed_leaves_what_the_next_one_finishes)
{
    Meanwhile watch = {.is_time = is_asleep};

    project_begin(&project, &arena, test_database_url(&database, _i % WAY_COUNT));
    project_write(&project, "a", "", SLOW[_i / WAY_COUNT]);
    const pid_t pid = fork();
    if (pid == 0) {
        (void)upgrade();
        _exit(EXIT_SUCCESS);
    }
    while (!is_asleep(&watch))
        clock_sleep(10);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    require_upgrade();
    require_clean("a\n", "1 1\n");
    arena_release(&watch.arena);
}
END_TEST

/* ---- 5: a pooler that is paused for longer than it lets clients wait ---- */

static void
resume(Meanwhile *meanwhile)
{
    tell_pooler(meanwhile->way, arena_format(&meanwhile->arena, "RESUME %s", database.name));
}

START_TEST(a_paused_pooler_is_tried_again_until_it_goes_on)
{
    const char *log =
        arena_format(&arena, "%s/pgbouncer-%s.log", folder, _i == WAY_TRANSACTION ? "tx" : "stmt");
    Meanwhile go_on = {
        .is_time = is_written, .sign = "query_wait_timeout", .with = log, .act = resume, .way = _i};

    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", BODIES[1]);
    tell_pooler(_i, "SET query_wait_timeout = 1");
    tell_pooler(_i, arena_format(&arena, "PAUSE %s", database.name));
    meanwhile_begin(&go_on);
    const bool is_done = upgrade();
    meanwhile_end(&go_on);
    tell_pooler(_i, "SET query_wait_timeout = 120");
    ck_assert_msg(is_done, "%s", error.message);
    require_clean("a\n", "1 1\n");
}
END_TEST

/* ---- 6, 7: restarts ---- */

static const char *const RESTARTS[] = {"pgbouncer-tx KILL", "pgbouncer-tx TERM", "postgres INT",
                                       "postgres QUIT"};
enum { RESTART_COUNT = sizeof RESTARTS / sizeof *RESTARTS };

START_TEST(a_restart_in_the_middle_of_a_revision_loses_nothing)
{
    Meanwhile again = {.is_time = is_asleep, .act = restart, .with = RESTARTS[_i % RESTART_COUNT]};

    project_begin(&project, &arena, database.tx);
    project.config.connect_retries = 20;
    project_write(&project, "a", "", SLOW[_i % TWICE]);
    project_write(&project, "b", "a", "-- migrate:up\nCREATE TABLE b (x int);\n");
    meanwhile_begin(&again);
    require_upgrade();
    meanwhile_end(&again);
    require_clean("b\n", "2 2\n");
}
END_TEST

/* ---- 11: a disk that is full ---- */

START_TEST(a_full_disk_is_said_and_leaves_nothing)
{
    enum { OURS = 0755 };
    const char *place = arena_format(&arena, "%s/small", folder);
    const char *mount = arena_format(
        &arena, "mount -t tmpfs -o size=8m,mode=700,uid=$(stat -c %%u '%s/data') tmpfs '%s'",
        folder, place);

    if (getenv(MAY_MOUNT) == NULL) {
        printf("skipped: a full disk: this needs the right to mount one\n");
        return;
    }
    ck_assert_int_eq(mkdir(place, OURS), 0);
    ck_assert_msg(system(mount) == 0, "%s", mount);
    test_database_run(database.direct,
                      arena_format(&arena, "CREATE TABLESPACE small LOCATION '%s'", place));
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x text) TABLESPACE small;\nALTER TABLE a ALTER x "
                  "SET STORAGE PLAIN;\nINSERT INTO a SELECT repeat('x', 7000) FROM "
                  "generate_series(1, 3000);\n");
    ck_assert(!upgrade());
    ck_assert_int_eq(error_exit_status(error.code), 1);
    ck_assert_str_eq(error.sqlstate, "53100");
    ck_assert_uint_eq(error.place.line, 7);
    ck_assert_str_eq(ask("SELECT to_regclass('a')"), "~\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
    test_database_run(database.direct, "DROP TABLESPACE small");
    ck_assert_msg(system(arena_format(&arena, "umount '%s'", place)) == 0, "%s", place);
    ck_assert_int_eq(rmdir(place), 0);
}
END_TEST

/* ---- 14: poolers that are set up against us ---- */

START_TEST(a_pool_with_a_single_connection_is_enough)
{
    tell_pooler(_i, "SET default_pool_size = 1");
    tell_pooler(_i, "SET min_pool_size = 0");
    TestDatabase lonely = test_database_new(&arena, "lonely");
    project_begin(&project, &arena, test_database_url(&lonely, _i));
    project_write(&project, "a", "", BODIES[1]);
    project_write(&project, "b", "a", "-- migrate:up\nINSERT INTO a VALUES (1);\n");
    const bool is_done = upgrade();
    tell_pooler(_i, "SET default_pool_size = 8");
    tell_pooler(_i, "SET min_pool_size = 6");
    ck_assert_msg(is_done, "%s", error.message);
    ck_assert_str_eq(test_database_read(&arena, lonely.direct, "SELECT count(*) FROM a"), "1\n");
    test_database_drop(&lonely);
}
END_TEST

/* A statement that the pooler finds too long: its connection goes, its backend does not. */
START_TEST(a_statement_that_the_pooler_cuts_off_is_waited_for)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x int);\nSELECT pg_sleep(2.5);\n");
    tell_pooler(_i, "SET query_timeout = 1");
    const bool is_done = upgrade();
    tell_pooler(_i, "SET query_timeout = 0");
    ck_assert_msg(is_done, "%s", error.message);
    require_clean("a\n", "1 1\n");
}
END_TEST

/* What a pooler does not take is tried again, as it cannot be told from what passes, and then told
 * in its words. */
typedef struct Refusal {
    const char *settings;
    const char *word; /* of the message or the detail */
} Refusal;

static const Refusal REFUSALS[] = {
    {"disable_pqexec = 1\n", "PQexec disallowed"},
    {"max_client_conn = 1\n", "no more connections allowed"},
    {"max_packet_size = 700\npkt_buf = 512\n", "bad packet header"},
};
enum { REFUSAL_COUNT = sizeof REFUSALS / sizeof *REFUSALS };

static void
set_up_pooler(const char *settings)
{
    const char *path = arena_format(&arena, "%s/pgbouncer-tx.extra", folder);

    (void)remove(path);
    if (settings != NULL)
        ck_assert_msg(file_write(path, slice_of(settings), false, &error), "%s", error.message);
    servers_do(&arena, arena_format(&arena, "restart %s pgbouncer-tx", folder));
}

START_TEST(what_a_pooler_refuses_is_told_in_its_words)
{
    const Refusal *refusal = &REFUSALS[_i];

    project_begin(&project, &arena, database.tx);
    project_write(&project, "a", "", BODIES[0]);
    project.config.connect_retries = 1;
    set_up_pooler(refusal->settings);
    PGconn *other = PQconnectdb(database.tx);
    const bool is_done = upgrade();
    const Error refused = error;
    PQfinish(other);
    set_up_pooler(NULL);
    ck_assert(!is_done);
    ck_assert_int_eq(error_exit_status(refused.code), 5);
    ck_assert_msg(strstr(refused.message, refusal->word) != NULL ||
                      (refused.detail != NULL && strstr(refused.detail, refusal->word) != NULL),
                  "%s %s", refused.message, refused.detail == NULL ? "" : refused.detail);
    require_upgrade();
    require_clean("a\n", "1 1\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, a_backend_that_is_ended_in_guard_or_journal_is_recovered_from, 0,
                        BODY_COUNT * SLEEP_COUNT * WAY_COUNT);
    tcase_add_loop_test(tcase, a_backend_that_is_ended_in_the_cleanup_is_recovered_from, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_runner_that_is_killed_leaves_what_the_next_one_finishes, 0,
                        TWICE * WAY_COUNT);
    tcase_add_loop_test(tcase, a_paused_pooler_is_tried_again_until_it_goes_on, WAY_TRANSACTION,
                        WAY_STATEMENT);
    tcase_add_loop_test(tcase, a_restart_in_the_middle_of_a_revision_loses_nothing, 0,
                        RESTART_COUNT);
    tcase_add_loop_test(tcase, a_full_disk_is_said_and_leaves_nothing, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_pool_with_a_single_connection_is_enough, WAY_TRANSACTION,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_statement_that_the_pooler_cuts_off_is_waited_for, WAY_STATEMENT,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, what_a_pooler_refuses_is_told_in_its_words, 0, REFUSAL_COUNT);
}

int
main(int argc, char **argv)
{
    return own_servers_main(argc, argv, "drivers/postgres/faults", add);
}
