/* SPDX-License-Identifier: MIT */
#include "cmd/live.h"

#include <string.h>

#include "core/base/text.h"
#include "tests/support/suite.h"

enum { SIZE = 4096 };

static Arena arena;
static const Live STEP = {
    .index = 3, .count = 12, .step = "8f2c1e04a7b1  create account table", .began = 1000};

static void
set_up(void)
{
    arena = (Arena){0};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

START_TEST(the_line_says_which_step_of_how_many_and_for_how_long)
{
    ck_assert_str_eq(live_line(&STEP, 1000, 80, &arena),
                     "[3/12] 0.0 s  8f2c1e04a7b1  create account table");
    ck_assert_str_eq(live_line(&STEP, 5299, 80, &arena),
                     "[3/12] 4.2 s  8f2c1e04a7b1  create account table");
    ck_assert_str_eq(live_line(&STEP, 43999, 80, &arena),
                     "[3/12] 42 s  8f2c1e04a7b1  create account table");
    ck_assert_str_eq(live_line(&STEP, 201000, 80, &arena),
                     "[3/12] 3 min 20 s  8f2c1e04a7b1  create account table");
}
END_TEST

START_TEST(a_statement_is_shown_once_it_takes_long)
{
    Live live = STEP;

    live.text = "CREATE INDEX account_name ON account (name)";
    live.text_began = 2000;
    live.statement = 4;
    live.statements = 20;
    ck_assert_str_eq(live_line(&live, 2999, 80, &arena),
                     "[3/12] 1.9 s  8f2c1e04a7b1  create account table");
    ck_assert_str_eq(live_line(&live, 3000, 120, &arena),
                     "[3/12] 2.0 s  8f2c1e04a7b1  create account table  4/20  "
                     "CREATE INDEX account_name ON account (name)");
    ck_assert_str_eq(
        live_line(&live, 3000, 79, &arena),
        "[3/12] 2.0 s  8f2c1e04a7b1  create a...  4/20  CREATE INDEX account_name ON ...");
    live.statements = 1;
    ck_assert_str_eq(live_line(&live, 3000, 120, &arena),
                     "[3/12] 2.0 s  8f2c1e04a7b1  create account table  "
                     "CREATE INDEX account_name ON account (name)");
}
END_TEST

START_TEST(the_line_fits_into_every_width)
{
    Live live = STEP;

    live.step = "größe  ünïcöde, ganz lang und noch länger";
    live.text = "CREATE TABLE größe (id integer)";
    live.text_began = 1000;
    live.statements = 2;
    for (size_t width = 0; width < 120; width++) {
        const char *line = live_line(&live, 9000, width, &arena);
        ck_assert_uint_le(utf8_count(slice_of(line)), width);
        ck_assert_uint_eq(utf8_check(slice_of(line)), strlen(line));
    }
}
END_TEST

START_TEST(whatever_is_logged_wipes_the_line)
{
    char text[SIZE] = "";
    bool is_live = false;
    FILE *stream = fmemopen(text, SIZE, "w");
    const Log log = {.stream = stream, .level = LOG_NORMAL, .is_live = &is_live};
    Live live = {.log = &log, .index = 1, .count = 2};

    ck_assert_ptr_nonnull(stream);
    live_step(&live, "a1  first");
    ck_assert(is_live);
    log_info(&log, "done");
    ck_assert(!is_live);
    live_stop(&live);
    fclose(stream);
    ck_assert_str_eq(text, "\r[1/2] 0.0 s  a1  first\033[K\r\033[Kdone\n");
}
END_TEST

START_TEST(without_a_terminal_nothing_is_drawn)
{
    const Unit unit = {0};
    const Statement statement = {.text = SLICE("SELECT 1")};
    Live live = {0};

    live_step(&live, "a1  first");
    live_statement(&live, &unit, &statement);
    live_draw(&live);
    live_stop(&live);
    ck_assert_ptr_null(live.text);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_line_says_which_step_of_how_many_and_for_how_long);
    tcase_add_test(tcase, a_statement_is_shown_once_it_takes_long);
    tcase_add_test(tcase, the_line_fits_into_every_width);
    tcase_add_test(tcase, whatever_is_logged_wipes_the_line);
    tcase_add_test(tcase, without_a_terminal_nothing_is_drawn);
}

int
main(void)
{
    return suite_main("cmd/live", add);
}
