/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Session session;
static TableNames names;
static Connection *connection;
static const char *url;

static Connection *
open_another(void)
{
    Connection *opened = NULL;
    bool may_retry = true;
    const OpenOptions options = {.url = url, .session = &session};

    ck_assert_msg(DRIVER_SQLITE.open(&options, &arena, &opened, &may_retry, &error), "%s",
                  error.message);
    return opened;
}

static void
set_up(void)
{
    arena = (Arena){0};
    error = (Error){.arena = &arena};
    session = (Session){.run_by = "o'brien", .run_from = "here", .program = "migrate 0.1.0"};
    names = (TableNames){NULL, "migrate_version", "migrate_history", true};
    url = arena_format(&arena, "sqlite:///%s/app.db", scratch_folder(&arena));
    connection = open_another();
}

static void
tear_down(void)
{
    DRIVER_SQLITE.close(connection);
    arena_release(&arena);
}

static bool
run_step(const StepSketch *step, RunResult *result)
{
    const SketchTarget target = {DRIVER_SQLITE.dialect, &names, &session};
    const SketchUnits units = sketch_units(&target, step, &arena);

    error = (Error){.arena = &arena};
    return DRIVER_SQLITE.run(connection, units.at, units.len, NULL, &arena, result, &error);
}

/* The first column of all rows, joined by ';', for what a test wants to know. */
static const char *
ask(Connection *asked, const char *sql)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    Buf answer = {.arena = &arena};
    bool has_row = false;

    ck_assert_msg(sqlite_prepare(asked, sql, &stmt, &error), "%s", error.message);
    for (;;) {
        ck_assert_msg(sqlite_step(asked, stmt, &has_row, &error), "%s", error.message);
        if (!has_row)
            return buf_text(&answer);
        const char *text = sqlite_text(stmt, 0, &arena);
        buf_addf(&answer, "%s%s", answer.len > 0 ? ";" : "", text == NULL ? "NULL" : text);
    }
}

static StepSketch
first_step(const char *statement)
{
    return (StepSketch){
        .revision = "a1",
        .before = "",
        .after = "a1",
        .unit_count = 1,
        .units = {{.statements = {"CREATE TABLE account (id integer)", statement}}}};
}

START_TEST(an_upgrade_moves_the_rows_and_writes_its_history)
{
    const StepSketch step = first_step("CREATE INDEX account_id ON account (id)");
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_int_eq(result.outcome, RUN_DONE);
    ck_assert_uint_eq(result.units_done, 1);
    ck_assert_str_eq(ask(connection, "SELECT version_num FROM migrate_version"), "a1");
    ck_assert_str_eq(ask(connection,
                         "SELECT revision || ' ' || direction || ' ' || state || ' [' || "
                         "rows_before || '] [' || rows_after || '] ' || done || '/' || "
                         "total || ' ' || run_by || ' ' || run_from || ' ' || program "
                         "FROM migrate_history"),
                     "a1 upgrade done [] [a1] 2/2 o'brien here migrate 0.1.0");
    ck_assert_str_eq(ask(connection, "SELECT started LIKE '20__-__-__T__:__:__.___Z' AND finished "
                                     ">= started AND length(checksum) = 64 AND "
                                     "length(done_checksum) = 64 FROM migrate_history"),
                     "1");
    ck_assert_str_eq(ask(connection, "SELECT count(*) FROM temp.sqlite_schema"), "0");
}
END_TEST

START_TEST(a_failing_statement_leaves_nothing_and_is_named)
{
    const StepSketch step = first_step("CREATE INDEX account_id\n\tON acount (id)");
    RunResult result;

    ck_assert(!run_step(&step, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.units_done, 0);
    ck_assert_uint_eq(result.failed->number, 2);
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(error.message, "no such table: main.acount");
    ck_assert_str_eq(error.place.file, "a1.sql");
    ck_assert_str_eq(ask(connection, "SELECT count(*) FROM sqlite_schema"), "0");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, an_upgrade_moves_the_rows_and_writes_its_history);
    tcase_add_test(tcase, a_failing_statement_leaves_nothing_and_is_named);
}

int
main(void)
{
    return suite_main("drivers/sqlite/run", add);
}
