/* SPDX-License-Identifier: MIT */
#include "cmd/option.h"

#include <string.h>

#include "cmd/command.h"
#include "core/base/text.h"

const Option GLOBAL_OPTIONS[] = {
    [GLOBAL_CONFIG] = {"config", 'c', OPTION_TEXT, "FILE", VALUE_FILE,
                       "the configuration (migrate.yaml, or $MIGRATE_CONFIG)"},
    [GLOBAL_NAME] = {"name", 'n', OPTION_TEXT, "NAME", VALUE_ENVIRONMENT,
                     "the environment to use, one of `environments`"},
    [GLOBAL_URL] = {"url", 'u', OPTION_TEXT, "URL", VALUE_TEXT,
                    "the database; wins over every other place"},
    [GLOBAL_QUIET] = {"quiet", 'q', OPTION_FLAG, NULL, VALUE_NONE,
                      "nothing on stderr but warnings and errors"},
    [GLOBAL_VERBOSE] = {"verbose", 'v', OPTION_FLAG, NULL, VALUE_NONE, "say more"},
    [GLOBAL_JSON] = {"json", '\0', OPTION_FLAG, NULL, VALUE_NONE,
                     "JSON on stdout: one document, or an event a line for runs"},
    [GLOBAL_NO_COLOR] = {"no-color", '\0', OPTION_FLAG, NULL, VALUE_NONE,
                         "no colours (as with $NO_COLOR)"},
    [GLOBAL_HELP] = {"help", 'h', OPTION_FLAG, NULL, VALUE_NONE, "show help and exit"},
    [GLOBAL_VERSION] = {"version", '\0', OPTION_FLAG, NULL, VALUE_NONE,
                        "show the version and exit"},
    [GLOBAL_COUNT] = {.name = NULL},
};

typedef struct Parser {
    const Command *const *commands;
    const char *const *words;
    size_t at; /* the next word */
    Arena *arena;
    CommandLine *line;
    Error *err;
} Parser;

/* An option and where its value goes. */
typedef struct Found {
    const Option *option;
    OptionValue *value;
} Found;

static size_t
option_count(const Option *options)
{
    size_t count = 0;

    while (options != NULL && options[count].name != NULL)
        count++;
    return count;
}

static const Option *
find_in(const Option *options, Slice name, char short_name)
{
    for (; options != NULL && options->name != NULL; options++) {
        if (short_name != '\0' ? options->short_name == short_name : slice_is(name, options->name))
            return options;
    }
    return NULL;
}

const Option *
option_find(const Command *command, Slice name, char short_name)
{
    const Option *found = command == NULL ? NULL : find_in(command->options, name, short_name);

    return found != NULL ? found : find_in(GLOBAL_OPTIONS, name, short_name);
}

static bool
find(const Parser *parser, Slice name, char short_name, Found *found)
{
    CommandLine *line = parser->line;
    const Option *options = line->command == NULL ? NULL : line->command->options;
    const Option *option = find_in(options, name, short_name);

    if (option != NULL) {
        *found = (Found){option, &line->values[option - options]};
        return true;
    }
    option = find_in(GLOBAL_OPTIONS, name, short_name);
    if (option != NULL)
        *found = (Found){option, &line->globals[option - GLOBAL_OPTIONS]};
    return option != NULL;
}

static const char *
see_help(const Parser *parser)
{
    const Command *command = parser->line->command;

    return command == NULL ? "see migrate help"
                           : arena_format(parser->arena, "see migrate help %s", command->name);
}

static void
add_names(Arena *arena, const Option *options, Names *names)
{
    for (size_t i = 0; i < option_count(options); i++)
        *VEC_ADD(arena, names) = options[i].name;
}

static const char *
nearest_option(const Parser *parser, Slice name)
{
    const Command *command = parser->line->command;
    Names names = {0};

    if (command != NULL)
        add_names(parser->arena, command->options, &names);
    add_names(parser->arena, GLOBAL_OPTIONS, &names);
    *VEC_ADD(parser->arena, &names) = NULL;
    return text_nearest(name, names.at);
}

/* `shown` is the option with its dashes. */
static bool
unknown_option(const Parser *parser, const char *shown, const char *nearest)
{
    error_set(parser->err, ERR_USAGE, "unknown option %s", shown);
    if (nearest != NULL)
        return error_hint(parser->err, "did you mean --%s? %s", nearest, see_help(parser));
    if (parser->line->command == NULL)
        return error_hint(parser->err,
                          "the options of a command stand behind it; see migrate help");
    return error_hint(parser->err, "%s", see_help(parser));
}

static bool
unknown_command(const Parser *parser, const char *name)
{
    const char *nearest = command_nearest(parser->commands, name, parser->arena);

    error_set(parser->err, ERR_USAGE, "unknown command \"%s\"", name);
    if (nearest != NULL)
        return error_hint(parser->err, "did you mean %s? see migrate help", nearest);
    return error_hint(parser->err, "see migrate help");
}

