/* SPDX-License-Identifier: MIT */
/* Runs on the scripted fake: whatever call fails, in whatever way, the rows agree with what was
 * applied, and another run finishes the work. */
#include "core/runner.h"

#include <string.h>

#include "tests/support/fake_driver.h"
#include "tests/support/project.h"
#include "tests/support/suite.h"

enum { STATEMENTS = 6 };

/* What the revisions of ladder() run, in order, and the rows behind each. */
static const char *const RAN[STATEMENTS] = {"CREATE TABLE a (x)", "VACUUM one",
                                            "VACUUM two",         "CREATE TABLE c (x)",
                                            "INSERT c",           "CREATE TABLE d (x)"};
static const char *const ROWS[STATEMENTS + 1] = {"", "a", "a", "b", "b", "c", "d"};

static Arena arena;
static Error error;
static FakeDatabase database;
static Project project;
static int64_t clock_now;
static volatile int interrupted;

static int64_t
now(void)
{
    return clock_now;
}

static void
sleep_for(int64_t milliseconds)
{
    clock_now += milliseconds;
}

static void
set_up(void)
{
    error = (Error){.arena = &arena};
    database = (FakeDatabase){.arena = &arena};
    clock_now = 1000;
    interrupted = 0;
    project_begin(&project, &arena, fake_url(&database));
    project.driver = &DRIVER_FAKE;
    project.runner.now = now;
    project.runner.sleep = sleep_for;
    project.runner.interrupted = &interrupted;
}

static void
tear_down(void)
{
    ck_assert_uint_eq(database.connections, 0);
    arena_release(&arena);
}

