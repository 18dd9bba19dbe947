/* SPDX-License-Identifier: MIT */
/* What may stand at the end of a command line: asked by the scripts in packaging/completion. The
 * words before it come from the table of commands, the revisions from the files, as far as they can
 * be read; no database is asked, and nothing is ever an error. */
#include <stdint.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/text.h"

typedef struct Completion {
    Context *context;
    const Command *command; /* of the line; NULL: none yet */
    size_t operands;        /* of it, before the word */
    const Option *option;   /* whose value the word is; NULL: it is not one */
    bool options_end;
    Slice word;   /* what is there of the word */
    Slice prefix; /* of it: what is not the name that is looked for, such as "--head=" */
} Completion;

/* ---- candidates: a line each, the word and, behind a tab, what it is ---- */

static void
offer(const Completion *completion, const char *text, const char *what)
{
    const Context *context = completion->context;
    const Slice wanted = slice_after(completion->word, completion->prefix.len);

    if (strlen(text) < wanted.len || memcmp(text, wanted.at, wanted.len) != 0)
        return;
    fprintf(context->out, "%.*s%s", SLICE_ARGS(completion->prefix), text);
    if (what[0] != '\0')
        fprintf(context->out, "\t%s", what);
    fputc('\n', context->out);
}

/* What the shell completes by itself. */
static void
offer_paths(const Completion *completion, const char *kind)
{
    fprintf(completion->context->out, ":%s\n", kind);
}

static void
offer_commands(const Completion *completion)
{
    for (size_t i = 0; COMMANDS[i] != NULL; i++) {
        if ((COMMANDS[i]->flags & IS_HIDDEN) == 0)
            offer(completion, COMMANDS[i]->name, COMMANDS[i]->summary);
    }
}

static void
offer_table(const Completion *completion, const Option *options)
{
    for (; options != NULL && options->name != NULL; options++)
        offer(completion, arena_format(completion->context->arena, "--%s", options->name),
              options->help);
}

static void
offer_options(const Completion *completion)
{
    if (completion->command != NULL)
        offer_table(completion, completion->command->options);
    offer_table(completion, GLOBAL_OPTIONS);
}

static void
offer_choices(const Completion *completion, const char *choices)
{
    Slice rest = slice_of(choices);

    while (rest.at != NULL)
        offer(completion, arena_copy(completion->context->arena, slice_cut(rest, '|', &rest)), "");
}

static void
offer_dialects(const Completion *completion)
{
    for (size_t i = 0; DRIVERS[i] != NULL; i++)
        offer(completion, DRIVERS[i]->name, "");
}

/* ---- revisions ---- */

/* The configuration, as far as it can be read. */
static const Config *
config_of(const Completion *completion)
{
    Context *context = completion->context;
    Error ignored = {.arena = context->arena};

    const bool is_read = config_load(&context->request, context->arena, &context->config, &ignored);
    (void)is_read;
    if (context->config.migrations.len == 0)
        *VEC_ADD(context->arena, &context->config.migrations) = "migrations";
    return &context->config;
}

static void
offer_environments(const Completion *completion)
{
    const Config *config = config_of(completion);

    for (size_t i = 0; i < config->environments.len; i++)
        offer(completion, config->environments.at[i], "");
}

/* Behind "a:", "a,b" or "label@" another name begins. */
static bool
cut_prefix(Completion *completion)
{
    const Slice word = completion->word;
    size_t cut = completion->prefix.len;
    bool is_branch = false;

    for (size_t i = cut; i < word.len; i++) {
        if (word.at[i] != ':' && word.at[i] != ',' && word.at[i] != '@')
            continue;
        cut = i + 1;
        is_branch = word.at[i] == '@';
    }
    completion->prefix = (Slice){word.at, cut};
    return is_branch;
}

static void
offer_symbols(const Completion *completion, bool is_branch, bool has_current)
{
    offer(completion, "head", is_branch ? "its head" : "the head");
    if (!is_branch)
        offer(completion, "heads", "all heads");
    offer(completion, "base", is_branch ? "its base" : "before the first revision");
    if (has_current && !is_branch)
        offer(completion, "current", "where the database is");
}

static void
offer_revisions(Completion *completion, bool has_current)
{
    Context *context = completion->context;
    const Config *config = config_of(completion);
    const bool is_branch = cut_prefix(completion);
    Error ignored = {.arena = context->arena};
    Revisions revisions = {0};

    offer_symbols(completion, is_branch, has_current);
    const bool is_read = revision_load_all(&config->migrations, config->recursive, NULL,
                                           context->arena, &revisions, &ignored);
    (void)is_read; /* those that can be read are offered */
    for (size_t i = 0; i < revisions.len; i++) {
        const Revision *revision = &revisions.at[i];
        const char *title = output_title(context->arena, revision->message);

        offer(completion, revision->id, title);
        for (size_t j = 0; !is_branch && j < revision->branch_labels.len; j++)
            offer(completion, revision->branch_labels.at[j], title);
    }
}

