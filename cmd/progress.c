/* SPDX-License-Identifier: MIT */
#include "cmd/progress.h"

#include "cmd/context.h"
#include "core/base/text.h"

enum { DURATION_COLUMNS = 4 };

/* "create account table", "" for a stamp */
static const char *
title_of(const Step *step, Arena *arena)
{
    return step->revision == NULL ? "" : output_title(arena, step->revision->message);
}

const char *
progress_line(const Step *step, const Names *before, const Names *after, Arena *arena)
{
    const char *from = output_names(arena, before, "");
    const char *to = output_names(arena, after, "");
    const char *title = title_of(step, arena);

    if (step->revision != NULL) {
        const char *parents = output_names(arena, &step->revision->revises, "");
        const bool is_up = step->direction == DIRECTION_UPGRADE;

        from = is_up ? parents : step->revision->id;
        to = is_up ? step->revision->id : parents;
    }
    return arena_format(arena, "Running %s %s -> %s%s%s", direction_name(step->direction), from, to,
                        title[0] == '\0' ? "" : ", ", title);
}

static void
add_step(Json *json, const Step *step, const Names *before, const Names *after)
{
    json_text(json, "direction", direction_name(step->direction));
    json_text(json, "revision", step->revision == NULL ? NULL : step->revision->id);
    json_text(json, "message", step->revision == NULL ? NULL : step->revision->message);
    json_names(json, "rows_before", before);
    json_names(json, "rows_after", after);
}

static void
step_started(void *handle, const Step *step, const Names *before, const Names *after)
{
    const Progress *progress = handle;
    const Context *context = progress->context;

    if (context->json) {
        Json json = context_event(context, "step_started");
        add_step(&json, step, before, after);
        context_event_end(&json);
        return;
    }
    log_info(context->log, "%s", progress_line(step, before, after, context->arena));
}

static void
step_finished(void *handle, const Step *step, const Names *before, const Names *after,
              int64_t milliseconds)
{
    Progress *progress = handle;
    const Context *context = progress->context;

    if (milliseconds > 0)
        progress->milliseconds += milliseconds;
    if (context->json) {
        Json json = context_event(context, "step_finished");
        add_step(&json, step, before, after);
        json_number(&json, "milliseconds", milliseconds);
        context_event_end(&json);
        return;
    }
    if (!context->reports_progress)
        return;
    table_add(&progress->durations,
              arena_format(context->arena, "  %s", direction_name(step->direction)));
    table_add(&progress->durations, step->revision == NULL
                                        ? output_names(context->arena, after, "base")
                                        : step->revision->id);
    table_add(&progress->durations, output_duration(context->arena, milliseconds));
    table_add(&progress->durations, title_of(step, context->arena));
}

static void
add_statement(Json *json, const Step *step, const Unit *unit, const Statement *statement)
{
    json_text(json, "revision", step->revision->id);
    json_number(json, "statement", (int64_t)statement->number);
    json_number(json, "of", (int64_t)unit->total);
    json_text(json, "file", statement->place.file);
    json_number(json, "line", (int64_t)statement->place.line);
}

static void
statement_started(void *handle, const Step *step, const Unit *unit, const Statement *statement)
{
    const Progress *progress = handle;
    const Context *context = progress->context;

    if (!context->json)
        return;
    Json json = context_event(context, "statement_started");
    add_statement(&json, step, unit, statement);
    context_event_end(&json);
}

/* "  migrations/8f2c_account.sql:12  3 ms  CREATE TABLE account (" */
static void
print_statement(const Log *log, const Statement *statement, int64_t milliseconds)
{
    enum { SHOWN = 60 }; /* characters */
    Arena scratch = {0};
    const Slice start = {statement->text.at, utf8_offset(statement->text, SHOWN)};
    const char *text = output_title(&scratch, arena_copy(&scratch, start));

    log_info(log, "  %s:%u  %s  %s", output_line(&scratch, statement->place.file),
             statement->place.line, output_duration(&scratch, milliseconds), text);
    arena_release(&scratch);
}

static void
statement_finished(void *handle, const Step *step, const Unit *unit, const Statement *statement,
                   int64_t milliseconds)
{
    const Progress *progress = handle;
    const Context *context = progress->context;

    if (context->json) {
        Json json = context_event(context, "statement_finished");
        add_statement(&json, step, unit, statement);
        json_number(&json, "milliseconds", milliseconds);
        context_event_end(&json);
    } else if (context->log->level >= LOG_VERBOSE) {
        print_statement(context->log, statement, milliseconds);
    }
}

/* Statements are told with -v, and where somebody watches a long unit. */
static size_t
told_from(const Context *context)
{
    enum { LONG_UNIT = 11 };

    if (context->log->level >= LOG_VERBOSE)
        return 1;
    return context->reports_progress && !context->json ? LONG_UNIT : 0;
}

void
progress_begin(Progress *progress, Context *context)
{
    *progress = (Progress){
        .context = context,
        .durations = {.arena = context->arena, .columns = DURATION_COLUMNS},
    };
    context->runner.events = (RunnerEvents){.step_started = step_started,
                                            .step_finished = step_finished,
                                            .statement_started = statement_started,
                                            .statement_finished = statement_finished,
                                            .told_from = told_from(context),
                                            .context = progress};
}

static void
print_end(const Progress *progress, const char *rows, size_t steps)
{
    const Context *context = progress->context;
    const Log *log = context->log;

    if (steps == 0) {
        log_info(log, "nothing to do: the database is at %s", rows);
        return;
    }
    if (context->reports_progress && log->stream != NULL && log->level != LOG_QUIET)
        table_print(&progress->durations, log->stream, output_width(log->stream), log->is_coloured);
    log_info(log, "done: %zu step%s, %s; the database is at %s", steps, steps == 1 ? "" : "s",
             output_duration(context->arena, progress->milliseconds), rows);
}

void
progress_end(Progress *progress, Direction direction, size_t steps)
{
    Context *context = progress->context;
    const Names *rows = &context->runner.state.rows;

    context->runner.events = (RunnerEvents){0};
    if (!context->json) {
        print_end(progress, output_names(context->arena, rows, "base"), steps);
        return;
    }
    Json json = context_event(context, "done");
    json_text(&json, "direction", direction_name(direction));
    json_number(&json, "steps", (int64_t)steps);
    json_number(&json, "milliseconds", progress->milliseconds);
    json_names(&json, "rows", rows);
    context_event_end(&json);
}
