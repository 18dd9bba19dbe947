/* SPDX-License-Identifier: MIT */
#include "core/base/map.h"

#include "tests/support/suite.h"

static Arena arena;

START_TEST(an_empty_map_finds_nothing)
{
    const Map map = {.arena = &arena};

    ck_assert_ptr_null(map_find(&map, SLICE("a")));
    ck_assert_ptr_null(map_find(&map, (Slice){NULL, 0}));
}
END_TEST

START_TEST(put_gives_the_value_it_replaces)
{
    int one = 1;
    int two = 2;
    Map map = {.arena = &arena};

    ck_assert_ptr_null(map_put(&map, SLICE("key"), &one));
    ck_assert_ptr_eq(map_find(&map, SLICE("key")), &one);
    ck_assert_ptr_eq(map_put(&map, SLICE("key"), &two), &one);
    ck_assert_ptr_eq(map_find(&map, SLICE("key")), &two);
    ck_assert_uint_eq(map.len, 1);
}
END_TEST

START_TEST(keys_are_bytes)
{
    int values[4];
    Map map = {.arena = &arena};

    map_put(&map, (Slice){"a\0b", 3}, &values[0]);
    map_put(&map, (Slice){"a\0c", 3}, &values[1]);
    map_put(&map, SLICE("a"), &values[2]);
    map_put(&map, (Slice){NULL, 0}, &values[3]);
    ck_assert_ptr_eq(map_find(&map, (Slice){"a\0b", 3}), &values[0]);
    ck_assert_ptr_eq(map_find(&map, (Slice){"a\0c", 3}), &values[1]);
    ck_assert_ptr_eq(map_find(&map, SLICE("a")), &values[2]);
    ck_assert_ptr_eq(map_find(&map, SLICE("")), &values[3]);
}
END_TEST

START_TEST(entries_keep_the_order_of_insertion)
{
    enum { COUNT = 5000 };
    static int values[COUNT];
    Map map = {.arena = &arena};

    for (int i = 0; i < COUNT; i++)
        map_put(&map, slice_of(arena_format(&arena, "key %d", i * 7919 % COUNT)), &values[i]);
    ck_assert_uint_eq(map.len, COUNT);
    for (int i = 0; i < COUNT; i++) {
        ck_assert_ptr_eq(map.entries[i].value, &values[i]);
        ck_assert_ptr_eq(map_find(&map, map.entries[i].key), &values[i]);
    }
    ck_assert_ptr_null(map_find(&map, SLICE("key -1")));
}
END_TEST

/* From the reference code of the algorithm's authors. */
START_TEST(fnv1a64_agrees_with_its_published_values)
{
    ck_assert_uint_eq(fnv1a64(SLICE("")), UINT64_C(0xcbf29ce484222325));
    ck_assert_uint_eq(fnv1a64(SLICE("a")), UINT64_C(0xaf63dc4c8601ec8c));
    ck_assert_uint_eq(fnv1a64(SLICE("foobar")), UINT64_C(0x85944171f73967e8));
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
    tcase_add_test(tcase, an_empty_map_finds_nothing);
    tcase_add_test(tcase, put_gives_the_value_it_replaces);
    tcase_add_test(tcase, keys_are_bytes);
    tcase_add_test(tcase, entries_keep_the_order_of_insertion);
    tcase_add_test(tcase, fnv1a64_agrees_with_its_published_values);
}

int
main(void)
{
    return suite_main("core/base/map", add);
}
