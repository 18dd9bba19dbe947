/* SPDX-License-Identifier: MIT */
/*
 * Target: what a user names on the command line, resolved to revisions. It is resolved once a run,
 * against the first rows read; every later plan of that run aims at what it resolved to.
 *
 *     target := [branch '@'] symbol | [branch '@'] [symbol] ('+' | '-') steps
 *     symbol := id, or the beginning of one | label | head | heads | base
 *     branch := id, or the beginning of one | label
 *
 * The meaning is Alembic's; what is wrong or ambiguous is an error that names the candidates.
 */
#ifndef MIGRATE_CORE_TARGET_H
#define MIGRATE_CORE_TARGET_H

#include "core/graph.h"

typedef struct Target {
    Direction direction;
    const char *text; /* as the user wrote it */
    Indexes nodes;    /* to apply, or to come down to; none: base */
    bool is_base;
    Indexes roots; /* of a downgrade: what comes off, with all that stands on it */
} Target;

/* What a stamp names: the rows of the lineages of all it names make room for `nodes`. */
typedef struct StampTarget {
    Indexes nodes;    /* the rows to be */
    Indexes branches; /* of BRANCH@base: their lineages are left without a row */
    bool is_base;     /* base: nothing is left */
} StampTarget;

/* What history shows: what is above or at `lower` and below or at `upper`. */
typedef struct TargetRange {
    Indexes lower; /* none: all the way down */
    Indexes upper;
} TargetRange;

/* Targets of upgrade and downgrade. ERR_REVISION for what cannot be located, is ambiguous, or is no
 * downgrade from `rows`; ERR_STATE when a row is in no file. `rows` are the version rows; `text` is
 * borrowed. */
MUST_CHECK bool target_resolve(const Graph *graph, Direction direction, const char *text,
                               const Names *rows, Arena *arena, Target *target, Error *err);
/* Nodes named by absolute identifiers (show, merge, revision --head), in load order; none for base.
 * `current` names the nodes of `rows`, unless that is NULL. */
MUST_CHECK bool target_find(const Graph *graph, const char *text, const Names *rows, Arena *arena,
                            Indexes *nodes, Error *err);
/* The nodes of version rows; ERR_STATE, with the way out, for a row that no file defines. */
MUST_CHECK bool target_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes,
                            Error *err);
/* The operands of a stamp. */
MUST_CHECK bool target_stamp(const Graph *graph, const Names *texts, Arena *arena,
                             StampTarget *target, Error *err);

/* `history -r`: LOWER:UPPER, each of which may be left out, `current` (ERR_USAGE if `rows` is NULL)
 * or relative to the other: -N below the upper end, +N above the lower one. Relative ends stop at
 * the first or last revision there is. ERR_REVISION unless all of `lower` is below `upper`. */
MUST_CHECK bool target_range(const Graph *graph, const char *text, const Names *rows, Arena *arena,
                             TargetRange *range, Error *err);
/* Where an offline run starts: "a,b", heads, base, or `current` (then `current` is not NULL). The
 * ids are those of rows that a database could have. */
MUST_CHECK bool target_start(const Graph *graph, const char *text, const Names *current,
                             Arena *arena, Names *rows, Error *err);
/* An offline target, START:END; an upgrade may leave START out, which is the base then. */
MUST_CHECK bool target_offline(const Graph *graph, Direction direction, const char *text,
                               const Names *current, Arena *arena, Names *rows, Target *target,
                               Error *err);
/* A name for nodes->at[which] that tells its branch from those of the others, as BRANCH@head wants
 * it: a label that no other one has, or its id. */
const char *target_branch_name(const Graph *graph, const Indexes *nodes, size_t which);
/* Whether a range or target means the rows of the database by `current`. */
bool target_names_current(const char *text);

#endif
