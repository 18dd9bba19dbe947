/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/sqlite/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/sqlite_shell.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Session session;
static TableNames names;
static Connection *connection;
static const char *folder;
static const char *file;

static Connection *
open_another(void)
{
    Connection *opened = NULL;
    bool may_retry = true;
    const OpenOptions options = {.url = arena_format(&arena, "sqlite:///%s", file),
                                 .session = &session};

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
    folder = scratch_folder(&arena);
    file = arena_format(&arena, "%s/app.db", folder);
    connection = open_another();
}

static void
tear_down(void)
{
    DRIVER_SQLITE.close(connection);
    arena_release(&arena);
}

static SketchUnits
units_of(const StepSketch *step)
{
    const SketchTarget target = {DRIVER_SQLITE.dialect, &names, &session};

    return sketch_units(&target, step, &arena);
}

static bool
run_units(const SketchUnits *units, const RunEvents *events, RunResult *result)
{
    error = (Error){.arena = &arena};
    return DRIVER_SQLITE.run(connection, units->at, units->len, events, &arena, result, &error);
}

static bool
run_step(const StepSketch *step, RunResult *result)
{
    const SketchUnits units = units_of(step);

    return run_units(&units, NULL, result);
}

static const char *
ask(const char *query)
{
    return sqlite_ask(&arena, file, query);
}

/* A step of one unit from nothing to a1. */
static StepSketch
step_of(const char *first, const char *second, bool is_autocommit)
{
    return (StepSketch){.revision = "a1",
                        .before = "",
                        .after = "a1",
                        .unit_count = 1,
                        .units = {{.is_autocommit = is_autocommit, .statements = {first, second}}}};
}

START_TEST(an_upgrade_writes_all_of_its_history_row)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", "SELECT 1", false);
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_int_eq(result.outcome, RUN_DONE);
    ck_assert_uint_eq(result.units_done, 1);
    ck_assert_str_eq(ask("SELECT id, revision, direction, state, rows_before, rows_after, done, "
                         "total, run_by, run_from, program, error FROM migrate_history"),
                     "1|a1|upgrade|done||a1|2|2|o'brien|here|migrate 0.1.0|");
    ck_assert_str_eq(ask("SELECT started LIKE '20__-__-__T__:__:__.___Z', finished >= started, "
                         "length(checksum), length(done_checksum) FROM migrate_history"),
                     "1|1|64|64");
}
END_TEST

typedef struct FailingCase {
    const char *statement;
    const char *message;
    unsigned line;
    unsigned column;
    const char *excerpt;
} FailingCase;

static const FailingCase FAILING_CASES[] = {
    {"CREATE TABLE b (\n  id integer,\n\tname tex t,,\n)", "near \",\": syntax error", 4, 13,
     "\tname tex t,,\n\t           ^"},
    {"SELECT 'äö', nam\nFROM sqlite_schema", "no such column: nam", 2, 14,
     "SELECT 'äö', nam\n             ^"},
    {"DROP TABLE gone", "no such table: gone", 2, 1, "DROP TABLE gone\n^"},
    {"INSERT INTO a VALUES (1", "incomplete input", 2, 1, "INSERT INTO a VALUES (1\n^"},
    {"SELECT 1; -- one\n SELECT 2", "SQLite ends the statement before this", 3, 2, " SELECT 2\n ^"},
    {"UPDATE a SET id = $id", "the statement has a parameter, $id, that nothing gives a value", 2,
     1, "UPDATE a SET id = $id\n^"},
    {"COMMIT", "the statement ended the transaction of its revision", 2, 1, "COMMIT\n^"},
    {"ROLLBACK", "the statement ended the transaction of its revision", 2, 1, "ROLLBACK\n^"},
    {"INSERT INTO a VALUES (NULL)", "NOT NULL constraint failed: a.id", 2, 1,
     "INSERT INTO a VALUES (NULL)\n^"},
    {"VACUUM", "cannot VACUUM from within a transaction", 2, 1, "VACUUM\n^"},
};

START_TEST(a_failing_statement_is_shown_where_it_is_wrong)
{
    const FailingCase *failing = &FAILING_CASES[_i];
    const StepSketch step =
        step_of("CREATE TABLE a (id integer NOT NULL)", failing->statement, false);
    RunResult result;

    ck_assert(!run_step(&step, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.failed->number, 2);
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(error.message, failing->message);
    ck_assert_str_eq(error.place.file, "a1.sql");
    ck_assert_uint_eq(error.place.line, failing->line);
    ck_assert_uint_eq(error.place.column, failing->column);
    ck_assert_str_eq(error.excerpt, failing->excerpt);
    ck_assert_str_eq(error.sqlstate, "");
}
END_TEST

START_TEST(a_failing_unit_leaves_nothing)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", "DROP TABLE gone", false);
    const StepSketch good = step_of("CREATE TABLE account (id integer)", NULL, false);
    RunResult result;

    ck_assert(!run_step(&step, &result));
    ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_schema"), "0");
    ck_assert_msg(run_step(&good, &result), "%s", error.message);
}
END_TEST

