/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/drawing.h"
#include "cmd/entry.h"
#include "cmd/output.h"
#include "cmd/picture.h"
#include "cmd/range.h"
#include "core/plan.h"
#include "core/target.h"

static const Option OPTIONS[] = {
    {"rev-range", 'r', OPTION_TEXT, "FROM:TO", VALUE_RANGE,
     "only these, both ends included; an end may be missing, current, or relative"},
    {"indicate-current", 'i', OPTION_FLAG, NULL, VALUE_NONE,
     "ask the database, and mark where it stands and what is applied"},
    {"format", '\0', OPTION_TEXT, "text|dot|mermaid", VALUE_CHOICE,
     "text, or a picture for Graphviz or Mermaid"},
    DRAWING_OPTIONS,
    {.name = NULL},
};

/* What is shown, newest first, and what the database says of every revision. */
typedef struct History {
    Indexes nodes;
    EntryState *states;
} History;

static bool
find_range(Context *context, Indexes *nodes, Error *err)
{
    const char *text = option_text(context, "rev-range");
    const Names *rows = NULL;
    TargetRange range = {.upper = context->graph.real_heads};

    if (text != NULL && (!range_current(context, text, &rows, err) ||
                         !target_range(&context->graph, text, rows, context->arena, &range, err)))
        return false;
    plan_range(&context->graph, &range, context->arena, nodes);
    return true;
}

static bool
ask_database(Context *context, EntryState *states, Error *err)
{
    const Graph *graph = &context->graph;
    bool *applied = ARENA_ARRAY(context->arena, bool, graph->count);
    Indexes rows = {0};

    if (!option_is_given(context, "indicate-current"))
        return true;
    if (!context_connect(context, true, err) ||
        !target_rows(graph, &context->runner.state.rows, context->arena, &rows, err))
        return false;
    graph_mark_ancestors(graph, &rows, context->arena, applied);
    for (size_t i = 0; i < graph->count; i++)
        states[i] = applied[i] ? ENTRY_APPLIED : ENTRY_PENDING;
    for (size_t i = 0; i < rows.len; i++)
        states[rows.at[i]] = ENTRY_CURRENT;
    return true;
}

/* "1975ea83b712 (ae10) -> 8f2c1e04a7b1 (head), create account table" */
static void
print_line(const Context *context, const Node *node, EntryState state)
{
    const Revision *revision = node->revision;
    const EntryMarks marks = {.labels = true, .state = state, .points = true};
    const char *title = output_title(context->arena, revision->message);

    fputs(output_names(context->arena, &revision->revises, "<base>"), context->out);
    if (revision->depends_on.len > 0)
        fprintf(context->out, " (%s)", output_names(context->arena, &revision->depends_on, ""));
    fprintf(context->out, " -> %s%s%s\n", entry_line(node, marks, context->arena),
            title[0] == '\0' ? "" : ", ", title);
}

static void
print_document(const Context *context, const History *history)
{
    Json json = context_document(context);

    json_array(&json, "revisions");
    for (size_t i = 0; i < history->nodes.len; i++) {
        const size_t index = history->nodes.at[i];
        entry_json(&json, &context->graph, &context->graph.nodes[index], history->states[index]);
    }
    json_array_end(&json);
    context_event_end(&json);
}

static bool
is_format(const Context *context, const char *name)
{
    const char *format = option_text(context, "format");

    return format != NULL && strcmp(format, name) == 0;
}

static bool
check(const Context *context, Error *err)
{
    const char *format = option_text(context, "format");

    if (!drawing_check(context, err))
        return false;
    if (format == NULL)
        return true;
    if (!is_format(context, "text") && !is_format(context, "dot") &&
        !is_format(context, "mermaid")) {
        error_set(err, ERR_USAGE, "unknown format \"%s\"", format);
        return error_hint(err, "--format text, --format dot or --format mermaid");
    }
    if (context->json) {
        error_set(err, ERR_USAGE, "--format %s and --json: only one can be printed", format);
        return error_hint(err, "leave one of them out");
    }
    if (option_is_given(context, "graph") && !is_format(context, "text")) {
        error_set(err, ERR_USAGE, "--graph and --format %s: only one can be printed", format);
        return error_hint(err, "leave one of them out");
    }
    return true;
}

/* False when it is to be text. */
static bool
print_picture(const Context *context, const History *history)
{
    const Picture picture = {&context->graph, &history->nodes, history->states, context->arena};

    if (is_format(context, "dot"))
        picture_dot(&picture, context->out);
    else if (is_format(context, "mermaid"))
        picture_mermaid(&picture, context->out);
    else
        return false;
    return true;
}

static void
print_text(const Context *context, const History *history)
{
    for (size_t i = 0; i < history->nodes.len; i++) {
        const size_t index = history->nodes.at[i];
        const Node *node = &context->graph.nodes[index];

        if (context->is_verbose)
            entry_print(&context->graph, node, history->states[index], context->arena,
                        context->out);
        else
            print_line(context, node, history->states[index]);
    }
}

static void
draw(const Context *context, const History *history)
{
    const Graph *graph = &context->graph;
    bool *is_shown = ARENA_ARRAY(context->arena, bool, graph->count);
    Indexes parents = {0};
    Drawing drawing;

    for (size_t i = 0; i < history->nodes.len; i++)
        is_shown[history->nodes.at[i]] = true;
    drawing_begin(&drawing, context);
    for (size_t i = 0; i < history->nodes.len; i++) {
        const Node *node = &graph->nodes[history->nodes.at[i]];

        parents.len = 0;
        for (size_t j = 0; j < node->parents.len; j++) {
            if (is_shown[node->parents.at[j]])
                *VEC_ADD(context->arena, &parents) = node->parents.at[j];
        }
        drawing_add(&drawing, node, &parents, history->states[history->nodes.at[i]]);
    }
    drawing_end(&drawing);
}

static bool
run(Context *context, Error *err)
{
    History history = {.states = ARENA_ARRAY(context->arena, EntryState, context->graph.count)};

    if (!find_range(context, &history.nodes, err) || !ask_database(context, history.states, err))
        return false;
    if (context->json)
        print_document(context, &history);
    else if (print_picture(context, &history))
        return true;
    else if (drawing_is_wanted(context))
        draw(context, &history);
    else
        print_text(context, &history);
    return true;
}

const Command COMMAND_HISTORY = {
    .name = "history",
    .group = "Look",
    .operands = "",
    .summary = "the revisions in order, the newest first",
    .description = "Lists the revision files in the order in which they would be taken back. The "
                   "database is asked only for -i and for the word current in a range.\n\n"
                   "On a terminal the graph is drawn beside them; plain lines, as in a pipe, with "
                   "--no-graph.",
    .examples = "migrate history\n"
                "migrate history -r 1975ea:head\n"
                "migrate history -r current: -v       what is pending, in full\n"
                "migrate history --format dot | dot -Tsvg > graph.svg",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
