/* SPDX-License-Identifier: MIT */
#include "core/base/names.h"

#include "tests/support/suite.h"

static Arena arena;

/* The words of `text`, cut at blanks. */
static Names
names_of(const char *text)
{
    Names names = {0};
    Slice rest = slice_of(text);

    while (rest.len > 0)
        *VEC_ADD(&arena, &names) = arena_copy(&arena, slice_cut(rest, ' ', &rest));
    return names;
}

START_TEST(sort_is_by_bytes)
{
    Names names = names_of("b a B aa \xC3\xA9 10 9");

    names_sort(&names);
    ck_assert_str_eq(names_join(&arena, &names, " "), "10 9 B a aa b \xC3\xA9");
    Names none = {0};
    names_sort(&none);
    ck_assert_uint_eq(none.len, 0);
}
END_TEST

START_TEST(contain_looks_for_the_whole_name)
{
    const Names names = names_of("one two");

    ck_assert(names_contain(&names, "two"));
    ck_assert(!names_contain(&names, "tw"));
    ck_assert(!names_contain(&names, ""));
}
END_TEST

START_TEST(equal_looks_at_names_and_order)
{
    const Names a = names_of("one two");
    const Names same = names_of("one two");
    const Names turned = names_of("two one");
    const Names shorter = names_of("one");
    const Names none = {0};

    ck_assert(names_equal(&a, &same));
    ck_assert(!names_equal(&a, &turned));
    ck_assert(!names_equal(&a, &shorter));
    ck_assert(names_equal(&none, &none));
}
END_TEST

START_TEST(join_puts_the_separator_between)
{
    const Names none = {0};
    const Names one = names_of("one");
    const Names three = names_of("one two three");

    ck_assert_str_eq(names_join(&arena, &none, ", "), "");
    ck_assert_str_eq(names_join(&arena, &one, ", "), "one");
    ck_assert_str_eq(names_join(&arena, &three, ", "), "one, two, three");
}
END_TEST

START_TEST(a_long_list_is_cut_for_people)
{
    static const struct {
        const char *names;
        const char *list;
    } CASES[] = {{"", ""},
                 {"a", "a"},
                 {"a b", "a and b"},
                 {"a b c d e f", "a, b, c, d, e and f"},
                 {"a b c d e f g", "a, b, c, d, e and 2 more"}};

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        const Names names = names_of(CASES[i].names);
        ck_assert_str_eq(names_list(&arena, &names), CASES[i].list);
    }
}
END_TEST

START_TEST(a_copy_is_a_list_of_its_own)
{
    Names names = names_of("one two");
    Names copy = names_copy(&arena, &names);

    *VEC_ADD(&arena, &copy) = "three";
    names.at[0] = "other";
    ck_assert_str_eq(names_join(&arena, &names, " "), "other two");
    ck_assert_str_eq(names_join(&arena, &copy, " "), "one two three");
}
END_TEST

START_TEST(remove_keeps_the_order_of_the_others)
{
    Names names = names_of("a b a c");

    names_remove(&names, "x");
    ck_assert_str_eq(names_join(&arena, &names, " "), "a b a c");
    names_remove(&names, "a");
    ck_assert_str_eq(names_join(&arena, &names, " "), "b c");
}
END_TEST

static void
tear_down(void)
{
    arena_release(&arena);
}

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, sort_is_by_bytes);
    tcase_add_test(tcase, contain_looks_for_the_whole_name);
    tcase_add_test(tcase, equal_looks_at_names_and_order);
    tcase_add_test(tcase, join_puts_the_separator_between);
    tcase_add_test(tcase, a_long_list_is_cut_for_people);
    tcase_add_test(tcase, a_copy_is_a_list_of_its_own);
    tcase_add_test(tcase, remove_keeps_the_order_of_the_others);
}

int
main(void)
{
    return suite_main("core/base/names", add);
}