START_TEST(a_place_is_that_of_the_whole_file)
{
    static const char SOURCE[] = "-- revision: a1\n\n  SELECT 1; SELECT *\nFROM nowhere, gone;\n";
    const StepSketch step = step_of("SELECT *\nFROM nowhere, gone", NULL, false);
    SketchUnits units = units_of(&step);
    Statement *statement = units.at[0].statements.at;
    RunResult result;

    while (statement->role != STATEMENT_USER)
        statement++;
    statement->source = slice_of(SOURCE);
    statement->source_offset = (size_t)(strstr(SOURCE, "SELECT *") - SOURCE);
    statement->place = (Place){"a.sql", 3, 13};
    ck_assert(!run_units(&units, NULL, &result));
    ck_assert_str_eq(error.message, "no such table: nowhere");
    ck_assert_uint_eq(error.place.line, 3);
    ck_assert_uint_eq(error.place.column, 13);
    ck_assert_str_eq(error.excerpt, "  SELECT 1; SELECT *\n            ^");
}
END_TEST

START_TEST(comments_and_rows_of_a_query_are_passed_over)
{
    StepSketch step = step_of("-- nothing\n/* at all */", "SELECT 1 UNION SELECT 2 -- two", false);
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_str_eq(ask("SELECT done FROM migrate_history"), "2");
}
END_TEST

START_TEST(the_guard_says_what_it_refuses)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", NULL, false);
    StepSketch next = step_of("CREATE TABLE domain (id integer)", NULL, false);
    RunResult result;

    ck_assert(run_step(&step, &result));
    next.before = "b2,c3,d4,e5,f6,g7,h8";
    ck_assert(!run_step(&next, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert_str_eq(error.message, "CHECK constraint failed: migrate: the database is not at b2, "
                                    "c3, d4, e5, f6 and 2 more");
    ck_assert_ptr_null(error.place.file);
    ck_assert_str_eq(
        ask("SELECT group_concat(name) FROM sqlite_schema WHERE name NOT LIKE '%auto%'"),
        "migrate_version,migrate_history,account");
}
END_TEST

START_TEST(many_rows_are_compared_as_a_set)
{
    enum { ROWS = 3000 };
    Names rows = {0};
    RunResult result;

    for (int i = 0; i < ROWS; i++)
        *VEC_ADD(&arena, &rows) = arena_format(&arena, "r%05d", i);
    StepSketch step = step_of(NULL, NULL, false);
    step.after = names_join(&arena, &rows, ",");
    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    step.before = step.after;
    step.after = "z";
    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "z");
}
END_TEST

static const StepSketch ENDLESS = {
    .revision = "a1",
    .before = "",
    .after = "a1",
    .unit_count = 1,
    .units = {{.statements = {
                   /* more than fits in the cache, so that the file itself is written to */
                   "CREATE TABLE big AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
                   "FROM c WHERE n < 6000) SELECT n, randomblob(1000) FROM c",
                   "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
                   "SELECT count(*) FROM c"}}}};

static volatile int signal_seen;
static int signal_closes = -1;

static void
on_alarm(int number)
{
    (void)number;
    if (signal_closes >= 0)
        (void)close(signal_closes);
    else
        signal_seen = SIGTERM;
}

/* In a moment, while the test is busy elsewhere: closes the descriptor, or (-1) sets signal_seen.
 */
static void
alarm_set(int closes)
{
    struct sigaction action = {.sa_handler = on_alarm};

    signal_closes = closes;
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    (void)alarm(1);
}

START_TEST(a_locked_database_is_busy_at_once_when_nothing_is_to_be_waited)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", NULL, false);
    SqliteHolder holder = sqlite_hold(file, "BEGIN IMMEDIATE");
    RunResult result;

    ck_assert(!run_step(&step, &result));
    ck_assert_int_eq(result.outcome, RUN_BUSY);
    ck_assert_int_eq(error.code, ERR_LOCKED);
    ck_assert_str_eq(error.message, "another program is writing to the database (waited 0.0 s)");
    ck_assert_str_eq(error.hint, "wait_for_lock says how long to wait");
    sqlite_let_go(&holder);
    ck_assert_msg(run_step(&step, &result), "%s", error.message);
}
END_TEST

START_TEST(a_lock_is_waited_for)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", NULL, false);
    SqliteHolder holder = sqlite_hold(file, "BEGIN EXCLUSIVE");
    RunResult result;

    DRIVER_SQLITE.close(connection);
    session.wait_for_lock = 60000;
    connection = open_another();
    alarm_set(holder.input);
    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    sqlite_let_go(&holder);
}
END_TEST

