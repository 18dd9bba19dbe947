/* SPDX-License-Identifier: MIT */
/* Rehearsals, as `revision fill` has them: a transaction that sees what revisions make, and of
 * which nothing is left, whatever happens to it. */
#include <libpq-fe.h>
#include <string.h>

#include "tests/support/ground.h"

static const char *text;

static void
set_up(void)
{
    ground_begin("rehearsal");
    text = NULL;
}

static void
begin(const char *url)
{
    project_begin(&project, &arena, url);
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE t (x integer DEFAULT 5, y text);\n"
                  "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY t_y ON t (y);\n"
                  "-- migrate:up\nSELECT pg_catalog.set_config('search_path', '', false);\n");
    project_write_yaml(&project, "b", "a",
                       "  - drop_column: {table: t, column: x}\n"
                       "  - drop_index: {name: t_y, table: t}\n"
                       "destructive: true\n");
}

static bool
fill(void)
{
    return project_fill(&project, "b", &text, &error);
}

static void
require_nothing_left(void)
{
    ck_assert_str_eq(
        ask("SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "UNION SELECT format('%s %s', state, query) FROM pg_stat_activity WHERE datname = "
            "current_database() AND state LIKE '%transaction%'"),
        "");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}

static void
require_filled(void)
{
    ck_assert_msg(fill(), "%s", error.message);
    ck_assert_ptr_nonnull(strstr(text, "column: x, was: {type: integer, default: 5}}"));
    ck_assert_ptr_nonnull(strstr(text, "table: t, was: {table: t, columns: [{column: 'y'}]}}"));
}

START_TEST(nothing_is_left_of_a_rehearsal)
{
    begin(test_database_url(&database, _i));
    require_filled();
    require_nothing_left();
    /* a connection that the pooler hands on has no setting of ours */
    ck_assert_str_eq(test_database_read(&arena, test_database_url(&database, _i),
                                        "SELECT name FROM pg_settings WHERE source = 'session' AND "
                                        "name IN ('lock_timeout', 'search_path', 'role', "
                                        "'idle_in_transaction_session_timeout')"),
                     "");
}
END_TEST

START_TEST(statement_mode_is_refused)
{
    begin(database.statement);
    ck_assert(!fill());
    ck_assert_int_eq(error.code, ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(error.message, "statement mode"));
    require_nothing_left();
}
END_TEST

START_TEST(a_connection_that_is_cut_begins_anew)
{
    static const ProxyFault FAULTS[] = {{PROXY_CUT_AFTER_REPLY, 1, "CREATE TABLE t"},
                                        {PROXY_CUT_BEFORE, 1, "pg_attrdef"},
                                        {PROXY_CUT_AFTER_SEND, 1, "DROP COLUMN"}};

    begin(ground_proxy(WAY_TRANSACTION, NULL));
    proxy_set_fault(proxy, &FAULTS[_i]);
    require_filled();
    ck_assert(proxy_fault_happened(proxy));
    ground_proxy_end();
    while (
        strcmp(ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                   "state LIKE 'idle in%'"),
               "0\n") != 0)
        continue;
    require_nothing_left();
}
END_TEST

/* Another connection that has run `sql` and holds on to what it took. */
static PGconn *
hold(const char *sql)
{
    PGconn *holder = PQconnectdb(database.direct);
    PGresult *result = PQexec(holder, sql);

    ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK ||
                      PQresultStatus(result) == PGRES_COMMAND_OK,
                  "%s", PQerrorMessage(holder));
    PQclear(result);
    return holder;
}

START_TEST(a_table_that_is_locked_is_given_up)
{
    begin(database.tx);
    project.config.retry_for = 100;
    project.session.lock_timeout = 100;
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE t (x integer DEFAULT 5, y text);\n");
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "a", &error), "%s", error.message);
    PGconn *holder = hold("BEGIN; SELECT * FROM t");
    ck_assert(!fill());
    ck_assert_int_eq(error.code, ERR_LOCKED);
    PQfinish(holder);
    ck_assert_str_eq(ask("SELECT count(*) FROM migrate_history"), "1\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
}
END_TEST

