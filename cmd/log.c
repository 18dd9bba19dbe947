/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/entry.h"
#include "cmd/output.h"

static const Option OPTIONS[] = {
    {"limit", '\0', OPTION_TEXT, "N", VALUE_TEXT, "only the newest N"},
    {.name = NULL},
};

/* What is shown, the newest first. */
typedef struct LogRows {
    const Context *context;
    VEC(const HistoryRow *) rows;
} LogRows;

/* Every row if no limit is given. */
static bool
read_limit(const Context *context, size_t *limit, Error *err)
{
    const char *text = option_text(context, "limit");
    unsigned number = 0;

    *limit = SIZE_MAX;
    if (text == NULL)
        return true;
    if (!slice_to_number(slice_of(text), &number) || number == 0) {
        error_set(err, ERR_USAGE, "--limit %s is not a number of steps", text);
        return error_hint(err, "--limit 10 shows the newest ten");
    }
    *limit = number;
    return true;
}

static bool
check(const Context *context, Error *err)
{
    size_t ignored = 0;

    return read_limit(context, &ignored, err);
}

/* The operand is an id or its beginning; it may be one that no file defines any more. */
static bool
is_wanted(const Context *context, const HistoryRow *row)
{
    return context->operands.len == 0 ||
           (row->revision != NULL &&
            slice_starts_with(slice_of(row->revision), context->operands.at[0]));
}

static bool
collect(LogRows *log, Error *err)
{
    const Context *context = log->context;
    const Runner *runner = &context->runner;
    HistoryRows history = {0};
    size_t limit = 0;

    if (!read_limit(context, &limit, err) ||
        !runner->driver->history_read(runner->connection, &runner->state, context->arena, &history,
                                      err))
        return false;
    for (size_t i = history.len; i-- > 0 && log->rows.len < limit;) {
        if (is_wanted(context, &history.at[i]))
            *VEC_ADD(context->arena, &log->rows) = &history.at[i];
    }
    return true;
}

/* As the columns have it; rows that another program wrote may lack anything. */
static const char *
or_unknown(const char *text)
{
    return text == NULL || text[0] == '\0' ? "?" : text;
}

static bool
is_stamp(const HistoryRow *row)
{
    return row->direction != NULL && strcmp(row->direction, direction_name(DIRECTION_STAMP)) == 0;
}

static const char *
revision_of(const HistoryRow *row)
{
    if (is_stamp(row))
        return row->rows_after == NULL || row->rows_after[0] == '\0' ? "base" : row->rows_after;
    return or_unknown(row->revision);
}

static const char *
colour_of(const HistoryRow *row)
{
    const char *state = or_unknown(row->state);

    if (strcmp(state, "done") == 0)
        return NULL;
    return strcmp(state, "running") == 0 ? COLOUR_WAIT : COLOUR_BAD;
}

/* "done", "failed 3/5" */
static const char *
state_of(const HistoryRow *row, Arena *arena)
{
    if (colour_of(row) == NULL || row->total == 0)
        return or_unknown(row->state);
    return arena_format(arena, "%s %zu/%zu", or_unknown(row->state), row->done, row->total);
}

/* What went wrong, else what the revision is for, where its file is still there. */
static const char *
text_of(const Context *context, const HistoryRow *row)
{
    if (row->error != NULL && row->error[0] != '\0')
        return output_title(context->arena, row->error);
    const Node *node = row->revision == NULL ? NULL : graph_find(&context->graph, row->revision);
    return node == NULL ? "" : output_title(context->arena, node->revision->message);
}

static void
print_table(const LogRows *log)
{
    static const char *const TITLES[] = {"WHEN (UTC)", "STEP", "REVISION", "STATE",
                                         "BY",         "TOOK", "MESSAGE"};
    const Context *context = log->context;
    Arena *arena = context->arena;
    Table table = {.arena = arena, .columns = sizeof TITLES / sizeof TITLES[0]};

    for (size_t i = 0; i < table.columns; i++)
        table_add_coloured(&table, TITLES[i], COLOUR_FAINT);
    for (size_t i = 0; i < log->rows.len; i++) {
        const HistoryRow *row = log->rows.at[i];

        table_add(&table, output_time(arena, row->finished == NULL ? row->started : row->finished));
        table_add(&table, or_unknown(row->direction));
        table_add(&table, revision_of(row));
        table_add_coloured(&table, state_of(row, arena), colour_of(row));
        table_add(&table, row->run_by);
        table_add(&table, output_duration(arena, row->duration));
        table_add_coloured(&table, text_of(context, row), colour_of(row));
    }
    if (log->rows.len > 0)
        table_print(&table, context->out, output_width(context->out), context->is_coloured);
}

