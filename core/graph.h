/* SPDX-License-Identifier: MIT */
/*
 * Graph: revisions and their two kinds of edge, `revises` and `depends_on`, in Alembic's meaning.
 * Nodes are numbered in load order, the only tie-break there is. Everything is linear in nodes and
 * edges, on explicit stacks: any number of revisions.
 *
 * Terms: a child is a revision that revises this one, a dependent one that depends on it. A head
 * has no child; a real head has no dependent either; a head that has one is an effective head.
 */
#ifndef MIGRATE_CORE_GRAPH_H
#define MIGRATE_CORE_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/map.h"
#include "core/base/vec.h"
#include "core/revision.h"

typedef VEC(size_t) Indexes;

/* All lists name each node once. */
typedef struct Node {
    const Revision *revision;
    Indexes parents;      /* revises, in file order */
    Indexes dependencies; /* depends_on, labels resolved, in file order */
    /* Of the dependencies those that are no parent and that no ancestor by `revises` names as its
     * own dependency: what Alembic's traversal follows. The ancestors are the same either way. */
    Indexes normal_dependencies;
    Indexes children;   /* who revises it, in load order */
    Indexes dependents; /* who depends on it, in load order */
    /* Its own branch labels and those that reach it: a label holds for its revision, all that
     * descend from it, and its ancestors as far as the next branch point or merge, exclusive. */
    Names labels;
} Node;

typedef struct Graph {
    Node *nodes;
    size_t count;
    Map names;          /* id or label to Node */
    Indexes heads;      /* no child: `head`, `label@heads` */
    Indexes real_heads; /* neither child nor dependent: `heads` */
    Indexes bases;      /* revise nothing; they may depend on something */
} Graph;

/* Builds and checks the graph: duplicate ids, labels that clash, missing parents and dependencies,
 * self-loops and cycles of either kind of edge are ERR_REVISION, all in one run, each at the header
 * line to blame. `revisions` is borrowed. */
MUST_CHECK bool graph_build(const Revisions *revisions, Arena *arena, Graph *graph, Error *err);
/* By exact id or label; NULL if absent. */
const Node *graph_find(const Graph *graph, const char *name);
size_t graph_index(const Graph *graph, const Node *node);
/* The id or label that `text` was probably meant to be, for "did you mean": one that differs by a
 * slip or two of the keyboard, in less than half of its characters, the only id that begins so, or
 * the id that a file name begins with; NULL if none is near. */
const char *graph_nearest(const Graph *graph, const char *text);

/* Marks (true) the given nodes and all their ancestors by both kinds of edge; `marks` has count
 * items. What is marked already is taken to have its ancestors marked. */
void graph_mark_ancestors(const Graph *graph, const Indexes *from, Arena *arena, bool *marks);

typedef enum GraphEdges {
    EDGES_REVISES, /* `revises` alone: branches, children, relative steps */
    EDGES_ALL,     /* with `depends_on`: what must run before what */
} GraphEdges;

typedef enum GraphReach { REACH_ANCESTORS, REACH_DESCENDANTS } GraphReach;

/* As graph_mark_ancestors, in either direction and by either set of edges. */
void graph_mark(const Graph *graph, const Indexes *from, GraphReach reach, GraphEdges edges,
                Arena *arena, bool *marks);
/* The lineage of a node: itself, its ancestors and its descendants. The marks live in `arena`. */
bool *graph_lineage(const Graph *graph, size_t node, GraphEdges edges, Arena *arena);
/* The first node of `nodes` that is an ancestor (both kinds of edge) of another one of them, and
 * that other one; false if there is none. */
bool graph_overlap(const Graph *graph, const Indexes *nodes, Arena *arena, size_t *lower,
                   size_t *upper);

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
