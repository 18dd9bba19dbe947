/* SPDX-License-Identifier: MIT */
#include "cmd/progress.h"

#include <string.h>

#include "cmd/context.h"
#include "cmd/output.h"
#include "core/base/buf.h"
#include "core/base/text.h"

/* Columns of a line for a step that is done. */
enum { DIRECTION_WIDTH = 9, REVISION_WIDTH = 12, DURATION_WIDTH = 12, STATEMENT_SHOWN = 60 };

/* "create account table", "" for a stamp */
static const char *
title_of(const Step *step, Arena *arena)
{
    return step->revision == NULL ? "" : output_title(arena, step->revision->message);
}

const char *
progress_line(const Step *step, const Names *before, const Names *after, Arena *arena)
{
    const char *title = title_of(step, arena);
    const char *from = NULL;
    const char *to = NULL;

    if (step->revision == NULL) {
        from = output_names(arena, before, "");
        to = output_names(arena, after, "");
    } else {
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

/* A live line is drawn, and the lines of steps come when they are done. */
static bool
is_on_screen(const Context *context)
{
    return context->reports_progress && !context->json && context->log->stream != NULL &&
           context->log->level != LOG_QUIET;
}

static const char *
name_of(const Context *context, const Step *step, const Names *after)
{
    return step->revision == NULL ? output_names(context->arena, after, "base")
                                  : step->revision->id;
}

static void
planned(void *handle, size_t steps)
{
    Progress *progress = handle;

    progress->started = progress->finished;
    progress->planned = progress->finished + steps;
}

static void
step_started(void *handle, const Step *step, const Names *before, const Names *after)
{
    Progress *progress = handle;
    const Context *context = progress->context;

    progress->started++;
    progress->step = step;
    if (context->json) {
        Json json = context_event(context, "step_started");
        add_step(&json, step, before, after);
        context_event_end(&json);
    } else if (is_on_screen(context)) {
        progress->live.index = progress->started;
        progress->live.count = progress->planned;
        live_step(&progress->live,
                  arena_format(context->arena, "%s  %s", name_of(context, step, after),
                               title_of(step, context->arena)));
    } else {
        log_info(context->log, "%s", progress_line(step, before, after, context->arena));
    }
}

/* Blanks up to the width, behind what is there of it. */
static void
pad(Buf *line, const char *text, size_t width)
{
    const size_t length = utf8_count(slice_of(text));

    for (size_t i = length; i < width; i++)
        buf_add_char(line, ' ');
}

/* "  upgrade   8f2c1e04a7b1       12 ms  create account table" */
static void
print_step(const Progress *progress, const Step *step, const char *name, const char *took)
{
    const Context *context = progress->context;
    const Log *log = context->log;
    const char *direction = direction_name(step->direction);
    const size_t width = output_width(log->stream);
    Arena scratch = {0};
    Buf line = {.arena = &scratch};
    const char *colour = strcmp(took, "failed") == 0 ? COLOUR_BAD : COLOUR_FAINT;

    buf_addf(&line, "  %s", direction);
    pad(&line, direction, DIRECTION_WIDTH);
    buf_addf(&line, " %s", name);
    pad(&line, name, REVISION_WIDTH);
    pad(&line, took, DURATION_WIDTH - 2);
    const size_t used = utf8_count(buf_slice(&line)) + utf8_count(slice_of(took)) + 2;
    if (log->is_coloured)
        buf_addf(&line, "\033[%sm%s\033[0m", colour, took);
    else
        buf_add(&line, took);
    const Slice title = slice_of(title_of(step, &scratch));
    if (title.len > 0)
        buf_add(&line, "  ");
    const size_t room = width == 0 ? title.len : (width > used ? width - used : 0);
    buf_add_slice(&line, (Slice){title.at, utf8_offset(title, room)});
    log_info(log, "%s", buf_text(&line));
    arena_release(&scratch);
}

static void
step_finished(void *handle, const Step *step, const Names *before, const Names *after,
              int64_t milliseconds)
{
    Progress *progress = handle;
    const Context *context = progress->context;

    progress->finished++;
    if (progress->finished == progress->started)
        live_stop(&progress->live);
    if (milliseconds > 0)
        progress->milliseconds += milliseconds;
    if (context->json) {
        Json json = context_event(context, "step_finished");
        add_step(&json, step, before, after);
        json_number(&json, "milliseconds", milliseconds);
        context_event_end(&json);
    } else if (is_on_screen(context)) {
        print_step(progress, step, name_of(context, step, after),
                   output_duration(context->arena, milliseconds));
    }
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
    Progress *progress = handle;
    const Context *context = progress->context;

    live_statement(&progress->live, unit, statement);
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
    Arena scratch = {0};
    const Slice start = {statement->text.at, utf8_offset(statement->text, STATEMENT_SHOWN)};
    const char *text = output_title(&scratch, arena_copy(&scratch, start));

    log_info(log, "  %s:%u  %s  %s", output_line(&scratch, statement->place.file),
             statement->place.line, output_duration(&scratch, milliseconds), text);
    arena_release(&scratch);
}

/* Keeps it if it is one of the slowest. */
static void
note_slow(Progress *progress, const Statement *statement, int64_t milliseconds)
{
    Arena *arena = progress->context->arena;
    const Slice start = {statement->text.at, utf8_offset(statement->text, STATEMENT_SHOWN)};
    size_t at = SLOWEST;

    progress->statements++;
    while (at > 0 && (progress->slowest[at - 1].text == NULL ||
                      progress->slowest[at - 1].milliseconds < milliseconds))
        at--;
    if (at == SLOWEST)
        return;
    for (size_t i = SLOWEST - 1; i > at; i--)
        progress->slowest[i] = progress->slowest[i - 1];
    progress->slowest[at] = (SlowStatement){
        milliseconds,
        arena_format(arena, "%s:%u  %s", output_line(arena, statement->place.file),
                     statement->place.line, output_title(arena, arena_copy(arena, start)))};
}

static void
statement_finished(void *handle, const Step *step, const Unit *unit, const Statement *statement,
                   int64_t milliseconds)
{
    Progress *progress = handle;
    const Context *context = progress->context;

    if (context->json) {
        Json json = context_event(context, "statement_finished");
        add_statement(&json, step, unit, statement);
        json_number(&json, "milliseconds", milliseconds);
        context_event_end(&json);
    } else if (context->log->level >= LOG_VERBOSE) {
        print_statement(context->log, statement, milliseconds);
        note_slow(progress, statement, milliseconds);
    }
}

static void
waiting(void *handle)
{
    Progress *progress = handle;

    live_draw(&progress->live);
}

/* Statements are told with -v, and where somebody watches a long unit. */
static size_t
told_from(const Context *context)
{
    enum { LONG_UNIT = 11 };

    if (context->log->level >= LOG_VERBOSE)
        return 1;
    return is_on_screen(context) ? LONG_UNIT : 0;
}

void
progress_begin(Progress *progress, Context *context)
{
    *progress = (Progress){.context = context,
                           .live = {.log = is_on_screen(context) ? context->log : NULL}};
    context->runner.events = (RunnerEvents){.planned = planned,
                                            .step_started = step_started,
                                            .step_finished = step_finished,
                                            .statement_started = statement_started,
                                            .statement_finished = statement_finished,
                                            .told_from = told_from(context),
                                            .waiting = waiting,
                                            .context = progress};
}

void
progress_failed(Progress *progress)
{
    Context *context = progress->context;
    const Step *step = progress->step;

    context->runner.events = (RunnerEvents){0};
    live_stop(&progress->live);
    if (is_on_screen(context) && step != NULL && progress->finished < progress->started)
        print_step(progress, step, name_of(context, step, &context->runner.state.rows), "failed");
}

static void
print_slowest(const Progress *progress)
{
    const Context *context = progress->context;

    if (progress->statements < 2)
        return;
    log_info(context->log, "the slowest statements:");
    for (size_t i = 0; i < SLOWEST && progress->slowest[i].text != NULL; i++)
        log_info(context->log, "  %8s  %s",
                 output_duration(context->arena, progress->slowest[i].milliseconds),
                 progress->slowest[i].text);
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
    print_slowest(progress);
    log_info(log, "done: %zu step%s, %s; the database is at %s", steps, steps == 1 ? "" : "s",
             output_duration(context->arena, progress->milliseconds), rows);
}

void
progress_end(Progress *progress, Direction direction, size_t steps)
{
    Context *context = progress->context;
    const Names *rows = &context->runner.state.rows;

    context->runner.events = (RunnerEvents){0};
    live_stop(&progress->live);
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
