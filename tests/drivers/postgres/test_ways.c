/* SPDX-License-Identifier: MIT */
/* Whole runs on PostgreSQL, the same on every way to it: directly, through PgBouncer in transaction
 * mode, and in statement mode. */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/path.h"
#include "drivers/postgres/sql.h"
#include "tests/support/ground.h"
#include "tests/support/scratch.h"

static void
set_up(void)
{
    ground_begin("ways");
}

static void
require_run(Direction direction, const char *target)
{
    ck_assert_msg(project_run(&project, direction, target, &error), "%s: %s %s", target,
                  error.message, error.detail == NULL ? "" : error.detail);
}

static void
write_many(size_t count)
{
    const char *before = "";

    for (size_t i = 0; i < count; i++) {
        const char *id = arena_format(&arena, "r%04zu", i);
        project_write(&project, id, before,
                      arena_format(&arena,
                                   "-- migrate:up\nCREATE TABLE t%zu (id bigint PRIMARY KEY, name "
                                   "text NOT NULL);\n-- migrate:down\nDROP TABLE t%zu;\n",
                                   i, i));
        before = id;
    }
}

START_TEST(two_hundred_revisions_take_at_most_six_round_trips)
{
    enum { COUNT = 200, AT_MOST = 6 };

    project_begin(&project, &arena, ground_proxy(_i, NULL));
    write_many(COUNT);
    require_run(DIRECTION_UPGRADE, "head");
    const ProxyCounts counts = proxy_counts(proxy);
    ground_proxy_end();
    ck_assert_uint_eq(project.steps, COUNT);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "r0199\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM migrate_history WHERE state = 'done'"), "200\n");
    ck_assert_uint_le(counts.round_trips, AT_MOST);
    ck_assert_uint_eq(counts.connections, 1);
}
END_TEST

/* The version table is locked against every writer, and the lock of the runs is taken. */
static PGconn *
keep_out_writers(void)
{
    const TableNames tables = {"public", "migrate_version", "migrate_history", true};
    PGconn *holder = PQconnectdb(database.direct);
    PGresult *result =
        PQexec(holder,
               arena_format(&arena,
                            "BEGIN; LOCK TABLE migrate_version, migrate_history IN EXCLUSIVE MODE; "
                            "SELECT pg_advisory_xact_lock(%lld)",
                            (long long)postgres_lock_key(&tables)));

    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(holder));
    PQclear(result);
    return holder;
}

START_TEST(nothing_to_do_takes_one_round_trip_behind_connecting_and_no_lock)
{
    enum { CONNECTING = 2, READING = 1 };

    project_begin(&project, &arena, test_database_url(&database, _i));
    write_many(2);
    require_run(DIRECTION_UPGRADE, "head");
    project.config.url = ground_proxy(_i, NULL);
    PGconn *holder = keep_out_writers();
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_uint_eq(proxy_counts(proxy).round_trips, CONNECTING + READING);
    ck_assert_uint_eq(project.steps, 0);
    ground_proxy_end();
    PQfinish(holder);
}
END_TEST

START_TEST(a_failing_revision_leaves_the_database_at_the_one_before)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    project_write(
        &project, "b", "a",
        "-- migrate:up\nCREATE TABLE b (x int);\nSELECT 1,\n    nothing_such\n  FROM a;\n");
    project_write(&project, "c", "b", "-- migrate:up\nCREATE TABLE c (x int);\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_int_eq(error_exit_status(error.code), 1);
    ck_assert_str_eq(error.message, "column \"nothing_such\" does not exist");
    ck_assert_str_eq(error.sqlstate, "42703");
    ck_assert_str_eq(path_name(error.place.file), "b.sql");
    ck_assert_uint_eq(error.place.line, 7);
    ck_assert_uint_eq(error.place.column, 5);
    ck_assert_str_eq(error.excerpt, "    nothing_such\n    ^");
    ck_assert_str_eq(project_rows(&project), "a");
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "a\n");
    ck_assert_str_eq(ask("SELECT relname FROM pg_class WHERE relname IN ('a', 'b', 'c')"), "a\n");
    ck_assert_str_eq(ask("SELECT revision FROM migrate_history"), "a\n");
}
END_TEST

