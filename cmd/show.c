/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    Indexes nodes = {0};

    if (!context_nodes(context, &context->operands, &nodes, err))
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
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_RANGE,
    .summary = "revisions in full",
    .description = "Shows revisions: what they revise and depend on, their branches, file and "
                   "message. REV is a revision id or the first characters of one, a branch label, "
                   "head, heads, one of them in a branch such as LABEL@head, or current (which "
                   "asks the database).",
    .examples = "migrate show head\n"
                "migrate show 1975ea billing@head",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .run = run,
};
