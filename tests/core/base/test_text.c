/* SPDX-License-Identifier: MIT */
#include "core/base/text.h"

#include <string.h>

#include "tests/support/suite.h"

/* RFC 3629 and the table 3-7 of the Unicode standard: where the first wrong byte is. */
static const struct {
    const char *text;
    size_t wrong; /* SIZE_MAX: valid */
} UTF8[] = {
    {"", SIZE_MAX},
    {"plain", SIZE_MAX},
    {"\xC2\x80", SIZE_MAX},
    {"\xDF\xBF", SIZE_MAX},
    {"\xE0\xA0\x80", SIZE_MAX},
    {"\xED\x9F\xBF", SIZE_MAX},
    {"\xEE\x80\x80", SIZE_MAX},
    {"\xEF\xBF\xBF", SIZE_MAX},
    {"\xF0\x90\x80\x80", SIZE_MAX},
    {"\xF4\x8F\xBF\xBF", SIZE_MAX},
    {"ab\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z", SIZE_MAX},
    {"a\x80", 1},             /* a continuation alone */
    {"a\xC0\x80", 1},         /* overlong NUL */
    {"a\xC1\xBF", 1},         /* overlong DEL */
    {"a\xE0\x9F\xBF", 1},     /* overlong */
    {"a\xF0\x8F\xBF\xBF", 1}, /* overlong */
    {"a\xED\xA0\x80", 1},     /* a surrogate */
    {"a\xF4\x90\x80\x80", 1}, /* past U+10FFFF */
    {"a\xF5\x80\x80\x80", 1},
    {"a\xFF", 1},
    {"ab\xC3", 2}, /* cut off */
    {"ab\xE2\x82", 2},
    {"ab\xF0\x9F\x98", 2},
    {"\xC3\xA9\xC3(", 2},
    {"\xE2\x82(", 0},
    {"\xF0\x9F\x98(", 0},
};

START_TEST(utf8_check_finds_the_first_wrong_byte)
{
    const Slice text = slice_of(UTF8[_i].text);

    ck_assert_uint_eq(utf8_check(text), UTF8[_i].wrong == SIZE_MAX ? text.len : UTF8[_i].wrong);
}
END_TEST

START_TEST(utf8_check_agrees_with_itself_at_every_offset)
{
    char text[64];

    /* a wrong byte behind any number of right ones is found where it is */
    for (size_t before = 0; before < 40; before++) {
        memset(text, 'x', sizeof text);
        text[before] = '\xFF';
        ck_assert_uint_eq(utf8_check((Slice){text, sizeof text}), before);
    }
}
END_TEST

START_TEST(count_and_offset_are_in_characters)
{
    const Slice text = SLICE("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    static const size_t OFFSETS[] = {0, 1, 3, 6, 10, 11, 11, 11};

    ck_assert_uint_eq(utf8_count(text), 5);
    ck_assert_uint_eq(utf8_count(SLICE("")), 0);
    for (size_t i = 0; i < sizeof OFFSETS / sizeof OFFSETS[0]; i++)
        ck_assert_uint_eq(utf8_offset(text, i), OFFSETS[i]);
}
END_TEST

static const struct {
    const char *a;
    const char *b;
    size_t limit;
    size_t distance;
} DISTANCES[] = {
    {"", "", 2, 0},
    {"revision", "revision", 2, 0},
    {"Revision", "REVISION", 2, 0},
    {"revison", "revision", 2, 1},   /* left out */
    {"revisiion", "revision", 2, 1}, /* too much */
    {"revixion", "revision", 2, 1},  /* another */
    {"reivsion", "revision", 2, 1},  /* neighbours swapped */
    {"reviser", "revises", 2, 1},
    {"kitten", "sitting", 5, 3},
    {"kitten", "sitting", 2, 3}, /* over the limit */
    {"a", "abcd", 2, 3},
    {"abcd", "a", 2, 3},
    {"", "ab", 2, 2},
};

START_TEST(distance_counts_edits)
{
    const Slice a = slice_of(DISTANCES[_i].a);
    const Slice b = slice_of(DISTANCES[_i].b);

    ck_assert_uint_eq(text_distance(a, b, DISTANCES[_i].limit), DISTANCES[_i].distance);
    ck_assert_uint_eq(text_distance(b, a, DISTANCES[_i].limit), DISTANCES[_i].distance);
}
END_TEST

START_TEST(long_words_are_equal_or_far)
{
    char word[80];

    memset(word, 'x', sizeof word);
    ck_assert_uint_eq(text_distance((Slice){word, 80}, (Slice){word, 80}, 2), 0);
    ck_assert_uint_eq(text_distance((Slice){word, 80}, (Slice){word, 79}, 2), 3);
    ck_assert_uint_eq(text_distance((Slice){word, 64}, (Slice){word, 63}, 2), 1);
}
END_TEST

START_TEST(nearest_is_the_first_of_the_nearest)
{
    static const char *const WORDS[] = {"url", "role", "timezone", "recursive", NULL};

    ck_assert_str_eq(text_nearest(SLICE("timezon"), WORDS), "timezone");
    ck_assert_str_eq(text_nearest(SLICE("timezome"), WORDS), "timezone");
    ck_assert_str_eq(text_nearest(SLICE("rule"), WORDS), "role");
    ck_assert_str_eq(text_nearest(SLICE("URL"), WORDS), "url");
    ck_assert_ptr_null(text_nearest(SLICE("uxx"), WORDS)); /* two edits of three letters */
    ck_assert_ptr_null(text_nearest(SLICE("nothing"), WORDS));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, utf8_check_finds_the_first_wrong_byte, 0,
                        (int)(sizeof UTF8 / sizeof UTF8[0]));
    tcase_add_test(tcase, utf8_check_agrees_with_itself_at_every_offset);
    tcase_add_test(tcase, count_and_offset_are_in_characters);
    tcase_add_loop_test(tcase, distance_counts_edits, 0,
                        (int)(sizeof DISTANCES / sizeof DISTANCES[0]));
    tcase_add_test(tcase, long_words_are_equal_or_far);
    tcase_add_test(tcase, nearest_is_the_first_of_the_nearest);
}

int
main(void)
{
    return suite_main("core/base/text", add);
}