START_TEST(a_text_that_does_not_parse_lets_nothing_of_its_message_run)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    project_write(&project, "b", "a",
                  "-- migrate:up\n/* über */ CREATE TABLE b (x int);\n\nCREATE TABEL c (x int);\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_int_eq(error_exit_status(error.code), 1);
    ck_assert_str_eq(error.message, "syntax error at or near \"TABEL\"");
    ck_assert_uint_eq(error.place.line, 7);
    ck_assert_uint_eq(error.place.column, 8);
    ck_assert_str_eq(error.excerpt, "CREATE TABEL c (x int);\n       ^");
    ck_assert_str_eq(project_rows(&project), "");
    ck_assert_str_eq(ask("SELECT to_regclass('a'), to_regclass('migrate_version')"), "~\n");
}
END_TEST

/* The schema, as tests/cli/bin/dump prints it. */
static const char *
dump(void)
{
    const char *command =
        arena_format(&arena, "'%s/../cli/bin/dump' -s '%s' 2>&1", suite_data(), database.direct);
    FILE *pipe = popen(command, "r");
    char line[4096];
    Buf text = {.arena = &arena};

    ck_assert_ptr_nonnull(pipe);
    while (fgets(line, sizeof line, pipe) != NULL)
        buf_add(&text, line);
    ck_assert_msg(pclose(pipe) == 0, "%s: %s", command, buf_text(&text));
    return buf_text(&text);
}

static void
use_example(int way)
{
    project_begin(&project, &arena, test_database_url(&database, way));
    project.config.migrations.at[0] =
        arena_format(&arena, "%s/../../migrations-example/migrations", suite_data());
}

