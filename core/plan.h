/* SPDX-License-Identifier: MIT */
/*
 * Plan: the ordered steps of a run, as a value. The invariant: the version rows are the maximal
 * elements of the applied set, counting both kinds of edge; every change of a row follows from it.
 */
#ifndef MIGRATE_CORE_PLAN_H
#define MIGRATE_CORE_PLAN_H

#include "core/graph.h"
#include "core/target.h"

typedef struct Step {
    const Revision *revision; /* NULL: a stamp */
    Direction direction;
    bool only_tables;   /* a stamp that makes the tables, and closes no step that stands open */
    RowChanges changes; /* deletes and inserts first, an update last */
} Step;

typedef VEC(Step) Steps;

typedef struct Plan {
    Steps steps;
    Names rows_before; /* whole sets, in byte order */
    Names rows_after;
} Plan;

/* The steps from `rows` to the target; none when there is nothing to do. ERR_STATE for rows that no
 * file defines, and for an upgrade from rows of which one is an ancestor of another. */
MUST_CHECK bool plan_make(const Graph *graph, const Target *target, const Names *rows, Arena *arena,
                          Plan *plan, Error *err);
/* One step that replaces the rows of the lineages of the target's nodes by them, and of the
 * branches that it clears by nothing; base alone: the rows of everything. purge: whatever rows
 * there are, known or not. ERR_REVISION when one of the nodes is an ancestor of another. */
MUST_CHECK bool plan_stamp(const Graph *graph, const StampTarget *target, const Names *rows,
                           bool purge, Arena *arena, Plan *plan, Error *err);
/* One step that makes the tables, and changes no row. */
void plan_tables(const Names *rows, Arena *arena, Plan *plan);
/* The changes that make `after` of `before`, both in byte order: deletes and inserts, the last of
 * each as one update. */
RowChanges plan_changes(const Names *before, const Names *after, Arena *arena);
/* The rows after a step, from those before it; `rows` stays in byte order. */
void plan_apply(const Step *step, Arena *arena, Names *rows);

/* The marked nodes, each in front of its ancestors (both kinds of edge), in Alembic's order (see
 * alembic's _topological_sort): down one line until a node is met that others stand on. `heads` are
 * where it begins, in load order; each marked node is one of them or an ancestor of one, and with
 * two nodes all between them are marked. `marks` are cleared. */
void plan_order(const Graph *graph, const Indexes *heads, bool *marks, Arena *arena,
                Indexes *order);
/* What history shows of a range, newest first, in the order of plan_order. Above `lower` is what
 * descends from it by `revises`; below `upper` counts both kinds of edge. */
void plan_range(const Graph *graph, const TargetRange *range, Arena *arena, Indexes *nodes);

#endif
