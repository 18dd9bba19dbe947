/* SPDX-License-Identifier: MIT */
#include "core/target.h"

#include <assert.h>
#include <string.h>

#include "core/resolver.h"

const char *
target_branch_name(const Graph *graph, const Indexes *nodes, size_t which)
{
    const Names *labels = &graph->nodes[nodes->at[which]].labels;

    for (size_t i = 0; i < labels->len; i++) {
        bool is_shared = false;
        for (size_t k = 0; k < nodes->len && !is_shared; k++)
            is_shared =
                k != which && names_contain(&graph->nodes[nodes->at[k]].labels, labels->at[i]);
        if (!is_shared)
            return labels->at[i];
    }
    return graph->nodes[nodes->at[which]].revision->id;
}

static bool
fail_no_steps(const Resolver *r)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" names no revision", r->text);
    return error_hint(r->err, "steps from where the database is: %s",
                      r->parts.is_up ? "upgrade +1" : "downgrade -1");
}

static void
aim_at(const Resolver *r, Target *target, size_t node)
{
    target->is_base = node == RESOLVER_BASE;
    if (node != RESOLVER_BASE)
        *VEC_ADD(r->arena, &target->nodes) = node;
}

static bool
resolve_upgrade(Resolver *r, const Indexes *rows, Target *target)
{
    size_t start = RESOLVER_BASE;
    size_t end = RESOLVER_BASE;

    if (!r->parts.is_relative) {
        if (!resolver_find_symbol(r, r->lineage, &target->nodes))
            return false;
        target->is_base = target->nodes.len == 0;
        return true;
    }
    if (r->parts.symbol.len > 0) {
        if (!resolver_walk_from_symbol(r, &end))
            return false;
    } else {
        if (!r->parts.is_up || r->parts.steps == 0)
            return fail_no_steps(r);
        if (!resolver_find_start(r, rows, &start) || !resolver_walk_up(r, start, r->lineage, &end))
            return false;
    }
    aim_at(r, target, end);
    return true;
}

/* What stands right above `end`: its children, or all bases; of several only those that the branch
 * stands on, which may be none. */
static Indexes
roots_above(const Resolver *r, size_t end)
{
    const Graph *graph = r->graph;
    const Indexes *above = end == RESOLVER_BASE ? &graph->bases : &graph->nodes[end].children;
    size_t branch = r->branch;

    if (branch == RESOLVER_BASE || above->len <= 1)
        return *above;
    bool *below_branch = ARENA_ARRAY(r->arena, bool, graph->count);
    const Indexes from = {.at = &branch, .len = 1};
    graph_mark(graph, &from, REACH_ANCESTORS, EDGES_REVISES, r->arena, below_branch);
    return resolver_filter(r, above, below_branch);
}

static bool
hint_rows(const Resolver *r, const Indexes *rows)
{
    return rows->len == 0 ? error_hint(r->err, "the database is at the base")
                          : error_hint(r->err, "the database is at %s", resolver_list(r, rows));
}

/* -N: takes N revisions off, the last of which may be a merge. */
static bool
resolve_steps_down(Resolver *r, const Indexes *rows, Target *target)
{
    size_t start = RESOLVER_BASE;
    size_t last = RESOLVER_BASE;

    if (r->parts.is_up || r->parts.steps == 0)
        return fail_no_steps(r);
    if (!resolver_find_start(r, rows, &start))
        return false;
    if (start == RESOLVER_BASE) {
        error_set(r->err, ERR_REVISION,
                  r->lineage == NULL ? "target \"%s\": nothing is applied"
                                     : "target \"%s\": nothing of that branch is applied",
                  r->text);
        return hint_rows(r, rows);
    }
    if (!resolver_walk_down(r, start, r->parts.steps - 1, &last))
        return false;
    if (last == RESOLVER_BASE)
        return resolver_fail_too_far(r, start, r->parts.steps - 2);
    target->nodes = r->graph->nodes[last].parents;
    target->is_base = target->nodes.len == 0;
    if (r->branch != RESOLVER_BASE && target->nodes.len <= 1)
        target->roots = roots_above(r, target->is_base ? RESOLVER_BASE : target->nodes.at[0]);
    if (target->roots.len == 0)
        *VEC_ADD(r->arena, &target->roots) = last;
    return true;
}

/* What comes off for a downgrade to `end`. */
static bool
find_roots(const Resolver *r, size_t end, Target *target)
{
    const Graph *graph = r->graph;
    const Indexes *above = end == RESOLVER_BASE ? &graph->bases : &graph->nodes[end].children;

    target->roots = roots_above(r, end);
    if (target->roots.len > 0 || above->len == 0)
        return true;
    error_set(r->err, ERR_REVISION, "target \"%s\": no revision right above %s leads to %.*s",
              r->text, end == RESOLVER_BASE ? "the base" : resolver_id(r, end),
              SLICE_ARGS(r->parts.branch));
    return error_hint(r->err, "say which: %s", resolver_forms(r, above, resolver_rest(r)));
}

/* A downgrade to a revision that is not applied, or that nothing applied stands on by `revises`
 * without its being a row, is a mistake, not "nothing to do". */
