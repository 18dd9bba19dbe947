/* SPDX-License-Identifier: MIT */
/*
 * The online forms: which locks their statements hold, while another connection writes; and what
 * becomes of one that is killed in its middle. The locks of each form are in
 * tests/data/online_locks.txt, measured.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/postgres/postgres.h"
#include "tests/support/ground.h"
#include "tests/support/operations.h"
#include "tests/support/problems.h"
#include "tests/support/writer.h"

static const char TABLES[] =
    "CREATE TABLE ref (id bigint PRIMARY KEY);"
    "INSERT INTO ref SELECT generate_series(0, 9);"
    "CREATE TABLE t (id bigint, code text, total integer, ref_id bigint, note varchar(20));"
    "CREATE INDEX t_total ON t (total);"
    "CREATE SEQUENCE numbers;"
    "CREATE FUNCTION add_one() RETURNS void LANGUAGE sql AS $$"
    "  INSERT INTO t SELECT n, 'c' || n, n, n % 10, 'x' FROM nextval('numbers') n $$;"
    "SELECT add_one() FROM generate_series(1, 3000);"
    "UPDATE t SET note = NULL WHERE id % 3 = 0;"
    "ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY (id);"
    "CREATE FUNCTION slow(id bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN"
    "  IF id = 1500 THEN PERFORM pg_advisory_xact_lock_shared(4711); END IF; RETURN id; END $$";

/* Rows that the first batch of a backfill does not have. */
static const char WRITE[] =
    "SELECT add_one(); UPDATE t SET total = total + 1 WHERE id = 2900; DELETE FROM t WHERE id = 2901";

static void
set_up(void)
{
    ground_begin("online");
    test_database_run(database.direct, TABLES);
}

/* Returns when the question is answered with a row. */
static void
wait_until(const char *sql)
{
    while (*ask(sql) == '\0')
        ;
}

static PGconn *
connection_new(const char *sql)
{
    PGconn *connection = PQconnectdb(database.direct);
    PGresult *result = PQexec(connection, sql);

    ck_assert_msg(PQresultStatus(result) != PGRES_FATAL_ERROR, "%s", PQerrorMessage(connection));
    PQclear(result);
    return connection;
}

/* ---- locks ---- */

typedef struct Form {
    const char *name;
    const char *operation;
} Form;

static const Form FORMS[] = {
    {"create_index", "- create_index: {name: t_code, table: t, columns: [code], online: true}\n"},
    {"drop_index",
     "- drop_index: {name: t_total, online: true, was: {table: t, columns: [total]}}\n"},
    {"add_check", "- add_check: {name: t_check, table: t, check: total > 0, online: true}\n"},
    {"add_foreign_key",
     "- add_foreign_key: {name: t_ref, table: t, columns: [ref_id], references: {table: ref}, "
     "online: true}\n"},
    {"add_unique", "- add_unique: {name: t_unique, table: t, columns: [code], online: true}\n"},
    {"add_primary_key",
     "- drop_constraint: {name: t_pk, table: t}\n"
     "- add_primary_key: {name: t_key, table: t, columns: [code, id], online: true}\n"},
    {"alter_column to not null",
     "- alter_column: {table: t, column: note, nullable: false, default: y, fill: \"'y'\", online: "
     "true}\n"},
    {"alter_column to a wider type",
     "- alter_column: {table: t, column: note, type: string(40), was: {type: string(20)}, online: "
     "true}\n"},
    {"add_column with a constant",
     "- add_column: {table: t, column: {name: n, type: integer, nullable: false, default: 1, check: "
     "n > 0}, online: true}\n"},
    {"add_column with another value for each row",
     "- add_column: {table: t, column: {name: u, type: uuid, nullable: false, default: uuid(), "
     "unique: true}, online: true}\n"},
    {"add_column with a key",
     "- add_column: {table: t, column: {name: r, type: bigint, default: 1, references: {table: "
     "ref}}, fill: id % 10, online: true}\n"},
    {"backfill", "- backfill: {table: t, set: {note: code}, where: note IS NULL}\n"},
};

enum { FORM_COUNT = sizeof FORMS / sizeof *FORMS };

/* What a statement did besides, as the server tells at debug1. */
typedef struct Told {
    bool has_rewritten;
    bool has_proved;
} Told;

static void
take_notice(void *context, const PGresult *notice)
{
    Told *told = context;
    const char *function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);

    if (function == NULL || message == NULL)
        return;
    told->has_rewritten = told->has_rewritten || (strcmp(function, "ATRewriteTable") == 0 &&
                                                  strncmp(message, "rewriting", 9) == 0);
    told->has_proved = told->has_proved || strcmp(function, "NotNullImpliedByRelConstraints") == 0;
}

