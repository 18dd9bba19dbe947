/* SPDX-License-Identifier: MIT */
/*
 * Command: one declaration of every command. Parsing, --help, the manual and completion come from
 * it. A command is one file, cmd/<name>.c, that defines `const Command COMMAND_<NAME>`; its row
 * stands in the table of cmd/command.c.
 */
#ifndef MIGRATE_CMD_COMMAND_H
#define MIGRATE_CMD_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/option.h"
#include "core/config.h"
#include "core/graph.h"
#include "core/runner.h"

/* What a command wants prepared before it runs; context_prepare() does it, so that no command
 * repeats it. */
typedef enum CommandFlag {
    NEEDS_CONFIG = 1U << 0,    /* context->config is loaded */
    NEEDS_REVISIONS = 1U << 1, /* and context->graph is built */
    NEEDS_DATABASE = 1U << 2,  /* connected and read: context->runner.state; not with --sql */
    WRITES = 1U << 3,          /* to the database: it is said first which one, and by whom named;
                                  not with --dry-run. With --json: an event a line. */
    IS_HIDDEN = 1U << 4,       /* for other programs: in no help, manual or completion */
} CommandFlag;

typedef struct Context {
    Arena *arena;
    const Log *log;
    FILE *out; /* results; everything else goes to stderr through `log` */
    const Command *command;
    Names operands;
    const OptionValue *values; /* of command->options, by index */
    ConfigRequest request;
    const volatile int *interrupted; /* a signal number once one came; may be NULL */
    bool json;
    bool is_verbose;
    bool is_terminal;      /* stdout is one */
    bool is_coloured;      /* stdout may be */
    bool reports_progress; /* stderr is a screen: a live line may be drawn there */
    Config config;
    Session session;
    const Driver *driver; /* of the configured URL; NULL before context_driver() */
    const char *url;
    Revisions revisions;
    Graph graph;
    Runner runner;
    bool is_connected;
    bool has_stopped;    /* a run came to an error: runner.state says where */
    const char *closing; /* that, as a line for behind the error; NULL: none */
} Context;

struct Command {
    const char *name;
    const char *group;    /* of the overview, where the commands of one group stand together */
    const char *operands; /* as usage shows them: "[TARGET]"; "" for none */
    size_t min_operands;
    size_t max_operands;
    ValueKind completes;
    const char *summary;     /* one line, lower case, no full stop */
    const char *description; /* paragraphs with a blank line between; indented lines stay as is */
    const char *examples;    /* lines */
    unsigned flags;          /* CommandFlag bits */
    const Option *options;   /* ends with a row whose name is NULL; NULL: none */
    /* Do operands and options agree? Asked before anything is read; NULL: they always do. */
    bool (*check)(const Context *context, Error *err) MUST_CHECK;
    bool (*run)(Context *context, Error *err) MUST_CHECK;
};

/* In the order of the overview; NULL-terminated. */
extern const Command *const COMMANDS[];

/* By name, NULL if absent. */
const Command *command_find(const Command *const *commands, const char *name);
/* The command that somebody who wrote `name` may mean; NULL if none is near. */
const char *command_nearest(const Command *const *commands, const char *name, Arena *arena);

/* Values of the command's options by name: false, NULL and none for one that was not given, or that
 * the command does not have. */
bool option_is_given(const Context *context, const char *name);
const char *option_text(const Context *context, const char *name);
const Names *option_texts(const Context *context, const char *name);

#endif
