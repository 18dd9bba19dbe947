/* SPDX-License-Identifier: MIT */
#include "cmd/help.h"

#include <string.h>

#include "cmd/manual.h"
#include "core/base/text.h"

const char *const HELP_VERSION = "migrate " MIGRATE_VERSION;

/* Where the text of an option or a command begins; longer ones put it on the next line. */
enum { OPTION_COLUMN = 27, COMMAND_COLUMN = 18 };

/* Writes words with line breaks, each new line indented. */
typedef struct Wrap {
    FILE *stream;
    size_t indent;
    size_t column; /* characters on this line so far */
    bool has_words;
} Wrap;

static void
indent_to(Wrap *wrap, size_t column)
{
    for (; wrap->column < column; wrap->column++)
        fputc(' ', wrap->stream);
}

static void
break_line(Wrap *wrap)
{
    fputc('\n', wrap->stream);
    wrap->column = 0;
    wrap->has_words = false;
}

static void
add_word(Wrap *wrap, Slice word)
{
    const size_t width = utf8_count(word);

    if (wrap->has_words && wrap->column + 1 + width > HELP_WIDTH)
        break_line(wrap);
    if (wrap->has_words) {
        fputc(' ', wrap->stream);
        wrap->column++;
    }
    indent_to(wrap, wrap->indent);
    fwrite(word.at, 1, word.len, wrap->stream);
    wrap->column += width;
    wrap->has_words = true;
}

static void
add_words(Wrap *wrap, Slice text)
{
    while (text.at != NULL) {
        const Slice word = slice_cut(text, ' ', &text);
        if (word.len > 0)
            add_word(wrap, word);
    }
}

/* Lines that begin with a blank stay as they are, the others flow together to paragraphs. */
static void
print_paragraphs(const char *text, FILE *stream)
{
    Wrap wrap = {.stream = stream};
    Slice rest = slice_of(text);

    while (rest.at != NULL) {
        const Slice line = slice_cut(rest, '\n', &rest);
        if (line.len > 0 && line.at[0] != ' ') {
            add_words(&wrap, line);
            continue;
        }
        if (wrap.has_words)
            break_line(&wrap);
        if (line.len > 0 || rest.at != NULL)
            fprintf(stream, "%.*s\n", SLICE_ARGS(line));
    }
    if (wrap.has_words)
        break_line(&wrap);
}

/* "  left", and the text from `column` on. */
static void
print_row(FILE *stream, const char *left, size_t column, const char *text)
{
    Wrap wrap = {.stream = stream, .indent = column};

    fputs(left, stream);
    wrap.column = utf8_count(slice_of(left));
    if (wrap.column + 2 > column)
        break_line(&wrap);
    add_words(&wrap, slice_of(text));
    break_line(&wrap);
}

static void
print_options(const Option *options, FILE *stream)
{
    for (; options->name != NULL; options++) {
        char left[HELP_WIDTH];
        const char *value = options->value == NULL ? "" : options->value;
        const char *space = options->value == NULL ? "" : " ";

        if (options->short_name != '\0')
            snprintf(left, sizeof left, "  -%c, --%s%s%s", options->short_name, options->name,
                     space, value);
        else
            snprintf(left, sizeof left, "      --%s%s%s", options->name, space, value);
        print_row(stream, left, OPTION_COLUMN, options->help);
    }
}

static void
print_indented(const char *text, FILE *stream)
{
    Slice rest = slice_of(text);

    while (rest.at != NULL && rest.len > 0) {
        const Slice line = slice_cut(rest, '\n', &rest);
        fprintf(stream, "  %.*s\n", SLICE_ARGS(line));
    }
}

void
help_usage(FILE *stream)
{
    fputs("usage: migrate [options] COMMAND [options] [operands]\n"
          "\n"
          "  migrate init                    begin a project here\n"
          "  migrate revision -m MESSAGE     write a new revision\n"
          "  migrate upgrade                 run what is pending\n"
          "  migrate status                  what is applied, what is pending\n"
          "  migrate help                    everything else\n",
          stream);
}

void
help_overview(const Command *const *commands, FILE *stream)
{
    const char *group = "";

    fprintf(stream,
            "%s: schema migrations as a graph of SQL and YAML files\n"
            "\n"
            "usage: migrate [options] COMMAND [options] [operands]\n",
            HELP_VERSION);
    for (; *commands != NULL; commands++) {
        char left[HELP_WIDTH];

        if (((*commands)->flags & IS_HIDDEN) != 0)
            continue;
        if (strcmp((*commands)->group, group) != 0) {
            group = (*commands)->group;
            fprintf(stream, "\n%s\n", group);
        }
        snprintf(left, sizeof left, "  %s", (*commands)->name);
        print_row(stream, left, COMMAND_COLUMN, (*commands)->summary);
    }
    fputs("\nOptions of all commands, before or behind the command\n", stream);
    print_options(GLOBAL_OPTIONS, stream);
    fputs("\n"
          "Examples\n"
          "  migrate init\n"
          "  migrate revision -m \"create account table\"\n"
          "  migrate upgrade --dry-run\n"
          "  migrate -n production upgrade head\n"
          "  migrate upgrade base:head --sql --dialect postgres > review.sql\n"
          "\n"
          "Exit status\n"
          "  0 done, or nothing to do       4 revision files, graph or target are wrong\n"
          "  1 the database refused         5 no connection\n"
          "  2 usage or configuration       6 another run holds the lock\n"
          "  3 not up to date               7 the database is not as recorded\n"
          "  130, 143 interrupted\n"
          "\n"
          "migrate help COMMAND shows the options and examples of a command.\n",
          stream);
}

void
help_command(const Command *command, FILE *stream)
{
    const bool has_operands = command->operands[0] != '\0';

    fprintf(stream, "usage: migrate %s [options]%s%s\n\n", command->name, has_operands ? " " : "",
            command->operands);
    print_paragraphs(command->description, stream);
    if (command->options != NULL) {
        fputs("\nOptions\n", stream);
        print_options(command->options, stream);
    }
    fputs("\nOptions of all commands\n", stream);
    print_options(GLOBAL_OPTIONS, stream);
    if (command->examples != NULL) {
        fputs("\nExamples\n", stream);
        print_indented(command->examples, stream);
    }
}

static const Option OPTIONS[] = {
    {"man", '\0', OPTION_FLAG, NULL, VALUE_NONE, "the manual page, as source for man"},
    {.name = NULL},
};

static bool
run(Context *context, Error *err)
{
    if (option_is_given(context, "man")) {
        manual_print(COMMANDS, context->out);
        return true;
    }
    if (context->operands.len == 0) {
        help_overview(COMMANDS, context->out);
        return true;
    }
    const char *name = context->operands.at[0];
    const Command *command = command_find(COMMANDS, name);
    if (command != NULL) {
        help_command(command, context->out);
        return true;
    }
    const char *nearest = command_nearest(COMMANDS, name, context->arena);
    error_set(err, ERR_USAGE, "unknown command \"%s\"", name);
    if (nearest != NULL)
        return error_hint(err, "did you mean %s? see migrate help", nearest);
    return error_hint(err, "see migrate help");
}

const Command COMMAND_HELP = {
    .name = "help",
    .group = "Help",
    .operands = "[COMMAND]",
    .max_operands = 1,
    .completes = VALUE_COMMAND,
    .summary = "show this, or the page of a command",
    .description = "Shows all commands, or the options and examples of one.",
    .examples = "migrate help upgrade\n"
                "migrate help --man | man -l -",
    .options = OPTIONS,
    .run = run,
};
