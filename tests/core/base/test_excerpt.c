/* SPDX-License-Identifier: MIT */
#include "core/base/excerpt.h"
#include "tests/support/suite.h"

typedef struct ExcerptCase {
    const char *text;
    size_t offset;
    Place start;
    unsigned line;
    unsigned column;
    const char *lines;
} ExcerptCase;

/* 20 characters */
#define TWENTY "abcdefghijklmnopqrst"

static const ExcerptCase CASES[] = {
    {"SELECT 1", 7, {"f", 1, 1}, 1, 8, "SELECT 1\n       ^"},
    {"SELECT 1", 0, {"f", 4, 3}, 4, 3, "SELECT 1\n^"},
    {"SELECT 1", 7, {"f", 4, 3}, 4, 10, "SELECT 1\n       ^"},
    {"a\nbc\nd", 3, {"f", 7, 9}, 8, 2, "bc\n ^"},
    {"a\r\nbc\r\nd", 4, {"f", 1, 1}, 2, 2, "bc\n ^"},
    {"a\rbc\rd", 3, {"f", 1, 1}, 2, 2, "bc\n ^"},
    {"a\r\rb\r\nc", 6, {"f", 1, 1}, 4, 1, "c\n^"},
    {"a\n\nb", 2, {"f", 1, 1}, 2, 1, "\n^"},
    {"\tx\ty z", 5, {"f", 1, 1}, 1, 6, "\tx\ty z\n\t \t  ^"},
    {"'äö€𝄞' x", 14, {"f", 1, 1}, 1, 8, "'äö€𝄞' x\n       ^"},
    {"ä", 1, {"f", 1, 1}, 1, 1, "ä\n^"},
    {"ab", 2, {"f", 1, 1}, 1, 3, "ab\n  ^"},
    {"ab", 99, {"f", 1, 1}, 1, 3, "ab\n  ^"},
    {"ab\n", 3, {"f", 1, 1}, 2, 1, "\n^"},
    {"", 0, {"f", 1, 1}, 1, 1, "\n^"},
    {"a\nb", 2, {NULL, 0, 0}, 0, 0, "b\n^"},
    {TWENTY TWENTY TWENTY TWENTY TWENTY TWENTY,
     70,
     {"f", 1, 1},
     1,
     71,
     "…klmnopqrst" TWENTY TWENTY TWENTY TWENTY
     "abcdefghij…\n                                                             ^"},
    {TWENTY TWENTY TWENTY TWENTY TWENTY "a", 2, {"f", 1, 1}, 1, 3, TWENTY TWENTY "ab…\n  ^"},
    {TWENTY TWENTY TWENTY TWENTY TWENTY,
     2,
     {"f", 1, 1},
     1,
     3,
     TWENTY TWENTY TWENTY TWENTY TWENTY "\n  ^"},
};

START_TEST(a_byte_has_a_place_and_its_line)
{
    const ExcerptCase *one = &CASES[_i];
    Arena arena = {0};
    const Place place = excerpt_place(slice_of(one->text), one->start, one->offset);

    ck_assert_uint_eq(place.line, one->line);
    ck_assert_uint_eq(place.column, one->column);
    ck_assert_ptr_eq(place.file, one->start.file);
    ck_assert_str_eq(excerpt_lines(slice_of(one->text), one->offset, &arena), one->lines);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_byte_has_a_place_and_its_line, 0, sizeof CASES / sizeof *CASES);
}

int
main(void)
{
    return suite_main("core/base/excerpt", add);
}
