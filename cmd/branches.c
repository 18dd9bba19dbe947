/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/drawing.h"
#include "cmd/entry.h"
#include "cmd/listing.h"
#include "core/base/text.h"

static const Option OPTIONS[] = {
    DRAWING_OPTIONS,
    {.name = NULL},
};

/* Each branch point with its lines to what revises it. */
static void
draw(const Context *context)
{
    const Graph *graph = &context->graph;
    const Indexes none = {0};
    Drawing drawing;

    drawing_begin(&drawing, context);
    for (size_t i = 0; i < graph->count; i++) {
        const Node *node = &graph->nodes[i];
        const Indexes point = {.at = &i, .len = 1};

        if (!node_is_branch_point(node))
            continue;
        for (size_t j = 0; j < node->children.len; j++)
            drawing_add(&drawing, &graph->nodes[node->children.at[j]], &point, ENTRY_UNASKED);
        drawing_add(&drawing, node, &none, ENTRY_UNASKED);
    }
    drawing_end(&drawing);
}

static void
print_branch(const Context *context, const Node *node)
{
    const Graph *graph = &context->graph;
    const EntryMarks marks = {.labels = true, .points = true};
    const int indent = (int)utf8_count(slice_of(node->revision->id));

    fprintf(context->out, "%s\n", entry_line(node, (EntryMarks){.points = true}, context->arena));
    for (size_t i = 0; i < node->children.len; i++)
        fprintf(context->out, "%*s -> %s\n", indent, "",
                entry_line(&graph->nodes[node->children.at[i]], marks, context->arena));
    fputc('\n', context->out);
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    Listing listing = {.key = "branches", .print_short = print_branch};

    (void)err;
    if (!context->json && drawing_is_wanted(context)) {
        draw(context);
        return true;
    }
    for (size_t i = 0; i < graph->count; i++) {
        if (node_is_branch_point(&graph->nodes[i]))
            *VEC_ADD(context->arena, &listing.nodes) = i;
    }
    listing_print(context, &listing);
    return true;
}

const Command COMMAND_BRANCHES = {
    .name = "branches",
    .group = "Look",
    .operands = "",
    .summary = "the revisions that more than one revision revises",
    .description = "Lists the branch points and what revises them. With -v each in full. On a "
                   "terminal the graph is drawn beside them.",
    .examples = "migrate branches",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .check = drawing_check,
    .run = run,
};
