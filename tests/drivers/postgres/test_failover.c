/* SPDX-License-Identifier: MIT */
/*
 * A primary and its standby: what is run against the wrong one, and what goes on when the primary
 * ends in the middle of a run and the standby takes its place. With servers of its own.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "tests/support/project.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Project project;
static const char *folder; /* of the servers */
static const char *primary;
static const char *standby;
static const char *pooled;

static void
set_up(void)
{
    error = (Error){.arena = &arena};
    folder = getenv("MIGRATE_TEST_SERVERS");
    primary = getenv("MIGRATE_TEST_PG");
    pooled = arena_format(&arena, "%s/postgres", getenv("MIGRATE_TEST_PGBOUNCER_TX"));
}

static void
make_standby(void)
{
    const unsigned long port =
        strtoul(servers_do(&arena, arena_format(&arena, "standby %s", folder)), NULL, 10);
    standby = arena_format(&arena, "postgres://postgres@127.0.0.1:%lu/postgres", port);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static bool
upgrade(const char *target)
{
    return project_run(&project, DIRECTION_UPGRADE, target, &error);
}

static void
write_revisions(void)
{
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x int);\n");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n");
    project_write(&project, "c", "b",
                  "-- migrate:up\nSELECT pg_sleep(1);\nINSERT INTO a VALUES (3);\n");
    project_write(&project, "d", "c",
                  "-- migrate:up transaction:false\nINSERT INTO a VALUES (4);\nVACUUM a;\n");
}

static void
wait_until(const char *url, const char *condition)
{
    while (strcmp(test_database_read(&arena, url, condition), "t\n") != 0)
        clock_sleep(10);
}

/* The history is asked for by its text: it is not there yet when this is first asked. */
static const char *const AT_B =
    "SELECT CASE WHEN to_regclass('a_x') IS NULL OR to_regclass('migrate_history') IS NULL THEN "
    "false ELSE (xpath('//n/text()', query_to_xml('SELECT count(*) AS n FROM migrate_history WHERE "
    "revision = ''b'' AND state = ''done''', false, true, '')))[1]::text = '1' END";

static void *
fail_over(void *context)
{
    Arena own = {0};

    (void)context;
    while (strcmp(test_database_read(&own, primary,
                                     "SELECT count(*) FROM pg_stat_activity WHERE wait_event = "
                                     "'PgSleep'"),
                  "1\n") != 0)
        clock_sleep(10);
    servers_do(&own, arena_format(&own, "promote %s", folder));
    arena_release(&own);
    return NULL;
}

/* The ways to a primary among several hosts, and what a standby says. */
static void
refuse_the_standby(void)
{
    project.config.url = standby;
    project.config.connect_retries = 0;
    ck_assert(!upgrade("head"));
    ck_assert_str_eq(error.message, "cannot set transaction read-write mode during recovery");
    ck_assert_str_eq(error.sqlstate, "0A000");
    ck_assert_int_eq(error_exit_status(error.code), 5);
    ck_assert_str_eq(error.hint, "this is a standby: name the primary, or all hosts with "
                                 "target_session_attrs=read-write");
    project.config.url = arena_format(&arena, "%s?target_session_attrs=read-write", standby);
    ck_assert(!upgrade("head"));
    ck_assert_int_eq(error_exit_status(error.code), 5);
    ck_assert_ptr_nonnull(strstr(error.detail, "session is read-only"));
}

/* "postgres://postgres@127.0.0.1:1,127.0.0.1:2/postgres?target_session_attrs=read-write" */
static const char *
both_hosts(void)
{
    const char *first = strchr(standby, '@') + 1;
    const char *second = strchr(primary, '@') + 1;

    return arena_format(&arena, "postgres://postgres@%.*s,%s?target_session_attrs=read-write",
                        (int)(strchr(first, '/') - first), first, second);
}

START_TEST(a_run_goes_on_where_the_standby_has_become_the_primary)
{
    pthread_t thread;

    make_standby();
    project_begin(&project, &arena, primary);
    write_revisions();
    refuse_the_standby();
    project.config.url = both_hosts();
    ck_assert_msg(upgrade("b"), "%s", error.message);
    wait_until(standby, AT_B);
    project.config.url = pooled;
    project.config.connect_retries = 30;
    ck_assert_int_eq(pthread_create(&thread, NULL, fail_over, NULL), 0);
    const bool is_done = upgrade("head");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_msg(is_done, "%s %s", error.message, error.detail == NULL ? "" : error.detail);
    ck_assert_str_eq(test_database_read(&arena, standby, "SELECT x FROM a ORDER BY x"), "3\n4\n");
    ck_assert_str_eq(test_database_read(&arena, standby,
                                        "SELECT revision || ' ' || state FROM migrate_history "
                                        "ORDER BY id"),
                     "a done\nb done\nc done\nd done\n");
    ck_assert_str_eq(test_database_read(&arena, standby,
                                        "SELECT count(*) FROM pg_locks WHERE locktype = "
                                        "'advisory'"),
                     "0\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_run_goes_on_where_the_standby_has_become_the_primary);
}

int
main(int argc, char **argv)
{
    setenv("MIGRATE_TEST_WAL", "replica", 1);
    return own_servers_main(argc, argv, "drivers/postgres/failover", add);
}
