/* SPDX-License-Identifier: MIT */
/*
 * Option: the options of the program and of its commands, declared once, and the parser that reads
 * a command line by those declarations. Global options may stand before or after the command;
 * `--` ends the options; what looks like a number (`-1`) is an operand.
 */
#ifndef MIGRATE_CMD_OPTION_H
#define MIGRATE_CMD_OPTION_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/slice.h"

typedef struct Command Command;

typedef enum OptionKind {
    OPTION_FLAG,  /* no value */
    OPTION_TEXT,  /* one value; given again, the last holds */
    OPTION_TEXTS, /* may be given several times */
} OptionKind;

typedef enum ValueKind { /* for completion */
                         VALUE_NONE,
                         VALUE_FILE,
                         VALUE_FOLDER,
                         VALUE_REVISION,
                         VALUE_RANGE, /* revisions, and where the database is */
                         VALUE_COMMAND,
                         VALUE_ENVIRONMENT,
                         VALUE_DIALECT,
                         VALUE_CHOICE, /* the words of `value` (of a command: operands), "a|b" */
                         VALUE_TEXT,
} ValueKind;

typedef struct Option {
    const char *name; /* without the dashes */
    char short_name;  /* '\0': none */
    OptionKind kind;
    const char *value; /* "REV": how help shows it; NULL for a flag */
    ValueKind completes;
    const char *help; /* one line, lower case, no full stop */
} Option;

/* By name, or by short_name when that is not '\0', among the options of the command (NULL: of none)
 * and those of all commands; NULL if absent. */
const Option *option_find(const Command *command, Slice name, char short_name);

/* What was given on the command line, beside the Option of the same index. */
typedef struct OptionValue {
    bool is_given;
    const char *text; /* the last one; NULL for a flag */
    Names texts;      /* all */
} OptionValue;

/* Indexes of GLOBAL_OPTIONS. */
typedef enum GlobalOption {
    GLOBAL_CONFIG,
    GLOBAL_NAME,
    GLOBAL_URL,
    GLOBAL_QUIET,
    GLOBAL_VERBOSE,
    GLOBAL_JSON,
    GLOBAL_NO_COLOR,
    GLOBAL_HELP,
    GLOBAL_VERSION,
    GLOBAL_COUNT,
} GlobalOption;

/* Ends with a row whose name is NULL, as the options of a command do. */
extern const Option GLOBAL_OPTIONS[];

typedef struct CommandLine {
    const Command *command; /* NULL: none was named */
    Names operands;
    OptionValue *values; /* of command->options, by index */
    OptionValue globals[GLOBAL_COUNT];
} CommandLine;

/* Reads `words` (argv without the program, NULL-terminated), which *line borrows from. ERR_USAGE
 * for an unknown command or option, with the nearest one; a value missing or too many; too few or
 * too many operands (not looked at when help or the version is asked for). */
MUST_CHECK bool option_parse(const Command *const *commands, const char *const *words, Arena *arena,
                             CommandLine *line, Error *err);

#endif
