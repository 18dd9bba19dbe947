/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"
#include "cmd/output.h"

static const Option OPTIONS[] = {
    {"exit-code", '\0', OPTION_FLAG, NULL, VALUE_NONE, "exit status 3 unless nothing is pending"},
    {.name = NULL},
};

/* What is known of one revision. */
typedef struct Line {
    const Node *node;
    const HistoryRow *done; /* the upgrade that applied it; NULL: not recorded, or pending */
    bool is_applied;
    bool has_changed; /* its file, since it was applied */
} Line;

typedef struct Status {
    const Context *context;
    Line *lines; /* in the order of an upgrade */
    size_t count;
    size_t pending;
    Names unknown; /* rows that no file defines */
    Names warnings;
} Status;

static void PRINTF_LIKE(2, 3) warn(Status *status, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    *VEC_ADD(status->context->arena, &status->warnings) =
        arena_vformat(status->context->arena, format, values);
    va_end(values);
}

/* What applied each revision last, by id; a downgrade takes it away again. */
static Map
latest_upgrades(HistoryRows *history, Arena *arena)
{
    Map latest = {.arena = arena};

    for (size_t i = 0; i < history->len; i++) {
        HistoryRow *row = &history->at[i];

        if (row->revision == NULL || row->state == NULL || row->direction == NULL ||
            strcmp(row->state, "done") != 0)
            continue;
        if (strcmp(row->direction, direction_name(DIRECTION_UPGRADE)) == 0)
            map_put(&latest, slice_of(row->revision), row);
        else if (strcmp(row->direction, direction_name(DIRECTION_DOWNGRADE)) == 0)
            map_put(&latest, slice_of(row->revision), NULL);
    }
    return latest;
}

static bool
find_changes(Status *status, Error *err)
{
    Arena scratch = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < status->count; i++) {
        Line *line = &status->lines[i];
        RevisionText text;

        if (line->done == NULL || line->done->checksum == NULL)
            continue;
        ok = revision_read(line->node->revision, &scratch, &text, err);
        line->has_changed = ok && strcmp(revision_checksum(&text), line->done->checksum) != 0;
        if (line->has_changed)
            warn(status, "%s has changed since it was applied", line->node->revision->file);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return ok;
}

static void
mark_rows(Status *status, bool *applied)
{
    const Context *context = status->context;
    const Names *rows = &context->runner.state.rows;
    Indexes nodes = {0};

    for (size_t i = 0; i < rows->len; i++) {
        const Node *node = graph_find(&context->graph, rows->at[i]);

        if (node != NULL && strcmp(node->revision->id, rows->at[i]) == 0)
            *VEC_ADD(context->arena, &nodes) = graph_index(&context->graph, node);
        else
            *VEC_ADD(context->arena, &status->unknown) = rows->at[i];
    }
    graph_mark_ancestors(&context->graph, &nodes, context->arena, applied);
}

static void
add_warnings(Status *status)
{
    const Context *context = status->context;
    const DatabaseState *state = &context->runner.state;
    const Names heads = entry_heads(&context->graph, context->arena);

    for (size_t i = 0; i < status->unknown.len; i++)
        warn(status, "version row \"%s\" is in no revision file", status->unknown.at[i]);
    if (heads.len > 1)
        warn(status, "there are %zu heads: %s; migrate merge heads brings them together", heads.len,
             names_join(context->arena, &heads, ", "));
    if (state->open != NULL)
        warn(status, "%s", output_open(context->arena, state->open));
    if (!state->has_version_table && state->elsewhere != NULL)
        warn(status, "schema \"%s\" has a table %s; version_table_schema: %s uses it",
             state->elsewhere, state->tables.version, state->elsewhere);
}

static bool
collect(Status *status, Error *err)
{
    const Context *context = status->context;
    const Runner *runner = &context->runner;
    bool *applied = ARENA_ARRAY(context->arena, bool, context->graph.count);
    HistoryRows history = {0};
    const Indexes order = entry_order(&context->graph, context->arena);

    if (!runner->driver->history_read(runner->connection, &runner->state, context->arena, &history,
                                      err))
        return false;
    mark_rows(status, applied);
    const Map latest = latest_upgrades(&history, context->arena);
    status->count = order.len;
    status->lines = ARENA_ARRAY(context->arena, Line, order.len);
    for (size_t i = 0; i < order.len; i++) {
        const Node *node = &context->graph.nodes[order.at[i]];
        const bool is_applied = applied[order.at[i]];

        status->lines[i] = (Line){.node = node, .is_applied = is_applied};
        if (is_applied)
            status->lines[i].done = map_find(&latest, slice_of(node->revision->id));
        status->pending += !is_applied;
    }
    add_warnings(status);
    return find_changes(status, err);
}

static const char *
state_of(const Line *line)
{
    if (!line->is_applied)
        return "pending";
    return line->has_changed ? "changed" : "applied";
}

