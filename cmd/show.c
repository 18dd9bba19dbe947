/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"

/* The database is asked only for `current`. */
static bool
find_nodes(Context *context, const char *text, Indexes *nodes, Error *err)
{

    if (strcmp(text, "current") != 0)
        return target_find(&context->graph, text, NULL, context->arena, nodes, err);
    return context_connect(context, true, err) &&
           target_rows(&context->graph, &context->runner.state.rows, context->arena, nodes, err);
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    Indexes nodes = {0};

    if (!find_nodes(context, context->operands.at[0], &nodes, err))
        return false;
    if (context->json) {
        Json json = context_document(context);
        json_array(&json, "revisions");
        for (size_t i = 0; i < nodes.len; i++)
            entry_json(&json, graph, &graph->nodes[nodes.at[i]], ENTRY_UNASKED);
        json_array_end(&json);
        context_event_end(&json);
        return true;
    }
    for (size_t i = 0; i < nodes.len; i++)
        entry_print(graph, &graph->nodes[nodes.at[i]], ENTRY_UNASKED, context->arena, context->out);
    return true;
}

const Command COMMAND_SHOW = {
    .name = "show",
    .group = "Look",
    .operands = "REV",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_REVISION,
    .summary = "one revision in full",
    .description = "Shows a revision: what it revises and depends on, its branches, its file and "
                   "its message. REV is an id or the first characters of one, a branch label, "
                   "head, heads, or current (which asks the database).",
    .examples = "migrate show head\n"
                "migrate show 1975ea",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .run = run,
};
