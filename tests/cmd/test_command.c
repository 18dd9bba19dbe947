/* SPDX-License-Identifier: MIT */
/* Walks the table: what every command and option declares is there, in help, and fits. */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/help.h"
#include "cmd/manual.h"
#include "core/base/text.h"
#include "tests/support/suite.h"

enum { PAGE_SIZE = 16384 };

/* What completion offers at the end of `migrate COMMAND --`. */
static char *
completions_of(const Command *command)
{
    const char *const words[] = {"__complete", "--", command->name, "--", NULL};
    Arena arena = {0};
    Error err = {.arena = &arena};
    CommandLine line;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(stream);
    ck_assert(option_parse(COMMANDS, words, &arena, &line, &err));
    Context context = {
        .arena = &arena, .out = stream, .command = line.command, .operands = line.operands};
    ck_assert(line.command->run(&context, &err));
    ck_assert_int_eq(fclose(stream), 0);
    arena_release(&arena);
    return text;
}

/* What `write` prints, in a buffer that the caller frees by leaving. */
static void
page_of(const Command *command, char page[PAGE_SIZE])
{
    FILE *stream = fmemopen(page, PAGE_SIZE, "w");

    ck_assert_ptr_nonnull(stream);
    if (command == NULL)
        help_overview(COMMANDS, stream);
    else
        help_command(command, stream);
    ck_assert_int_eq(fclose(stream), 0);
}

static size_t
command_count(void)
{
    size_t count = 0;

    while (COMMANDS[count] != NULL)
        count++;
    return count;
}

static void
assert_fits(const char *page)
{
    Slice rest = slice_of(page);

    while (rest.at != NULL) {
        const Slice line = slice_cut(rest, '\n', &rest);
        ck_assert_msg(utf8_count(line) <= HELP_WIDTH, "wider than %d: %.*s", (int)HELP_WIDTH,
                      SLICE_ARGS(line));
        ck_assert_msg(line.len == 0 || line.at[line.len - 1] != ' ', "blank at the end: %.*s",
                      SLICE_ARGS(line));
    }
}

static bool
ends_in_full_stop(const char *text)
{
    return text[0] == '\0' || text[strlen(text) - 1] == '.';
}

START_TEST(every_command_declares_what_help_needs)
{
    const Command *command = COMMANDS[_i];

    ck_assert(command->run != NULL);
    ck_assert_ptr_nonnull(command->group);
    ck_assert_ptr_nonnull(command->operands);
    ck_assert_ptr_nonnull(command->examples);
    ck_assert(command->min_operands <= command->max_operands);
    ck_assert((command->max_operands > 0) == (command->operands[0] != '\0'));
    ck_assert((command->max_operands > 0) == (command->completes != VALUE_NONE));
    ck_assert_msg(!ends_in_full_stop(command->summary), "%s", command->summary);
    ck_assert_msg(ends_in_full_stop(command->description), "%s", command->description);
    ck_assert_ptr_eq(command_find(COMMANDS, command->name), command);
}
END_TEST

START_TEST(commands_of_a_group_stand_together)
{
    const Command *command = COMMANDS[_i];
    size_t i = (size_t)_i;

    while (COMMANDS[i] != NULL && strcmp(COMMANDS[i]->group, command->group) == 0)
        i++;
    for (; COMMANDS[i] != NULL; i++)
        ck_assert_str_ne(COMMANDS[i]->group, command->group);
}
END_TEST

static void
check_option(const Option *option, const char *page)
{
    char shown[HELP_WIDTH];

    ck_assert_ptr_nonnull(option->help);
    ck_assert_msg(!ends_in_full_stop(option->help), "%s", option->help);
    ck_assert_msg((option->kind == OPTION_FLAG) == (option->value == NULL), "%s", option->name);
    ck_assert_msg((option->kind == OPTION_FLAG) == (option->completes == VALUE_NONE), "%s",
                  option->name);
    snprintf(shown, sizeof shown, "--%s", option->name);
    ck_assert_msg(strstr(page, shown) != NULL, "%s is not in help", shown);
    ck_assert_msg(option->completes != VALUE_CHOICE || strchr(option->value, '|') != NULL,
                  "%s has no choices", shown);
}

static void
check_completion(const Option *option, const char *completions)
{
    char row[HELP_WIDTH * 2];

    snprintf(row, sizeof row, "--%s\t%s\n", option->name, option->help);
    ck_assert_msg(strstr(completions, row) != NULL, "completion does not offer %s", row);
}

START_TEST(completion_offers_every_option)
{
    const Command *command = COMMANDS[_i];

    if ((command->flags & IS_HIDDEN) != 0)
        return;
    char *text = completions_of(command);
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++)
        check_completion(&command->options[i], text);
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        check_completion(&GLOBAL_OPTIONS[i], text);
    free(text);
}
END_TEST

START_TEST(every_option_has_help_and_is_in_help)
{
    const Command *command = COMMANDS[_i];
    char page[PAGE_SIZE];

    page_of(command, page);
    for (size_t i = 0; command->options != NULL && command->options[i].name != NULL; i++)
        check_option(&command->options[i], page);
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        check_option(&GLOBAL_OPTIONS[i], page);
    ck_assert_ptr_null(GLOBAL_OPTIONS[GLOBAL_COUNT].name);
}
END_TEST

