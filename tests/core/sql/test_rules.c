/* SPDX-License-Identifier: MIT */
#include "core/sql/rules.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

#define XACT_LOCK   "take it for the transaction: pg_advisory_xact_lock"
#define POOLED      "stays behind on a pooled connection"
#define OWN_SECTION "put it in a section of its own: -- migrate:up transaction:false"
#define ONE_TRANSACTION                                                                            \
    "leave it out: the section is one transaction, unless it says transaction:false"
#define BY_ITSELF "leave it out: each statement there commits by itself"
#define BEGUN     "leave it out: transactions are READ COMMITTED, READ WRITE"
#define PSQL      "leave it out: of psql's own commands only \\restrict and \\unrestrict are known"

typedef enum Where {
    IN_TRANSACTION = 1,
    OUTSIDE = 2,
    EITHER = 3,
} Where;

typedef struct RuleCase {
    Where where;
    const char *text;
    const char *message; /* NULL: not refused */
    const char *hint;
} RuleCase;

static const RuleCase POSTGRES_RULE_CASES[] = {
    {EITHER, "CREATE TABLE t (a int)", NULL, NULL},
    {EITHER, "INSERT INTO temp SELECT 1", NULL, NULL},

    {IN_TRANSACTION, "begin", "\"BEGIN\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "START TRANSACTION READ ONLY",
     "\"START TRANSACTION\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "COMMIT", "\"COMMIT\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "Rollback work", "\"ROLLBACK WORK\" in a transactional section",
     ONE_TRANSACTION},
    {IN_TRANSACTION, "PREPARE TRANSACTION 'x'",
     "\"PREPARE TRANSACTION\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "SAVEPOINT a", NULL, NULL},
    {IN_TRANSACTION, "ROLLBACK TO a", NULL, NULL},
    {IN_TRANSACTION, "RELEASE a", NULL, NULL},
    {OUTSIDE, "BEGIN", "\"BEGIN\" in a section with transaction:false", BY_ITSELF},
    {OUTSIDE, "END", "\"END\" in a section with transaction:false", BY_ITSELF},
    {OUTSIDE, "SAVEPOINT a", "\"SAVEPOINT\" in a section with transaction:false", BY_ITSELF},
    {OUTSIDE, "ROLLBACK TO a", "\"ROLLBACK TO\" in a section with transaction:false", BY_ITSELF},

    {IN_TRANSACTION, "create unique index concurrently i on t (a)",
     "\"CREATE UNIQUE INDEX CONCURRENTLY\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "CREATE INDEX CONCURRENTLY ON t (a)",
     "\"CREATE INDEX CONCURRENTLY\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "DROP INDEX CONCURRENTLY i",
     "\"DROP INDEX CONCURRENTLY\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "REINDEX TABLE CONCURRENTLY t",
     "\"REINDEX TABLE CONCURRENTLY\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "VACUUM FULL t", "\"VACUUM FULL\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "CLUSTER", "\"CLUSTER\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "CREATE DATABASE d", "\"CREATE DATABASE\" cannot run in a transaction",
     OWN_SECTION},
    {IN_TRANSACTION, "ALTER SYSTEM SET x = 1", "\"ALTER SYSTEM\" cannot run in a transaction",
     OWN_SECTION},
    {IN_TRANSACTION, "ALTER DATABASE d SET TABLESPACE s",
     "\"ALTER DATABASE ... SET TABLESPACE\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
     "\"ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY\" cannot run in a transaction",
     OWN_SECTION},
    {IN_TRANSACTION, "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
     "\"ALTER SUBSCRIPTION ... PUBLICATION\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
     "\"CREATE SUBSCRIPTION\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION,
     "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (enabled, create_slot = false)", NULL,
     NULL},
    {IN_TRANSACTION, "DROP DATABASE d WITH (FORCE)",
     "\"DROP DATABASE\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "CREATE TABLESPACE s LOCATION '/x'",
     "\"CREATE TABLESPACE\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "DROP TABLESPACE s", "\"DROP TABLESPACE\" cannot run in a transaction",
     OWN_SECTION},
    {IN_TRANSACTION, "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
     "\"REINDEX\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "REINDEX SCHEMA s", "\"REINDEX SCHEMA\" cannot run in a transaction",
     OWN_SECTION},
    {IN_TRANSACTION, "REFRESH MATERIALIZED VIEW CONCURRENTLY v", NULL, NULL},
    {IN_TRANSACTION, "ALTER TYPE t ADD VALUE 'x'", NULL, NULL},
    {IN_TRANSACTION, "ABORT", "\"ABORT\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "COMMIT PREPARED 'x'", "\"COMMIT PREPARED\" cannot run in a transaction",
     OWN_SECTION},
    {OUTSIDE, "CREATE INDEX CONCURRENTLY i ON t (a)", NULL, NULL},
    {OUTSIDE, "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", NULL, NULL},
    {OUTSIDE, "CREATE INDEX CONCURRENTLY \"on\" ON t (a)", NULL, NULL},
    {OUTSIDE, "CREATE UNIQUE INDEX CONCURRENTLY ON t (a)",
     "\"CREATE UNIQUE INDEX CONCURRENTLY\" without a name",
     "name the index: an invalid one is found by its name after a crash"},
    {OUTSIDE, "CREATE INDEX ON t (a)", NULL, NULL},
    {OUTSIDE, "VACUUM", NULL, NULL},

    {IN_TRANSACTION, "COPY t FROM STDIN", NULL, NULL},
    {OUTSIDE, "COPY t FROM STDIN", "\"COPY FROM STDIN\" in a section with transaction:false",
     "put it in a transactional section"},
    {OUTSIDE, "COPY t TO STDOUT", NULL, NULL},

    {EITHER, "DISCARD ALL", "\"DISCARD ALL\" would change the session, not only the database",
     "leave it out: a pooler may share the session"},
    {EITHER, "discard plans", "\"DISCARD PLANS\" would change the session, not only the database",
     "leave it out: a pooler may share the session"},
    {EITHER, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
     "\"SET TRANSACTION\" would change a transaction that has begun", BEGUN},
    {EITHER, "SET LOCAL TRANSACTION READ ONLY",
     "\"SET TRANSACTION\" would change a transaction that has begun", BEGUN},
    {EITHER, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
     "\"SET SESSION CHARACTERISTICS\" " POOLED, "leave it out"},
    {EITHER, "RESET ALL", "\"RESET ALL\" would reset the timeouts and the search path of this run",
     "name the settings: RESET name"},
    {EITHER, "RESET TRANSACTION ISOLATION LEVEL",
     "\"RESET TRANSACTION\" would change a transaction that has begun", BEGUN},
    {EITHER, "SET transaction.x = 1", NULL, NULL},
    {EITHER, "SET search_path = app", NULL, NULL},
    {EITHER, "SET SESSION AUTHORIZATION app", NULL, NULL},
    {EITHER, "RESET ROLE", NULL, NULL},

    {EITHER, "PREPARE p AS SELECT 1", "\"PREPARE\" " POOLED, "write the statement itself instead"},
    {EITHER, "EXECUTE p", "\"EXECUTE\" " POOLED, "write the statement itself instead"},
    {EITHER, "DEALLOCATE ALL", "\"DEALLOCATE ALL\" " POOLED, "write the statement itself instead"},
    {EITHER, "LISTEN c", "\"LISTEN\" " POOLED, "leave it out"},
    {EITHER, "UNLISTEN *", "\"UNLISTEN\" " POOLED, "leave it out"},
    {EITHER, "NOTIFY c", NULL, NULL},
    {EITHER, "DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1", "a cursor \"WITH HOLD\" " POOLED,
     "leave WITH HOLD out"},
    {EITHER, "DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1", NULL, NULL},
    {EITHER, "DECLARE c CURSOR FOR SELECT 1 AS hold", NULL, NULL},

    {EITHER, "SELECT pg_advisory_lock(1)", "a session's advisory lock " POOLED, XACT_LOCK},
    {EITHER, "select a, (select (PG_CATALOG.Pg_Try_Advisory_Lock_Shared (1, 2))) from t",
     "a session's advisory lock " POOLED, XACT_LOCK},
    {EITHER, "WITH a AS (SELECT pg_try_advisory_lock(1)) INSERT INTO t SELECT * FROM a",
     "a session's advisory lock " POOLED, XACT_LOCK},
    {EITHER, "SELECT pg_advisory_xact_lock(1), pg_advisory_unlock(1)", NULL, NULL},
    {EITHER, "SELECT pg_advisory_lock, 'pg_advisory_lock(1)' FROM t -- pg_advisory_lock(1)", NULL,
     NULL},
    {EITHER, "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "what stands in \"pg_temp\" " POOLED,
     "make it in a schema of yours and drop it where it is no longer needed"},
    {EITHER, "CREATE OR REPLACE VIEW pg_temp.v AS SELECT 1", "what stands in \"pg_temp\" " POOLED,
     "make it in a schema of yours and drop it where it is no longer needed"},
    {EITHER, "CREATE VIEW v AS SELECT * FROM pg_temp.t", NULL, NULL},

    {IN_TRANSACTION, "CREATE TEMP TABLE t (a int)",
     "a temporary table without ON COMMIT DROP " POOLED, "add ON COMMIT DROP"},
    {IN_TRANSACTION, "CREATE LOCAL TEMPORARY TABLE t (a int) ON COMMIT DELETE ROWS",
     "a temporary table without ON COMMIT DROP " POOLED, "add ON COMMIT DROP"},
    {IN_TRANSACTION, "CREATE TABLE pg_temp.t (a int)",
     "a temporary table without ON COMMIT DROP " POOLED, "add ON COMMIT DROP"},
    {IN_TRANSACTION, "CREATE TEMP TABLE t (a int) ON COMMIT DROP", NULL, NULL},
    {IN_TRANSACTION, "CREATE TABLE IF NOT EXISTS pg_temp.t (a int) ON COMMIT DROP", NULL, NULL},
    {IN_TRANSACTION, "CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1 FROM a JOIN b ON true", NULL,
     NULL},
    {OUTSIDE, "CREATE TEMP TABLE t (a int) ON COMMIT DROP", "a temporary table " POOLED,
     "make it in a transactional section, with ON COMMIT DROP"},
    {EITHER, "CREATE OR REPLACE TEMP VIEW v AS SELECT 1", "\"CREATE OR REPLACE TEMP\" " POOLED,
     "make it without TEMP and drop it where it is no longer needed"},
    {EITHER, "CREATE TEMP SEQUENCE s", "\"CREATE TEMP SEQUENCE\" " POOLED,
     "make it without TEMP and drop it where it is no longer needed"},
    {EITHER, "SELECT 1 AS a INTO TEMP t", "\"SELECT INTO TEMP\" " POOLED,
     "use CREATE TEMP TABLE ... ON COMMIT DROP AS SELECT ..."},
    {EITHER, "WITH a AS (SELECT 1) SELECT * INTO TEMPORARY TABLE t FROM a",
     "\"SELECT INTO TEMP\" " POOLED, "use CREATE TEMP TABLE ... ON COMMIT DROP AS SELECT ..."},
    {EITHER, "SELECT 1 AS a INTO temp FROM b", NULL, NULL},
    {EITHER, "WITH a AS (SELECT 1) INSERT INTO temp SELECT * FROM a", NULL, NULL},

    {EITHER, "\\connect db", "\"\\connect\" would go on in another database",
     SQL_HINT_OTHER_DATABASE},
    {EITHER, "\\c db", "\"\\c\" would go on in another database", SQL_HINT_OTHER_DATABASE},
    {EITHER, "\\conninfo", "\"\\conninfo\" is a psql command, not SQL", PSQL},
    {EITHER, "\\restricted x", "\"\\restricted\" is a psql command, not SQL", PSQL},
    {EITHER, "\\copy t from 'x'", "\"\\copy\" is a psql command, not SQL",
     "write instead: -- migrate:copy TABLE from FILE"},
    {EITHER, "\\.", "\"\\.\" ends no COPY data",
     "it stands behind the rows of COPY ... FROM STDIN"},
    {EITHER, "\\restrict x", NULL, NULL},
    {EITHER, "\\unrestrict", NULL, NULL},
};

static const RuleCase SQLITE_RULE_CASES[] = {
    {EITHER, "CREATE TEMP TABLE t (a)", NULL, NULL},
    {EITHER, "SAVEPOINT a", NULL, NULL},
    {IN_TRANSACTION, "BEGIN IMMEDIATE", "\"BEGIN\" in a transactional section", ONE_TRANSACTION},
    {IN_TRANSACTION, "END TRANSACTION", "\"END TRANSACTION\" in a transactional section",
     ONE_TRANSACTION},
    {IN_TRANSACTION, "VACUUM", "\"VACUUM\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "PRAGMA journal_mode = wal",
     "\"PRAGMA journal_mode\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "ATTACH 'x' AS y", "\"ATTACH\" cannot run in a transaction", OWN_SECTION},
    {IN_TRANSACTION, "PRAGMA journal_mode", NULL, NULL},
    {OUTSIDE, "BEGIN", NULL, NULL},
    {OUTSIDE, "VACUUM", NULL, NULL},
    {EITHER, ".read x.sql", "\".read\" is a command of the sqlite3 shell, not SQL", "leave it out"},
};

static void
check_case(const RuleCase *test, SqlDialect dialect, bool is_transactional)
{
    Arena arena = {0};
    SqlLexer lexer;
    SqlStatement statement;

    sql_init(&lexer, dialect, slice_of(test->text), 1);
    ck_assert_msg(sql_next(&lexer, &statement), "%s", test->text);
    const SqlRefusal *got = sql_refusal(&statement, dialect, is_transactional, &arena);
    ck_assert_msg((got == NULL) == (test->message == NULL), "%s: %s", test->text,
                  got == NULL ? "not refused" : got->message);
    if (got != NULL) {
        ck_assert_str_eq(got->message, test->message);
        ck_assert_str_eq(got->hint, test->hint);
    }
    ck_assert(!sql_next(&lexer, &statement));
    ck_assert_ptr_null(lexer.error);
    arena_release(&arena);
}

static void
check_where(const RuleCase *test, SqlDialect dialect)
{
    if ((test->where & IN_TRANSACTION) != 0)
        check_case(test, dialect, true);
    if ((test->where & OUTSIDE) != 0)
        check_case(test, dialect, false);
}

START_TEST(postgres_statements_are_refused_by_rule)
{
    check_where(&POSTGRES_RULE_CASES[_i], SQL_POSTGRES);
}
END_TEST

START_TEST(sqlite_statements_are_refused_by_rule)
{
    check_where(&SQLITE_RULE_CASES[_i], SQL_SQLITE);
}
END_TEST

START_TEST(only_restrict_lines_are_dropped)
{
    static const struct {
        const char *text;
        bool is_dropped;
    } CASES[] = {
        {"\\restrict abc", true},    {"\\unrestrict abc", true}, {"\\restrict", true},
        {"\\restricted abc", false}, {"\\set x", false},         {"SELECT 1", false},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SqlLexer lexer;
        SqlStatement statement;
        sql_init(&lexer, SQL_POSTGRES, slice_of(CASES[i].text), 1);
        ck_assert(sql_next(&lexer, &statement));
        ck_assert_msg(sql_is_dropped(&statement) == CASES[i].is_dropped, "%s", CASES[i].text);
    }
}
END_TEST

START_TEST(what_frames_large_objects_is_left_out)
{
    static const struct {
        const char *text;
        const char *framing; /* one for each statement: 1 if it is left out */
    } CASES[] = {
        {"BEGIN; SELECT pg_catalog.lo_open('1', 131072); SELECT pg_catalog.lowrite(0, '\\x00');"
         "SELECT pg_catalog.lo_close(0); COMMIT; COMMIT",
         "100010"},
        {"begin; select pg_catalog.lo_open('1', 1); commit; BEGIN;\n-- x\n"
         "SELECT pg_catalog . lo_open('2', 1); COMMIT;",
         "101101"},
        {"BEGIN; SELECT pg_catalog.lo_open('1', 1); DELETE FROM t; COMMIT", "1000"},
        {"BEGIN; SELECT pg_catalog.lo_open('1', 1); ROLLBACK; COMMIT", "1000"},
        {"BEGIN; SELECT pg_catalog.lo_create('1'); COMMIT", "000"},
        {"BEGIN; SELECT lo_open('1', 1); COMMIT", "000"},
        {"BEGIN WORK; SELECT pg_catalog.lo_open('1', 1); COMMIT", "000"},
        {"BEGIN", "0"},
        {"COMMIT; SELECT pg_catalog.lo_open('1', 1)", "00"},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        SqlObjects objects = {0};
        SqlLexer lexer;
        SqlStatement statement;
        size_t at = 0;
        sql_init(&lexer, SQL_POSTGRES, slice_of(CASES[i].text), 1);
        for (; sql_next(&lexer, &statement); at++) {
            const bool frames = sql_frames_objects(&objects, &statement, &lexer);
            ck_assert_msg(frames == (CASES[i].framing[at] == '1'), "%s: statement %zu",
                          CASES[i].text, at + 1);
        }
        ck_assert_uint_eq(at, strlen(CASES[i].framing));
    }
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, postgres_statements_are_refused_by_rule, 0,
                        sizeof POSTGRES_RULE_CASES / sizeof POSTGRES_RULE_CASES[0]);
    tcase_add_loop_test(tcase, sqlite_statements_are_refused_by_rule, 0,
                        sizeof SQLITE_RULE_CASES / sizeof SQLITE_RULE_CASES[0]);
    tcase_add_test(tcase, only_restrict_lines_are_dropped);
    tcase_add_test(tcase, what_frames_large_objects_is_left_out);
}

int
main(void)
{
    return suite_main("core/sql/rules", add);
}
