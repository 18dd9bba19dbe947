/* SPDX-License-Identifier: MIT */
#include "cmd/listing.h"

#include "cmd/context.h"
#include "cmd/entry.h"

static void
print_document(const Context *context, const Listing *listing)
{
    const Graph *graph = &context->graph;
    Json json = context_document(context);

    json_array(&json, listing->key);
    for (size_t i = 0; i < listing->nodes.len; i++)
        entry_json(&json, graph, &graph->nodes[listing->nodes.at[i]], ENTRY_UNASKED);
    json_array_end(&json);
    context_event_end(&json);
}

void
listing_print(const Context *context, const Listing *listing)
{
    const Graph *graph = &context->graph;
    const bool is_full = listing->print_short == NULL || context->is_verbose;

    if (context->json) {
        print_document(context, listing);
        return;
    }
    for (size_t i = 0; i < listing->nodes.len; i++) {
        const Node *node = &graph->nodes[listing->nodes.at[i]];

        if (is_full)
            entry_print(graph, node, ENTRY_UNASKED, context->arena, context->out);
        else
            listing->print_short(context, node);
    }
}