/* The strongest lock of a backend on each table, "ref RowShare, t AccessExclusive". */
static const char *
locks_of(int pid)
{
    const char *text = ask(arena_format(
        &arena,
        "SELECT string_agg(relname || ' ' || substring(mode FROM '(.*)Lock'), ', ' ORDER BY "
        "relname) FROM (SELECT DISTINCT ON (relname) relname, mode FROM pg_locks JOIN pg_class c "
        "ON c.oid = relation WHERE pid = %d AND granted AND locktype = 'relation' AND relkind = 'r' AND relnamespace = "
        "'public'::regnamespace ORDER BY relname, array_position('{AccessShareLock,RowShareLock,"
        "RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,"
        "AccessExclusiveLock}', mode::text) DESC) strongest",
        pid));

    return arena_copy(&arena, slice_trim(slice_of(text)));
}

/* Do rows go on being written beside these locks? Then they do, or the test never ends. */
static bool
lets_write(const char *locks)
{
    static const char *const HINDERING[] = {" Share,", "ShareRowExclusive", "AccessExclusive",
                                            " Exclusive", NULL};
    const char *all = arena_format(&arena, "%s,", locks);

    for (size_t i = 0; HINDERING[i] != NULL; i++) {
        if (strstr(all, HINDERING[i]) != NULL)
            return false;
    }
    return true;
}

static void
show_locks(Buf *out, Writer *writer, const Statement *statement, const char *locks, Told told)
{
    const char *text = arena_copy(&arena, statement->text);
    const bool lets = lets_write(locks);

    buf_addf(out, "  %s\n      %s%s%s%s\n", strncmp(text, "DO ", 3) == 0 ? "DO …" : text,
             strcmp(locks, "~") == 0 ? "nothing" : locks, lets ? "; others write" : "",
             told.has_rewritten ? "; rewritten" : "", told.has_proved ? "; not read" : "");
    if (lets)
        writer_wait(writer);
}

static void
require(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);

    ck_assert_msg(PQresultStatus(result) != PGRES_FATAL_ERROR, "%s\n%s", sql,
                  PQerrorMessage(connection));
    PQclear(result);
}

/* A statement outside a transaction is looked at while it waits for another transaction: an index
 * build for one with an old snapshot, a backfill for one that has locked a row. */
static void
measure_outside(PGconn *connection, const Statement *statement, Writer *writer, Buf *out,
                Told *told)
{
    PGconn *other = connection_new("BEGIN ISOLATION LEVEL REPEATABLE READ;"
                                   "SELECT FROM t WHERE id = 9 FOR UPDATE");
    const int pid = PQbackendPID(connection);

    ck_assert_int_eq(PQsendQuery(connection, arena_copy(&arena, statement->text)), 1);
    wait_until(arena_format(&arena,
                            "SELECT 1 FROM pg_stat_activity WHERE pid = %d AND wait_event_type = "
                            "'Lock' AND state = 'active'",
                            pid));
    const char *locks = locks_of(pid);
    show_locks(out, writer, statement, locks, *told);
    require(other, "COMMIT");
    PQfinish(other);
    for (PGresult *result = PQgetResult(connection); result != NULL;
         result = PQgetResult(connection)) {
        ck_assert_msg(PQresultStatus(result) != PGRES_FATAL_ERROR, "%s",
                      PQerrorMessage(connection));
        PQclear(result);
    }
}

static void
measure(PGconn *connection, const Renderings *renderings, Writer *writer, Buf *out, Told *told)
{
    bool is_open = false;

    for (size_t i = 0; i < renderings->len; i++) {
        const Rendering *rendering = &renderings->at[i];
        if (is_open && rendering->where != RENDER_TOGETHER)
            require(connection, "COMMIT");
        *told = (Told){false, false};
        if (rendering->where == RENDER_OUTSIDE) {
            is_open = false;
            measure_outside(connection, &rendering->statement, writer, out, told);
            continue;
        }
        if (!is_open || rendering->where != RENDER_TOGETHER)
            require(connection, "BEGIN");
        is_open = true;
        require(connection, arena_copy(&arena, rendering->statement.text));
        show_locks(out, writer, &rendering->statement, locks_of(PQbackendPID(connection)), *told);
    }
    if (is_open)
        require(connection, "COMMIT");
}