START_TEST(a_signal_ends_the_wait_for_a_lock)
{
    const StepSketch step = step_of("CREATE TABLE account (id integer)", NULL, false);
    const SketchUnits units = units_of(&step);
    const RunEvents events = {.interrupted = &signal_seen};
    SqliteHolder holder = sqlite_hold(file, "BEGIN IMMEDIATE");
    RunResult result;

    DRIVER_SQLITE.close(connection);
    session.wait_for_lock = 60000;
    connection = open_another();
    alarm_set(-1);
    ck_assert(!run_units(&units, &events, &result));
    ck_assert_int_eq(result.outcome, RUN_INTERRUPTED);
    sqlite_let_go(&holder);
}
END_TEST

START_TEST(a_signal_ends_a_statement_and_its_unit)
{
    const SketchUnits units = units_of(&ENDLESS);
    const RunEvents events = {.interrupted = &signal_seen};
    RunResult result;

    alarm_set(-1);
    ck_assert(!run_units(&units, &events, &result));
    ck_assert_int_eq(result.outcome, RUN_INTERRUPTED);
    ck_assert_int_eq(error.code, ERR_TERMINATED);
    ck_assert_str_eq(error.message, "interrupted");
    ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_schema"), "0");
}
END_TEST

START_TEST(a_signal_before_the_run_leaves_all_as_it_is)
{
    const SketchUnits units = units_of(&ENDLESS);
    const RunEvents events = {.interrupted = &signal_seen};
    RunResult result;

    signal_seen = SIGINT;
    ck_assert(!run_units(&units, &events, &result));
    ck_assert_int_eq(result.outcome, RUN_INTERRUPTED);
    ck_assert_int_eq(error.code, ERR_INTERRUPTED);
    ck_assert_uint_eq(result.units_done, 0);
}
END_TEST

START_TEST(a_run_that_is_killed_leaves_nothing)
{
    enum { MEGABYTE = 1000000 };
    const SketchUnits units = units_of(&ENDLESS);
    struct stat written = {0};
    int status = 0;
    RunResult result;

    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        connection = open_another();
        (void)run_units(&units, NULL, &result);
        _exit(1);
    }
    while (stat(file, &written) != 0 || written.st_size < MEGABYTE)
        ck_assert_int_eq(waitpid(child, &status, WNOHANG), 0);
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_schema"), "0");
}
END_TEST

START_TEST(statements_without_a_transaction_run_between_their_journal)
{
    const StepSketch step = step_of("VACUUM", "PRAGMA journal_mode = wal", true);
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_str_eq(ask("SELECT state, done, total FROM migrate_history"), "done|2|2");
    ck_assert_str_eq(ask("PRAGMA journal_mode"), "wal");
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "a1");
}
END_TEST

START_TEST(an_empty_unit_without_a_transaction_ends_its_step)
{
    const StepSketch step = step_of(NULL, NULL, true);
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert_str_eq(ask("SELECT state, done, total FROM migrate_history"), "done|0|0");
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "a1");
}
END_TEST

