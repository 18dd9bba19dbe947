/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"

static const Option OPTIONS[] = {
    {"resolve-dependencies", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "leave out heads that another revision depends on"},
    {.name = NULL},
};

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    const bool resolves = option_is_given(context, "resolve-dependencies");
    const EntryMarks marks = {.labels = true};
    Json json = {0};

    (void)err;
    if (context->json) {
        json = context_document(context);
        json_array(&json, "heads");
    }
    for (size_t i = 0; i < graph->heads.len; i++) {
        const Node *node = &graph->nodes[graph->heads.at[i]];

        if (resolves && node_is_effective_head(node))
            continue;
        if (context->json)
            entry_json(&json, graph, node, ENTRY_UNASKED);
        else if (context->is_verbose)
            entry_print(graph, node, ENTRY_UNASKED, context->arena, context->out);
        else
            fprintf(context->out, "%s\n", entry_line(node, marks, context->arena));
    }
    if (context->json) {
        json_array_end(&json);
        context_event_end(&json);
    }
    return true;
}

const Command COMMAND_HEADS = {
    .name = "heads",
    .group = "Look",
    .operands = "",
    .summary = "the revisions that nothing revises",
    .description = "Lists the heads of the revision files. One head is a line of work; several "
                   "are brought together by merge. With -v each in full.",
    .examples = "migrate heads\n"
                "migrate heads -v",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