START_TEST(online_forms_hold_these_locks_while_others_write)
{
    Buf out = {.arena = &arena};

    for (size_t i = 0; i < FORM_COUNT; i++) {
        const RenderContext context = {.arena = &arena};
        const Operations ops = operations_parse(FORMS[i].operation, &arena);
        Renderings renderings = {0};
        Told told = {false, false};
        size_t taken = 0;
        test_database_run(database.direct, "DROP TABLE IF EXISTS t, ref; DROP SEQUENCE IF EXISTS "
                                           "numbers; DROP FUNCTION IF EXISTS add_one, slow");
        test_database_run(database.direct, TABLES);
        ck_assert(DIALECT_POSTGRES.render(&context, ops.at, ops.len, &taken, &renderings, &error));
        PGconn *connection = connection_new("SET client_min_messages TO debug1");
        PQsetNoticeReceiver(connection, take_notice, &told);
        Writer *writer = writer_start(&arena, database.direct, WRITE);
        buf_addf(&out, "%s\n", FORMS[i].name);
        measure(connection, &renderings, writer, &out, &told);
        writer_stop(writer);
        PQfinish(connection);
    }
    problems_expect(arena_format(&arena, "%s/online_locks.txt", suite_data()), buf_text(&out),
                    &arena);
}
END_TEST

/* ---- runs ---- */

static const char ALL[] =
    "- create_index: {name: t_code, table: t, columns: [code], online: true}\n"
    "- add_check: {name: t_check, table: t, check: total > 0, online: true}\n"
    "- add_foreign_key: {name: t_ref, table: t, columns: [ref_id], references: {table: ref}, "
    "online: true}\n"
    "- add_unique: {name: t_unique, table: t, columns: [code], online: true}\n"
    "- alter_column: {table: t, column: note, nullable: false, default: y, fill: \"'y'\", online: "
    "true}\n"
    "- add_column: {table: t, column: {name: u, type: uuid, nullable: false, default: uuid(), "
    "unique: true}, online: true}\n"
    "- add_column: {table: t, column: {name: n, type: bigint, nullable: false, default: 0}, fill: "
    "slow(id), online: true}\n";

static bool
upgrade(void)
{
    error = (Error){.arena = &arena};
    return project_run(&project, DIRECTION_UPGRADE, "head", &error);
}

/* The run is through, once, and nothing is left of what it needed. */
static void
require_all(void)
{
    ck_assert_str_eq(ask("SELECT version_num FROM migrate_version"), "a\n");
    ck_assert_str_eq(ask("SELECT state || ' ' || done - total FROM migrate_history"), "done 0\n");
    ck_assert_uint_eq(test_database_locks(&database), 0);
    ck_assert_str_eq(ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0\n");
    ck_assert_str_eq(ask("SELECT concat_ws(' ', conname, contype, convalidated) FROM "
                         "pg_constraint WHERE conrelid = 't'::regclass AND contype <> 'n' ORDER BY "
                         "conname"),
                     "t_check c t\nt_pk p t\nt_ref f t\nt_u_key u t\nt_unique u t\n");
    ck_assert_str_eq(ask("SELECT string_agg(attname, ' ' ORDER BY attname) FROM pg_attribute WHERE "
                         "attrelid = 't'::regclass AND attnotnull AND attnum > 0"),
                     "id n note u\n");
    ck_assert_str_eq(ask("SELECT count(*) FROM t WHERE id <= 3000 AND n <> id"), "0\n");
    ck_assert_str_eq(ask("SELECT count(*) - count(DISTINCT u) FROM t"), "0\n");
}

START_TEST(online_forms_disturb_nobody)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write_yaml(&project, "a", "", ALL);
    Writer *writer = writer_start(&arena, database.direct, WRITE);
    const bool is_done = upgrade();
    writer_wait(writer);
    writer_stop(writer);
    ck_assert_msg(is_done, "%s", error.message);
    require_all();
}
END_TEST

/* What another connection does that the run waits for, so that it is killed there: with an old
 * snapshot, in the middle of a build; with a lock, in front of a build, of a key; in the middle of
 * a backfill. */
static const char *const KILLS[] = {
    "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM ref",
    "BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE",
    "BEGIN; LOCK TABLE ref IN SHARE MODE",
    "BEGIN; SELECT pg_advisory_xact_lock(4711)",
};

enum { KILL_COUNT = sizeof KILLS / sizeof *KILLS };

START_TEST(a_run_that_is_killed_in_an_online_form_is_gone_on_with)
{
    project_begin(&project, &arena, test_database_url(&database, _i / KILL_COUNT));
    project_write_yaml(&project, "a", "", ALL);
    PGconn *other = connection_new(KILLS[_i % KILL_COUNT]);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(upgrade() ? 0 : 1);
    wait_until("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
               "current_database()");
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    require(other, "COMMIT");
    PQfinish(other);
    ck_assert_msg(upgrade(), "%s", error.message);
    require_all();
}
END_TEST

