/* SPDX-License-Identifier: MIT */
/* labels: all */
/*
 * Runners that are killed, backends that are ended, poolers and a server that are restarted, for a
 * bounded time: every revision is applied exactly once, and nothing is left behind. On servers of
 * its own, so that no other test is hit.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/project.h"
#include "tests/support/scratch.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

enum {
    REVISIONS = 300,
    GROUP_EVERY = 5,
    RUNNERS = 8,
    SECONDS = 40,
    RESTART_SERVER_AT = 15, /* seconds from the beginning */
    RESTART_POOLER_EVERY = 8,
    KILL_EVERY = 40, /* milliseconds */
    MIGHT_TAKE = 600,
};

static Arena arena;
static Error error;
static Project project;
static const char *folder; /* of the servers */
static const char *direct;
static const char *pooled;
static unsigned seed = 4711;

static void
set_up(void)
{
    error = (Error){.arena = &arena};
    folder = getenv("MIGRATE_TEST_SERVERS");
    direct = getenv("MIGRATE_TEST_PG");
    pooled = arena_format(&arena, "%s/postgres", getenv("MIGRATE_TEST_PGBOUNCER_TX"));
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static int64_t
milliseconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static unsigned
draw(unsigned below)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 16) % below;
}

static void
write_revisions(void)
{
    const char *before = "";

    for (size_t i = 0; i < REVISIONS; i++) {
        const char *id = arena_format(&arena, "r%04zu", i);
        const char *body =
            i == 0 ? "-- migrate:up\nCREATE TABLE applied (n int); CREATE TABLE big AS SELECT x, x "
                     "% 7 AS y FROM generate_series(1, 2000) x; INSERT INTO applied VALUES (0);\n"
            : i % GROUP_EVERY == 0
                ? arena_format(&arena,
                               "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i%zu ON "
                               "big (x, y);\nINSERT INTO applied VALUES (%zu);\n",
                               i, i)
                : arena_format(&arena,
                               "-- migrate:up\nCREATE TABLE t%zu (x int);\nINSERT INTO applied "
                               "VALUES (%zu);\nSELECT pg_sleep(0.01);\n",
                               i, i);
        project_write(&project, id, before, body);
        before = id;
    }
}

static pid_t
spawn(void)
{
    const pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid != 0)
        return pid;
    (void)signal(SIGTERM, SIG_DFL); /* Check's handler would end the whole test */
    const bool is_done = project_run(&project, DIRECTION_UPGRADE, "head", &error);
    _exit(is_done ? EXIT_SUCCESS : EXIT_FAILURE); /* nothing of the parent's is released */
}

/* Any one backend of ours. */
static void
end_some_backend(void)
{
    PGconn *connection = PQconnectdb(direct);

    PQclear(PQexec(connection,
                   "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = "
                   "'client backend' AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1"));
    PQfinish(connection);
}

static void
wreak_havoc(pid_t *runners)
{
    const struct timespec pause = {.tv_nsec = KILL_EVERY * 1000000L};
    const int64_t begun = milliseconds();
    int64_t next_pooler = RESTART_POOLER_EVERY;
    bool is_restarted = false;

    for (int64_t at = 0; at < SECONDS; at = (milliseconds() - begun) / 1000) {
        const size_t victim = draw(RUNNERS);
        nanosleep(&pause, NULL);
        kill(runners[victim], draw(2) == 0 ? SIGKILL : SIGTERM);
        ck_assert_int_eq(waitpid(runners[victim], NULL, 0), runners[victim]);
        runners[victim] = spawn();
        if (draw(3) == 0)
            end_some_backend();
        if (at >= next_pooler) {
            servers_do(&arena, arena_format(&arena, "restart %s pgbouncer-tx", folder));
            next_pooler += RESTART_POOLER_EVERY;
        }
        if (at >= RESTART_SERVER_AT && !is_restarted) {
            servers_do(&arena, arena_format(&arena, "restart %s postgres QUIT", folder));
            is_restarted = true;
        }
    }
}

static const char *
ask(const char *sql)
{
    return test_database_read(&arena, direct, sql);
}

START_TEST(every_revision_is_applied_exactly_once_whatever_happens)
{
    pid_t runners[RUNNERS];

    project_begin(&project, &arena, pooled);
    write_revisions();
    for (size_t i = 0; i < RUNNERS; i++)
        runners[i] = spawn();
    wreak_havoc(runners);
    for (size_t i = 0; i < RUNNERS; i++) {
        kill(runners[i], SIGKILL);
        ck_assert_int_eq(waitpid(runners[i], NULL, 0), runners[i]);
    }
    /* what was killed last may still be at work: another run waits for it and finishes */
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s %s", error.message,
                  error.detail == NULL ? "" : error.detail);
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "r0299\n");
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || count(DISTINCT n) FROM applied"), "300 300\n");
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || count(DISTINCT revision) FROM migrate_history "
                         "WHERE state = 'done'"),
                     "300 300\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM pg_class WHERE relname ~ '^i[0-9]+$'"), "59\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"), "0\n");
    for (size_t i = 0; i < WARM_CONNECTIONS + 2; i++)
        ck_assert_str_eq(test_database_read(&arena, pooled,
                                            "SELECT concat_ws(' ', "
                                            "current_setting('statement_timeout'), "
                                            "current_setting('lock_timeout'), "
                                            "current_setting('search_path'))"),
                         "0 0 \"$user\", public\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, MIGHT_TAKE);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_revision_is_applied_exactly_once_whatever_happens);
}

int
main(int argc, char **argv)
{
    return own_servers_main(argc, argv, "drivers/postgres/chaos", add);
}