/* A revision of one transaction, one without, one of two, one more. */
static void
ladder(void)
{
    project_write(&project, "a", "",
                  "-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP a;");
    project_write(&project, "b", "a",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM two;\n-- migrate:down\n");
    project_write(&project, "c", "b",
                  "-- migrate:up\nCREATE TABLE c (x);\n-- migrate:up transaction:new\nINSERT c;\n"
                  "-- migrate:down\nDROP c;\n");
    project_write(&project, "d", "c",
                  "-- migrate:up\nCREATE TABLE d (x);\n-- migrate:down\nDROP d;");
}

static const char *
rows(void)
{
    return names_join(&arena, &database.content.rows, ",");
}

static bool
upgrade(const char *target)
{
    error = (Error){.arena = &arena};
    return project_run(&project, DIRECTION_UPGRADE, target, &error);
}

/* Everything ran at most once and in order, and the rows say how far. */
static void
require_agreement(const char *when)
{
    const Names *ran = &database.content.ran;

    ck_assert_msg(ran->len <= STATEMENTS, "%s: %s", when, names_join(&arena, ran, "; "));
    for (size_t i = 0; i < ran->len; i++)
        ck_assert_msg(strcmp(ran->at[i], RAN[i]) == 0, "%s: %s", when,
                      names_join(&arena, ran, "; "));
    ck_assert_msg(strcmp(rows(), ROWS[ran->len]) == 0, "%s: %zu statements ran, rows: %s", when,
                  ran->len, rows());
}

static const RunOutcome OUTCOMES[] = {RUN_FAILED,       RUN_NOT_PARSED, RUN_MOVED, RUN_BUSY,
                                      RUN_LOCK_TIMEOUT, RUN_RETRY,      RUN_LOST,  RUN_INTERRUPTED};

enum {
    OUTCOME_COUNT = sizeof OUTCOMES / sizeof *OUTCOMES,
    BEHIND = 5,
};

/* One run with call number fail_at failing; false when there are not so many calls. */
static bool
climb(size_t fail_at, RunOutcome outcome, size_t behind, bool hides_one)
{
    const char *when = arena_format(&arena, "call %zu, outcome %d, behind %zu%s", fail_at,
                                    (int)outcome, behind, hides_one ? ", hiding one" : "");

    database = (FakeDatabase){.arena = &arena,
                              .fail_at = fail_at,
                              .outcome = outcome,
                              .fail_behind = behind,
                              .hides_one = hides_one};
    const bool is_done = upgrade("head");
    require_agreement(when);
    ck_assert_msg(is_done || error.message != NULL, "%s", when);
    ck_assert_msg(!is_done || database.content.ran.len == STATEMENTS, "%s: done, but %s", when,
                  rows());
    ck_assert_msg(is_done || strcmp(project_rows(&project), rows()) == 0 ||
                      error.code == ERR_CONNECT,
                  "%s: rows %s, said to be %s", when, rows(), project_rows(&project));
    ck_assert_uint_eq(database.connections, 0);
    const bool has_failed = database.calls >= fail_at;
    database.fail_at = 0;
    ck_assert_msg(upgrade("head"), "%s: again: %s", when, error.message);
    require_agreement(when);
    ck_assert_str_eq(rows(), "d");
    return has_failed;
}

START_TEST(whatever_call_fails_the_rows_agree_with_what_was_applied)
{
    const RunOutcome outcome = OUTCOMES[_i];

    ladder();
    for (size_t behind = 0; behind < BEHIND; behind++) {
        for (size_t fail_at = 1; climb(fail_at, outcome, behind, false); fail_at++)
            ;
        if (outcome != RUN_LOST)
            continue;
        for (size_t fail_at = 1; climb(fail_at, outcome, behind, true); fail_at++)
            ;
    }
}
END_TEST

START_TEST(transient_failures_are_no_failure_of_the_run)
{
    static const RunOutcome PASSING[] = {RUN_MOVED, RUN_BUSY, RUN_LOCK_TIMEOUT, RUN_RETRY,
                                         RUN_LOST};

    ladder();
    database.fail_at = 3; /* open, read, run */
    database.outcome = PASSING[_i];
    database.fail_behind = 1;
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(rows(), "d");
    ck_assert_uint_eq(project.steps, 4);
}
END_TEST

START_TEST(a_step_that_stopped_is_gone_on_with_behind_what_was_done)
{
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM no_such;\nVACUUM two;\n");
    ck_assert(!upgrade("head"));
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(names_join(&arena, &database.content.ran, "; "), "VACUUM one");
    ck_assert_ptr_nonnull(project.runner.state.open);
    ck_assert_uint_eq(project.runner.state.open->done, 1);
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM better;\nVACUUM two;\n");
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(names_join(&arena, &database.content.ran, "; "),
                     "VACUUM one; VACUUM better; VACUUM two");
    ck_assert_str_eq(rows(), "a");
}
END_TEST

START_TEST(a_step_whose_done_statements_changed_is_not_gone_on_with)
{
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM no_such;\n");
    ck_assert(!upgrade("head"));
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM other;\nVACUUM better;\n");
    ck_assert(!upgrade("head"));
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert_str_eq(error.message,
                     "statements of a that have run already (1 to 1) are not what they were");
}
END_TEST

START_TEST(a_step_that_stopped_upwards_is_in_the_way_of_a_downgrade)
{
    ladder();
    ck_assert_msg(upgrade("a"), "%s", error.message);
    project_write(
        &project, "b", "a",
        "-- migrate:up transaction:false\nVACUUM one;\nVACUUM no_such;\n-- migrate:down\n");
    ck_assert(!upgrade("head"));
    ck_assert(!project_run(&project, DIRECTION_DOWNGRADE, "base", &error));
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert_int_eq(error_exit_status(error.code), 7);
    ck_assert_str_eq(error.message, "the upgrade of b stopped after statement 1 of 2");
    ck_assert_str_eq(
        error.hint,
        "finish it by another upgrade, or settle it: migrate resolve b --retry | --done | --abandon");
    ck_assert_str_eq(rows(), "a");
}
END_TEST

static bool
resolve(Resolution resolution)
{
    error = (Error){.arena = &arena};
    return project_resolve(&project, resolution, &error);
}

/* Stops in its second statement of three. */
static void
stop_in_the_middle(void)
{
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM no_such;\nVACUUM two;\n");
    ck_assert(!upgrade("head"));
}

START_TEST(a_statement_that_is_said_to_be_done_is_passed_over)
{
    stop_in_the_middle();
    ck_assert_msg(resolve(RESOLVE_DONE), "%s", error.message);
    ck_assert_uint_eq(project.runner.state.open->done, 2);
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(names_join(&arena, &database.content.ran, "; "), "VACUUM one; VACUUM two");
    ck_assert_str_eq(rows(), "a");
}
END_TEST

START_TEST(a_step_whose_last_statement_is_said_to_be_done_is_done)
{
    project_write(&project, "a", "",
                  "-- migrate:up transaction:false\nVACUUM one;\nVACUUM no_such;\n");
    ck_assert(!upgrade("head"));
    ck_assert_msg(resolve(RESOLVE_DONE), "%s", error.message);
    ck_assert_ptr_null(project.runner.state.open);
    ck_assert_str_eq(rows(), "a");
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_uint_eq(project.steps, 0);
}
END_TEST

START_TEST(a_step_that_is_given_up_leaves_the_rows_and_is_in_nobodys_way)
{
    stop_in_the_middle();
    ck_assert_msg(resolve(RESOLVE_ABANDON), "%s", error.message);
    ck_assert_ptr_null(project.runner.state.open);
    ck_assert_str_eq(rows(), "");
    ck_assert_str_eq(database.content.history.at[0].state, "abandoned");
    ck_assert(!upgrade("head"));
    ck_assert_str_eq(names_join(&arena, &database.content.ran, "; "), "VACUUM one; VACUUM one");
}
END_TEST

START_TEST(a_statement_that_is_to_be_run_again_is)
{
    stop_in_the_middle();
    ck_assert_msg(resolve(RESOLVE_RETRY), "%s", error.message);
    ck_assert_str_eq(project.runner.state.open->state, "failed");
    ck_assert_uint_eq(project.runner.state.open->done, 1);
}
END_TEST

START_TEST(there_is_nothing_to_settle_where_nothing_has_stopped)
{
    ladder();
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert(!resolve(RESOLVE_DONE));
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert_str_eq(error.message, "no revision stands half applied");
}
END_TEST

static bool
make_tables(bool *is_made)
{
    error = (Error){.arena = &arena};
    return project_make_tables(&project, is_made, &error);
}

START_TEST(tables_are_made_once_and_nothing_else_whatever_call_fails)
{
    size_t fail_at = 0;
    bool is_made = false;

    ladder();
    do {
        database = (FakeDatabase){.arena = &arena, .fail_at = ++fail_at, .outcome = OUTCOMES[_i]};
        const bool is_done = make_tables(&is_made);
        const bool has_failed = database.calls >= fail_at;
        ck_assert_msg(is_done || (has_failed && !is_made), "call %zu: %s", fail_at, error.message);
        database.fail_at = 0;
        ck_assert_msg(make_tables(&is_made), "call %zu, again: %s", fail_at, error.message);
        ck_assert(database.content.has_tables);
        ck_assert(make_tables(&is_made) && !is_made);
        ck_assert_uint_eq(database.content.ran.len, 0);
        ck_assert_str_eq(rows(), "");
        fail_at = has_failed ? fail_at : 0;
    } while (fail_at > 0);
}
END_TEST

START_TEST(tables_that_are_there_stay_as_they_are)
{
    bool is_made = true;

    ladder();
    ck_assert(upgrade("b"));
    ck_assert(make_tables(&is_made));
    ck_assert(!is_made);
    ck_assert_str_eq(rows(), "b");
}
END_TEST

/* What a run told. */
static Buf told;

static void
step_started(void *context, const Step *step, const Names *before, const Names *after)
{
    (void)context;
    (void)before;
    (void)after;
    buf_addf(&told, "started %s\n", step->revision->id);
}

static void
step_finished(void *context, const Step *step, const Names *before, const Names *after,
              int64_t milliseconds)
{
    (void)context;
    (void)milliseconds;
    buf_addf(&told, "finished %s %s -> %s\n", step->revision->id, names_join(&arena, before, ","),
             names_join(&arena, after, ","));
}

START_TEST(one_transaction_for_all_tells_of_every_step)
{
    told = (Buf){.arena = &arena};
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x);\n");
    project_write(&project, "b", "a", "-- migrate:up\nCREATE TABLE b (x);\n");
    project_write(&project, "c", "b", "-- migrate:up\n");
    project.config.transaction_all = true;
    project.runner.events =
        (RunnerEvents){.step_started = step_started, .step_finished = step_finished};
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(buf_text(&told), "started a\nfinished a  -> a\nstarted b\nfinished b a -> b\n"
                                      "started c\nfinished c b -> c\n");
    ck_assert_uint_eq(project.steps, 3);
    ck_assert_uint_eq(database.runs, 1);
}
END_TEST

