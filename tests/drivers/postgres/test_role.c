/* SPDX-License-Identifier: MIT */
/* Fault 17: what the role of the run has set for itself. */
/* labels: versions */
#include <string.h>

#include "tests/support/ground.h"

static void
set_up(void)
{
    ground_begin("role");
}

START_TEST(hostile_defaults_of_the_role_do_no_harm_and_stay)
{
    const char *role = arena_format(&arena, "hostile_%s", database.name);
    const char *url = test_database_url(&database, _i);
    const char *at = strchr(url, '@');

    test_database_run(
        database.direct,
        arena_format(&arena,
                     "CREATE ROLE %s LOGIN SUPERUSER; ALTER ROLE %s SET "
                     "default_transaction_isolation TO serializable; ALTER ROLE %s SET "
                     "default_transaction_read_only TO on; ALTER ROLE %s SET statement_timeout TO "
                     "'300ms'; ALTER ROLE %s SET lock_timeout TO '50ms'; ALTER ROLE %s SET "
                     "idle_in_transaction_session_timeout TO '50ms'; DO $$ BEGIN IF "
                     "current_setting('server_version_num')::integer >= 170000 THEN ALTER ROLE %s "
                     "SET transaction_timeout TO '450ms'; END IF; END $$",
                     role, role, role, role, role, role, role));
    const char *own = arena_format(&arena, "postgres://%s%s", role, at);
    project_begin(&project, &arena, own);
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x int);\nSELECT pg_sleep(0.5);\n");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_x ON a (x);\n"
                  "SELECT pg_sleep(0.5);\n");
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s %s", error.message,
                  error.detail == NULL ? "" : error.detail);
    test_database_require_clean(&arena, &database, "b\n", "2 2\n");
    for (size_t i = 0; i < WARM_CONNECTIONS + 2; i++)
        ck_assert_str_eq(
            test_database_read(&arena, own,
                               "SELECT concat_ws(' ', current_setting('statement_timeout'), "
                               "current_setting('lock_timeout'), "
                               "current_setting('default_transaction_read_only'), "
                               "current_setting('default_transaction_isolation'), "
                               "nullif(current_setting('transaction_timeout', true), '450ms'))"),
            "300ms 50ms on serializable\n");
    test_database_run(database.direct, arena_format(&arena,
                                                    "ALTER ROLE %s RESET ALL; REASSIGN "
                                                    "OWNED BY %s TO postgres",
                                                    role, role));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, hostile_defaults_of_the_role_do_no_harm_and_stay, 0, WAY_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/role", add);
}