static bool
check_applied(const Resolver *r, const Indexes *rows, size_t end, const Target *target)
{
    const Graph *graph = r->graph;
    bool *applied = ARENA_ARRAY(r->arena, bool, graph->count);

    if (end == RESOLVER_BASE)
        return true;
    graph_mark_ancestors(graph, rows, r->arena, applied);
    for (size_t i = 0; i < target->roots.len; i++) {
        if (applied[target->roots.at[i]])
            return true;
    }
    for (size_t i = 0; i < rows->len; i++) {
        if (rows->at[i] == end)
            return true;
    }
    if (applied[end]) {
        error_set(r->err, ERR_REVISION,
                  "target \"%s\": %s is applied only because others need it; nothing of the "
                  "lineage above it is",
                  r->text, resolver_id(r, end));
        return hint_rows(r, rows);
    }
    error_set(r->err, ERR_REVISION, "target \"%s\": %s is not applied", r->text,
              resolver_id(r, end));
    return hint_rows(r, rows);
}

static bool
resolve_downgrade(Resolver *r, const Indexes *rows, Target *target)
{
    size_t end = RESOLVER_BASE;

    if (r->parts.is_relative && r->parts.symbol.len == 0)
        return resolve_steps_down(r, rows, target);
    /* an id is found anywhere: the branch only chooses among what stands above it */
    if (r->parts.is_relative
            ? !resolver_walk_from_symbol(r, &end)
            : !resolver_find_one(r, resolver_names_head(r) ? r->lineage : NULL, &end))
        return false;
    aim_at(r, target, end);
    return find_roots(r, end, target) && check_applied(r, rows, end, target);
}

bool
target_resolve(const Graph *graph, Direction direction, const char *text, const Names *rows,
               Arena *arena, Target *target, Error *err)
{
    Resolver r = {.graph = graph, .text = text, .arena = arena, .err = err};
    Indexes at = {0};

    assert(direction != DIRECTION_STAMP);
    *target = (Target){.direction = direction, .text = text};
    if (!resolver_parse(&r) || !target_rows(graph, rows, arena, &at, err) ||
        !resolver_find_branch(&r))
        return false;
    return direction == DIRECTION_UPGRADE ? resolve_upgrade(&r, &at, target)
                                          : resolve_downgrade(&r, &at, target);
}

static bool
fail_relative(const Resolver *r)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" is relative", r->text);
    return error_hint(r->err, "steps are for upgrade, downgrade and history -r: name a revision");
}

bool
target_find(const Graph *graph, const char *text, const Names *rows, Arena *arena, Indexes *nodes,
            Error *err)
{
    Resolver r = {.graph = graph, .text = text, .arena = arena, .err = err};

    *nodes = (Indexes){0};
    if (rows != NULL && strcmp(text, "current") == 0)
        return target_rows(graph, rows, arena, nodes, err);
    if (!resolver_parse(&r))
        return false;
    if (r.parts.is_relative)
        return fail_relative(&r);
    return resolver_find_branch(&r) && resolver_find_symbol(&r, r.lineage, nodes);
}

bool
target_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes, Error *err)
{
    Names unknown = {0};

    *nodes = (Indexes){0};
    for (size_t i = 0; i < rows->len; i++) {
        const Node *node = graph_find(graph, rows->at[i]);
        if (node != NULL && strcmp(node->revision->id, rows->at[i]) == 0)
            *VEC_ADD(arena, nodes) = graph_index(graph, node);
        else
            *VEC_ADD(arena, &unknown) = rows->at[i];
    }
    if (unknown.len == 0)
        return true;
    error_set(err, ERR_STATE, "the database is at %s, which no revision file defines",
              names_list(err->arena, &unknown));
    return error_hint(err,
                      "the file is missing here or was deleted after it was applied: bring it "
                      "back, or set the version rows anew with migrate stamp --purge REVISION");
}

/* Adds those of `nodes` that no other one of them has as an ancestor, each once. */
static void
add_maximal(const Graph *graph, const Indexes *nodes, Arena *arena, Indexes *result)
{
    bool *below = ARENA_ARRAY(arena, bool, graph->count);

    for (size_t i = 0; i < nodes->len; i++) {
        graph_mark_ancestors(graph, &graph->nodes[nodes->at[i]].parents, arena, below);
        graph_mark_ancestors(graph, &graph->nodes[nodes->at[i]].dependencies, arena, below);
    }
    for (size_t i = 0; i < nodes->len; i++) {
        if (!below[nodes->at[i]])
            *VEC_ADD(arena, result) = nodes->at[i];
    }
}

static bool
stamp_add(Resolver *r, StampTarget *target)
{
    Indexes nodes = {0};

    if (!resolver_parse(r))
        return false;
    if (r->parts.is_relative)
        return fail_relative(r);
    if (!resolver_find_branch(r) || !resolver_find_symbol(r, r->lineage, &nodes))
        return false;
    if (slice_is(r->parts.symbol, "base") && r->branch != RESOLVER_BASE)
        *VEC_ADD(r->arena, &target->branches) = r->branch;
    else if (slice_is(r->parts.symbol, "base"))
        target->is_base = true;
    add_maximal(r->graph, &nodes, r->arena, &target->nodes);
    return true;
}

bool
target_stamp(const Graph *graph, const Names *texts, Arena *arena, StampTarget *target, Error *err)
{
    *target = (StampTarget){0};
    for (size_t i = 0; i < texts->len; i++) {
        Resolver r = {.graph = graph, .text = texts->at[i], .arena = arena, .err = err};
        if (!stamp_add(&r, target))
            return false;
    }
    target->nodes = resolver_distinct(graph, &target->nodes, arena);
    if (target->is_base && target->nodes.len + target->branches.len > 0) {
        error_set(err, ERR_REVISION, "base cannot be stamped together with anything else");
        return error_hint(err, "to clear one branch only: BRANCH@base");
    }
    return true;
}