static void
statement_started(void *context, const Step *step, const Unit *unit, const Statement *statement)
{
    (void)context;
    buf_addf(&told, "%s %zu of %zu: %.*s", step->revision->id, statement->number, unit->total,
             SLICE_ARGS(statement->text));
}

static void
statement_finished(void *context, const Step *step, const Unit *unit, const Statement *statement,
                   int64_t milliseconds)
{
    (void)context;
    (void)milliseconds;
    buf_addf(&told, ", ended %s %zu of %zu\n", step->revision->id, statement->number, unit->total);
}

/* In one transaction for all, and in one for each. */
START_TEST(statements_are_told_with_their_step_and_number)
{
    told = (Buf){.arena = &arena};
    project_write(&project, "a", "", "-- migrate:up\nx;\n");
    project_write(&project, "b", "a", "-- migrate:up\ny;\nz;\n-- migrate:up transaction:new\nw;");
    project_write(&project, "c", "b", "-- migrate:up\n");
    project_write(&project, "d", "c", "-- migrate:up\nv;\nu;\n");
    project.config.transaction_all = _i == 1;
    project.runner.events = (RunnerEvents){.statement_started = statement_started,
                                           .statement_finished = statement_finished,
                                           .told_from = 1};
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(buf_text(&told), "a 1 of 1: x, ended a 1 of 1\nb 1 of 3: y, ended b 1 of 3\n"
                                      "b 2 of 3: z, ended b 2 of 3\nb 3 of 3: w, ended b 3 of 3\n"
                                      "d 1 of 2: v, ended d 1 of 2\nd 2 of 2: u, ended d 2 of 2\n");
}
END_TEST

