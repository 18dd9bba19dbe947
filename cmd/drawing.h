/* SPDX-License-Identifier: MIT */
/*
 * Drawing: revisions with their lanes beside them, for history and branches on a terminal.
 * `revises` is drawn; what a revision depends on is said behind it.
 */
#ifndef MIGRATE_CMD_DRAWING_H
#define MIGRATE_CMD_DRAWING_H

#include "cmd/command.h"
#include "cmd/entry.h"
#include "cmd/lanes.h"

/* --graph and --no-graph, the options of commands that draw. */
#define DRAWING_OPTIONS                                                                            \
    {                                                                                              \
        "graph", '\0',       OPTION_FLAG,                                                          \
        NULL,    VALUE_NONE, "draw the lines between them, as on a terminal"},                     \
    {                                                                                              \
        "no-graph", '\0', OPTION_FLAG, NULL, VALUE_NONE, "do not, as in a pipe"                    \
    }

typedef struct Drawing {
    const Context *context;
    Lanes lanes;
    Arena scratch; /* of one revision */
} Drawing;

/* ERR_USAGE where the options contradict each other. */
MUST_CHECK bool drawing_check(const Context *context, Error *err);
bool drawing_is_wanted(const Context *context);

void drawing_begin(Drawing *drawing, const Context *context);
/* One revision, in front of `parents`, those of its parents that are drawn. */
void drawing_add(Drawing *drawing, const Node *node, const Indexes *parents, EntryState state);
void drawing_end(Drawing *drawing);

#endif
