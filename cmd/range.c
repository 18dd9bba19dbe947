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
