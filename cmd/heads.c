/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/entry.h"
#include "cmd/listing.h"

static const Option OPTIONS[] = {
    {"resolve-dependencies", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "leave out heads that another revision depends on"},
    {.name = NULL},
};

static void
print_head(const Context *context, const Node *node)
{
    fprintf(context->out, "%s\n", entry_line(node, (EntryMarks){.labels = true}, context->arena));
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    const bool resolves = option_is_given(context, "resolve-dependencies");
    Listing listing = {.key = "heads", .print_short = print_head};

    (void)err;
    for (size_t i = 0; i < graph->heads.len; i++) {
        if (!resolves || !node_is_effective_head(&graph->nodes[graph->heads.at[i]]))
            *VEC_ADD(context->arena, &listing.nodes) = graph->heads.at[i];
    }
    listing_print(context, &listing);
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
