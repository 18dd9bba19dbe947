/* SPDX-License-Identifier: MIT */
/* What an examination finds, on each way to a database, and about what others have left there. */
/* labels: versions */
#include <libpq-fe.h>
#include <string.h>

#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"
#include "tests/support/ground.h"

enum { WAYS = 3 };

static const TableNames TABLES = {NULL, "migrate_version", "migrate_history", true};

static void
set_up(void)
{
    ground_begin("examine");
}

static Findings
examine(const char *url)
{
    Connection *connection = NULL;
    DatabaseState state;
    Findings findings = {0};
    bool may_retry = false;

    project_begin(&project, &arena, url);
    const OpenOptions options = {.url = url, .session = &project.session, .is_read_only = true};
    ck_assert_msg(postgres_open(&options, &arena, &connection, &may_retry, &error), "%s",
                  error.message);
    ck_assert_msg(postgres_state_read(connection, &TABLES, false, &arena, &state, &error), "%s",
                  error.message);
    ck_assert_msg(postgres_examine(connection, &options, &state, NULL, &arena, &findings, &error),
                  "%s", error.message);
    postgres_close(connection);
    return findings;
}

/* The text of the first finding on a topic, "" if there is none. */
static const char *
on(const Findings *findings, const char *topic)
{
    for (size_t i = 0; i < findings->len; i++) {
        if (strcmp(findings->at[i].topic, topic) == 0)
            return findings->at[i].text;
    }
    return "";
}

START_TEST(the_way_is_proven)
{
    const char *const urls[WAYS] = {database.direct, database.tx, database.statement};
    static const char *const EXPECTED[WAYS] = {
        "a direct connection",
        "a pooler in transaction mode, proven: backends change between transactions",
        ("a pooler in statement mode: a transaction must be one message, and migrate sends each as "
         "one"),
    };
    const Findings findings = examine(urls[_i]);

    ck_assert_str_eq(on(&findings, "way"), EXPECTED[_i]);
    ck_assert_ptr_nonnull(strstr(on(&findings, "server"), "PostgreSQL "));
    ck_assert_str_eq(
        on(&findings, "timeouts"),
        "in every unit: lock_timeout 5000ms, statement_timeout none; the role's own: none");
    for (size_t i = 0; i < findings.len; i++)
        ck_assert_msg(findings.at[i].level == FINDING_FACT, "%s", findings.at[i].text);
}
END_TEST

START_TEST(what_others_left_is_found)
{
    const TableNames tables = {"public", "migrate_version", "migrate_history", true};
    PGconn *other = PQconnectdb(database.direct);

    test_database_run(database.direct, "CREATE TABLE a (x int); INSERT INTO a VALUES (1), (1)");
    PQclear(PQexec(other, "CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)"));
    PQclear(PQexec(other, arena_format(&arena, "SELECT pg_advisory_lock(%lld)",
                                       (long long)postgres_lock_key(&tables))));
    PQclear(PQexec(other, "BEGIN; INSERT INTO a VALUES (2); PREPARE TRANSACTION 'forgotten'"));
    const Findings findings = examine(database.direct);
    ck_assert_str_eq(on(&findings, "index"), "index a_x is not valid");
    ck_assert_str_eq(on(&findings, "lock"),
                     arena_format(&arena,
                                  "the lock of the runs is left on the idle backend %d, from "
                                  "127.0.0.1",
                                  PQbackendPID(other)));
    ck_assert_ptr_nonnull(
        strstr(on(&findings, "transaction"), "the prepared transaction 'forgotten' is open since"));
    PQclear(PQexec(other, "ROLLBACK PREPARED 'forgotten'"));
    PQfinish(other);
}
END_TEST

START_TEST(missing_rights_are_a_problem_and_timeouts_are_shown)
{
    const char *role = arena_format(&arena, "weak_%s", database.name);
    const char *url = arena_format(&arena, "postgres://%s%s", role, strchr(database.direct, '@'));

    test_database_run(
        database.direct,
        arena_format(&arena,
                     "CREATE ROLE %s LOGIN; ALTER ROLE %s SET statement_timeout TO '2min'; ALTER "
                     "ROLE %s SET default_transaction_read_only TO on; REVOKE CREATE ON SCHEMA "
                     "public FROM public; CREATE TABLE theirs (x int)",
                     role, role, role));
    const Findings findings = examine(url);
    ck_assert_str_eq(on(&findings, "rights"), "the user may not create anything in schema public");
    ck_assert_str_eq(on(&findings, "timeouts"),
                     "in every unit: lock_timeout 5000ms, statement_timeout none; the role's own: "
                     "statement_timeout 120000ms");
    ck_assert_str_eq(on(&findings, "defaults"),
                     "default_transaction_read_only on; migrate overrides them in every unit");
    test_database_run(database.direct, arena_format(&arena, "DROP ROLE %s", role));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_loop_test(tcase, the_way_is_proven, 0, WAYS);
    tcase_add_test(tcase, what_others_left_is_found);
    tcase_add_test(tcase, missing_rights_are_a_problem_and_timeouts_are_shown);
}

int
main(void)
{
    return servers_main("drivers/postgres/examine", add);
}