static void
offer_values(Completion *completion, ValueKind kind, const char *choices)
{
    switch (kind) {
    case VALUE_FILE:
        offer_paths(completion, "files");
        return;
    case VALUE_FOLDER:
        offer_paths(completion, "folders");
        return;
    case VALUE_REVISION:
    case VALUE_RANGE:
        offer_revisions(completion, kind == VALUE_RANGE);
        return;
    case VALUE_COMMAND:
        offer_commands(completion);
        return;
    case VALUE_ENVIRONMENT:
        offer_environments(completion);
        return;
    case VALUE_DIALECT:
        offer_dialects(completion);
        return;
    case VALUE_CHOICE:
        offer_choices(completion, choices);
        return;
    case VALUE_TEXT:
    case VALUE_NONE:
        return;
    }
}

/* ---- the words before ---- */

/* The value of an option that says where revisions are. */
static void
take_value(Completion *completion, const Option *option, const char *value)
{
    ConfigRequest *request = &completion->context->request;

    if (option == &GLOBAL_OPTIONS[GLOBAL_CONFIG])
        request->file = value;
    else if (option == &GLOBAL_OPTIONS[GLOBAL_NAME])
        request->environment = value;
}

static void
take_long(Completion *completion, const char *word)
{
    Slice value;
    const Slice name = slice_cut(slice_of(word + 2), '=', &value);
    const Option *option = option_find(completion->command, name, '\0');

    if (option == NULL || option->kind == OPTION_FLAG)
        return;
    if (value.at == NULL)
        completion->option = option;
    else
        take_value(completion, option, value.at);
}

static void
take_short(Completion *completion, const char *word)
{
    for (const char *at = word + 1; *at != '\0'; at++) {
        const Option *option = option_find(completion->command, (Slice){0}, *at);

        if (option == NULL || option->kind == OPTION_FLAG)
            continue;
        if (at[1] == '\0')
            completion->option = option;
        else
            take_value(completion, option, at[1] == '=' ? at + 2 : at + 1);
        return;
    }
}

static bool
is_option(const Completion *completion, const char *word)
{
    return !completion->options_end && word[0] == '-' && word[1] != '\0' &&
           !ascii_is_digit(word[1]);
}

static void
take_word(Completion *completion, const char *word)
{
    if (completion->option != NULL) {
        take_value(completion, completion->option, word);
        completion->option = NULL;
    } else if (!is_option(completion, word)) {
        completion->operands += completion->command != NULL;
        if (completion->command == NULL)
            completion->command = command_find(COMMANDS, word);
    } else if (strcmp(word, "--") == 0) {
        completion->options_end = true;
    } else if (word[1] == '-') {
        take_long(completion, word);
    } else {
        take_short(completion, word);
    }
}

static void
complete_operand(Completion *completion)
{
    const Command *command = completion->command;

    if (command == NULL)
        offer_commands(completion);
    else if (completion->operands < command->max_operands)
        offer_values(completion, command->completes, command->operands);
    else if (completion->word.len == 0)
        offer_options(completion);
}

static void
complete(Completion *completion, const char *word)
{
    Slice value = {0};

    completion->word = slice_of(word);
    if (completion->option == NULL && is_option(completion, word) && word[1] == '-') {
        const Slice name = slice_cut(slice_of(word + 2), '=', &value);
        if (value.at != NULL) {
            completion->option = option_find(completion->command, name, '\0');
            completion->prefix = (Slice){word, (size_t)(value.at - word)};
        }
    }
    if (completion->option != NULL)
        offer_values(completion, completion->option->completes, completion->option->value);
    else if (value.at == NULL && !completion->options_end && word[0] == '-')
        offer_options(completion);
    else if (value.at == NULL)
        complete_operand(completion);
}

static bool
run(Context *context, Error *err)
{
    Completion completion = {.context = context};
    const Names *words = &context->operands;

    (void)err;
    context->request.log = NULL;
    for (size_t i = 0; i + 1 < words->len; i++)
        take_word(&completion, words->at[i]);
    complete(&completion, words->at[words->len - 1]);
    return true;
}

const Command COMMAND_COMPLETE = {
    .name = "__complete",
    .group = "Help",
    .operands = "-- WORD...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_TEXT,
    .summary = "what may stand at the end of a command line",
    .description = "For the completion of the shells: the words behind migrate, the last of which "
                   "is the one to be completed.",
    .examples = "migrate __complete -- upgrade \"\"",
    .flags = IS_HIDDEN,
    .run = run,
};
