/* SPDX-License-Identifier: MIT */
#include "core/base/sink.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/suite.h"

static Arena arena;

static void
tear_down(void)
{
    arena_release(&arena);
}

typedef struct Taken {
    Buf text;
    size_t pieces;
} Taken;

static void
take(void *context, Slice text)
{
    Taken *taken = context;

    buf_add_slice(&taken->text, text);
    taken->pieces++;
}

START_TEST(a_sink_that_nobody_takes_from_keeps_all)
{
    Sink sink = {.text = {.arena = &arena}};

    buf_add(&sink.text, "one ");
    sink_add(&sink, SLICE("two"), false);
    sink_pass(&sink);
    sink_flush(&sink);
    ck_assert_str_eq(buf_text(&sink.text), "one two");
}
END_TEST

START_TEST(text_is_taken_in_order_and_in_pieces)
{
    enum { LONG = 1 << 20, MOST_HELD = 128 << 10 };
    Taken taken = {.text = {.arena = &arena}};
    Sink sink = {.text = {.arena = &arena}, .take = take, .context = &taken};
    char *text = arena_alloc(&arena, LONG);

    memset(text, 'x', LONG);
    buf_add(&sink.text, "begin ");
    sink_pass(&sink);
    ck_assert_uint_eq(taken.pieces, 0); /* not worth while */
    sink_add(&sink, (Slice){text, LONG}, false);
    buf_add(&sink.text, " end");
    sink_pass(&sink);
    ck_assert_uint_eq(taken.text.len, 6 + LONG);
    ck_assert_uint_gt(taken.pieces, 4);
    sink_flush(&sink);
    sink_flush(&sink);
    ck_assert_uint_eq(taken.text.len, 6 + LONG + 4);
    ck_assert(strncmp(taken.text.at, "begin x", 7) == 0);
    ck_assert_str_eq(taken.text.at + 6 + LONG, " end");
    ck_assert_uint_lt(sink.text.cap, MOST_HELD);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, a_sink_that_nobody_takes_from_keeps_all);
    tcase_add_test(tcase, text_is_taken_in_order_and_in_pieces);
}

int
main(void)
{
    return suite_main("core/base/sink", add);
}
