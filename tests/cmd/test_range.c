/* SPDX-License-Identifier: MIT */
#include "cmd/range.h"

#include "tests/cmd/sample.h"
#include "tests/support/suite.h"

static Arena arena;
static Context context;
static Error err;

static void
set_up(void)
{
    arena = (Arena){0};
    err = (Error){.arena = &arena};
    context = (Context){.arena = &arena};
    sample_graph(&arena, &context.graph);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

typedef struct Case {
    const char *text;
    const char *result; /* ids with blanks between */
} Case;

static const Case ROWS[] = {
    {"", ""}, {"base", ""}, {"b", "b"}, {"x,d", "d x"}, {"d, x, d", "d x"}, {"lib", "b"},
};

START_TEST(a_start_is_a_set_of_rows)
{
    Names rows;

    ck_assert_msg(range_rows(&context, ROWS[_i].text, &rows, &err), "%s", err.message);
    ck_assert_str_eq(names_join(&arena, &rows, " "), ROWS[_i].result);
}
END_TEST

START_TEST(a_start_with_an_ancestor_of_another_row_is_refused)
{
    Names rows;

    ck_assert(!range_rows(&context, "d,a", &rows, &err));
    ck_assert_int_eq(err.code, ERR_REVISION);
    ck_assert_str_eq(err.message, "a is an ancestor of d: both cannot be version rows");
    ck_assert_str_eq(err.hint, "leave a out");
}
END_TEST

START_TEST(a_start_that_no_file_defines_is_refused)
{
    Names rows;

    ck_assert(!range_rows(&context, "d,nope", &rows, &err));
    ck_assert_int_eq(err.code, ERR_REVISION);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_start_is_a_set_of_rows, 0, (int)(sizeof ROWS / sizeof ROWS[0]));
    tcase_add_test(tcase, a_start_with_an_ancestor_of_another_row_is_refused);
    tcase_add_test(tcase, a_start_that_no_file_defines_is_refused);
}

int
main(void)
{
    return suite_main("cmd/range", add);
}