START_TEST(statements_of_small_units_are_not_told)
{
    told = (Buf){.arena = &arena};
    project_write(&project, "a", "",
                  "-- migrate:up\nw;\nx;\n-- migrate:up transaction:new\ny;\nz;\nv;");
    project.runner.events = (RunnerEvents){.statement_started = statement_started,
                                           .statement_finished = statement_finished,
                                           .told_from = 3};
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(buf_text(&told), "a 3 of 5: y, ended a 3 of 5\na 4 of 5: z, ended a 4 of 5\n"
                                      "a 5 of 5: v, ended a 5 of 5\n");
}
END_TEST

START_TEST(the_only_statement_of_a_unit_is_told)
{
    told = (Buf){.arena = &arena};
    project_write(&project, "a", "", "-- migrate:up\nw;\n-- migrate:up transaction:new\nx;\ny;\n");
    project.runner.events = (RunnerEvents){.statement_started = statement_started,
                                           .statement_finished = statement_finished,
                                           .told_from = 3};
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(buf_text(&told), "a 1 of 3: w, ended a 1 of 3\n");
}
END_TEST

static void
planned(void *context, size_t steps)
{
    (void)context;
    buf_addf(&told, "%zu to go\n", steps);
}

START_TEST(a_run_tells_how_many_steps_it_has_planned)
{
    told = (Buf){.arena = &arena};
    project_write(&project, "a", "", "-- migrate:up\nx;\n");
    project_write(&project, "b", "a", "-- migrate:up\ny;\n");
    project.runner.events = (RunnerEvents){.planned = planned, .step_started = step_started};
    ck_assert_msg(upgrade("head"), "%s", error.message);
    ck_assert_str_eq(buf_text(&told), "2 to go\nstarted a\nstarted b\n");
}
END_TEST

START_TEST(one_transaction_for_all_leaves_nothing_when_a_step_fails)
{
    project_write(&project, "a", "", "-- migrate:up\nCREATE TABLE a (x);\n");
    project_write(&project, "b", "a", "-- migrate:up\nno_such;\n");
    project.config.transaction_all = true;
    ck_assert(!upgrade("head"));
    ck_assert_uint_eq(database.content.ran.len, 0);
    ck_assert_str_eq(rows(), "");
    ck_assert_uint_eq(project.steps, 0);
}
END_TEST

