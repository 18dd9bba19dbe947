/* SPDX-License-Identifier: MIT */
#include "core/base/slice.h"

#include "tests/support/suite.h"

START_TEST(equality_is_of_length_and_bytes)
{
    ck_assert(slice_equals(SLICE("ab"), SLICE("ab")));
    ck_assert(!slice_equals(SLICE("ab"), SLICE("abc")));
    ck_assert(!slice_equals(SLICE("ab"), SLICE("aB")));
    ck_assert(slice_equals(SLICE(""), (Slice){NULL, 0}));
    ck_assert(slice_is(SLICE("ab"), "ab"));
    ck_assert(!slice_is((Slice){"ab", 1}, "ab"));
    ck_assert(slice_is(slice_of(NULL), ""));
}
END_TEST

START_TEST(case_is_ignored_in_ascii_only)
{
    ck_assert(slice_is_nocase(SLICE("CoMMit"), "commit"));
    ck_assert(!slice_is_nocase(SLICE("commi"), "commit"));
    ck_assert(!slice_is_nocase(SLICE("commits"), "commit"));
    ck_assert(!slice_is_nocase(SLICE("\xC3\x89"), "\xC3\xA9"));
    ck_assert(!slice_is_nocase(SLICE("@"), "`"));
}
END_TEST

START_TEST(starts_with_needs_the_whole_prefix)
{
    ck_assert(slice_starts_with(SLICE("abc"), "ab"));
    ck_assert(slice_starts_with(SLICE("abc"), ""));
    ck_assert(!slice_starts_with(SLICE("a"), "ab"));
    ck_assert(!slice_starts_with(SLICE(""), "ab"));
}
END_TEST

START_TEST(trim_takes_blanks_off_both_ends)
{
    ck_assert(slice_is(slice_trim(SLICE(" \t a b\r\n")), "a b"));
    ck_assert(slice_is(slice_trim(SLICE(" \t\r\n")), ""));
    ck_assert(slice_is(slice_trim((Slice){NULL, 0}), ""));
}
END_TEST

START_TEST(cut_tells_an_empty_rest_from_none)
{
    Slice rest = {NULL, 0};

    ck_assert(slice_is(slice_cut(SLICE("a,b,c"), ',', &rest), "a"));
    ck_assert(slice_is(rest, "b,c"));
    ck_assert(slice_is(slice_cut(SLICE("a,"), ',', &rest), "a"));
    ck_assert_ptr_nonnull(rest.at);
    ck_assert_uint_eq(rest.len, 0);
    ck_assert(slice_is(slice_cut(SLICE("a"), ',', &rest), "a"));
    ck_assert_ptr_null(rest.at);
    ck_assert(slice_is(slice_cut((Slice){NULL, 0}, ',', &rest), ""));
    ck_assert_ptr_null(rest.at);
}
END_TEST

static const struct {
    const char *text;
    bool is_number;
    unsigned number;
} NUMBERS[] = {
    {"0", true, 0},           {"007", true, 7},  {"999999999", true, 999999999},
    {"1000000000", false, 0}, {"", false, 0},    {"-1", false, 0},
    {"+1", false, 0},         {" 1", false, 0},  {"1 ", false, 0},
    {"1.5", false, 0},        {"0x1", false, 0}, {"\xD9\xA1", false, 0},
};

START_TEST(to_number_takes_digits_only)
{
    unsigned number = 0;
    const bool is_number = slice_to_number(slice_of(NUMBERS[_i].text), &number);

    ck_assert_msg(is_number == NUMBERS[_i].is_number, "\"%s\"", NUMBERS[_i].text);
    ck_assert_uint_eq(number, NUMBERS[_i].number);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, equality_is_of_length_and_bytes);
    tcase_add_test(tcase, case_is_ignored_in_ascii_only);
    tcase_add_test(tcase, starts_with_needs_the_whole_prefix);
    tcase_add_test(tcase, trim_takes_blanks_off_both_ends);
    tcase_add_test(tcase, cut_tells_an_empty_rest_from_none);
    tcase_add_loop_test(tcase, to_number_takes_digits_only, 0,
                        (int)(sizeof NUMBERS / sizeof NUMBERS[0]));
}

int
main(void)
{
    return suite_main("core/base/slice", add);
}
