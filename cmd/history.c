/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"
#include "cmd/output.h"
#include "cmd/range.h"

static const Option OPTIONS[] = {
    {"rev-range", 'r', OPTION_TEXT, "FROM:TO", VALUE_REVISION,
     "only these, both ends included; an end may be missing, or current"},
    {"indicate-current", 'i', OPTION_FLAG, NULL, VALUE_NONE,
     "ask the database, and mark where it stands"},
    {.name = NULL},
};

/* Which nodes are shown, and which are version rows. */
typedef struct Marks {
    bool *shown;
    bool *current;
} Marks;

static bool
mark_all(Context *context, Marks *marks, Error *err)
{
    const size_t count = context->graph.count;
    Indexes rows = {0};

    marks->shown = ARENA_ARRAY(context->arena, bool, count);
    marks->current = ARENA_ARRAY(context->arena, bool, count);
    if (!option_is_given(context, "rev-range"))
        memset(marks->shown, true, count * sizeof(bool));
    else if (!range_mark(context, option_text(context, "rev-range"), marks->shown, err))
        return false;
    if (!option_is_given(context, "indicate-current"))
        return true;
    if (!context_connect(context, true, err) ||
        !target_rows(&context->graph, &context->runner.state.rows, context->arena, &rows, err))
        return false;
    for (size_t i = 0; i < rows.len; i++)
        marks->current[rows.at[i]] = true;
    return true;
}

/* "1975ea83b712 (ae10) -> 8f2c1e04a7b1 (head), create account table" */
static void
print_line(const Context *context, const Node *node, bool is_current)
{
    const Revision *revision = node->revision;
    const EntryMarks marks = {.labels = true, .is_current = is_current, .points = true};
    const char *title = output_title(context->arena, revision->message);

    fputs(output_names(context->arena, &revision->revises, "<base>"), context->out);
    if (revision->depends_on.len > 0)
        fprintf(context->out, " (%s)", output_names(context->arena, &revision->depends_on, ""));
    fprintf(context->out, " -> %s%s%s\n", entry_line(node, marks, context->arena),
            title[0] == '\0' ? "" : ", ", title);
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    Indexes order = {0};
    Marks marks;
    Json json = {0};

    if (!mark_all(context, &marks, err) || !entry_order(graph, context->arena, &order, err))
        return false;
    if (context->json) {
        json = context_document(context);
        json_array(&json, "revisions");
    }
    for (size_t i = order.len; i-- > 0;) {
        const size_t index = order.at[i];
        const Node *node = &graph->nodes[index];

        if (!marks.shown[index])
            continue;
        if (context->json)
            entry_json(&json, graph, node, marks.current[index]);
        else if (context->is_verbose)
            entry_print(graph, node, marks.current[index], context->arena, context->out);
        else
            print_line(context, node, marks.current[index]);
    }
    if (context->json) {
        json_array_end(&json);
        context_event_end(&json);
    }
    return true;
}

const Command COMMAND_HISTORY = {
    .name = "history",
    .group = "Look",
    .operands = "",
    .summary = "the revisions in order, the newest first",
    .description = "Lists the revision files in the order in which they would be taken back. The "
                   "database is asked only for -i and for the word current in a range.",
    .examples = "migrate history\n"
                "migrate history -r 1975ea:head\n"
                "migrate history -r current: -v       what is pending, in full",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