START_TEST(the_example_goes_up_down_and_up_to_the_same_schema)
{
    use_example(WAY_DIRECT);
    require_run(DIRECTION_UPGRADE, "heads");
    const char *rows = project_rows(&project);
    const char *schema = dump();
    require_run(DIRECTION_DOWNGRADE, "base");
    ck_assert_str_eq(project_rows(&project), "");
    const char *empty = dump();
    use_example(_i);
    require_run(DIRECTION_UPGRADE, "heads");
    ck_assert_str_eq(project_rows(&project), rows);
    ck_assert_str_eq(dump(), schema);
    require_run(DIRECTION_DOWNGRADE, "base");
    ck_assert_str_eq(dump(), empty);
    require_run(DIRECTION_UPGRADE, "heads");
    ck_assert_str_eq(dump(), schema);
    ck_assert_str_eq(ask("SELECT count(*) FROM migrate_history WHERE state <> 'done'"), "0\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

/* A runner of a thread of its own. */
typedef struct Racer {
    pthread_t thread;
    Arena arena;
    Project project;
    bool is_done;
    Error error;
} Racer;

static void *
race(void *context)
{
    Racer *racer = context;

    racer->is_done = project_run(&racer->project, DIRECTION_UPGRADE, "head", &racer->error);
    return NULL;
}

/* Runs the project `count` times at once; the number of steps they did together. */
static size_t
race_all(Racer *racers, size_t count)
{
    size_t steps = 0;

    for (size_t i = 0; i < count; i++) {
        racers[i].project = project;
        racers[i].project.arena = &racers[i].arena;
        racers[i].error = (Error){.arena = &racers[i].arena};
        ck_assert_int_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < count; i++)
        ck_assert_int_eq(pthread_join(racers[i].thread, NULL), 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(racers[i].is_done, "runner %zu: %s", i, racers[i].error.message);
        steps += racers[i].project.steps;
        arena_release(&racers[i].arena);
    }
    return steps;
}

START_TEST(fifty_runs_with_nothing_to_do_succeed_at_once)
{
    enum { RUNNERS = 50 };
    Racer *racers = ARENA_ARRAY(&arena, Racer, RUNNERS);

    project_begin(&project, &arena, test_database_url(&database, _i));
    write_many(2);
    require_run(DIRECTION_UPGRADE, "head");
    PGconn *holder = keep_out_writers();
    ck_assert_uint_eq(race_all(racers, RUNNERS), 0);
    PQfinish(holder);
}
END_TEST

/* Milliseconds of each step, as they are told. */
static void
note_time(void *context, const Step *step, const Names *before, const Names *after,
          int64_t milliseconds)
{
    int64_t *times = context;

    (void)before;
    (void)after;
    times[strcmp(step->revision->id, "a") == 0 ? 0 : 1] = milliseconds;
}

START_TEST(the_time_of_a_revision_is_its_own)
{
    enum { SLEPT = 200 };
    int64_t times[2] = {-1, -1};

    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", "-- migrate:up\nSELECT pg_sleep(0.2);\n");
    project_write(&project, "b", "a", "-- migrate:up\nSELECT 1;\n");
    project.runner.events = (RunnerEvents){.step_finished = note_time, .context = times};
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_int_ge(times[0], SLEPT); /* by the server's clock, to the microsecond */
    ck_assert_int_ge(times[1], 0);
}
END_TEST

static void
count_told(void *context, const Step *step, const Unit *unit, const Statement *statement)
{
    size_t *counts = context;

    (void)step;
    (void)unit;
    ck_assert_int_eq(statement->role, STATEMENT_USER);
    counts[0]++;
}

static void
count_ended(void *context, const Step *step, const Unit *unit, const Statement *statement,
            int64_t milliseconds)
{
    size_t *counts = context;

    (void)step;
    (void)unit;
    (void)statement;
    ck_assert_int_ge(milliseconds, 0);
    counts[1]++;
}

/* A marker between any two of very many statements would take as long as they do. */
START_TEST(of_very_many_statements_some_are_told)
{
    enum { COUNT = 5000, MARKERS = 1000 };
    Buf body = {.arena = &arena};
    size_t counts[2] = {0, 0};

    buf_add(&body, "-- migrate:up\n");
    for (size_t i = 0; i < COUNT; i++)
        buf_add(&body, "SELECT 1;\n");
    buf_add(&body, "-- migrate:down\n");
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "", buf_text(&body));
    project.runner.events = (RunnerEvents){.statement_started = count_told,
                                           .statement_finished = count_ended,
                                           .told_from = 11,
                                           .context = counts};
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_uint_le(counts[0], MARKERS);
    ck_assert_uint_ge(counts[0], MARKERS / 2);
    ck_assert_uint_eq(counts[1], 0);
    require_run(DIRECTION_DOWNGRADE, "base");
    project.runner.events.told_from = 1;
    counts[0] = 0;
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_uint_eq(counts[0], COUNT);
    ck_assert_uint_eq(counts[1], COUNT);
}
END_TEST

START_TEST(many_runners_at_once_apply_each_revision_once)
{
    enum { MOST = 10, COUNT = 12 };
    Racer racers[MOST] = {{0}};
    const size_t runners = _i < WAY_COUNT ? 2 : MOST;

    project_begin(&project, &arena, test_database_url(&database, _i % WAY_COUNT));
    write_many(COUNT);
    project_write(
        &project, "slow", "r0011",
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY t0_name ON t0 (name);\n"
        "-- migrate:up\nSELECT pg_sleep(0.3);\n");
    ck_assert_uint_eq(race_all(racers, runners), COUNT + 1);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "slow\n");
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || count(DISTINCT revision) FROM migrate_history "
                         "WHERE state = 'done'"),
                     "13 13\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

