/* SPDX-License-Identifier: MIT */
#include "core/base/buf.h"

#include <string.h>

#include "tests/support/suite.h"

static Arena arena;

START_TEST(an_empty_buffer_is_an_empty_text)
{
    const Buf buf = {.arena = &arena};

    ck_assert_str_eq(buf_text(&buf), "");
    ck_assert_uint_eq(buf_slice(&buf).len, 0);
    ck_assert_ptr_nonnull(buf_slice(&buf).at);
}
END_TEST

START_TEST(every_way_of_adding_appends)
{
    Buf buf = {.arena = &arena};

    buf_add(&buf, "a");
    buf_add(&buf, "");
    buf_add_char(&buf, 'b');
    buf_add_slice(&buf, (Slice){"cde", 2});
    buf_add_slice(&buf, (Slice){NULL, 0});
    buf_addf(&buf, "%s-%d", "f", 7);
    buf_addf(&buf, "%s", "");
    ck_assert_str_eq(buf_text(&buf), "abcdf-7");
    ck_assert_uint_eq(buf.len, 7);
}
END_TEST

START_TEST(text_of_any_length_is_terminated)
{
    for (size_t length = 0; length < 300; length++) {
        Buf buf = {.arena = &arena};
        for (size_t i = 0; i < length; i++)
            buf_add_char(&buf, 'x');
        ck_assert_uint_eq(strlen(buf_text(&buf)), length);
        buf_addf(&buf, "%s", "end");
        ck_assert_str_eq(buf_text(&buf) + length, "end");
    }
}
END_TEST

START_TEST(a_long_format_fits)
{
    Buf buf = {.arena = &arena};

    buf_addf(&buf, "%0*d", 5000, 1);
    ck_assert_uint_eq(buf.len, 5000);
    ck_assert_str_eq(buf_text(&buf) + 4998, "01");
}
END_TEST

START_TEST(clear_keeps_the_room)
{
    Buf buf = {.arena = &arena};

    buf_clear(&buf);
    ck_assert_str_eq(buf_text(&buf), "");
    buf_add(&buf, "some text");
    const size_t cap = buf.cap;
    buf_clear(&buf);
    ck_assert_str_eq(buf_text(&buf), "");
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_uint_eq(buf.cap, cap);
    buf_add(&buf, "new");
    ck_assert_str_eq(buf_text(&buf), "new");
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
    tcase_add_test(tcase, an_empty_buffer_is_an_empty_text);
    tcase_add_test(tcase, every_way_of_adding_appends);
    tcase_add_test(tcase, text_of_any_length_is_terminated);
    tcase_add_test(tcase, a_long_format_fits);
    tcase_add_test(tcase, clear_keeps_the_room);
}

int
main(void)
{
    return suite_main("core/base/buf", add);
}