START_TEST(rows_that_offend_stop_an_online_form_until_they_are_mended)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    project_write_yaml(&project, "a", "", ALL);
    test_database_run(database.direct, "UPDATE t SET total = -1 WHERE id = 7");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.message, "check constraint \"t_check\" of relation \"t\" is violated by "
                                    "some row");
    ck_assert_str_eq(ask("SELECT state || ' ' || done FROM migrate_history"), "failed 2\n");
    test_database_run(database.direct, "UPDATE t SET total = 1 WHERE id = 7;"
                                       "UPDATE t SET code = 'c1' WHERE id = 7");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.message, "could not create unique index \"t_unique\"");
    test_database_run(database.direct, "UPDATE t SET code = 'c7' WHERE id = 7");
    ck_assert_msg(upgrade(), "%s", error.message);
    require_all();
}
END_TEST

/* ---- backfills ---- */

START_TEST(a_backfill_commits_as_it_goes_and_changes_each_row_once)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    test_database_run(
        database.direct,
        "CREATE TABLE pair (b text, a timestamptz, \"C c\" numeric(4,1), n integer DEFAULT 0, "
        "PRIMARY KEY (a, b, \"C c\"));"
        "INSERT INTO pair SELECT 'it''s ' || n % 7, '2026-01-01'::timestamptz + n % 13 * "
        "interval '1 microsecond', n / 10.0, 0 FROM generate_series(1, 500) n;"
        "CREATE TABLE part (day date, id integer, n integer, PRIMARY KEY (day, id)) PARTITION BY "
        "RANGE (day);"
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');"
        "CREATE TABLE part_2 PARTITION OF part DEFAULT;"
        "INSERT INTO part SELECT '2026-01-01'::date + n % 60, n FROM generate_series(1, 300) n;"
        "CREATE TABLE loose (id integer, n integer) PARTITION BY LIST (id);"
        "CREATE TABLE loose_1 PARTITION OF loose DEFAULT;"
        "INSERT INTO loose SELECT n FROM generate_series(1, 9000) n;"
        "CREATE TABLE empty (id integer PRIMARY KEY, n integer)");
    project_write_yaml(
        &project, "a", "",
        "- backfill: {table: pair, set: {n: pair.n + 1}, where: n < 5, batch: 100, sleep: 1}\n"
        "- backfill: {table: part, set: {n: part.id}, batch: 100}\n"
        "- backfill: {table: loose, set: {n: '- loose.id'}, where: n IS NULL, batch: 100}\n"
        "- backfill: {table: empty, set: {n: 1}}\n");
    ck_assert_msg(upgrade(), "%s", error.message);
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || min(n) || ' ' || max(n) || ' ' || count("
                         "DISTINCT xmin::text) FROM pair"),
                     "500 1 1 5\n");
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || count(DISTINCT xmin::text) FROM part WHERE n = "
                         "id"),
                     "300 3\n");
    ck_assert_str_eq(ask("SELECT count(*) || ' ' || (count(DISTINCT xmin::text) > 5) FROM loose "
                         "WHERE n = - id"),
                     "9000 true\n");
}
END_TEST

START_TEST(a_backfill_of_itself_wants_a_primary_key)
{
    project_begin(&project, &arena, test_database_url(&database, _i));
    test_database_run(database.direct,
                      "CREATE TABLE loose (n integer); INSERT INTO loose VALUES (1)");
    project_write_yaml(&project, "a", "",
                       "- backfill: {table: loose, set: {n: n + 1}, where: n < 5}\n");
    ck_assert(!upgrade());
    ck_assert_str_eq(error.message,
                     "loose has no primary key, so that a row could be changed twice");
    ck_assert_str_eq(ask("SELECT n FROM loose"), "1\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, ground_end);
    tcase_add_test(tcase, online_forms_hold_these_locks_while_others_write);
    tcase_add_loop_test(tcase, online_forms_disturb_nobody, 0, WAY_COUNT);
    tcase_add_loop_test(tcase, a_run_that_is_killed_in_an_online_form_is_gone_on_with, 0,
                        KILL_COUNT * WAY_COUNT);
    tcase_add_loop_test(tcase, rows_that_offend_stop_an_online_form_until_they_are_mended, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_backfill_commits_as_it_goes_and_changes_each_row_once, 0,
                        WAY_COUNT);
    tcase_add_loop_test(tcase, a_backfill_of_itself_wants_a_primary_key, 0, WAY_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/online", add);
}