/* "-1", "-2:x" */
static bool
is_number(const char *word)
{
    return word[0] == '-' && ascii_is_digit(word[1]);
}

/* The word is an option of this command line, spelled in full: where a value is due, it was
 * forgotten. */
static bool
is_option(const Parser *parser, const char *word)
{
    Found found;

    if (word[0] != '-' || word[1] == '\0')
        return false;
    if (word[1] == '-') {
        Slice value;
        const Slice name = slice_cut(slice_of(word + 2), '=', &value);
        return word[2] == '\0' || find(parser, name, '\0', &found);
    }
    return word[2] == '\0' && find(parser, (Slice){0}, word[1], &found);
}

static void
store(const Parser *parser, Found found, const char *text)
{
    found.value->is_given = true;
    if (text == NULL)
        return;
    found.value->text = text;
    *VEC_ADD(parser->arena, &found.value->texts) = text;
}

/* Takes the value from the next word. */
static bool
store_next(Parser *parser, Found found, const char *shown)
{
    const char *word = parser->words[parser->at];

    if (word == NULL || is_option(parser, word)) {
        error_set(parser->err, ERR_USAGE, "option %s needs a value: %s %s", shown, shown,
                  found.option->value);
        return error_hint(parser->err, "%s", see_help(parser));
    }
    parser->at++;
    store(parser, found, word);
    return true;
}

static bool
parse_long(Parser *parser, const char *word)
{
    Slice value;
    const Slice name = slice_cut(slice_of(word + 2), '=', &value);
    const char *shown = arena_format(parser->arena, "--%.*s", SLICE_ARGS(name));
    Found found;

    if (!find(parser, name, '\0', &found))
        return unknown_option(parser, shown, nearest_option(parser, name));
    if (found.option->kind == OPTION_FLAG && value.at != NULL) {
        error_set(parser->err, ERR_USAGE, "option %s takes no value", shown);
        return error_hint(parser->err, "%s", see_help(parser));
    }
    if (found.option->kind != OPTION_FLAG && value.at == NULL)
        return store_next(parser, found, shown);
    store(parser, found, value.at);
    return true;
}

/* "-v", "-vi", "-cFILE", "-c FILE", "-c=FILE" */
static bool
parse_short(Parser *parser, const char *word)
{
    for (const char *at = word + 1; *at != '\0'; at++) {
        const char *shown = arena_format(parser->arena, "-%c", *at);
        Found found;

        if (!find(parser, (Slice){0}, *at, &found)) {
            const bool is_long = find(parser, slice_of(word + 1), '\0', &found);
            return unknown_option(parser, is_long ? word : shown,
                                  is_long ? found.option->name : NULL);
        }
        if (found.option->kind == OPTION_FLAG) {
            store(parser, found, NULL);
            continue;
        }
        if (at[1] == '\0')
            return store_next(parser, found, shown);
        store(parser, found, at[1] == '=' ? at + 2 : at + 1);
        return true;
    }
    return true;
}

/* The first operand is the command. */
static bool
parse_operand(const Parser *parser, const char *word)
{
    CommandLine *line = parser->line;

    if (line->command != NULL) {
        *VEC_ADD(parser->arena, &line->operands) = word;
        return true;
    }
    line->command = command_find(parser->commands, word);
    if (line->command == NULL)
        return unknown_command(parser, word);
    line->values = ARENA_ARRAY(parser->arena, OptionValue, option_count(line->command->options));
    return true;
}

static bool
check_operands(const Parser *parser)
{
    const CommandLine *line = parser->line;
    const Command *command = line->command;

    if (command == NULL || line->globals[GLOBAL_HELP].is_given ||
        line->globals[GLOBAL_VERSION].is_given)
        return true;
    if (line->operands.len < command->min_operands) {
        error_set(parser->err, ERR_USAGE, "%s needs %s", command->name, command->operands);
        return error_hint(parser->err, "%s", see_help(parser));
    }
    if (line->operands.len > command->max_operands) {
        error_set(parser->err, ERR_USAGE, "%s: unexpected operand \"%s\"", command->name,
                  line->operands.at[command->max_operands]);
        return error_hint(parser->err, "%s", see_help(parser));
    }
    return true;
}

bool
option_parse(const Command *const *commands, const char *const *words, Arena *arena,
             CommandLine *line, Error *err)
{
    Parser parser = {commands, words, 0, arena, line, err};
    bool options_end = false;

    *line = (CommandLine){0};
    while (words[parser.at] != NULL) {
        const char *word = words[parser.at++];
        const bool is_operand = options_end || word[0] != '-' || word[1] == '\0' || is_number(word);
        bool ok = true;

        if (is_operand)
            ok = parse_operand(&parser, word);
        else if (strcmp(word, "--") == 0)
            options_end = true;
        else if (word[1] == '-')
            ok = parse_long(&parser, word);
        else
            ok = parse_short(&parser, word);
        if (!ok)
            return false;
    }
    return check_operands(&parser);
}
