/* SPDX-License-Identifier: MIT */
/*
 * Resolver: one target at work: its text taken apart, the names in it found, the steps from them
 * walked. What target.c and target_range.c are made of; nobody else includes it. All errors are
 * ERR_REVISION and quote the target; what is returned lives in the resolver's arena.
 */
#ifndef MIGRATE_CORE_RESOLVER_H
#define MIGRATE_CORE_RESOLVER_H

#include <stdint.h>

#include "core/target.h"

/* The base, as an end of a walk. */
#define RESOLVER_BASE SIZE_MAX

/* A target, taken apart. */
typedef struct TargetParts {
    Slice branch; /* before the '@'; `at` NULL: none */
    Slice symbol; /* "" where only steps are given */
    bool is_relative;
    bool is_up;
    unsigned steps;
} TargetParts;

/* Begun with the first four fields. */
typedef struct Resolver {
    const Graph *graph;
    const char *text; /* as the user wrote it */
    Arena *arena;
    Error *err;
    TargetParts parts;
    size_t branch;       /* the node that parts.branch names; RESOLVER_BASE: none */
    const bool *lineage; /* of the branch; NULL: none */
    bool stops;          /* walks stop at the end instead of going too far */
} Resolver;

/* Fills in `parts`; whether the names exist is not looked at. */
MUST_CHECK bool resolver_parse(Resolver *r);
/* Fills in `branch` and `lineage`. */
MUST_CHECK bool resolver_find_branch(Resolver *r);
/* The symbol is head or heads. */
bool resolver_names_head(const Resolver *r);
/* The nodes of the symbol within `lineage` (NULL: anywhere): none for base, several only for
 * `heads`. */
MUST_CHECK bool resolver_find_symbol(const Resolver *r, const bool *lineage, Indexes *nodes);
/* The same where only one node, or the base, makes sense. */
MUST_CHECK bool resolver_find_one(const Resolver *r, const bool *lineage, size_t *node);
/* Where ±N without a symbol starts: the row, that of the branch, or the tip of what is applied of
 * the branch. *start is RESOLVER_BASE when nothing is. */
MUST_CHECK bool resolver_find_start(const Resolver *r, const Indexes *rows, size_t *start);

/* parts.steps up from `start` by `revises`, inside the lineage (NULL: anywhere). */
MUST_CHECK bool resolver_walk_up(const Resolver *r, size_t start, const bool *lineage, size_t *end);
/* Down by `revises`; *end is RESOLVER_BASE when the walk ends exactly there. */
MUST_CHECK bool resolver_walk_down(const Resolver *r, size_t start, unsigned steps, size_t *end);
/* ±N from a symbol: an absolute walk. */
MUST_CHECK bool resolver_walk_from_symbol(const Resolver *r, size_t *end);
/* False: only `done` of the steps from `start` can be gone. */
bool resolver_fail_too_far(const Resolver *r, size_t start, unsigned done);

Indexes resolver_filter(const Resolver *r, const Indexes *nodes, const bool *lineage);
/* In load order, each once. */
Indexes resolver_distinct(const Graph *graph, const Indexes *nodes, Arena *arena);

/* For messages. */
const char *resolver_id(const Resolver *r, size_t node);
const char *resolver_list(const Resolver *r, const Indexes *nodes);
/* The part of the target behind its branch. */
const char *resolver_rest(const Resolver *r);
/* "c1branch@+1, d2@+1": the ways to say which of `nodes` is meant. */
const char *resolver_forms(const Resolver *r, const Indexes *nodes, const char *rest);

#endif