START_TEST(one_transaction_for_all_is_all_or_nothing)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project.config.transaction_all = true;
    write_many(3);
    project_write(&project, "bad", "r0002", "-- migrate:up\nSELECT 1/0;\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.message, "division by zero");
    ck_assert_str_eq(ask("SELECT to_regclass('t0'), to_regclass('migrate_version')"), "~\n");
    project_write(&project, "bad", "r0002", "-- migrate:up\nSELECT 1/1;\n");
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_uint_eq(project.steps, 4);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "bad\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM migrate_history"), "4\n");
}
END_TEST

START_TEST(without_a_history_only_the_version_table_stays)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project.config.keeps_history = false;
    write_many(2);
    project_write(
        &project, "index", "r0001",
        "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY t0_name ON t0 (name);\n"
        "VACUUM t0;\n");
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "index\n");
    ck_assert_str_eq(ask("SELECT to_regclass('migrate_history')"), "~\n");
}
END_TEST

START_TEST(a_journalled_step_is_gone_on_with_where_it_stopped)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    write_many(1);
    project_write(&project, "b", "r0000",
                  "-- migrate:up\nCREATE TABLE b (x int);\n"
                  "-- migrate:up transaction:false\nVACUUM b;\nINSERT INTO b VALUES (1);\n"
                  "VACUUM missing;\nINSERT INTO b VALUES (2);\n-- migrate:down\nDROP TABLE b;\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.message, "relation \"missing\" does not exist");
    ck_assert_uint_eq(error.place.line, 9);
    ck_assert_str_eq(ask("SELECT state || ' ' || done || ' ' || total || ' ' || error FROM "
                         "migrate_history WHERE revision = 'b'"),
                     "failed 3 5 relation \"missing\" does not exist\n");
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "r0000\n");
    ck_assert(!project_run(&project, DIRECTION_DOWNGRADE, "base", &error));
    ck_assert_int_eq(error_exit_status(error.code), 7);
    ck_assert_str_eq(error.message, "the upgrade of b stopped after statement 3 of 5");
    test_database_run(database.direct, "CREATE TABLE missing (x int)");
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_str_eq(ask("SELECT x FROM b ORDER BY x"), "1\n2\n");
    ck_assert_str_eq(ask("SELECT state || ' ' || done FROM migrate_history WHERE revision = 'b'"),
                     "done 5\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

START_TEST(what_stopped_is_settled_by_hand)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nCREATE TABLE a (x int);\nVACUUM missing;\n"
                  "VACUUM a;\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_msg(project_resolve(&project, RESOLVE_RETRY, &error), "%s", error.message);
    ck_assert_str_eq(project.runner.state.open->state, "failed");
    ck_assert_msg(project_resolve(&project, RESOLVE_DONE, &error), "%s", error.message);
    ck_assert_uint_eq(project.runner.state.open->done, 2);
    ck_assert_msg(project_resolve(&project, RESOLVE_DONE, &error), "%s", error.message);
    ck_assert_ptr_null(project.runner.state.open);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "a\n");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nSELECT 1;\nVACUUM missing;\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_msg(project_resolve(&project, RESOLVE_ABANDON, &error), "%s", error.message);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "a\n");
    ck_assert_str_eq(ask("SELECT direction || ' ' || state || ' ' || done FROM migrate_history "
                         "ORDER BY id"),
                     "upgrade done 3\nupgrade abandoned 1\nstamp done 0\n");
}
END_TEST

/* Statements that are known to have left nothing when they failed: one that was rolled back, one
 * that was refused before it began. */
static const char *const REFUSED[] = {
    "CREATE TABLE b (x int, y nothing);",
    "VACUUM missing;",
    "CREATE INDEX CONCURRENTLY ON_T ON t0 (nothing);",
    "DROP INDEX CONCURRENTLY missing;",
};
enum { REFUSED_COUNT = sizeof REFUSED / sizeof *REFUSED };