START_TEST(another_run_is_waited_for)
{
    begin(database.tx);
    project.config.wait_for_lock = 200;
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "a", &error), "%s", error.message);
    PGconn *holder = hold("BEGIN; SELECT * FROM migrate_version FOR UPDATE");
    ck_assert(!fill());
    ck_assert_int_eq(error.code, ERR_LOCKED);
    PQfinish(holder);
    project.config.wait_for_lock = 60000;
    require_filled();
}
END_TEST

START_TEST(what_a_commit_would_refuse_is_told)
{
    begin(database.direct);
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE t (x integer DEFAULT 5, y text PRIMARY KEY);\n"
                  "CREATE INDEX t_y ON t (y);\n"
                  "CREATE TABLE u (y text REFERENCES t DEFERRABLE INITIALLY DEFERRED);\n"
                  "INSERT INTO u VALUES ('nobody');\n");
    ck_assert(!fill());
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(error.sqlstate, "23503");
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE t (x integer DEFAULT 5, y text PRIMARY KEY);\n"
                  "CREATE INDEX t_y ON t (y);\n"
                  "CREATE TABLE u (y text REFERENCES t DEFERRABLE INITIALLY DEFERRED);\n"
                  "INSERT INTO u VALUES ('somebody');\nINSERT INTO t VALUES (1, 'somebody');\n"
                  "CREATE TEMP TABLE same (x integer) ON COMMIT DROP;\n"
                  "-- migrate:up transaction:new\n"
                  "CREATE TEMP TABLE same (x integer) ON COMMIT DROP;\n"
                  "ALTER TABLE u ADD COLUMN more text;\n");
    require_filled();
    require_nothing_left();
}
END_TEST

/* What runs instead of a statement that cannot run in a transaction; NULL: nothing. */
static const struct {
    const char *statement;
    const char *instead;
} OUTSIDE[] = {
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
     "CREATE UNIQUE INDEX  IF NOT EXISTS i ON t (a)"},
    {"drop index concurrently i", "drop index  i"},
    {"ALTER TABLE t DETACH PARTITION p CONCURRENTLY", "ALTER TABLE t DETACH PARTITION p "},
    {"REINDEX INDEX CONCURRENTLY i", NULL},
    {"VACUUM t", NULL},
    {"ALTER SYSTEM SET work_mem = '4MB'", NULL},
    {"CREATE DATABASE d", NULL},
};

START_TEST(what_cannot_run_in_a_transaction_runs_otherwise)
{
    const Dialect *dialect = driver_find("postgres")->dialect;
    SqlLexer lexer;
    SqlStatement statement;
    SqlLocal instead = {0};

    sql_init(&lexer, SQL_POSTGRES, slice_of(OUTSIDE[_i].statement), 1);
    ck_assert(sql_next(&lexer, &statement));
    ck_assert_uint_ne(statement.facts & SQL_NO_TRANSACTION, 0);
    ck_assert(dialect->rehearse(&statement, &arena, &instead) == (OUTSIDE[_i].instead != NULL));
    if (OUTSIDE[_i].instead == NULL)
        return;
    ck_assert_str_eq(arena_copy(&arena, instead.text), OUTSIDE[_i].instead);
    ck_assert_uint_eq(sql_edit_source(&instead.edit, instead.text.len), statement.text.len);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, nothing_is_left_of_a_rehearsal, WAY_DIRECT, WAY_STATEMENT);
    tcase_add_loop_test(tcase, what_cannot_run_in_a_transaction_runs_otherwise, 0,
                        sizeof OUTSIDE / sizeof *OUTSIDE);
    tcase_add_test(tcase, statement_mode_is_refused);
    tcase_add_loop_test(tcase, a_connection_that_is_cut_begins_anew, 0, 3);
    tcase_add_test(tcase, a_table_that_is_locked_is_given_up);
    tcase_add_test(tcase, another_run_is_waited_for);
    tcase_add_test(tcase, what_a_commit_would_refuse_is_told);
}

int
main(void)
{
    return servers_main("drivers/postgres/rehearsal", add);
}
