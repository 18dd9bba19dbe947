/* SPDX-License-Identifier: MIT */
#include "cmd/output.h"

#include <string.h>

#include "tests/support/suite.h"

enum { SIZE = 4096 };

static Arena arena;
static char text[SIZE];
static FILE *stream;

static void
set_up(void)
{
    arena = (Arena){0};
    text[0] = '\0';
    stream = fmemopen(text, SIZE, "w");
    ck_assert_ptr_nonnull(stream);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static const char *
written(void)
{
    fclose(stream);
    return text;
}

typedef struct Pair {
    const char *from;
    const char *to;
} Pair;

static const Pair LINES[] = {
    {"", ""},
    {"plain", "plain"},
    {"tab\tstays", "tab\tstays"},
    {"two\nlines\r\nthree\rfour", "two lines three four"},
    {"\x1b[31mred\x07", "?[31mred?"},
    {"c1 \xc2\x9b\x31m", "c1 ?1m"},
    {"nbsp \xc2\xa0.", "nbsp \xc2\xa0."},
    {"bad \xff\xc3", "bad ??"},
    {"\xf0\x9f\x90\x98", "\xf0\x9f\x90\x98"},
};

START_TEST(a_line_lets_no_control_character_through)
{
    ck_assert_str_eq(output_line(&arena, LINES[_i].from), LINES[_i].to);
    fclose(stream);
}
END_TEST

START_TEST(a_title_is_the_first_line)
{
    ck_assert_str_eq(output_title(&arena, "  create account \n\nmore\n"), "create account");
    ck_assert_str_eq(output_title(&arena, "one\r\ntwo"), "one");
    ck_assert_str_eq(output_title(&arena, ""), "");
    fclose(stream);
}
END_TEST

START_TEST(durations_read_well)
{
    ck_assert_str_eq(output_duration(&arena, -1), "");
    ck_assert_str_eq(output_duration(&arena, 0), "0 ms");
    ck_assert_str_eq(output_duration(&arena, 999), "999 ms");
    ck_assert_str_eq(output_duration(&arena, 1260), "1.2 s");
    ck_assert_str_eq(output_duration(&arena, 200000), "3 min 20 s");
    fclose(stream);
}
END_TEST

START_TEST(a_time_is_shown_to_the_second)
{
    ck_assert_str_eq(output_time(&arena, "2026-11-20T14:03:11.123Z"), "2026-11-20 14:03:11");
    ck_assert_str_eq(output_time(&arena, "2026-11-20T14:03:11"), "2026-11-20 14:03:11");
    ck_assert_str_eq(output_time(&arena, "yesterday"), "yesterday");
    ck_assert_str_eq(output_time(&arena, NULL), "");
}
END_TEST

START_TEST(an_error_shows_place_excerpt_detail_and_hint)
{
    Error err = {.arena = &arena};

    error_set_at(&err, ERR_FAILED, (Place){"migrations/a.sql", 7, 14}, "no such table: \"x\"");
    error_hint(&err, "CREATE TABLE x first");
    err.excerpt = "INSERT INTO x VALUES (1)\n            ^";
    err.detail = "DETAIL one\nDETAIL two";
    memcpy(err.sqlstate, "42P01", sizeof err.sqlstate);
    output_error(&err, stream, false);
    ck_assert_str_eq(written(), "migrations/a.sql:7:14: error: no such table: \"x\"\n"
                                "  INSERT INTO x VALUES (1)\n"
                                "              ^\n"
                                "  DETAIL one\n"
                                "  DETAIL two\n"
                                "  SQLSTATE 42P01\n"
                                "hint: CREATE TABLE x first\n");
}
END_TEST

START_TEST(every_problem_of_a_run_is_shown)
{
    Error err = {.arena = &arena};

    error_add_at(&err, ERR_REVISION, (Place){"a.sql", 3, 0}, "first");
    error_add_at(&err, ERR_REVISION, (Place){"b.sql", 0, 0}, "second");
    error_add_at(&err, ERR_REVISION, (Place){0}, "third\x1b[2J");
    output_error(&err, stream, false);
    ck_assert_str_eq(written(), "a.sql:3: error: first\n"
                                "b.sql: error: second\n"
                                "error: third?[2J\n");
}
END_TEST

START_TEST(colour_is_only_around_the_word)
{
    Error err = {.arena = &arena};

    error_set(&err, ERR_USAGE, "no");
    error_hint(&err, "yes");
    output_error(&err, stream, true);
    ck_assert_str_eq(written(), "\033[31merror: \033[0mno\n\033[1mhint: \033[0myes\n");
}
END_TEST

START_TEST(an_error_is_one_json_object)
{
    Error err = {.arena = &arena};

    error_add_at(&err, ERR_REVISION, (Place){"a.sql", 3, 1}, "first");
    error_hint(&err, "do it");
    error_add_at(&err, ERR_REVISION, (Place){0}, "second");
    const char *row = "8f2c";
    const Names rows = {&row, 1, 1};
    output_error_json(&err, &rows, stream);
    ck_assert_str_eq(written(),
                     "{\"event\":\"error\",\"format\":1,\"exit_status\":4,\"errors\":["
                     "{\"message\":\"first\",\"file\":\"a.sql\",\"line\":3,\"column\":1,"
                     "\"hint\":\"do it\"},{\"message\":\"second\"}],\"rows\":[\"8f2c\"]}\n");
}
END_TEST

static Table
sample_table(void)
{
    static const char *const CELLS[] = {"STATE",   "REVISION",  "MESSAGE",
                                        "applied", "a",         "\xc3\xa9t\xc3\xa9 one",
                                        "pending", "longer_id", NULL};
    Table table = {.arena = &arena, .columns = 3};

    for (size_t i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++)
        table_add_coloured(&table, CELLS[i], i == 3 ? COLOUR_GOOD : NULL);
    return table;
}

START_TEST(a_table_is_aligned_and_has_no_blanks_at_the_end)
{
    const Table table = sample_table();

    table_print(&table, stream, 0, false);
    ck_assert_str_eq(written(), "STATE    REVISION   MESSAGE\n"
                                "applied  a          \xc3\xa9t\xc3\xa9 one\n"
                                "pending  longer_id\n");
}
END_TEST

START_TEST(a_table_is_cut_to_the_width_in_characters)
{
    const Table table = sample_table();

    table_print(&table, stream, 22, true);
    ck_assert_str_eq(written(), "STATE    REVISION   ME\n"
                                "\033[32mapplied\033[0m  a          \xc3\xa9t\n"
                                "pending  longer_id\n");
}
END_TEST

START_TEST(a_table_that_folds_puts_what_is_too_wide_below)
{
    Table table = sample_table();

    table.folds = true;
    table_print(&table, stream, 22, false);
    ck_assert_str_eq(written(), "STATE    REVISION\n"
                                "      MESSAGE\n"
                                "applied  a\n"
                                "      \xc3\xa9t\xc3\xa9 one\n"
                                "pending  longer_id\n");
}
END_TEST

START_TEST(a_table_that_folds_stays_where_it_fits)
{
    Table table = sample_table();

    table.folds = true;
    table_print(&table, stream, 27, false);
    ck_assert_str_eq(written(), "STATE    REVISION   MESSAGE\n"
                                "applied  a          \xc3\xa9t\xc3\xa9 one\n"
                                "pending  longer_id\n");
}
END_TEST

START_TEST(an_open_step_says_how_far_it_came)
{
    const HistoryRow row = {
        .revision = "8f2c", .direction = "upgrade", .state = "failed", .done = 3, .total = 5};

    ck_assert_str_eq(output_open(&arena, &row), "8f2c (upgrade stopped after statement 3 of 5)");
    fclose(stream);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_line_lets_no_control_character_through, 0,
                        (int)(sizeof LINES / sizeof LINES[0]));
    tcase_add_test(tcase, a_title_is_the_first_line);
    tcase_add_test(tcase, durations_read_well);
    tcase_add_test(tcase, a_time_is_shown_to_the_second);
    tcase_add_test(tcase, an_error_shows_place_excerpt_detail_and_hint);
    tcase_add_test(tcase, every_problem_of_a_run_is_shown);
    tcase_add_test(tcase, colour_is_only_around_the_word);
    tcase_add_test(tcase, an_error_is_one_json_object);
    tcase_add_test(tcase, a_table_is_aligned_and_has_no_blanks_at_the_end);
    tcase_add_test(tcase, a_table_is_cut_to_the_width_in_characters);
    tcase_add_test(tcase, a_table_that_folds_puts_what_is_too_wide_below);
    tcase_add_test(tcase, a_table_that_folds_stays_where_it_fits);
    tcase_add_test(tcase, an_open_step_says_how_far_it_came);
}

int
main(void)
{
    return suite_main("cmd/output", add);
}
