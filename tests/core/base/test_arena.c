/* SPDX-License-Identifier: MIT */
#include "core/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/vec.h"
#include "tests/support/suite.h"

static Arena arena;

static bool
is_zero(const char *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (at[i] != 0)
            return false;
    }
    return true;
}

START_TEST(items_are_zeroed_aligned_and_apart)
{
    static const size_t SIZES[] = {0, 1, 15, 16, 17, 4096, 20000, 3, 100000, 5242880, 9};
    char *items[sizeof SIZES / sizeof SIZES[0]];

    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        items[i] = arena_alloc(&arena, SIZES[i]);
        ck_assert_uint_eq((uintptr_t)items[i] % 16, 0);
        ck_assert(is_zero(items[i], SIZES[i]));
        memset(items[i], (int)i + 1, SIZES[i]);
    }
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        size_t kept = 0;
        while (kept < SIZES[i] && items[i][kept] == (char)(i + 1))
            kept++;
        ck_assert_uint_eq(kept, SIZES[i]); /* one assertion: each costs a message to the parent */
    }
}
END_TEST

START_TEST(many_small_items_keep_their_contents)
{
    enum { COUNT = 20000 };
    const char *texts[COUNT];

    for (int i = 0; i < COUNT; i++)
        texts[i] = arena_format(&arena, "item %d", i);
    for (int i = 0; i < COUNT; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "item %d", i);
        ck_assert_str_eq(texts[i], expected);
    }
}
END_TEST

START_TEST(grow_keeps_the_old_bytes_and_zeroes_the_new)
{
    char *item = arena_alloc(&arena, 8);
    size_t size = 8;

    memcpy(item, "abcdefgh", sizeof "abcdefgh" - 1);
    for (size_t wanted = 9; wanted < 200000; wanted = wanted * 3 / 2 + 1) {
        if (wanted % 2 == 0)
            (void)arena_alloc(&arena, 3); /* now the item is not the newest */
        item = arena_grow(&arena, item, size, wanted);
        ck_assert_int_eq(memcmp(item, "abcdefgh", 8), 0);
        ck_assert(is_zero(item + 8, wanted - 8));
        size = wanted;
    }
}
END_TEST

START_TEST(grow_of_nothing_is_a_new_item)
{
    char *item = arena_grow(&arena, NULL, 0, 100);

    ck_assert(is_zero(item, 100));
}
END_TEST

START_TEST(grow_after_reset_gives_zeroed_room)
{
    char *item = arena_alloc(&arena, 16);

    item = arena_grow(&arena, item, 16, 1000);
    memset(item, 'x', 1000);
    arena_reset(&arena);
    item = arena_alloc(&arena, 16);
    item = arena_grow(&arena, item, 16, 1000);
    ck_assert(is_zero(item, 1000));
}
END_TEST

START_TEST(reset_leaves_an_arena_that_can_be_used_again)
{
    for (size_t round = 0; round < 50; round++) {
        for (size_t i = 1; i < 100; i++) {
            char *item = arena_alloc(&arena, i * round);
            ck_assert(is_zero(item, i * round));
            memset(item, 'x', i * round);
        }
        arena_reset(&arena);
    }
}
END_TEST

static char order[8];
static char letter_a[] = "a";
static char letter_b[] = "b";
static char letter_c[] = "c";

static void
note(void *handle)
{
    strncat(order, handle, 1);
}

START_TEST(deferred_handles_are_released_newest_first)
{
    order[0] = '\0';
    arena_defer(&arena, note, letter_a);
    arena_defer(&arena, note, letter_b);
    arena_reset(&arena);
    ck_assert_str_eq(order, "ba");
    arena_defer(&arena, note, letter_c);
    arena_release(&arena);
    arena_release(&arena);
    ck_assert_str_eq(order, "bac");
}
END_TEST

START_TEST(copies_end_in_nul)
{
    const Slice part = {&"abcdef"[2], 3};

    ck_assert_str_eq(arena_copy(&arena, part), "cde");
    ck_assert_str_eq(arena_copy(&arena, (Slice){NULL, 0}), "");
    ck_assert_str_eq(arena_text(&arena, "text"), "text");
    ck_assert_ptr_null(arena_text(&arena, NULL));
}
END_TEST

START_TEST(vec_items_are_zeroed_also_where_it_was_cut_back)
{
    VEC(int) numbers = {0};

    for (int i = 0; i < 1000; i++) {
        int *number = VEC_ADD(&arena, &numbers);
        ck_assert_int_eq(*number, 0);
        *number = i;
    }
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(numbers.at[i], i);
    numbers.len = 10;
    ck_assert_int_eq(*VEC_ADD(&arena, &numbers), 0);
    ck_assert_int_eq(*VEC_LAST(&numbers), 0);
    ck_assert_uint_eq(numbers.len, 11);
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
    tcase_add_test(tcase, items_are_zeroed_aligned_and_apart);
    tcase_add_test(tcase, many_small_items_keep_their_contents);
    tcase_add_test(tcase, grow_keeps_the_old_bytes_and_zeroes_the_new);
    tcase_add_test(tcase, grow_of_nothing_is_a_new_item);
    tcase_add_test(tcase, grow_after_reset_gives_zeroed_room);
    tcase_add_test(tcase, reset_leaves_an_arena_that_can_be_used_again);
    tcase_add_test(tcase, deferred_handles_are_released_newest_first);
    tcase_add_test(tcase, copies_end_in_nul);
    tcase_add_test(tcase, vec_items_are_zeroed_also_where_it_was_cut_back);
}

int
main(void)
{
    return suite_main("core/base/arena", add);
}