START_TEST(one_transaction_for_all_refuses_a_section_without_one)
{
    ladder();
    project.config.transaction_all = true;
    ck_assert(!upgrade("head"));
    ck_assert_int_eq(error.code, ERR_REVISION);
    ck_assert_str_eq(error.message, "transaction: all cannot hold revision b, which has a section "
                                    "without a transaction");
    ck_assert_uint_eq(database.content.ran.len, 0);
}
END_TEST

static bool
always_busy(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
            Arena *on, RunResult *result, Error *err)
{
    (void)connection;
    (void)units;
    (void)count;
    (void)events;
    (void)on;
    database.runs++;
    *result = (RunResult){.outcome = RUN_BUSY};
    return error_set(err, ERR_LOCKED, "could not obtain lock on relation \"migrate_version\"");
}

START_TEST(a_table_that_somebody_else_keeps_locked_is_polled_for_and_then_given_up)
{
    Driver driver = DRIVER_FAKE;

    driver.run = always_busy;
    project.driver = &driver;
    ladder();
    ck_assert(!upgrade("head"));
    ck_assert_int_eq(error.code, ERR_LOCKED);
    ck_assert_str_eq(error.message, "the version table is still locked after 60 s: could not "
                                    "obtain lock on relation \"migrate_version\"");
    ck_assert_int_eq(clock_now, 61000);
    ck_assert_uint_lt(database.runs, 50);
}
END_TEST

START_TEST(nothing_to_do_reads_once_and_runs_nothing)
{
    ladder();
    ck_assert(upgrade("head"));
    database.calls = 0;
    database.runs = 0;
    ck_assert(upgrade("head"));
    ck_assert_uint_eq(database.calls, 2); /* open, read */
    ck_assert_uint_eq(database.runs, 0);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, whatever_call_fails_the_rows_agree_with_what_was_applied, 0,
                        OUTCOME_COUNT);
    tcase_add_loop_test(tcase, transient_failures_are_no_failure_of_the_run, 0, 5);
    tcase_add_test(tcase, a_step_that_stopped_is_gone_on_with_behind_what_was_done);
    tcase_add_test(tcase, a_step_whose_done_statements_changed_is_not_gone_on_with);
    tcase_add_test(tcase, a_step_that_stopped_upwards_is_in_the_way_of_a_downgrade);
    tcase_add_test(tcase, a_statement_that_is_said_to_be_done_is_passed_over);
    tcase_add_test(tcase, a_step_whose_last_statement_is_said_to_be_done_is_done);
    tcase_add_test(tcase, a_step_that_is_given_up_leaves_the_rows_and_is_in_nobodys_way);
    tcase_add_test(tcase, a_statement_that_is_to_be_run_again_is);
    tcase_add_test(tcase, there_is_nothing_to_settle_where_nothing_has_stopped);
    tcase_add_loop_test(tcase, tables_are_made_once_and_nothing_else_whatever_call_fails, 0,
                        OUTCOME_COUNT);
    tcase_add_test(tcase, tables_that_are_there_stay_as_they_are);
    tcase_add_test(tcase, one_transaction_for_all_tells_of_every_step);
    tcase_add_loop_test(tcase, statements_are_told_with_their_step_and_number, 0, 2);
    tcase_add_test(tcase, statements_of_small_units_are_not_told);
    tcase_add_test(tcase, the_only_statement_of_a_unit_is_told);
    tcase_add_test(tcase, a_run_tells_how_many_steps_it_has_planned);
    tcase_add_test(tcase, one_transaction_for_all_leaves_nothing_when_a_step_fails);
    tcase_add_test(tcase, one_transaction_for_all_refuses_a_section_without_one);
    tcase_add_test(tcase, a_table_that_somebody_else_keeps_locked_is_polled_for_and_then_given_up);
    tcase_add_test(tcase, nothing_to_do_reads_once_and_runs_nothing);
}

int
main(void)
{
    return suite_main("core/runner", add);
}
