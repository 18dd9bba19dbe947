/* SPDX-License-Identifier: MIT */
/* What replace_view keeps of a view that has to be dropped, and of those that depend on it; that it
 * drops nothing it cannot make again. The rest is compared by tests/cli/postgres/operations. */
/* labels: versions */
#include <stdlib.h>

#include "tests/support/project.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static TestDatabase database;
static Project project;
static const char *role; /* with letters that have to be quoted */

static const char REPLACE[] = "- replace_view: {name: v, as: SELECT x FROM t}\n";

static void
set_up(void)
{
    error = (Error){.arena = &arena};
    database = test_database_new(&arena, "views");
    role = arena_format(&arena, "\"Owner of %s\"", database.name);
    test_database_run(database.direct,
                      arena_format(&arena,
                                   "CREATE TABLE t (id integer, x text);"
                                   "CREATE VIEW v AS SELECT id, x FROM t;"
                                   "CREATE VIEW \"V 2\" AS SELECT x FROM v;"
                                   "CREATE ROLE %s; GRANT ALL ON t TO %s;"
                                   "GRANT CREATE, USAGE ON SCHEMA public TO %s;"
                                   "ALTER VIEW v OWNER TO %s; ALTER VIEW \"V 2\" OWNER TO %s;"
                                   "GRANT SELECT ON \"V 2\" TO PUBLIC",
                                   role, role, role, role, role));
    project_begin(&project, &arena, database.direct);
}

static void
tear_down(void)
{
    test_database_drop(&database);
    test_database_run(getenv("MIGRATE_TEST_PG"), arena_format(&arena, "DROP ROLE %s", role));
    arena_release(&arena);
}

static const char *
ask(const char *sql)
{
    return test_database_read(&arena, database.direct, sql);
}

START_TEST(owners_and_grants_stay)
{
    static const char ACL[] =
        "SELECT relname || ' ' || (pg_get_userbyid(relowner) LIKE 'Owner of %') || ' ' || "
        "coalesce(array_length(relacl, 1), 0) FROM pg_class WHERE relkind = 'v' AND relnamespace "
        "= 'public'::regnamespace ORDER BY relname";

    const char *before = ask(ACL);
    project_write_yaml(&project, "a", "", REPLACE);
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s", error.message);
    ck_assert_str_eq(ask(ACL), before);
    ck_assert_str_eq(ask("SELECT attname FROM pg_attribute WHERE attrelid = 'v'::regclass"), "x\n");
}
END_TEST

START_TEST(whoever_is_not_the_owner_can_be_the_role)
{
    project.session.role = arena_copy(&arena, (Slice){role + 1, slice_of(role).len - 2});
    test_database_run(database.direct, "CREATE SCHEMA migrate");
    test_database_run(database.direct,
                      arena_format(&arena, "GRANT ALL ON SCHEMA migrate TO %s", role));
    project_write_yaml(&project, "a", "", REPLACE);
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &error), "%s", error.message);
}
END_TEST

START_TEST(what_cannot_be_made_again_stops_it)
{
    test_database_run(database.direct, "CREATE FUNCTION f() RETURNS SETOF v LANGUAGE sql AS "
                                       "'SELECT 1, NULL::text'");
    project_write_yaml(&project, "a", "", REPLACE);
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.message, "cannot drop view v because other objects depend on it");
    ck_assert(
        slice_starts_with(slice_of(error.detail), "detail: function f() depends on type v\n"));
    ck_assert_uint_eq(error.place.line, 4);
    ck_assert_str_eq(ask("SELECT count(*) FROM pg_views WHERE schemaname = 'public'"), "2\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, owners_and_grants_stay);
    tcase_add_test(tcase, whoever_is_not_the_owner_can_be_the_role);
    tcase_add_test(tcase, what_cannot_be_made_again_stops_it);
}

int
main(void)
{
    return servers_main("drivers/postgres/replace_view", add);
}
