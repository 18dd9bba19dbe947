/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"

#include <string.h>

#include "core/base/text.h"

extern const Command COMMAND_INIT, COMMAND_REVISION, COMMAND_MERGE;
extern const Command COMMAND_UPGRADE, COMMAND_DOWNGRADE, COMMAND_STAMP, COMMAND_RESOLVE;
extern const Command COMMAND_RESET, COMMAND_DOCTOR;
extern const Command COMMAND_STATUS, COMMAND_CURRENT, COMMAND_HISTORY, COMMAND_HEADS;
extern const Command COMMAND_BRANCHES, COMMAND_SHOW, COMMAND_STATEMENTS, COMMAND_HELP;
extern const Command COMMAND_RENDER, COMMAND_SCHEMA;
extern const Command COMMAND_EDIT, COMMAND_CHECK, COMMAND_ENSURE_VERSION, COMMAND_VERIFY_SCRIPT;
extern const Command COMMAND_COMPLETE, COMMAND_COMPLETION, COMMAND_LOG;

/* One a line, so that two commands that are added do not meet. */
/* clang-format off */
const Command *const COMMANDS[] = {
    &COMMAND_INIT,
    &COMMAND_REVISION,
    &COMMAND_MERGE,
    &COMMAND_EDIT,
    &COMMAND_UPGRADE,
    &COMMAND_DOWNGRADE,
    &COMMAND_STAMP,
    &COMMAND_RESOLVE,
    &COMMAND_ENSURE_VERSION,
    &COMMAND_RESET,
    &COMMAND_STATUS,
    &COMMAND_LOG,
    &COMMAND_CURRENT,
    &COMMAND_HISTORY,
    &COMMAND_HEADS,
    &COMMAND_BRANCHES,
    &COMMAND_SHOW,
    &COMMAND_CHECK,
    &COMMAND_VERIFY_SCRIPT,
    &COMMAND_STATEMENTS,
    &COMMAND_RENDER,
    &COMMAND_SCHEMA,
    &COMMAND_DOCTOR,
    &COMMAND_COMPLETION,
    &COMMAND_HELP,
    &COMMAND_COMPLETE,
    NULL,
};
/* clang-format on */

/* What other tools call the thing. */
typedef struct Synonym {
    const char *word;
    const char *command;
} Synonym;

static const Synonym SYNONYMS[] = {
    {"rollback", "downgrade"}, {"undo", "downgrade"},  {"migrate", "upgrade"}, {"apply", "upgrade"},
    {"new", "revision"},       {"create", "revision"}, {"add", "revision"},    {"audit", "log"},
    {"list", "history"},       {"baseline", "stamp"},  {"version", "current"}, {"drop", "reset"},
    {"lint", "check"},         {"validate", "check"},  {"open", "edit"},
};

const Command *
command_find(const Command *const *commands, const char *name)
{
    for (; *commands != NULL; commands++) {
        if (strcmp((*commands)->name, name) == 0)
            return *commands;
    }
    return NULL;
}

const char *
command_nearest(const Command *const *commands, const char *name, Arena *arena)
{
    Names names = {0};

    for (size_t i = 0; i < sizeof SYNONYMS / sizeof SYNONYMS[0]; i++) {
        if (strcmp(SYNONYMS[i].word, name) == 0 &&
            command_find(commands, SYNONYMS[i].command) != NULL)
            return SYNONYMS[i].command;
    }
    for (size_t i = 0; commands[i] != NULL; i++) {
        if ((commands[i]->flags & IS_HIDDEN) == 0)
            *VEC_ADD(arena, &names) = commands[i]->name;
    }
    *VEC_ADD(arena, &names) = NULL;
    const char *nearest = text_nearest(slice_of(name), names.at);
    if (nearest != NULL || name[0] == '\0')
        return nearest;
    for (size_t i = 0; commands[i] != NULL; i++) {
        if (slice_starts_with(slice_of(commands[i]->name), name))
            return commands[i]->name;
    }
    return NULL;
}

/* NULL if the command has no such option. */
static const OptionValue *
value_of(const Context *context, const char *name)
{
    const Option *options = context->command->options;

    for (size_t i = 0; options != NULL && options[i].name != NULL; i++) {
        if (strcmp(options[i].name, name) == 0)
            return &context->values[i];
    }
    return NULL;
}

bool
option_is_given(const Context *context, const char *name)
{
    const OptionValue *value = value_of(context, name);

    return value != NULL && value->is_given;
}

const char *
option_text(const Context *context, const char *name)
{
    const OptionValue *value = value_of(context, name);

    return value == NULL ? NULL : value->text;
}

const Names *
option_texts(const Context *context, const char *name)
{
    static const Names NONE = {0};
    const OptionValue *value = value_of(context, name);

    return value == NULL ? &NONE : &value->texts;
}