static void
check_unique(const Option *option, const Option *others)
{
    for (size_t i = 0; others != NULL && others[i].name != NULL; i++) {
        if (&others[i] == option)
            continue;
        ck_assert_str_ne(others[i].name, option->name);
        ck_assert_msg(option->short_name == '\0' || others[i].short_name != option->short_name,
                      "-%c is --%s and --%s", option->short_name, option->name, others[i].name);
    }
}

static char *
manual(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(stream);
    manual_print(COMMANDS, stream);
    ck_assert_int_eq(fclose(stream), 0);
    return text;
}

/* From the item of the command to the example that each of them ends with. */
static const char *
manual_part(const char *text, const Command *command, Arena *arena)
{
    const char *item = strstr(text, arena_format(arena, "\n.It Cm %s Oo ", command->name));

    if (item == NULL)
        return NULL;
    const char *end = strstr(item, "\n.Bd -literal -offset indent -compact\n");
    ck_assert_ptr_nonnull(end);
    return arena_copy(arena, (Slice){item, (size_t)(end - item)});
}

static void
check_manual(const Option *option, const char *part, Arena *arena)
{
    const char *item =
        option->short_name == '\0'
            ? arena_format(arena, "\n.It Fl -%s", option->name)
            : arena_format(arena, "\n.It Fl %c , Fl -%s", option->short_name, option->name);

    ck_assert_msg(strstr(part, item) != NULL, "the manual lacks%s", item);
}

START_TEST(every_command_and_option_is_in_the_manual)
{
    const Command *command = COMMANDS[_i];
    const bool is_hidden = (command->flags & IS_HIDDEN) != 0;
    Arena arena = {0};
    char *text = manual();
    const char *part = manual_part(text, command, &arena);

    ck_assert_msg((part == NULL) == is_hidden, "%s, in the manual", command->name);
    for (size_t i = 0; !is_hidden && command->options != NULL && command->options[i].name != NULL;
         i++)
        check_manual(&command->options[i], part, &arena);
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        check_manual(&GLOBAL_OPTIONS[i], text, &arena);
    free(text);
    arena_release(&arena);
}
END_TEST

START_TEST(names_of_options_are_unique)
{
    const Option *options = COMMANDS[_i]->options;

    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        check_unique(&options[i], options);
        check_unique(&options[i], GLOBAL_OPTIONS);
    }
    for (size_t i = 0; i < GLOBAL_COUNT; i++)
        check_unique(&GLOBAL_OPTIONS[i], GLOBAL_OPTIONS);
}
END_TEST

START_TEST(the_page_of_a_command_fits_in_80_columns)
{
    char page[PAGE_SIZE];

    page_of(COMMANDS[_i], page);
    assert_fits(page);
}
END_TEST

START_TEST(the_overview_names_every_command_and_fits)
{
    char page[PAGE_SIZE];

    page_of(NULL, page);
    assert_fits(page);
    for (size_t i = 0; COMMANDS[i] != NULL; i++) {
        char row[HELP_WIDTH];
        const bool is_hidden = (COMMANDS[i]->flags & IS_HIDDEN) != 0;
        snprintf(row, sizeof row, "\n  %s ", COMMANDS[i]->name);
        ck_assert_msg((strstr(page, row) == NULL) == is_hidden, "%s, in the overview",
                      COMMANDS[i]->name);
    }
}
END_TEST

START_TEST(words_of_other_tools_lead_to_ours)
{
    static const char *const PAIRS[][2] = {
        {"rollback", "downgrade"}, {"up", "upgrade"},       {"down", "downgrade"},
        {"list", "history"},       {"new", "revision"},     {"upgrad", "upgrade"},
        {"staus", "status"},       {"revison", "revision"},
    };
    Arena arena = {0};

    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        ck_assert_str_eq(command_nearest(COMMANDS, PAIRS[i][0], &arena), PAIRS[i][1]);
    ck_assert_ptr_null(command_nearest(COMMANDS, "xyzzy", &arena));
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    const int count = (int)command_count();

    tcase_add_loop_test(tcase, every_command_declares_what_help_needs, 0, count);
    tcase_add_loop_test(tcase, commands_of_a_group_stand_together, 0, count);
    tcase_add_loop_test(tcase, every_option_has_help_and_is_in_help, 0, count);
    tcase_add_loop_test(tcase, completion_offers_every_option, 0, count);
    tcase_add_loop_test(tcase, every_command_and_option_is_in_the_manual, 0, count);
    tcase_add_loop_test(tcase, names_of_options_are_unique, 0, count);
    tcase_add_loop_test(tcase, the_page_of_a_command_fits_in_80_columns, 0, count);
    tcase_add_test(tcase, the_overview_names_every_command_and_fits);
    tcase_add_test(tcase, words_of_other_tools_lead_to_ours);
}

int
main(void)
{
    return suite_main("cmd/command", add);
}
