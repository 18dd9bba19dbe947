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

/* Targets of upgrade and downgrade. ERR_REVISION for what cannot be located, is ambiguous, or is no
 * downgrade from `rows`; ERR_STATE when a row is in no file. `rows` are the version rows; `text` is
 * borrowed. */
MUST_CHECK bool target_resolve(const Graph *graph, Direction direction, const char *text,
                               const Names *rows, Arena *arena, Target *target, Error *err);
/* Nodes named by absolute identifiers (show, stamp, merge, revision --head), in load order; none
 * for base. `current` names the nodes of `rows`, unless that is NULL. */
MUST_CHECK bool target_find(const Graph *graph, const char *text, const Names *rows, Arena *arena,
                            Indexes *nodes, Error *err);
/* The nodes of version rows; ERR_STATE, with the way out, for a row that no file defines. */
MUST_CHECK bool target_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes,
                            Error *err);

#endif
