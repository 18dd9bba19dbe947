/* SPDX-License-Identifier: MIT */
/*
 * Command: one declaration of every command and option. Parsing, --help, the manual and completion
 * come from it. A command is one file, cmd/<name>.c, that defines `const Command COMMAND_<NAME>`;
 * its row stands in the table of cmd/command.c.
 */
#ifndef MIGRATE_CMD_COMMAND_H
#define MIGRATE_CMD_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "core/config.h"
#include "core/graph.h"
#include "core/runner.h"

typedef enum CommandFlag {
    NEEDS_CONFIG = 1U << 0,    /* context->config is loaded */
    NEEDS_REVISIONS = 1U << 1, /* and context->graph */
    NEEDS_DATABASE = 1U << 2,  /* connected and read: context->runner.state; with --sql not */
    WRITES = 1U << 3,          /* says first which database, and where its URL came from */
} CommandFlag;

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
    VALUE_ENVIRONMENT,
    VALUE_DIALECT,
    VALUE_TEXT,
} ValueKind;

typedef struct Option {
    const char *name;  /* without the dashes */
    char short_name;   /* '\0': none */
    OptionKind kind;
    const char *value; /* "REV": how help shows it; NULL for a flag */
    ValueKind completes;
    const char *help;  /* one line */
} Option;

enum { MAX_OPTIONS = 24 };

/* What was given on the command line, beside the Option of the same index. */
typedef struct OptionValue {
    bool is_given;
    const char *text; /* the last one */
    Names texts;      /* all */
} OptionValue;

typedef struct Command Command;

typedef struct Context {
    Arena *arena;
    const Log *log;
    FILE *out; /* results; everything else goes to stderr */
    const Command *command;
    Names operands;
    OptionValue *values;         /* of command->options, by index */
    const char *const *variables;
    ConfigRequest request;
    bool json;
    bool is_quiet;
    bool is_verbose;
    bool is_terminal;            /* stdout is one */
    bool is_coloured;
    Config config;
    Session session;
    const Driver *driver;
    Revisions revisions;
    Graph graph;
    Runner runner;
} Context;

struct Command {
    const char *name;
    const char *group;    /* of the overview: "Run", "Write", "Look", "Repair" */
    const char *operands; /* as usage shows them: "[TARGET]" */
    unsigned min_operands;
    unsigned max_operands;
    ValueKind completes;
    const char *summary;     /* one line */
    const char *description; /* paragraphs */
    const char *examples;    /* lines */
    unsigned flags;
    const Option *options;   /* ends with a row whose name is NULL; NULL: none */
    bool (*run)(Context *context, Error *err) MUST_CHECK;
};

/* In the order of the overview; NULL-terminated. */
extern const Command *const COMMANDS[];
extern const Option GLOBAL_OPTIONS[];

/* Values of the command's options by name; the option exists. */
bool option_is_given(const Context *context, const char *name);
const char *option_text(const Context *context, const char *name);
const Names *option_texts(const Context *context, const char *name);

#endif