static const char *
colour_of(const Line *line)
{
    if (!line->is_applied)
        return COLOUR_WAIT;
    return line->has_changed ? COLOUR_BAD : COLOUR_GOOD;
}

static void
add_line(Table *table, const Line *line)
{
    const HistoryRow *row = line->done;

    table_add_coloured(table, state_of(line), colour_of(line));
    table_add(table, line->node->revision->id);
    table_add(table, row == NULL ? ""
                                 : output_time(table->arena, row->finished != NULL ? row->finished
                                                                                   : row->started));
    table_add(table, row == NULL ? "" : row->run_by);
    table_add(table, row == NULL ? "" : output_duration(table->arena, row->duration));
    table_add(table, output_title(table->arena, line->node->revision->message));
}

static void
add_titles(Table *table)
{
    static const char *const TITLES[] = {"STATE", "REVISION", "WHEN (UTC)",
                                         "BY",    "TOOK",     "MESSAGE"};

    table->columns = sizeof TITLES / sizeof TITLES[0];
    for (size_t i = 0; i < table->columns; i++)
        table_add_coloured(table, TITLES[i], COLOUR_FAINT);
}

static void
print_text(const Status *status)
{
    const Context *context = status->context;
    const DatabaseState *state = &context->runner.state;
    FILE *out = context->out;
    const Names heads = entry_heads(&context->graph, context->arena);
    Table table = {.arena = context->arena};

    fprintf(out, "database  %s\n", output_line(context->arena, context_database(context)));
    if (state->server != NULL)
        fprintf(out, "server    %s\n", output_line(context->arena, state->server));
    fprintf(out, "at        %s\n", output_names(context->arena, &state->rows, "base"));
    fprintf(out, "heads     %s\n", output_names(context->arena, &heads, "none"));
    fprintf(out, "applied   %zu\npending   %zu\n", status->count - status->pending,
            status->pending);
    if (status->count > 0) {
        add_titles(&table);
        for (size_t i = 0; i < status->count; i++)
            add_line(&table, &status->lines[i]);
        fputc('\n', out);
        table_print(&table, out, output_width(out), context->is_coloured);
    }
    if (status->warnings.len > 0)
        fputc('\n', out);
    for (size_t i = 0; i < status->warnings.len; i++)
        fprintf(out, "warning: %s\n", output_line(context->arena, status->warnings.at[i]));
}

static void
add_object(Json *json, const Line *line)
{
    const HistoryRow *row = line->done;

    json_object(json, NULL);
    json_text(json, "revision", line->node->revision->id);
    json_text(json, "message", line->node->revision->message);
    json_text(json, "file", line->node->revision->file);
    json_text(json, "state", state_of(line));
    if (row != NULL)
        entry_run_json(json, row);
    json_object_end(json);
}

static void
print_document(const Status *status)
{
    const Context *context = status->context;
    const DatabaseState *state = &context->runner.state;
    const Names heads = entry_heads(&context->graph, context->arena);
    Json json = context_document(context);

    json_text(&json, "database",
              context->driver->describe(context->url, context->config.url_folder, context->arena));
    json_text(&json, "url_source", context->config.url_source);
    json_text(&json, "server", state->server);
    json_names(&json, "rows", &state->rows);
    json_names(&json, "heads", &heads);
    json_number(&json, "applied", (int64_t)(status->count - status->pending));
    json_number(&json, "pending", (int64_t)status->pending);
    json_array(&json, "revisions");
    for (size_t i = 0; i < status->count; i++)
        add_object(&json, &status->lines[i]);
    json_array_end(&json);
    json_names(&json, "warnings", &status->warnings);
    context_event_end(&json);
}

static bool
run(Context *context, Error *err)
{
    Status status = {.context = context};
    const DatabaseState *state = &context->runner.state;
    Indexes ignored = {0};

    if (!collect(&status, err))
        return false;
    if (context->json)
        print_document(&status);
    else
        print_text(&status);
    if (status.unknown.len > 0)
        return target_rows(&context->graph, &state->rows, context->arena, &ignored, err);
    if (!option_is_given(context, "exit-code") || (status.pending == 0 && state->open == NULL))
        return true;
    error_set(err, ERR_BEHIND, "the database is not up to date: %zu revision%s pending",
              status.pending, status.pending == 1 ? " is" : "s are");
    return error_hint(err, "migrate upgrade heads");
}

const Command COMMAND_STATUS = {
    .name = "status",
    .group = "Look",
    .operands = "",
    .summary = "what is applied, by whom and when, and what is pending",
    .description = "Compares the revision files with the database: which revisions are applied, "
                   "when, by whom and how long it took; which are pending; whether a file has "
                   "changed since; several heads; a step that stopped in the middle. Changes "
                   "nothing.",
    .examples = "migrate status\n"
                "migrate status --exit-code           for a script: status 3 if behind\n"
                "migrate status --json",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE,
    .options = OPTIONS,
    .run = run,
};