START_TEST(a_step_that_has_done_nothing_is_in_nobodys_way)
{
    project_begin(&project, &arena, test_database_url(&database, _i / REFUSED_COUNT));
    project.config.keeps_history = _i % 2 == 0;
    write_many(1);
    project_write(&project, "b", "r0000",
                  arena_format(&arena, "-- migrate:up transaction:false\n%s\nVACUUM t0;\n",
                               REFUSED[_i % REFUSED_COUNT]));
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_int_eq(error_exit_status(error.code), 1);
    ck_assert_ptr_null(project.runner.state.open);
    if (project.config.keeps_history)
        ck_assert_str_eq(ask("SELECT concat_ws(' ', revision, state, done, error <> '') FROM "
                             "migrate_history ORDER BY id"),
                         "r0000 done 1\nb abandoned 0 t\n");
    else
        ck_assert_str_eq(ask("SELECT to_regclass('migrate_history')"), "~\n");
    require_run(DIRECTION_DOWNGRADE, "base");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

START_TEST(a_build_that_leaves_an_index_that_is_not_valid_stays_open)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x int); INSERT INTO a VALUES (1), (1);\n"
                  "-- migrate:down\nDROP TABLE a;\n");
    project_write(
        &project, "b", "a",
        "-- migrate:up transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);\n"
        "-- migrate:down\n");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.sqlstate, "23505");
    ck_assert(!project_run(&project, DIRECTION_DOWNGRADE, "base", &error));
    ck_assert_str_eq(error.message, "the upgrade of b stopped after statement 0 of 1");
}
END_TEST

START_TEST(a_schema_for_the_tables_that_is_not_there_is_said)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project.config.version_table_schema = "Nowhere";
    write_many(1);
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_int_eq(error_exit_status(error.code), 7);
    ck_assert_str_eq(error.message, "there is no schema \"Nowhere\" for the version table");
    ck_assert_str_eq(error.hint, "make it first (CREATE SCHEMA), or name another: "
                                 "version_table_schema");
    test_database_run(database.direct, "CREATE SCHEMA \"Nowhere\"");
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_str_eq(ask("SELECT version_num FROM \"Nowhere\".migrate_version"), "r0000\n");
}
END_TEST

START_TEST(savepoints_work_on_every_way)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write(
        &project, "a", "",
        "-- migrate:up\nCREATE TABLE a (x int);\nSAVEPOINT s;\nINSERT INTO a VALUES (1);\n"
        "ROLLBACK TO s;\nINSERT INTO a VALUES (2);\n");
    require_run(DIRECTION_UPGRADE, "head");
    ck_assert_str_eq(ask("SELECT x FROM a"), "2\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, two_hundred_revisions_take_at_most_six_round_trips, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, nothing_to_do_takes_one_round_trip_behind_connecting_and_no_lock, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_failing_revision_leaves_the_database_at_the_one_before, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_text_that_does_not_parse_lets_nothing_of_its_message_run, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, the_example_goes_up_down_and_up_to_the_same_schema, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, fifty_runs_with_nothing_to_do_succeed_at_once, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, the_time_of_a_revision_is_its_own, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, of_very_many_statements_some_are_told, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, many_runners_at_once_apply_each_revision_once, 0, 2 * WAY_COUNT);
    tcase_add_loop_test(tcase, one_transaction_for_all_is_all_or_nothing, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, without_a_history_only_the_version_table_stays, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_journalled_step_is_gone_on_with_where_it_stopped, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, what_stopped_is_settled_by_hand, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_step_that_has_done_nothing_is_in_nobodys_way, 0,
                        REFUSED_COUNT * WAY_COUNT);
    tcase_add_loop_test(tcase, a_build_that_leaves_an_index_that_is_not_valid_stays_open, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_schema_for_the_tables_that_is_not_there_is_said, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, savepoints_work_on_every_way, 0, WAY_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/ways", add);
}