START_TEST(a_transaction_left_open_is_refused_and_rolled_back)
{
    const StepSketch step = step_of("CREATE TABLE a (id integer)", "BEGIN", true);
    RunResult result;

    ck_assert(!run_step(&step, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_str_eq(error.message, "the statement leaves a transaction open");
    ck_assert_uint_eq(error.place.line, 2);
    ck_assert_str_eq(ask("SELECT state, done FROM migrate_history"), "running|1");
}
END_TEST

START_TEST(what_a_unit_without_a_transaction_sets_does_not_outlive_it)
{
    const StepSketch step =
        step_of("PRAGMA ignore_check_constraints = ON", "ATTACH ':memory:' AS leak", true);
    StepSketch next = step_of("CREATE TABLE leak.t (id integer)", NULL, false);
    RunResult result;

    ck_assert_msg(run_step(&step, &result), "%s", error.message);
    ck_assert(!run_step(&next, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    next.before = "a1";
    next.after = "b2";
    ck_assert(!run_step(&next, &result));
    ck_assert_str_eq(error.message, "unknown database leak");
}
END_TEST

START_TEST(two_runs_are_kept_apart_without_a_transaction_too)
{
    const StepSketch step = step_of("CREATE TABLE a (id integer)", NULL, true);
    const int other = open(folder, O_RDONLY);
    RunResult result;

    ck_assert_int_eq(flock(other, LOCK_EX), 0);
    ck_assert(!run_step(&step, &result));
    ck_assert_int_eq(result.outcome, RUN_BUSY);
    ck_assert_int_eq(error.code, ERR_LOCKED);
    ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_schema"), "0");
    (void)close(other);
    ck_assert_msg(run_step(&step, &result), "%s", error.message);
}
END_TEST

START_TEST(units_joined_in_one_transaction_fail_together)
{
    StepSketch steps[] = {step_of("CREATE TABLE a (id integer)", NULL, false),
                          step_of("CREATE TABLE b (id integer)", "DROP TABLE gone", false)};
    Unit joined = {0};
    RunResult result;

    steps[1].revision = "b2";
    steps[1].before = "a1";
    steps[1].after = "b2";
    for (size_t i = 0; i < 2; i++) {
        const SketchUnits units = units_of(&steps[i]);
        const Statements *statements = &units.at[0].statements;
        if (i == 0)
            joined = (Unit){.revision = "a1", .message = "", .is_transactional = true};
        for (size_t j = 0; j < statements->len; j++) {
            const StatementRole role = statements->at[j].role;
            if ((i == 0 || role != STATEMENT_BEGIN) && (i == 1 || role != STATEMENT_COMMIT))
                *VEC_ADD(&arena, &joined.statements) = statements->at[j];
        }
    }
    ck_assert(!DRIVER_SQLITE.run(connection, &joined, 1, NULL, &arena, &result, &error));
    ck_assert_str_eq(error.message, "no such table: gone");
    ck_assert_str_eq(ask("SELECT count(*) FROM sqlite_schema"), "0");
    for (size_t i = 0; i < joined.statements.len; i++) {
        if (slice_is(joined.statements.at[i].text, "DROP TABLE gone"))
            joined.statements.at[i].text = slice_of("SELECT 1");
    }
    ck_assert_msg(DRIVER_SQLITE.run(connection, &joined, 1, NULL, &arena, &result, &error), "%s",
                  error.message);
    ck_assert_str_eq(ask("SELECT group_concat(revision || state) FROM migrate_history"),
                     "a1done,b2done");
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "b2");
}
END_TEST

/* Two units go into one commit; a signal ends the second. */
START_TEST(a_unit_that_ends_badly_takes_no_other_of_its_commit_with_it)
{
    const StepSketch first = step_of("CREATE TABLE a (id integer)", NULL, false);
    StepSketch second = ENDLESS;
    SketchUnits units = units_of(&first);
    const RunEvents events = {.interrupted = &signal_seen};
    RunResult result;

    second.revision = "b2";
    second.before = "a1";
    second.after = "b2";
    *VEC_ADD(&arena, &units) = units_of(&second).at[0];
    alarm_set(-1);
    ck_assert(!run_units(&units, &events, &result));
    ck_assert_int_eq(result.outcome, RUN_INTERRUPTED);
    ck_assert_uint_eq(result.units_done, 1);
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "a1");
    ck_assert_str_eq(ask("SELECT group_concat(revision || state) FROM migrate_history"), "a1done");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, an_upgrade_writes_all_of_its_history_row);
    tcase_add_loop_test(tcase, a_failing_statement_is_shown_where_it_is_wrong, 0,
                        sizeof FAILING_CASES / sizeof *FAILING_CASES);
    tcase_add_test(tcase, a_failing_unit_leaves_nothing);
    tcase_add_test(tcase, a_place_is_that_of_the_whole_file);
    tcase_add_test(tcase, comments_and_rows_of_a_query_are_passed_over);
    tcase_add_test(tcase, the_guard_says_what_it_refuses);
    tcase_add_test(tcase, many_rows_are_compared_as_a_set);
    tcase_add_test(tcase, a_locked_database_is_busy_at_once_when_nothing_is_to_be_waited);
    tcase_add_test(tcase, a_lock_is_waited_for);
    tcase_add_test(tcase, a_signal_ends_the_wait_for_a_lock);
    tcase_add_test(tcase, a_signal_ends_a_statement_and_its_unit);
    tcase_add_test(tcase, a_signal_before_the_run_leaves_all_as_it_is);
    tcase_add_test(tcase, a_unit_that_ends_badly_takes_no_other_of_its_commit_with_it);
    tcase_add_test(tcase, a_run_that_is_killed_leaves_nothing);
    tcase_add_test(tcase, statements_without_a_transaction_run_between_their_journal);
    tcase_add_test(tcase, an_empty_unit_without_a_transaction_ends_its_step);
    tcase_add_test(tcase, a_transaction_left_open_is_refused_and_rolled_back);
    tcase_add_test(tcase, what_a_unit_without_a_transaction_sets_does_not_outlive_it);
    tcase_add_test(tcase, two_runs_are_kept_apart_without_a_transaction_too);
    tcase_add_test(tcase, units_joined_in_one_transaction_fail_together);
}

int
main(void)
{
    return suite_main("drivers/sqlite/run", add);
}
