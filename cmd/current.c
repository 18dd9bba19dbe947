/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"
#include "cmd/output.h"

static const Option OPTIONS[] = {
    {"check-heads", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "exit status 3 unless the database is at all heads"},
    {.name = NULL},
};

/* Revisions that are applied and that no applied one revises: the rows, and those that only a
 * dependency keeps from being rows. */
static Indexes
current_nodes(const Graph *graph, const Indexes *rows, Arena *arena)
{
    bool *applied = ARENA_ARRAY(arena, bool, graph->count);
    Indexes nodes = {0};

    graph_mark_ancestors(graph, rows, arena, applied);
    for (size_t i = 0; i < graph->count; i++) {
        const Indexes *children = &graph->nodes[i].children;
        bool is_top = applied[i];

        for (size_t j = 0; is_top && j < children->len; j++)
            is_top = !applied[children->at[j]];
        if (is_top)
            *VEC_ADD(arena, &nodes) = i;
    }
    return nodes;
}

/* Splits the rows: nodes, and those that no file defines. */
static void
split_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes, Names *unknown)
{
    for (size_t i = 0; i < rows->len; i++) {
        const Node *node = graph_find(graph, rows->at[i]);

        if (node != NULL && strcmp(node->revision->id, rows->at[i]) == 0)
            *VEC_ADD(arena, nodes) = graph_index(graph, node);
        else
            *VEC_ADD(arena, unknown) = rows->at[i];
    }
}

static void
print_all(const Context *context, const Indexes *nodes, const Names *unknown)
{
    const DatabaseState *state = &context->runner.state;
    const EntryMarks marks = {.points = true};

    if (context->is_verbose)
        fprintf(context->out, "Current revision(s) for %s:\n",
                output_line(context->arena, context_database(context)));
    for (size_t i = 0; i < nodes->len; i++) {
        const Node *node = &context->graph.nodes[nodes->at[i]];

        if (context->is_verbose)
            entry_print(&context->graph, node, ENTRY_UNASKED, context->arena, context->out);
        else
            fprintf(context->out, "%s\n", entry_line(node, marks, context->arena));
    }
    for (size_t i = 0; i < unknown->len; i++)
        fprintf(context->out, "%s (in no revision file)\n",
                output_line(context->arena, unknown->at[i]));
    if (state->open != NULL)
        fprintf(context->out, "%s\n", output_open(context->arena, state->open));
}

/* A row, or what only a dependency keeps from being one. */
static EntryState
state_of(const Graph *graph, size_t node, const Names *rows)
{
    return names_contain(rows, graph->nodes[node].revision->id) ? ENTRY_CURRENT : ENTRY_APPLIED;
}

static void
print_document(const Context *context, const Indexes *nodes, bool is_at_heads)
{
    const DatabaseState *state = &context->runner.state;
    Json json = context_document(context);

    json_text(&json, "database",
              context->driver->describe(context->url, context->config.url_folder, context->arena));
    json_names(&json, "rows", &state->rows);
    json_bool(&json, "is_at_heads", is_at_heads);
    json_text(&json, "stopped",
              state->open == NULL ? NULL : output_open(context->arena, state->open));
    json_array(&json, "revisions");
    for (size_t i = 0; i < nodes->len; i++)
        entry_json(&json, &context->graph, &context->graph.nodes[nodes->at[i]],
                   state_of(&context->graph, nodes->at[i], &state->rows));
    json_array_end(&json);
    context_event_end(&json);
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    const DatabaseState *state = &context->runner.state;
    Indexes rows = {0};
    Names unknown = {0};
    Names heads = {0};

    split_rows(graph, &state->rows, context->arena, &rows, &unknown);
    const bool is_at_heads =
        entry_is_at_heads(graph, &state->rows, context->arena, &heads) && state->open == NULL;
    const Indexes nodes = current_nodes(graph, &rows, context->arena);
    if (context->json)
        print_document(context, &nodes, is_at_heads);
    else
        print_all(context, &nodes, &unknown);
    if (unknown.len > 0)
        return target_rows(graph, &state->rows, context->arena, &rows, err);
    if (!option_is_given(context, "check-heads") || is_at_heads)
        return true;
    error_set(err, ERR_BEHIND, "the database is not at all heads (%s)",
              output_names(context->arena, &heads, "base"));
    return error_hint(err, "migrate upgrade heads");
}

const Command COMMAND_CURRENT = {
    .name = "current",
    .group = "Look",
    .operands = "",
    .summary = "where the database stands",
    .description = "Shows the revisions at which the database stands, and a step that stopped in "
                   "the middle. Nothing for an empty database. With -v each in full.",
    .examples = "migrate current\n"
                "migrate current --check-heads        for a script: status 3 if behind",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE,
    .options = OPTIONS,
    .run = run,
};
