/* SPDX-License-Identifier: MIT */
/* The targets with two ends: what history shows, and where offline runs start and end. */
#include <string.h>

#include "core/resolver.h"

/* One end of a range, and the other one where it is known. */
typedef struct RangeEnd {
    Resolver r;
    bool is_given;
    bool is_current;
    bool is_open; /* relative to the other end */
} RangeEnd;

static bool
range_end_parse(RangeEnd *end, const Names *rows)
{
    Resolver *r = &end->r;

    r->stops = true;
    r->branch = RESOLVER_BASE;
    end->is_given = r->text[0] != '\0';
    end->is_current = strcmp(r->text, "current") == 0;
    if (end->is_current && rows == NULL) {
        error_set(r->err, ERR_USAGE, "\"current\" needs the database");
        return error_hint(r->err, "name the revision, or a database with --url");
    }
    if (!end->is_given || end->is_current)
        return true;
    if (!resolver_parse(r) || !resolver_find_branch(r))
        return false;
    end->is_open = r->parts.is_relative && r->parts.symbol.len == 0;
    return true;
}

/* An end that does not lean on the other one. */
static bool
range_end_find(const RangeEnd *end, const Names *rows, Indexes *nodes)
{
    const Resolver *r = &end->r;
    size_t node = RESOLVER_BASE;

    if (end->is_current)
        return target_rows(r->graph, rows, r->arena, nodes, r->err);
    if (!r->parts.is_relative)
        return resolver_find_symbol(r, r->lineage, nodes);
    if (!resolver_walk_from_symbol(r, &node))
        return false;
    if (node != RESOLVER_BASE)
        *VEC_ADD(r->arena, nodes) = node;
    return true;
}

static bool
range_find_lower(const RangeEnd *lower, const Names *rows, TargetRange *range)
{
    const Resolver *r = &lower->r;

    if (!lower->is_given)
        return true;
    if (!lower->is_open)
        return range_end_find(lower, rows, &range->lower);
    if (r->parts.is_up) {
        error_set(r->err, ERR_REVISION, "range start \"%s\" is above nothing", r->text);
        return error_hint(r->err, "a start may be below the end, as in -3:");
    }
    const Indexes starts = resolver_filter(r, &range->upper, r->lineage);
    for (size_t i = 0; i < starts.len; i++) {
        if (!resolver_walk_down(r, starts.at[i], r->parts.steps, VEC_ADD(r->arena, &range->lower)))
            return false;
    }
    return true;
}

static bool
range_find_upper(const RangeEnd *upper, const RangeEnd *lower, const Names *rows,
                 TargetRange *range)
{
    const Resolver *r = &upper->r;
    size_t start = RESOLVER_BASE;
    size_t end = RESOLVER_BASE;

    if (!upper->is_given) {
        range->upper = lower->r.lineage == NULL ? r->graph->real_heads : r->graph->heads;
        return true;
    }
    if (!upper->is_open)
        return range_end_find(upper, rows, &range->upper);
    if (!r->parts.is_up) {
        error_set(r->err, ERR_REVISION, "range end \"%s\" is below nothing", r->text);
        return error_hint(r->err, "an end may be above the start, as in current:+2");
    }
    if (!resolver_find_start(r, &range->lower, &start) ||
        !resolver_walk_up(r, start, r->lineage, &end))
        return false;
    if (end != RESOLVER_BASE)
        *VEC_ADD(r->arena, &range->upper) = end;
    range->lower = resolver_filter(r, &range->lower, r->lineage);
    return true;
}

static bool
range_check(const Graph *graph, const char *text, const TargetRange *range, Arena *arena,
            Error *err)
{
    bool *below = ARENA_ARRAY(arena, bool, graph->count);
    const Resolver r = {.graph = graph, .arena = arena};

    graph_mark_ancestors(graph, &range->upper, arena, below);
    for (size_t i = 0; i < range->lower.len; i++) {
        if (below[range->lower.at[i]])
            continue;
        error_set(err, ERR_REVISION, "range \"%s\": %s is no ancestor of %s", text,
                  resolver_id(&r, range->lower.at[i]),
                  range->upper.len == 0 ? "the base" : resolver_list(&r, &range->upper));
        return error_hint(err, "START:END, with START the older one");
    }
    return true;
}

/* Splits START:END; one colon. */
static bool
range_split(const char *text, Arena *arena, const char **start, const char **end, Error *err)
{
    Slice rest = {0};
    const Slice first = slice_cut(slice_of(text), ':', &rest);

    if (rest.at == NULL || strchr(rest.at, ':') != NULL) {
        error_set(err, ERR_REVISION, "\"%s\" is no range", text);
        return error_hint(err, "write START:END, START: or :END");
    }
    *start = arena_copy(arena, slice_trim(first));
    *end = arena_copy(arena, slice_trim(rest));
    return true;
}

