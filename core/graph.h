/* SPDX-License-Identifier: MIT */
/*
 * Graph: revisions and their two kinds of edge, `revises` and `depends_on`, in Alembic's meaning.
 * Nodes are numbered in load order, the only tie-break there is. Everything is linear in nodes and
 * edges, on explicit stacks: any number of revisions.
 */
#ifndef MIGRATE_CORE_GRAPH_H
#define MIGRATE_CORE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/map.h"
#include "core/base/vec.h"
#include "core/revision.h"

typedef VEC(size_t) Indexes;

typedef struct Node {
    const Revision *revision;
    Indexes parents;      /* revises, in file order */
    Indexes dependencies; /* depends_on, resolved, in file order */
    Indexes normal_dependencies; /* those that no ancestor (revises) depends on already */
    Indexes children;     /* who revises it, in load order */
    Indexes dependents;   /* who depends on it */
    Names labels;         /* its own and those that reach it (alembic's branch labels) */
} Node;

typedef struct Graph {
    Node *nodes;
    size_t count;
    Map names; /* id or label to Node */
    Indexes heads;           /* nobody revises them */
    Indexes effective_heads; /* those of them that somebody depends on are left out */
    Indexes bases;           /* they revise nothing */
} Graph;

/* Builds and checks the graph: duplicate ids, labels that clash, missing parents, self-loops and
 * cycles are ERR_REVISION, all in one run, each naming the files. `revisions` is borrowed. */
MUST_CHECK bool graph_build(const Revisions *revisions, Arena *arena, Graph *graph, Error *err);
/* By exact id or label; NULL if absent. */
const Node *graph_find(const Graph *graph, const char *name);
size_t graph_index(const Graph *graph, const Node *node);
/* The id nearest to `text`, for "did you mean"; NULL if none is near. */
const char *graph_nearest(const Graph *graph, const char *text);
/* Marks (true) the given nodes and all their ancestors by both kinds of edge; `marks` has count
 * items. */
void graph_mark_ancestors(const Graph *graph, const Indexes *from, Arena *arena, bool *marks);

static inline bool
node_is_head(const Node *node)
{
    return node->children.len == 0;
}

static inline bool
node_is_effective_head(const Node *node)
{
    return node->children.len == 0 && node->dependents.len > 0;
}

static inline bool
node_is_branch_point(const Node *node)
{
    return node->children.len > 1;
}

static inline bool
node_is_merge_point(const Node *node)
{
    return node->parents.len > 1;
}

#endif
