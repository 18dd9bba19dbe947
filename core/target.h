/* SPDX-License-Identifier: MIT */
/*
 * Target: what a user names on the command line, resolved to revisions. It is resolved once a run,
 * against the first rows read; every later plan of that run aims at what it resolved to.
 */
#ifndef MIGRATE_CORE_TARGET_H
#define MIGRATE_CORE_TARGET_H

#include "core/graph.h"

typedef struct Target {
    Direction direction;
    const char *text;  /* as the user wrote it */
    Indexes nodes;     /* none: base (or, for an upgrade, nothing to do) */
    bool is_base;
    size_t branch;     /* of a downgrade label@…: the node that the label names; SIZE_MAX: none */
} Target;

/* Target grammar of upgrade and downgrade: ids, unique prefixes, labels, head, heads, base, +N, -N,
 * id+N, label@…. ERR_REVISION for what cannot be located or is ambiguous, with the candidates;
 * ERR_STATE when a row is in no file. `rows` are the version rows. */
MUST_CHECK bool target_resolve(const Graph *graph, Direction direction, const char *text,
                               const Names *rows, Arena *arena, Target *target, Error *err);
/* Nodes named by absolute identifiers (show, stamp, history, merge, revision --head). */
MUST_CHECK bool target_find(const Graph *graph, const char *text, const Names *rows, Arena *arena,
                            Indexes *nodes, Error *err);
/* The nodes of version rows; ERR_STATE, with the way out, for a row that no file defines. */
MUST_CHECK bool target_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes,
                            Error *err);

#endif
