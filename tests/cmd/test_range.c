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

typedef struct SplitCase {
    const char *text;
    const char *from;
    const char *to;
} SplitCase;

static const SplitCase SPLITS[] = {
    {"head", "", "head"}, {"a:b", "a", "b"}, {"a,b : head", "a,b", "head"},
    {":b", "", "b"},      {"a:", "a", ""},   {"", "", ""},
};

START_TEST(a_range_has_a_start_and_an_end)
{
    const char *from = NULL;
    const char *to = NULL;

    ck_assert(range_split(SPLITS[_i].text, &arena, &from, &to, &err));
    ck_assert_str_eq(from, SPLITS[_i].from);
    ck_assert_str_eq(to, SPLITS[_i].to);
}
END_TEST

START_TEST(a_second_colon_is_refused)
{
    const char *from = NULL;
    const char *to = NULL;

    ck_assert(!range_split("a:b:c", &arena, &from, &to, &err));
    ck_assert_int_eq(err.code, ERR_USAGE);
    ck_assert_str_eq(err.message, "\"a:b:c\" is not a range");
}
END_TEST

START_TEST(only_the_word_current_asks_the_database)
{
    const Names *rows = &context.operands;

    ck_assert(range_current(&context, "base:head", &rows, &err));
    ck_assert_ptr_null(rows);
    ck_assert(!context.is_connected);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_range_has_a_start_and_an_end, 0,
                        (int)(sizeof SPLITS / sizeof SPLITS[0]));
    tcase_add_test(tcase, a_second_colon_is_refused);
    tcase_add_test(tcase, only_the_word_current_asks_the_database);
}

int
main(void)
{
    return suite_main("cmd/range", add);
}