static void
print_field(const Context *context, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0')
        fprintf(context->out, "%-11s%s\n", name, output_line(context->arena, text));
}

/* Everything that is recorded of a step. */
static void
print_in_full(const Context *context, const HistoryRow *row)
{
    Arena *arena = context->arena;
    const char *from =
        row->rows_before == NULL || row->rows_before[0] == '\0' ? "base" : row->rows_before;
    const char *to =
        row->rows_after == NULL || row->rows_after[0] == '\0' ? "base" : row->rows_after;

    fprintf(context->out, "%s %s\n", output_line(arena, or_unknown(row->direction)),
            output_line(arena, revision_of(row)));
    print_field(context, "state:", state_of(row, arena));
    print_field(context, "rows:", arena_format(arena, "%s -> %s", from, to));
    print_field(context, "started:", row->started);
    print_field(context, "finished:", row->finished);
    print_field(context, "took:", output_duration(arena, row->duration));
    print_field(context, "by:", row->run_by);
    print_field(context, "from:", row->run_from);
    print_field(context, "program:", row->program);
    print_field(context, "checksum:", row->checksum);
    print_field(context, "error:", row->error);
    fputc('\n', context->out);
}

/* They are recorded with commas between. */
static void
add_rows(Json *json, const char *key, const char *rows)
{
    Slice rest = rows == NULL ? (Slice){0} : slice_of(rows);

    json_array(json, key);
    while (rest.at != NULL && rest.len > 0)
        json_slice(json, NULL, slice_cut(rest, ',', &rest));
    json_array_end(json);
}

static void
add_object(Json *json, const HistoryRow *row)
{
    json_object(json, NULL);
    json_text(json, "id", row->id);
    json_text(json, "direction", row->direction);
    json_text(json, "revision", row->revision);
    json_text(json, "state", row->state);
    add_rows(json, "rows_before", row->rows_before);
    add_rows(json, "rows_after", row->rows_after);
    json_text(json, "checksum", row->checksum);
    json_number(json, "statements_done", (int64_t)row->done);
    json_number(json, "statements", (int64_t)row->total);
    entry_run_json(json, row);
    json_text(json, "error", row->error);
    json_object_end(json);
}

static void
print_document(const LogRows *log)
{
    const Context *context = log->context;
    Json json = context_document(context);

    json_text(&json, "database",
              context->driver->describe(context->url, context->config.url_folder, context->arena));
    json_array(&json, "steps");
    for (size_t i = 0; i < log->rows.len; i++)
        add_object(&json, log->rows.at[i]);
    json_array_end(&json);
    context_event_end(&json);
}

/* The files only give the messages: without them, or with broken ones, the log is the same. */
static void
load_messages(Context *context)
{
    Error ignored = {.arena = context->arena};

    if (!context_revisions(context, &ignored))
        context->graph = (Graph){0};
}

static void
say_nothing_is_there(const Context *context)
{
    if (!context->config.keeps_history)
        log_info(context->log, "no history is kept: history_table is ~");
    else if (context->operands.len > 0)
        log_info(context->log, "nothing is recorded of \"%s\"",
                 output_line(context->arena, context->operands.at[0]));
    else
        log_info(context->log, "nothing is recorded");
}

static bool
run(Context *context, Error *err)
{
    LogRows log = {.context = context};

    if (!collect(&log, err))
        return false;
    load_messages(context);
    if (context->json) {
        print_document(&log);
        return true;
    }
    for (size_t i = 0; context->is_verbose && i < log.rows.len; i++)
        print_in_full(context, log.rows.at[i]);
    if (!context->is_verbose)
        print_table(&log);
    if (log.rows.len == 0)
        say_nothing_is_there(context);
    return true;
}

const Command COMMAND_LOG = {
    .name = "log",
    .group = "Look",
    .operands = "[REV]",
    .max_operands = 1,
    .completes = VALUE_REVISION,
    .summary = "what ran on the database, the newest first",
    .description = "Shows the history table: every upgrade, downgrade and stamp with when, by whom "
                   "and how long, and what failed or stopped. With REV, an id or its beginning, "
                   "only its steps; with -v everything that is recorded. Needs no revision files.",
    .examples = "migrate log\n"
                "migrate log --limit 10\n"
                "migrate log 8f2c -v",
    .flags = NEEDS_CONFIG | NEEDS_DATABASE,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
