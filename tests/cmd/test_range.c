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

static const Case HISTORY[] = {
    {"a:d", "a b c d"}, {"b:d", "b c d"}, {":b", "a b"},     {":", "a b c d e x"},
    {"d:", "d e x"},    {"c:c", "c"},     {"x:", "b c d x"}, {"c:+1", "c b d"},
};

START_TEST(a_history_range_has_both_ends)
{
    bool marks[8] = {false};
    Names ids = {0};

    ck_assert_msg(range_mark(&context, HISTORY[_i].text, marks, &err), "%s", err.message);
    for (size_t i = 0; i < context.graph.count; i++) {
        if (marks[i])
            *VEC_ADD(&arena, &ids) = context.graph.nodes[i].revision->id;
    }
    Names expected = sample_names(&arena, HISTORY[_i].result);
    names_sort(&expected);
    ck_assert_str_eq(names_join(&arena, &ids, " "), names_join(&arena, &expected, " "));
}
END_TEST

typedef struct Refusal {
    const char *text;
    ErrorCode code;
    const char *message;
} Refusal;

static const Refusal REFUSALS[] = {
    {"b", ERR_USAGE, "\"b\" is not a history range"},
    {"a:b:c", ERR_USAGE, "\"a:b:c\" is not a range"},
    {"d:a", ERR_REVISION, "history range d:a: d is not an ancestor of the upper end"},
    {"x:d", ERR_REVISION, "history range x:d: x is not an ancestor of the upper end"},
};

START_TEST(what_is_no_history_range_is_refused)
{
    bool marks[8] = {false};

    ck_assert(!range_mark(&context, REFUSALS[_i].text, marks, &err));
    ck_assert_int_eq(err.code, REFUSALS[_i].code);
    ck_assert_str_eq(err.message, REFUSALS[_i].message);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_start_is_a_set_of_rows, 0, (int)(sizeof ROWS / sizeof ROWS[0]));
    tcase_add_test(tcase, a_start_with_an_ancestor_of_another_row_is_refused);
    tcase_add_test(tcase, a_start_that_no_file_defines_is_refused);
    tcase_add_loop_test(tcase, a_history_range_has_both_ends, 0,
                        (int)(sizeof HISTORY / sizeof HISTORY[0]));
    tcase_add_loop_test(tcase, what_is_no_history_range_is_refused, 0,
                        (int)(sizeof REFUSALS / sizeof REFUSALS[0]));
}

int
main(void)
{
    return suite_main("cmd/range", add);
}
