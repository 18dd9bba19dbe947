/* SPDX-License-Identifier: MIT */
/*
 * Graphs and cases as text, for tests. A revision is "ID <PARENT,… !DEPENDENCY,… #LABEL,…" with
 * the lists as far as it has them; revisions stand in load order, separated by ';'. Its file is
 * ID.sql with the id on line 1, revises on 2, branch_labels on 3, depends_on on 4.
 *
 * A case file has lines `graph NAME`, `rev REVISION` and
 *     case {ROW,…} COMMAND TARGET… = STEP… {ROW,…}
 *     case {ROW,…} COMMAND TARGET… = error TEXT
 *     case {ROW,…} COMMAND TARGET… = crash TEXT
 * where STEP is +ID or -ID, with the changes of rows behind it where they matter: [+NEW],
 * [-OLD], [OLD>NEW], several separated by commas.
 */
#ifndef MIGRATE_TESTS_SUPPORT_GRAPH_TEXT_H
#define MIGRATE_TESTS_SUPPORT_GRAPH_TEXT_H

#include "core/plan.h"

typedef struct GraphCase {
    const char *graph; /* its name */
    unsigned line;     /* in the case file */
    Names rows;
    const char *command;
    Names targets;
    bool is_error;
    bool is_crash; /* an exception in Alembic: no answer to agree with */
    const char *error;
    Names steps;
    Names rows_after;
} GraphCase;

typedef VEC(GraphCase) GraphCases;

typedef struct CaseGraph {
    const char *name;
    Revisions revisions;
    GraphCases cases;
} CaseGraph;

typedef VEC(CaseGraph) CaseGraphs;

Revisions revisions_of(Arena *arena, const char *text);
/* The graph of a text that is expected to be right. */
Graph graph_of(Arena *arena, const char *text);
/* All graphs of a file below tests/data. */
CaseGraphs case_graphs_read(Arena *arena, const char *name);

/* "a,b" as a list; "" has none. */
Names names_of(Arena *arena, const char *text);
/* The ids of nodes, "a b". */
const char *ids_text(Arena *arena, const Graph *graph, const Indexes *nodes);
/* "{a,b}" */
const char *rows_text(Arena *arena, const Names *rows);
/* The steps of a plan as a case has them: "+a [+a] …"; the changes only if they are wanted. */
const char *plan_text(Arena *arena, const Plan *plan, bool with_changes);
/* Every problem on lines of its own: "file:line: message", "  hint: …". */
const char *error_text(Arena *arena, const Error *err);

#endif
