/* SPDX-License-Identifier: MIT */
/* Entry: a revision as people and programs read it, in the forms of Alembic's commands. */
#ifndef MIGRATE_CMD_ENTRY_H
#define MIGRATE_CMD_ENTRY_H

#include <stdio.h>

#include "cmd/json.h"
#include "core/graph.h"

/* What the database says of a revision. */
typedef enum EntryState {
    ENTRY_UNASKED,
    ENTRY_PENDING,
    ENTRY_APPLIED,
    ENTRY_CURRENT, /* a version row */
} EntryState;

/* The marks behind a revision; each has its blank before it. */
typedef struct EntryMarks {
    bool labels;
    EntryState state; /* (applied) or (current) */
    bool points;      /* (branchpoint) and (mergepoint) */
} EntryMarks;

/* "1975ea83b712 (billing) (head)" */
const char *entry_line(const Node *node, EntryMarks marks, Arena *arena);
/* Some lines and an empty one. */
const char *entry_text(const Graph *graph, const Node *node, EntryState state, Arena *arena);
void entry_print(const Graph *graph, const Node *node, EntryState state, Arena *arena,
                 FILE *stream);
/* An object in an array; what was not asked is null in it. */
void entry_json(Json *json, const Graph *graph, const Node *node, EntryState state);

/* Of a row of the history: when it ran, how long, by whom and what; members of an object. */
void entry_run_json(Json *json, const HistoryRow *row);

/* The ids of the real heads, in load order. */
Names entry_heads(const Graph *graph, Arena *arena);
/* Whether the version rows are all heads; *heads: those, in byte order. */
bool entry_is_at_heads(const Graph *graph, const Names *rows, Arena *arena, Names *heads);
/* All revisions in the order of an upgrade from nothing. */
Indexes entry_order(const Graph *graph, Arena *arena);

#endif
