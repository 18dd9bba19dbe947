/* SPDX-License-Identifier: MIT */
#include "cmd/option.h"

#include "cmd/command.h"
#include "tests/support/suite.h"

static const Option MOVE_OPTIONS[] = {
    {"sql", '\0', OPTION_FLAG, NULL, VALUE_NONE, "print"},
    {"rev-range", 'r', OPTION_TEXT, "FROM:TO", VALUE_REVISION, "only these"},
    {"indicate", 'i', OPTION_FLAG, NULL, VALUE_NONE, "mark"},
    {"depends-on", '\0', OPTION_TEXTS, "REV", VALUE_REVISION, "after"},
    {.name = NULL},
};
enum { SQL, RANGE, INDICATE, DEPENDS_ON };

static const Command MOVE = {
    .name = "move",
    .operands = "TARGET",
    .min_operands = 1,
    .max_operands = 2,
    .options = MOVE_OPTIONS,
};
static const Command LOOK = {.name = "look", .operands = ""};
static const Command *const TABLE[] = {&MOVE, &LOOK, NULL};

static Arena arena;
static Error err;

static void
set_up(void)
{
    arena = (Arena){0};
    err = (Error){.arena = &arena};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static CommandLine
parse(const char *const *words)
{
    CommandLine line;

    ck_assert_msg(option_parse(TABLE, words, &arena, &line, &err), "%s", err.message);
    return line;
}

/* "message; hint" */
static const char *
refusal(const char *const *words)
{
    CommandLine line;

    err = (Error){.arena = &arena};
    ck_assert(!option_parse(TABLE, words, &arena, &line, &err));
    ck_assert_int_eq(err.code, ERR_USAGE);
    return arena_format(&arena, "%s; %s", err.message, err.hint);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(global_options_stand_before_or_after_the_command)
{
    const char *const *const lines[] = {
        WORDS("-u", "sqlite://", "move", "head"),
        WORDS("move", "-u", "sqlite://", "head"),
        WORDS("move", "head", "--url", "sqlite://"),
        WORDS("--url=sqlite://", "move", "head"),
        WORDS("move", "head", "-usqlite://"),
        WORDS("move", "head", "-u=sqlite://"),
        WORDS("-u", "first", "move", "--url=sqlite://", "head"),
    };
    const CommandLine line = parse(lines[_i]);

    ck_assert_ptr_eq(line.command, &MOVE);
    ck_assert_uint_eq(line.operands.len, 1);
    ck_assert_str_eq(line.operands.at[0], "head");
    ck_assert_str_eq(line.globals[GLOBAL_URL].text, "sqlite://");
    ck_assert(!line.globals[GLOBAL_VERBOSE].is_given);
}
END_TEST

START_TEST(numbers_are_operands)
{
    const CommandLine line = parse(WORDS("move", "-1", "+2"));

    ck_assert_uint_eq(line.operands.len, 2);
    ck_assert_str_eq(line.operands.at[0], "-1");
    ck_assert_str_eq(line.operands.at[1], "+2");
}
END_TEST

START_TEST(two_dashes_end_the_options)
{
    const CommandLine line = parse(WORDS("move", "--sql", "--", "--sql", "-v"));

    ck_assert_uint_eq(line.operands.len, 2);
    ck_assert_str_eq(line.operands.at[0], "--sql");
    ck_assert_str_eq(line.operands.at[1], "-v");
    ck_assert(line.values[SQL].is_given);
    ck_assert(!line.globals[GLOBAL_VERBOSE].is_given);
}
END_TEST

START_TEST(one_dash_alone_is_an_operand)
{
    ck_assert_str_eq(parse(WORDS("move", "-")).operands.at[0], "-");
}
END_TEST

START_TEST(a_value_may_begin_with_a_dash)
{
    const CommandLine line = parse(WORDS("move", "-r", "-2:head", "x"));

    ck_assert_str_eq(line.values[RANGE].text, "-2:head");
    ck_assert_str_eq(parse(WORDS("move", "--rev-range=-v", "x")).values[RANGE].text, "-v");
    ck_assert_str_eq(parse(WORDS("move", "--rev-range=", "x")).values[RANGE].text, "");
}
END_TEST

START_TEST(short_flags_may_stand_together)
{
    const CommandLine line = parse(WORDS("move", "-ivra:b", "x"));

    ck_assert(line.values[INDICATE].is_given);
    ck_assert(line.globals[GLOBAL_VERBOSE].is_given);
    ck_assert_str_eq(line.values[RANGE].text, "a:b");
}
END_TEST

START_TEST(an_option_given_twice_keeps_the_last_and_all)
{
    const CommandLine line = parse(WORDS("move", "--depends-on", "a", "--depends-on=b", "x"));

    ck_assert_str_eq(line.values[DEPENDS_ON].text, "b");
    ck_assert_uint_eq(line.values[DEPENDS_ON].texts.len, 2);
    ck_assert_str_eq(line.values[DEPENDS_ON].texts.at[0], "a");
}
END_TEST

START_TEST(nothing_at_all_names_no_command)
{
    const char *const none[] = {NULL};
    const CommandLine line = parse(none);

    ck_assert_ptr_null(line.command);
    ck_assert_uint_eq(line.operands.len, 0);
}
END_TEST

START_TEST(asked_for_help_needs_no_operands)
{
    ck_assert(parse(WORDS("move", "-h")).globals[GLOBAL_HELP].is_given);
    ck_assert(parse(WORDS("--version")).globals[GLOBAL_VERSION].is_given);
}
END_TEST

typedef struct Refusal {
    const char *words[5];
    const char *says;
} Refusal;

static const Refusal REFUSALS[] = {
    {{"mvoe"}, "unknown command \"mvoe\"; did you mean move? see migrate help"},
    {{"mo"}, "unknown command \"mo\"; did you mean move? see migrate help"},
    {{"xyzzy"}, "unknown command \"xyzzy\"; see migrate help"},
    {{""}, "unknown command \"\"; see migrate help"},
    {{"-1"}, "unknown command \"-1\"; see migrate help"},
    {{"move", "--slq", "x"}, "unknown option --slq; did you mean --sql? see migrate help move"},
    {{"move", "--veborse"},
     "unknown option --veborse; did you mean --verbose? see migrate help move"},
    {{"move", "--frobnicate"}, "unknown option --frobnicate; see migrate help move"},
    {{"move", "-x"}, "unknown option -x; see migrate help move"},
    {{"move", "-sql"}, "unknown option -sql; did you mean --sql? see migrate help move"},
    {{"--sql", "move"},
     "unknown option --sql; the options of a command stand behind it; see migrate help"},
    {{"look", "--sql"}, "unknown option --sql; see migrate help look"},
    {{"move", "--sql=1", "x"}, "option --sql takes no value; see migrate help move"},
    {{"move", "x", "-r"}, "option -r needs a value: -r FROM:TO; see migrate help move"},
    {{"move", "x", "--rev-range"},
     "option --rev-range needs a value: --rev-range FROM:TO; see migrate help move"},
    {{"move", "-u", "--sql", "x"}, "option -u needs a value: -u URL; see migrate help move"},
    {{"move", "-u", "-v", "x"}, "option -u needs a value: -u URL; see migrate help move"},
    {{"move", "-u", "--", "x"}, "option -u needs a value: -u URL; see migrate help move"},
    {{"move"}, "move needs TARGET; see migrate help move"},
    {{"move", "a", "b", "c"}, "move: unexpected operand \"c\"; see migrate help move"},
    {{"look", "a"}, "look: unexpected operand \"a\"; see migrate help look"},
};

START_TEST(a_wrong_line_is_refused_with_what_to_do)
{
    ck_assert_str_eq(refusal(REFUSALS[_i].words), REFUSALS[_i].says);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, global_options_stand_before_or_after_the_command, 0, 7);
    tcase_add_test(tcase, numbers_are_operands);
    tcase_add_test(tcase, two_dashes_end_the_options);
    tcase_add_test(tcase, one_dash_alone_is_an_operand);
    tcase_add_test(tcase, a_value_may_begin_with_a_dash);
    tcase_add_test(tcase, short_flags_may_stand_together);
    tcase_add_test(tcase, an_option_given_twice_keeps_the_last_and_all);
    tcase_add_test(tcase, nothing_at_all_names_no_command);
    tcase_add_test(tcase, asked_for_help_needs_no_operands);
    tcase_add_loop_test(tcase, a_wrong_line_is_refused_with_what_to_do, 0,
                        (int)(sizeof REFUSALS / sizeof REFUSALS[0]));
}

int
main(void)
{
    return suite_main("cmd/option", add);
}
