/* SPDX-License-Identifier: MIT */
/*
 * A graph that has one of each:
 *
 *     a ─┬─ b (lib) ─┬─ d        heads: d, e (effective: x depends on it), x
 *        ├─ c ───────┘
 *        └─ e
 *     x (another base)
 */
#ifndef MIGRATE_TESTS_CMD_SAMPLE_H
#define MIGRATE_TESTS_CMD_SAMPLE_H

#include "core/graph.h"
#include "tests/support/suite.h"

static inline Names
sample_names(Arena *arena, const char *words)
{
    Names names = {0};
    Slice rest = slice_of(words);

    while (rest.len > 0)
        *VEC_ADD(arena, &names) = arena_copy(arena, slice_cut(rest, ' ', &rest));
    return names;
}

static inline void
sample_add(Arena *arena, Revisions *revisions, const char *id, const char *revises)
{
    *VEC_ADD(arena, revisions) = (Revision){
        .id = id,
        .revises = sample_names(arena, revises),
        .message = arena_format(arena, "make %s\n\nand more", id),
        .created = "",
        .file = arena_format(arena, "migrations/%s.sql", id),
        .id_line = 1,
        .revises_line = 2,
    };
}

static inline void
sample_graph(Arena *arena, Graph *graph)
{
    Revisions *revisions = ARENA_NEW(arena, Revisions);
    Error err = {.arena = arena};

    sample_add(arena, revisions, "a", "");
    sample_add(arena, revisions, "b", "a");
    VEC_LAST(revisions)->branch_labels = sample_names(arena, "lib");
    sample_add(arena, revisions, "c", "a");
    sample_add(arena, revisions, "d", "b c");
    VEC_LAST(revisions)->created = "2026-11-20T14:03:11Z";
    sample_add(arena, revisions, "e", "a");
    sample_add(arena, revisions, "x", "");
    VEC_LAST(revisions)->depends_on = sample_names(arena, "e");
    ck_assert_msg(graph_build(revisions, arena, graph, &err), "%s", err.message);
}

#endif