bool
target_range(const Graph *graph, const char *text, const Names *rows, Arena *arena,
             TargetRange *range, Error *err)
{
    RangeEnd lower = {.r = {.graph = graph, .text = "", .arena = arena, .err = err}};
    RangeEnd upper = lower;

    *range = (TargetRange){0};
    if (!range_split(text, arena, &lower.r.text, &upper.r.text, err) ||
        !range_end_parse(&lower, rows) || !range_end_parse(&upper, rows))
        return false;
    if (lower.is_open && upper.is_open) {
        error_set(err, ERR_REVISION, "range \"%s\": both ends are relative to the other one", text);
        return error_hint(err, "name a revision, or current, at one end");
    }
    const bool is_found = upper.is_open ? range_find_lower(&lower, rows, range) &&
                                              range_find_upper(&upper, &lower, rows, range)
                                        : range_find_upper(&upper, &lower, rows, range) &&
                                              range_find_lower(&lower, rows, range);
    if (!is_found)
        return false;
    range->upper = resolver_filter(&lower.r, &range->upper, lower.r.lineage);
    return range_check(graph, text, range, arena, err);
}

bool
target_start(const Graph *graph, const char *text, const Names *current, Arena *arena, Names *rows,
             Error *err)
{
    Indexes nodes = {0};
    Slice rest = slice_of(text);
    size_t lower = 0;
    size_t upper = 0;

    *rows = (Names){0};
    if (strcmp(text, "current") == 0 && current != NULL) {
        *rows = names_copy(arena, current);
        return true;
    }
    while (rest.at != NULL) {
        const char *name = arena_copy(arena, slice_trim(slice_cut(rest, ',', &rest)));
        Indexes found = {0};
        if (!target_find(graph, name, NULL, arena, &found, err))
            return false;
        for (size_t i = 0; i < found.len; i++)
            *VEC_ADD(arena, &nodes) = found.at[i];
    }
    nodes = resolver_distinct(graph, &nodes, arena);
    if (graph_overlap(graph, &nodes, arena, &lower, &upper)) {
        const char *id = graph->nodes[upper].revision->id;
        error_set(err, ERR_REVISION, "start \"%s\": %s is an ancestor of %s", text,
                  graph->nodes[lower].revision->id, id);
        return error_hint(err, "%s stands for both", id);
    }
    for (size_t i = 0; i < nodes.len; i++)
        *VEC_ADD(arena, rows) = graph->nodes[nodes.at[i]].revision->id;
    names_sort(rows);
    return true;
}

/* An upgrade whose end is below its start would be an empty script that looks like success. */
static bool
check_forward(const Graph *graph, const char *text, const Names *rows, const Target *target,
              Arena *arena, Error *err)
{
    bool *applied = ARENA_ARRAY(arena, bool, graph->count);
    Indexes at = {0};

    if (!target_rows(graph, rows, arena, &at, err))
        return false;
    graph_mark_ancestors(graph, &at, arena, applied);
    for (size_t i = 0; i < at.len; i++)
        applied[at.at[i]] = false; /* what is there already may be the end */
    for (size_t i = 0; i < target->nodes.len; i++) {
        if (!applied[target->nodes.at[i]])
            return true;
    }
    if (rows->len == 0)
        return true;
    error_set(err, ERR_REVISION, "upgrade \"%s\" goes down: its end is below its start", text);
    return error_hint(err, "use downgrade, or turn the range round");
}

bool
target_offline(const Graph *graph, Direction direction, const char *text, const Names *current,
               Arena *arena, Names *rows, Target *target, Error *err)
{
    const char *start = "base";
    const char *end = text;

    if (strchr(text, ':') != NULL && !range_split(text, arena, &start, &end, err))
        return false;
    if (strchr(text, ':') == NULL && direction == DIRECTION_DOWNGRADE) {
        error_set(err, ERR_USAGE, "downgrade \"%s\" does not say where it starts", text);
        return error_hint(err, "with --sql write START:END, as in head:%s", text);
    }
    if (start[0] == '\0' || end[0] == '\0') {
        error_set(err, ERR_USAGE, "range \"%s\" has no %s", text,
                  start[0] == '\0' ? "start" : "end");
        return error_hint(err, "base and head can be written out");
    }
    if (!target_start(graph, start, current, arena, rows, err) ||
        !target_resolve(graph, direction, end, rows, arena, target, err))
        return false;
    return direction != DIRECTION_UPGRADE || strchr(text, ':') == NULL ||
           check_forward(graph, text, rows, target, arena, err);
}

bool
target_names_current(const char *text)
{
    Slice rest = {0};
    const Slice first = slice_cut(slice_of(text), ':', &rest);

    return slice_is(slice_trim(first), "current") ||
           (rest.at != NULL && slice_is(slice_trim(rest), "current"));
}
