/* SPDX-License-Identifier: MIT */
/* How the fake fails; what it does when it does not is in tests/drivers/test_conformance.c. */
#include "tests/support/fake_driver.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Session session;
static const TableNames NAMES = {NULL, "migrate_version", "migrate_history", true};
static FakeDatabase fake;
static Connection *connection;

static void
set_up(void)
{
    arena = (Arena){0};
    error = (Error){.arena = &arena};
    fake = (FakeDatabase){.arena = &arena};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static bool
open_fake(bool *may_retry)
{
    const OpenOptions options = {.url = fake_url(&fake), .session = &session};

    return DRIVER_FAKE.open(&options, &arena, &connection, may_retry, &error);
}

/* Three steps, a unit each. */
static bool
run_three(RunResult *result)
{
    static const char *const ROWS[] = {"", "a1", "b2", "c3"};
    const SketchTarget target = {DRIVER_FAKE.dialect, &NAMES, &session};
    SketchUnits all = {0};

    for (size_t i = 0; i < 3; i++) {
        const StepSketch step = {.revision = ROWS[i + 1],
                                 .before = ROWS[i],
                                 .after = ROWS[i + 1],
                                 .unit_count = 1,
                                 .units = {{.statements = {"SELECT 1"}}}};
        *VEC_ADD(&arena, &all) = sketch_units(&target, &step, &arena).at[0];
    }
    return DRIVER_FAKE.run(connection, all.at, all.len, NULL, &arena, result, &error);
}

START_TEST(each_slot_counts_as_a_call)
{
    const Names none = {0};
    DatabaseState state;
    HistoryRows history;
    ObjectNames objects;
    RunResult result;
    bool may_retry = false;

    for (fake.fail_at = 1; fake.fail_at <= 6; fake.fail_at++) {
        fake.content = (FakeContent){0};
        fake.calls = 0;
        fake.outcome = RUN_LOST;
        ck_assert_int_eq(open_fake(&may_retry), fake.fail_at != 1);
        ck_assert(may_retry);
        if (fake.fail_at == 1)
            continue;
        ck_assert_int_eq(DRIVER_FAKE.state_read(connection, &NAMES, false, &arena, &state, &error),
                         fake.fail_at != 2);
        ck_assert_int_eq(run_three(&result), fake.fail_at != 3);
        ck_assert_int_eq(DRIVER_FAKE.history_read(connection, &state, &arena, &history, &error),
                         fake.fail_at != 4);
        ck_assert_int_eq(DRIVER_FAKE.objects_list(connection, &none, &arena, &objects, &error),
                         fake.fail_at != 5);
        ck_assert_int_eq(DRIVER_FAKE.reset(connection, &NAMES, &objects, &error),
                         fake.fail_at != 6);
        DRIVER_FAKE.close(connection);
        ck_assert_uint_eq(fake.connections, 0);
    }
}
END_TEST

typedef struct FaultCase {
    RunOutcome outcome;
    ErrorCode code;
    size_t fail_behind;
    size_t units_done;
    const char *rows;
    bool hides_one;
} FaultCase;

static const FaultCase FAULTS[] = {
    {RUN_FAILED, ERR_FAILED, 0, 0, "", false},
    {RUN_FAILED, ERR_FAILED, 2, 2, "b2", false},
    {RUN_NOT_PARSED, ERR_FAILED, 2, 0, "", false},
    {RUN_MOVED, ERR_STATE, 1, 1, "a1", false},
    {RUN_BUSY, ERR_LOCKED, 0, 0, "", false},
    {RUN_LOCK_TIMEOUT, ERR_LOCKED, 1, 1, "a1", false},
    {RUN_RETRY, ERR_FAILED, 1, 1, "a1", false},
    {RUN_LOST, ERR_CONNECT, 1, 1, "a1", false},
    {RUN_LOST, ERR_CONNECT, 1, 1, "b2", true},
    {RUN_LOST, ERR_CONNECT, 9, 3, "c3", true},
    {RUN_INTERRUPTED, ERR_INTERRUPTED, 2, 2, "b2", false},
};

START_TEST(a_run_fails_behind_so_many_units)
{
    const FaultCase *fault = &FAULTS[_i];
    RunResult result;
    bool may_retry = false;

    fake.fail_at = 2;
    fake.outcome = fault->outcome;
    fake.fail_behind = fault->fail_behind;
    fake.hides_one = fault->hides_one;
    ck_assert(open_fake(&may_retry));
    ck_assert(!run_three(&result));
    ck_assert_int_eq(result.outcome, fault->outcome);
    ck_assert_int_eq(error.code, fault->code);
    ck_assert_uint_eq(result.units_done, fault->units_done);
    ck_assert_str_eq(names_join(&arena, &fake.content.rows, ","), fault->rows);
    ck_assert_uint_eq(fake.runs, 1);
    DRIVER_FAKE.close(connection);
}
END_TEST

START_TEST(a_busy_database_is_read_all_the_same)
{
    DatabaseState state;
    bool may_retry = false;

    fake.fail_at = 2;
    fake.outcome = RUN_BUSY;
    ck_assert(open_fake(&may_retry));
    ck_assert(DRIVER_FAKE.state_read(connection, &NAMES, true, &arena, &state, &error));
    ck_assert(state.is_busy);
    ck_assert(DRIVER_FAKE.state_read(connection, &NAMES, true, &arena, &state, &error));
    ck_assert(!state.is_busy);
    DRIVER_FAKE.close(connection);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, each_slot_counts_as_a_call);
    tcase_add_loop_test(tcase, a_run_fails_behind_so_many_units, 0, sizeof FAULTS / sizeof *FAULTS);
    tcase_add_test(tcase, a_busy_database_is_read_all_the_same);
}

int
main(void)
{
    return suite_main("support/fake_driver", add);
}
