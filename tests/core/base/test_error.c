/* SPDX-License-Identifier: MIT */
#include "core/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/suite.h"

static Arena arena;

START_TEST(set_replaces_everything_but_the_arena)
{
    Error err = {.arena = &arena};

    ck_assert(!error_set_at(&err, ERR_REVISION, (Place){"a.sql", 3, 4}, "first %d", 1));
    error_hint(&err, "do something");
    error_add_at(&err, ERR_REVISION, (Place){0}, "second");
    ck_assert(!error_set(&err, ERR_LOCKED, "other"));
    ck_assert_ptr_eq(err.arena, &arena);
    ck_assert_int_eq(err.code, ERR_LOCKED);
    ck_assert_str_eq(err.message, "other");
    ck_assert_ptr_null(err.place.file);
    ck_assert_ptr_null(err.hint);
    ck_assert_ptr_null(err.next);
    ck_assert_str_eq(err.sqlstate, "");
}
END_TEST

START_TEST(set_errno_tells_the_reason)
{
    char expected[200];
    Error err = {.arena = &arena};

    errno = ENOENT;
    ck_assert(!error_set_errno(&err, ERR_FAILED, "cannot read \"%s\"", "x"));
    snprintf(expected, sizeof expected, "cannot read \"x\": %s", strerror(ENOENT));
    ck_assert_str_eq(err.message, expected);
}
END_TEST

START_TEST(wrap_puts_context_in_front)
{
    Error err = {.arena = &arena};

    error_set_at(&err, ERR_STATE, (Place){"a.sql", 3, 4}, "inner");
    ck_assert(!error_wrap(&err, "outer %s", "x"));
    ck_assert_str_eq(err.message, "outer x: inner");
    ck_assert_int_eq(err.code, ERR_STATE);
    ck_assert_uint_eq(err.place.line, 3);
}
END_TEST

START_TEST(problems_are_kept_in_order_and_hints_go_to_the_newest)
{
    Error err = {.arena = &arena};

    error_add_at(&err, ERR_REVISION, (Place){"a", 1, 1}, "one");
    error_hint(&err, "hint one");
    error_add_at(&err, ERR_REVISION, (Place){"a", 2, 1}, "two");
    error_hint(&err, "hint two");
    error_add_at(&err, ERR_CONFIG, (Place){"a", 3, 1}, "three");
    ck_assert_str_eq(err.message, "one");
    ck_assert_str_eq(err.hint, "hint one");
    ck_assert_str_eq(err.next->message, "two");
    ck_assert_str_eq(err.next->hint, "hint two");
    ck_assert_str_eq(err.next->next->message, "three");
    ck_assert_ptr_null(err.next->next->hint);
    ck_assert_ptr_null(err.next->next->next);
    ck_assert_ptr_eq(err.next->next->arena, &arena);
}
END_TEST

START_TEST(append_joins_chains)
{
    Error first = {.arena = &arena};
    Error second = {.arena = &arena};

    error_add_at(&second, ERR_REVISION, (Place){0}, "three");
    error_add_at(&second, ERR_REVISION, (Place){0}, "four");
    ck_assert(!error_append(&first, &second)); /* into an empty one */
    ck_assert_str_eq(first.message, "three");
    ck_assert_str_eq(first.next->message, "four");
    error_add_at(&first, ERR_REVISION, (Place){0}, "five");
    Error before = {.arena = &arena};
    error_add_at(&before, ERR_REVISION, (Place){0}, "one");
    error_append(&before, &first);
    error_add_at(&before, ERR_REVISION, (Place){0}, "six");
    error_hint(&before, "last");
    const Error *at = &before;
    static const char *const MESSAGES[] = {"one", "three", "four", "five", "six"};
    for (size_t i = 0; i < sizeof MESSAGES / sizeof MESSAGES[0]; i++, at = at->next)
        ck_assert_str_eq(at->message, MESSAGES[i]);
    ck_assert_ptr_null(at);
    ck_assert_str_eq(before.last->hint, "last");
}
END_TEST

START_TEST(many_problems_take_linear_time)
{
    size_t count = 0;
    Error err = {.arena = &arena};

    for (unsigned i = 0; i < 50000; i++)
        error_add_at(&err, ERR_REVISION, (Place){"a", i + 1, 1}, "problem");
    for (const Error *at = &err; at != NULL; at = at->next)
        ck_assert_uint_eq(at->place.line, ++count);
    ck_assert_uint_eq(count, 50000);
}
END_TEST

START_TEST(each_code_has_its_exit_status)
{
    static const struct {
        ErrorCode code;
        int status;
    } CODES[] = {{ERR_NONE, 0},   {ERR_FAILED, 1},        {ERR_USAGE, 2},       {ERR_CONFIG, 2},
                 {ERR_BEHIND, 3}, {ERR_REVISION, 4},      {ERR_CONNECT, 5},     {ERR_LOCKED, 6},
                 {ERR_STATE, 7},  {ERR_INTERRUPTED, 130}, {ERR_TERMINATED, 143}};

    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
        ck_assert_int_eq(error_exit_status(CODES[i].code), CODES[i].status);
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
    tcase_add_test(tcase, set_replaces_everything_but_the_arena);
    tcase_add_test(tcase, set_errno_tells_the_reason);
    tcase_add_test(tcase, wrap_puts_context_in_front);
    tcase_add_test(tcase, problems_are_kept_in_order_and_hints_go_to_the_newest);
    tcase_add_test(tcase, append_joins_chains);
    tcase_add_test(tcase, many_problems_take_linear_time);
    tcase_add_test(tcase, each_code_has_its_exit_status);
}

int
main(void)
{
    return suite_main("core/base/error", add);
}
