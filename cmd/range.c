/* SPDX-License-Identifier: MIT */
#include "cmd/range.h"

#include <string.h>

#include "cmd/context.h"
#include "cmd/entry.h"

bool
range_parse(const char *text, Arena *arena, Range *range, Error *err)
{
    Slice to;
    const Slice from = slice_cut(slice_of(text), ':', &to);

    *range = (Range){.from = "", .to = text};
    if (to.at == NULL)
        return true;
    if (memchr(to.at, ':', to.len) != NULL) {
        error_set(err, ERR_USAGE, "\"%s\" is not a range", text);
        return error_hint(err, "FROM:TO, FROM: or :TO");
    }
    *range = (Range){true, arena_copy(arena, from), arena_copy(arena, to)};
    return true;
}

/* The version rows as they are in the database. */
static bool
current_rows(Context *context, Names *rows, Error *err)
{
    if (!context_connect(context, true, err))
        return false;
    *rows = names_copy(context->arena, &context->runner.state.rows);
    return true;
}

static bool
refuse_ancestors(const Graph *graph, const Indexes *nodes, Arena *arena, Error *err)
{
    size_t lower = 0;
    size_t upper = 0;

    if (!graph_overlap(graph, nodes, arena, &lower, &upper))
        return true;
    error_set(err, ERR_REVISION, "%s is an ancestor of %s: both cannot be version rows",
              graph->nodes[lower].revision->id, graph->nodes[upper].revision->id);
    return error_hint(err, "leave %s out", graph->nodes[lower].revision->id);
}

bool
range_rows(Context *context, const char *from, Names *rows, Error *err)
{
    Indexes nodes = {0};
    Slice rest = slice_of(from);

    *rows = (Names){0};
    if (from[0] == '\0')
        return true;
    if (strcmp(from, "current") == 0)
        return current_rows(context, rows, err);
    while (rest.at != NULL) {
        const Slice one = slice_trim(slice_cut(rest, ',', &rest));
        Indexes found = {0};

        if (!target_find(&context->graph, arena_copy(context->arena, one), NULL, context->arena,
                         &found, err))
            return false;
        for (size_t i = 0; i < found.len; i++)
            *VEC_ADD(context->arena, &nodes) = found.at[i];
    }
    *rows = entry_rows(&context->graph, &nodes, context->arena);
    return refuse_ancestors(&context->graph, &nodes, context->arena, err);
}

/* No revision id has a sign in it. */
static bool
is_relative(const char *text)
{
    return strpbrk(text, "+-") != NULL;
}

/* The nodes of one end of a history range. Relative ends count up from the lower end, or down from
 * the heads. */
static bool
find_end(Context *context, Direction direction, const char *text, const Names *rows, Indexes *nodes,
         Error *err)
{
    Names current = {0};
    Target target = {0};

    if (is_relative(text)) {
        if (!target_resolve(&context->graph, direction, text, rows, context->arena, &target, err))
            return false;
        *nodes = target.nodes;
        return true;
    }
    if (strcmp(text, "current") != 0)
        return target_find(&context->graph, text, rows, context->arena, nodes, err);
    return current_rows(context, &current, err) &&
           target_rows(&context->graph, &current, context->arena, nodes, err);
}

/* The upper end reaches every node of the lower one. */
static bool
check_order(const Graph *graph, const char *text, const Indexes *from, const bool *marks,
            Error *err)
{
    for (size_t i = 0; i < from->len; i++) {
        if (marks[from->at[i]])
            continue;
        error_set(err, ERR_REVISION, "history range %s: %s is not an ancestor of the upper end",
                  text, graph->nodes[from->at[i]].revision->id);
        return error_hint(err, "the older revision stands first: OLD:NEW");
    }
    return true;
}

bool
range_mark(Context *context, const char *text, bool *marks, Error *err)
{
    const Graph *graph = &context->graph;
    const Names heads = entry_heads(graph, context->arena);
    Indexes from = {0};
    Indexes to = {0};
    Range range;

    if (!range_parse(text, context->arena, &range, err))
        return false;
    if (!range.has_colon) {
        error_set(err, ERR_USAGE, "\"%s\" is not a history range", text);
        return error_hint(err, "FROM:TO, FROM: or :TO");
    }
    if (range.from[0] != '\0' &&
        !find_end(context, DIRECTION_DOWNGRADE, range.from, &heads, &from, err))
        return false;
    const Names lower = entry_rows(graph, &from, context->arena);
    if (!find_end(context, DIRECTION_UPGRADE, range.to[0] == '\0' ? "heads" : range.to, &lower, &to,
                  err))
        return false;
    graph_mark_ancestors(graph, &to, context->arena, marks);
    if (!check_order(graph, text, &from, marks, err))
        return false;
    bool *below = ARENA_ARRAY(context->arena, bool, graph->count);
    graph_mark_ancestors(graph, &from, context->arena, below);
    for (size_t i = 0; i < from.len; i++)
        below[from.at[i]] = false;
    for (size_t i = 0; i < graph->count; i++)
        marks[i] = marks[i] && !below[i];
    return true;
}
