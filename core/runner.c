/* SPDX-License-Identifier: MIT */
#include "core/runner.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"

enum {
    POLL_FIRST = 100, /* milliseconds between two tries of the lock: doubled up to POLL_LAST */
    POLL_LAST = 2000,
    RETRY_FIRST = 250, /* backoff with full jitter, between tries of a unit or a connection */
    RETRY_LAST = 10000,
};

/* ---- time ---- */

static int64_t
now(const Runner *runner)
{
    return runner->now != NULL ? runner->now() : clock_milliseconds();
}

static void
pause_for(const Runner *runner, int64_t milliseconds)
{
    if (runner->sleep != NULL)
        runner->sleep(milliseconds);
    else
        clock_sleep(milliseconds);
}

/* A number in [0, below), for jitter only: nothing that is sent depends on it. */
static int64_t
draw(Runner *runner, int64_t below)
{
    if (runner->random == 0)
        runner->random = ((uint64_t)now(runner) << 20) ^ ((uint64_t)getpid() << 1) ^ 1U;
    runner->random ^= runner->random << 13;
    runner->random ^= runner->random >> 7;
    runner->random ^= runner->random << 17;
    return below <= 0 ? 0 : (int64_t)(runner->random % (uint64_t)below);
}

static bool
is_interrupted(const Runner *runner)
{
    return runner->interrupted != NULL && *runner->interrupted != 0;
}

/* Waits for the next try of something. False when the patience for it is at its end, or a signal
 * came. */
static bool
wait_a_little(Runner *runner, Patience *patience, int64_t limit, bool is_poll)
{
    const int64_t began = now(runner);

    if (patience->deadline == 0) {
        patience->deadline = began + limit;
        patience->pause = is_poll ? POLL_FIRST : RETRY_FIRST;
    }
    const int64_t left = patience->deadline - began;
    if (left <= 0 || is_interrupted(runner))
        return false;
    const int64_t pause = is_poll ? patience->pause : 1 + draw(runner, patience->pause);
    patience->tries++;
    pause_for(runner, pause < left ? pause : left);
    patience->pause = patience->pause * 2;
    const int64_t longest = is_poll ? POLL_LAST : RETRY_LAST;
    if (patience->pause > longest)
        patience->pause = longest;
    return !is_interrupted(runner);
}

/* A signal came; `what` says what became of what was running. */
static bool
interrupted_error(const Runner *runner, const char *what, Error *err)
{
    enum { SIGNAL_TERMINATE = 15 };
    const bool is_term = runner->interrupted != NULL && *runner->interrupted == SIGNAL_TERMINATE;

    return error_set(err, is_term ? ERR_TERMINATED : ERR_INTERRUPTED, "interrupted: %s", what);
}

static bool
interrupted_idle(const Runner *runner, Error *err)
{
    return interrupted_error(runner, "nothing was running", err);
}

static bool
interrupted_lost(const Runner *runner, Error *err)
{
    interrupted_error(runner, "the connection was lost, and what was running may be done", err);
    return error_hint(err, "see: migrate status");
}

/* Behind runner->state being read again. */
static bool
interrupted_unit(const Runner *runner, Error *err)
{
    const HistoryRow *open = runner->state.open;

    if (open == NULL)
        return interrupted_error(runner, "what was running has been rolled back", err);
    return interrupted_error(runner,
                             arena_format(err->arena,
                                          "the %s of %s stopped after statement %zu of %zu",
                                          open->direction, open->revision, open->done, open->total),
                             err);
}

/* ---- connecting and reading ---- */

static TableNames
table_names(const Config *config)
{
    return (TableNames){.schema = config->version_table_schema,
                        .version = config->version_table,
                        .history = config->history_table,
                        .keeps_history = config->keeps_history};
}

static bool
connect_once(Runner *runner, bool is_read_only, bool *may_retry, Error *err)
{
    const OpenOptions options = {.url = runner->config->url,
                                 .url_folder = runner->config->url_folder,
                                 .direct_url = runner->config->direct_url,
                                 .session = runner->session,
                                 .memory = &runner->memory,
                                 .interrupted = runner->interrupted,
                                 .is_read_only = is_read_only,
                                 .log = runner->log};

    runner_close(runner);
    return runner->driver->open(&options, &runner->handle, &runner->connection, may_retry, err);
}

static bool
connect_patiently(Runner *runner, bool is_read_only, Error *err)
{
    Patience patience = {0};
    bool may_retry = false;

    while (!connect_once(runner, is_read_only, &may_retry, err)) {
        runner->connection = NULL;
        if (is_interrupted(runner))
            return interrupted_idle(runner, err);
        if (!may_retry || patience.tries >= runner->config->connect_retries)
            return false;
        Slice rest;
        const Slice reason =
            slice_cut(slice_of(err->detail == NULL ? "" : err->detail), '\n', &rest);
        log_warn(runner->log, "%s%s%.*s; trying again (%u of %u)", err->message,
                 reason.len > 0 ? ": " : "", SLICE_ARGS(reason), patience.tries + 1,
                 runner->config->connect_retries);
        if (!wait_a_little(runner, &patience, INT64_MAX / 2, false))
            return interrupted_idle(runner, err);
    }
    return true;
}

static bool
read_state(Runner *runner, bool with_lock, Error *err)
{
    /* the schema that the first read found is the one from then on */
    TableNames tables = table_names(runner->config);
    if (runner->state.tables.schema != NULL)
        tables.schema = runner->state.tables.schema;
    return runner->driver->state_read(runner->connection, &tables, with_lock, runner->arena,
                                      &runner->state, err) ||
           (is_interrupted(runner) && interrupted_idle(runner, err));
}

bool
runner_read(Runner *runner, Error *err)
{
    return read_state(runner, false, err);
}

static bool
refuse_elsewhere(const Runner *runner, Error *err)
{
    const DatabaseState *state = &runner->state;

    if (state->has_version_table || state->elsewhere == NULL)
        return true;
    error_set(err, ERR_STATE, "the version table \"%s\" is in schema \"%s\", not in \"%s\"",
              state->tables.version, state->elsewhere, state->tables.schema);
    return error_hint(err, "say which is meant: version_table_schema: %s", state->elsewhere);
}

void
runner_close(Runner *runner)
{
    if (runner->connection != NULL)
        runner->driver->close(runner->connection);
    runner->connection = NULL;
    if (runner->catalog != NULL)
        runner->driver->dialect->catalog_close(runner->catalog);
    runner->catalog = NULL;
    arena_release(&runner->handle);
}

/* ---- planning ---- */

bool
runner_check(const Script *script, const Plan *plan, Error *err)
{
    Arena scratch = {0};
    bool is_fine = true;

    for (size_t i = 0; i < plan->steps.len; i++) {
        const Step *step = &plan->steps.at[i];
        RevisionText text = {0};
        Error problem = {.arena = err->arena};
        const bool is_read =
            step->revision == NULL || revision_read(step->revision, &scratch, &text, &problem);
        if (!is_read || !script_check(script, step, &text, &scratch, &problem))
            is_fine = error_append(err, &problem);
        arena_reset(&scratch);
    }
    arena_release(&scratch);
    return is_fine;
}

static Names
split_rows(const char *joined, Arena *arena)
{
    Names rows = {0};
    Slice rest = slice_of(joined);

    while (rest.at != NULL) {
        const Slice row = slice_cut(rest, ',', &rest);
        if (row.len > 0)
            *VEC_ADD(arena, &rows) = arena_copy(arena, row);
    }
    return rows;
}

bool
runner_plan_resume(const Graph *graph, const DatabaseState *state, Arena *arena, Plan *plan,
                   Error *err)
{
    const HistoryRow *open = state->open;
    const Node *node = graph_find(graph, open->revision);

    if (node == NULL || strcmp(node->revision->id, open->revision) != 0) {
        error_set(err, ERR_STATE, "revision %s stands half applied, and no file defines it",
                  open->revision);
        return error_hint(err, "bring its file back, or repair the database by hand and close the "
                               "step with: migrate stamp REV");
    }
    *plan = (Plan){.rows_before = state->rows, .rows_after = split_rows(open->rows_after, arena)};
    names_sort(&plan->rows_after);
    *VEC_ADD(arena, &plan->steps) =
        (Step){.revision = node->revision,
               .direction = strcmp(open->direction, "downgrade") == 0 ? DIRECTION_DOWNGRADE
                                                                      : DIRECTION_UPGRADE,
               .changes = plan_changes(&plan->rows_before, &plan->rows_after, arena)};
    return true;
}

static bool
refuse_other_direction(const HistoryRow *open, Direction direction, Error *err)
{
    if (strcmp(open->direction, direction_name(direction)) == 0)
        return true;
    error_set(err, ERR_STATE, "the %s of %s stopped after statement %zu of %zu", open->direction,
              open->revision, open->done, open->total);
    return error_hint(err,
                      "finish it by another %s, or settle it: migrate resolve %s --retry | --done "
                      "| --abandon",
                      open->direction, open->revision);
}

static bool
refuse_long_ids(const Runner *runner, const Plan *plan, Error *err)
{
    const size_t width = runner->state.has_version_table ? runner->state.version_width : 255;

    for (size_t i = 0; i < plan->steps.len && width > 0; i++) {
        const Step *step = &plan->steps.at[i];
        for (size_t j = 0; j < step->changes.len; j++) {
            const char *id = step->changes.at[j].to;
            if (id == NULL || utf8_count(slice_of(id)) <= width)
                continue;
            error_set(err, ERR_STATE,
                      "revision id \"%s\" is longer than the %zu characters that %s holds", id,
                      width, runner->state.tables.version);
            return error_hint(err,
                              "widen the column: ALTER TABLE %s ALTER COLUMN version_num TYPE "
                              "varchar(255)",
                              runner->state.tables.version);
        }
    }
    return true;
}

/* The plan of this round: first what stands half applied, then the target. */
static bool
plan_round(Runner *runner, const Target *target, Arena *arena, Plan *plan, Error *err)
{
    if (runner->state.open != NULL) {
        if (!refuse_other_direction(runner->state.open, target->direction, err) ||
            !runner_plan_resume(runner->graph, &runner->state, arena, plan, err))
            return false;
        log_info(runner->log, "going on with the %s of %s after statement %zu of %zu",
                 runner->state.open->direction, runner->state.open->revision,
                 runner->state.open->done, runner->state.open->total);
        return true;
    }
    return plan_make(runner->graph, target, &runner->state.rows, arena, plan, err) &&
           refuse_long_ids(runner, plan, err);
}

/* ---- carrying out ---- */

/* A unit and the step it belongs to. */
typedef struct Piece {
    const Step *step;
    const RevisionText *text;
} Piece;

/* As many units as go out in one call of the driver. */
typedef struct Chunk {
    Runner *runner;
    Units units;
    VEC(Piece) pieces; /* beside the units */
    size_t bytes;
    Units joined;       /* what one transaction for all was joined from, beside the pieces */
    size_t told;        /* of those: the one whose statement was told last */
    size_t told_before; /* statements of the ones before it */
    int64_t step_time;
} Chunk;

static void
step_started(const Chunk *chunk, const Piece *piece, const Unit *unit)
{
    const RunnerEvents *events = &chunk->runner->events;

    if (unit->is_first && events->step_started != NULL)
        events->step_started(events->context, piece->step, &unit->rows_before, &unit->rows_after);
}

static void
step_finished(Chunk *chunk, const Piece *piece, const Unit *unit, int64_t milliseconds)
{
    Runner *runner = chunk->runner;
    const RunnerEvents *events = &runner->events;

    chunk->step_time = (unit->is_first ? 0 : chunk->step_time) + milliseconds;
    if (!unit->is_last)
        return;
    runner->steps_done++;
    if (events->step_finished != NULL)
        events->step_finished(events->context, piece->step, &unit->rows_before, &unit->rows_after,
                              chunk->step_time);
}

/* The piece to which a statement of the unit belongs; *unit becomes its own. Statements come in
 * order. */
static const Piece *
piece_of(Chunk *chunk, const Unit **unit, const Statement *statement)
{
    if (chunk->joined.len == 0)
        return &chunk->pieces.at[*unit - chunk->units.at];
    const size_t index = (size_t)(statement - (*unit)->statements.at);
    while (index - chunk->told_before >= chunk->joined.at[chunk->told].statements.len)
        chunk->told_before += chunk->joined.at[chunk->told++].statements.len;
    *unit = &chunk->joined.at[chunk->told];
    return &chunk->pieces.at[chunk->told];
}

static void
statement_started(void *context, const Unit *unit, const Statement *statement)
{
    Chunk *chunk = context;
    const RunnerEvents *events = &chunk->runner->events;
    const Piece *piece = piece_of(chunk, &unit, statement);

    if (events->statement_started != NULL)
        events->statement_started(events->context, piece->step, unit, statement);
}

static void
statement_finished(void *context, const Unit *unit, const Statement *statement,
                   int64_t milliseconds)
{
    Chunk *chunk = context;
    const RunnerEvents *events = &chunk->runner->events;
    const Piece *piece = piece_of(chunk, &unit, statement);

    if (events->statement_finished != NULL)
        events->statement_finished(events->context, piece->step, unit, statement, milliseconds);
}

/* The statement of a unit that has no other; the driver does not tell of it unless it tells of all.
 */
static const Statement *
only_statement(const Chunk *chunk, const Unit *unit)
{
    if (unit->count != 1 || chunk->joined.len > 0 || chunk->runner->events.told_from <= 1)
        return NULL;
    for (size_t i = 0; i < unit->statements.len; i++) {
        if (unit->statements.at[i].role == STATEMENT_USER)
            return &unit->statements.at[i];
    }
    return NULL;
}

static void
tell_only_statement(Chunk *chunk, const Unit *unit, int64_t milliseconds)
{
    const Statement *statement = only_statement(chunk, unit);

    if (statement != NULL)
        statement_finished(chunk, unit, statement, milliseconds);
}

static void
unit_started(void *context, const Unit *unit)
{
    Chunk *chunk = context;
    const Statement *statement = only_statement(chunk, unit);

    if (chunk->joined.len == 0)
        step_started(chunk, &chunk->pieces.at[unit - chunk->units.at], unit);
    if (statement != NULL)
        statement_started(chunk, unit, statement);
}

/* One transaction for all is done when it commits, and so are all its steps; which of them took how
 * long is in the history: here the first has it all. */
static void
unit_finished(void *context, const Unit *unit, int64_t milliseconds)
{
    Chunk *chunk = context;
    Runner *runner = chunk->runner;

    runner->retry = (Patience){0};
    runner->lock = (Patience){0};
    runner->lost = (Patience){0};
    runner->is_kept_out = false;
    tell_only_statement(chunk, unit, milliseconds);
    if (chunk->joined.len == 0)
        step_finished(chunk, &chunk->pieces.at[unit - chunk->units.at], unit, milliseconds);
    for (size_t i = 0; i < chunk->joined.len; i++) {
        step_started(chunk, &chunk->pieces.at[i], &chunk->joined.at[i]);
        step_finished(chunk, &chunk->pieces.at[i], &chunk->joined.at[i], i == 0 ? milliseconds : 0);
    }
}

static void
waiting(void *context)
{
    const Chunk *chunk = context;
    const RunnerEvents *events = &chunk->runner->events;

    if (events->waiting != NULL)
        events->waiting(events->context);
}

/* Steps are made again when a run waits or connects anew: what there is to note is noted once. */
static const Log *
notes_of(Runner *runner, const Step *step)
{
    if (runner->catalog == NULL || step->revision == NULL)
        return NULL;
    runner->noted.arena = runner->arena;
    return map_put(&runner->noted, slice_of(step->revision->id), runner) == NULL ? runner->log
                                                                                 : NULL;
}

/* Adds the units of one step, of its file or another text. */
static bool
chunk_add(Chunk *chunk, Script *script, const Step *step, const RevisionText *other, Error *err)
{
    Arena *arena = &chunk->runner->scratch;
    const size_t before = chunk->units.len;
    RevisionText *text = ARENA_NEW(arena, RevisionText);

    if (other != NULL)
        *text = *other;
    else if (step->revision != NULL && !revision_read(step->revision, arena, text, err))
        return false;
    script->schema_log = notes_of(chunk->runner, step);
    if (!script_step(script, step, step->revision == NULL ? NULL : text, arena, &chunk->units, err))
        return false;
    for (size_t i = before; i < chunk->units.len; i++) {
        *VEC_ADD(arena, &chunk->pieces) = (Piece){step, text};
        chunk->bytes += chunk->units.at[i].bytes;
    }
    return true;
}

/* What a round ended with. */
typedef enum Round {
    ROUND_DONE,  /* the plan is carried out */
    ROUND_AGAIN, /* read and plan again */
    ROUND_FAILED,
} Round;

/* What tells that others are getting on. */
typedef struct Standing {
    Names rows;
    size_t done;
} Standing;

static Standing
standing_of(const Runner *runner)
{
    const HistoryRow *open = runner->state.open;

    return (Standing){runner->state.rows, open == NULL ? 0 : open->done + 1};
}

static bool
has_moved(const Runner *runner, const Standing *before)
{
    const Standing after = standing_of(runner);

    return before->done != after.done || !names_equal(&before->rows, &after.rows);
}

/* How long something is tried, as it was configured: "60 s", "1.5 s", "300 ms". */
static const char *
limit_text(int64_t milliseconds, Arena *arena)
{
    if (milliseconds < 1000)
        return arena_format(arena, "%lld ms", (long long)milliseconds);
    if (milliseconds % 1000 == 0)
        return arena_format(arena, "%lld s", (long long)(milliseconds / 1000));
    return arena_format(arena, "%.1f s", (double)milliseconds / 1000);
}

static bool
give_up_lock(Runner *runner, const char *reason, Error *err)
{
    const char *limit = limit_text(runner->config->wait_for_lock, err->arena);

    if (is_interrupted(runner))
        return interrupted_idle(runner, err);
    if (runner->state.is_busy)
        error_set(err, ERR_LOCKED, "another run still holds the lock after %s: %s", limit,
                  runner->state.holder);
    else
        error_set(err, ERR_LOCKED, "the version table is still locked after %s: %s", limit, reason);
    return error_hint(err, "wait longer (wait_for_lock), or see what holds it: migrate doctor");
}

/* Polls for the lock; the rows it then reads are final. A guard that refuses again although the
 * lock is free was kept out by somebody else's lock on the table: that is polled for too. False:
 * given up. */
static bool
wait_for_lock(Runner *runner, Error *err)
{
    const int64_t limit = runner->config->wait_for_lock;
    const char *reason = err->message;
    bool pauses = runner->is_kept_out;

    for (;;) {
        const Standing before = standing_of(runner);
        if (pauses && !wait_a_little(runner, &runner->lock, limit, true))
            return give_up_lock(runner, reason, err);
        if (!read_state(runner, true, err))
            return false;
        runner->is_kept_out = !runner->state.is_busy;
        if (!runner->state.is_busy)
            return true;
        if (has_moved(runner, &before))
            runner->lock = (Patience){0}; /* it moves: begin to wait anew */
        if (runner->lock.tries == 0)
            log_info(runner->log, "waiting for another run (%s)", runner->state.holder);
        pauses = true;
    }
}

/* A server that is lost while we read, or is a standby that is about to become the primary, is
 * tried again; a table that its first unit keeps to itself is waited for. */
bool
runner_open(Runner *runner, bool is_read_only, Error *err)
{
    Patience patience = {0};

    for (;;) {
        if (!connect_patiently(runner, is_read_only, err))
            return false;
        if (read_state(runner, false, err) &&
            (!runner->state.is_busy || wait_for_lock(runner, err)))
            return refuse_elsewhere(runner, err);
        if (err->code != ERR_CONNECT || patience.tries >= runner->config->connect_retries)
            return false;
        log_warn(runner->log, "%s: trying again (%u of %u)", err->message, patience.tries + 1,
                 runner->config->connect_retries);
        if (!wait_a_little(runner, &patience, INT64_MAX / 2, false))
            return interrupted_idle(runner, err);
    }
}

/* The connection is lost: connect, take the lock, then read. Nothing else proves what was done. */
static bool
recover(Runner *runner, Error *err)
{
    do {
        const char *reason = err->message;
        if (is_interrupted(runner))
            return interrupted_lost(runner, err);
        if (runner->lost.tries > runner->config->connect_retries) {
            error_set(err, ERR_CONNECT, "the connection was lost %u times: %s", runner->lost.tries,
                      reason);
            return error_hint(err, "the next run goes on where this one ended; migrate doctor "
                                   "looks at the way to the database");
        }
        log_warn(runner->log, "connection lost (%s): connecting again", reason);
        if (!wait_a_little(runner, &runner->lost, INT64_MAX / 2, false))
            return interrupted_lost(runner, err);
        if (!connect_patiently(runner, false, err))
            return false;
        if (wait_for_lock(runner, err))
            return true;
    } while (err->code == ERR_CONNECT);
    return false;
}

/* After this the state is what the database has, or the run has failed. */
static Round
again_if(Runner *runner, bool is_read, Error *err)
{
    if (is_read || (err->code == ERR_CONNECT && recover(runner, err)))
        return ROUND_AGAIN;
    return ROUND_FAILED;
}

static Round
retry_later(Runner *runner, Error *err)
{
    const Error failure = *err;
    const char *limit = limit_text(runner->config->retry_for, err->arena);

    if (runner->retry.tries == 0)
        log_warn(runner->log, "%s: trying again for up to %s", err->message, limit);
    if (wait_a_little(runner, &runner->retry, runner->config->retry_for, false))
        return again_if(runner, read_state(runner, false, err), err);
    if (is_interrupted(runner)) {
        interrupted_idle(runner, err);
        return ROUND_FAILED;
    }
    *err = failure;
    error_hint(err, "it was tried %u times in %s; retry_for says how long", runner->retry.tries + 1,
               limit);
    return ROUND_FAILED;
}

/* A connection that was lost behind the COMMIT: say that nothing is. */
static Round
settle_lost(Runner *runner, const Chunk *chunk, const RunResult *result, Error *err)
{
    if (!recover(runner, err))
        return ROUND_FAILED;
    if (result->units_done < chunk->units.len &&
        names_equal(&chunk->units.at[result->units_done].rows_before, &runner->state.rows))
        log_info(runner->log, "what was under way has not been done: trying again");
    else
        log_info(runner->log, "what was under way has been done, only the answer was lost");
    return ROUND_AGAIN;
}

/* Reads where the database stands, over a new connection if the old one is gone. */
static bool
read_again(Runner *runner, Error *err)
{
    if (read_state(runner, false, err))
        return true;
    return err->code == ERR_CONNECT && connect_patiently(runner, false, err) &&
           read_state(runner, false, err);
}

static bool
is_journalled(const Unit *unit)
{
    return !unit->is_transactional || !unit->is_first || !unit->is_last;
}

/* Reads where the database stands after a failure, and records that of a journalled step. Best
 * effort: the first error is the one to show. */
static void
after_failure(Runner *runner, const Script *script, const Chunk *chunk, const RunResult *result,
              const Error *err)
{
    Arena *arena = &runner->scratch;
    Error ignored = {.arena = arena};
    RunResult marked = {0};

    if (!read_again(runner, &ignored)) {
        log_debug(runner->log, "could not read the rows after the failure: %s", ignored.message);
        return;
    }
    if (result->units_done >= chunk->units.len || runner->state.open == NULL)
        return;
    const Unit *unit = &chunk->units.at[result->units_done];
    if (!is_journalled(unit))
        return;
    const UnitFrame frame = {.tables = script->tables,
                             .session = script->session,
                             .revision = unit->revision,
                             .direction = unit->direction,
                             .is_undone = result->had_no_effect && runner->state.open->done == 0};
    Unit mark = {.revision = unit->revision, .message = "", .is_transactional = true};
    script->dialect->mark_failed(&frame, err->message, arena, &mark.statements);
    if (!runner->driver->run(runner->connection, &mark, 1, NULL, arena, &marked, &ignored))
        log_debug(runner->log, "could not mark the step as failed: %s", ignored.message);
    else if (frame.is_undone && !read_state(runner, false, &ignored))
        log_debug(runner->log, "could not read the rows again: %s", ignored.message);
}

/* A statement of ours failed that no revision has to do with: a table of ours that somebody has
 * changed, or may not be written. */
static void
hint_at_tables(const Runner *runner, const RunResult *result, Error *err)
{
    const TableNames *tables = &runner->state.tables;
    const bool is_ours = result->failed != NULL && (result->failed->role == STATEMENT_GUARD ||
                                                    result->failed->role == STATEMENT_JOURNAL ||
                                                    result->failed->role == STATEMENT_TAIL);

    /* MG…: the guard's own words */
    if (!is_ours || err->hint != NULL || err->sqlstate[0] == 'M')
        return;
    error_hint(err,
               "no statement of a revision failed, but one that keeps %s and %s: look at their "
               "columns, and at what this user may do with them",
               tables->version, tables->history);
}

/* What to do about a chunk that did not get through. */
static Round
settle(Runner *runner, const Script *script, const Chunk *chunk, const RunResult *result,
       Error *err)
{
    switch (result->outcome) {
    case RUN_MOVED:
        runner->is_cautious = true;
        log_debug(runner->log, "%s: reading again", err->message);
        return again_if(runner, read_state(runner, false, err), err);
    case RUN_BUSY:
        if (runner->driver->waits_for_lock)
            return ROUND_FAILED;
        return again_if(runner, wait_for_lock(runner, err), err);
    case RUN_LOCK_TIMEOUT:
    case RUN_RETRY:
        return retry_later(runner, err);
    case RUN_LOST:
        return settle_lost(runner, chunk, result, err);
    case RUN_INTERRUPTED:
        after_failure(runner, script, chunk, result, err);
        interrupted_unit(runner, err);
        return ROUND_FAILED;
    case RUN_DONE:
    case RUN_FAILED:
    case RUN_NOT_PARSED:
        hint_at_tables(runner, result, err);
        after_failure(runner, script, chunk, result, err);
        return ROUND_FAILED;
    }
    return ROUND_FAILED;
}

static Round
run_chunk(Runner *runner, const Script *script, Chunk *chunk, Error *err)
{
    RunResult result = {0};
    const RunEvents events = {.unit_started = unit_started,
                              .unit_finished = unit_finished,
                              .statement_started = statement_started,
                              .statement_finished = statement_finished,
                              .told_from = runner->events.told_from,
                              .waiting = waiting,
                              .context = chunk,
                              .interrupted = runner->interrupted};

    if (is_interrupted(runner)) {
        interrupted_idle(runner, err);
        return ROUND_FAILED;
    }
    if (runner->driver->run(runner->connection, chunk->units.at, chunk->units.len, &events,
                            &runner->scratch, &result, err))
        return ROUND_DONE;
    runner->is_of_rows = result.is_of_rows;
    return settle(runner, script, chunk, &result, err);
}

/* One unit of all: what `transaction: all` asks for. */
static bool
join_units(Chunk *chunk, Error *err)
{
    Arena *arena = &chunk->runner->scratch;
    Unit *joined = ARENA_NEW(arena, Unit);
    Statements statements = {0};
    bool has_data = false;
    size_t count = 0;

    for (size_t i = 0; i < chunk->units.len; i++) {
        Unit *unit = &chunk->units.at[i];
        if (!script_join(unit, i == 0, i + 1 == chunk->units.len, err))
            return false;
        has_data = has_data || unit->has_data;
        count += unit->count;
        for (size_t j = 0; j < unit->statements.len; j++)
            *VEC_ADD(arena, &statements) = unit->statements.at[j];
    }
    *joined = chunk->units.at[0];
    joined->statements = statements;
    joined->bytes = chunk->bytes;
    joined->is_last = true;
    joined->has_data = has_data;
    joined->count = count;
    joined->rows_after = VEC_LAST(&chunk->units)->rows_after;
    chunk->joined = chunk->units;
    chunk->units = (Units){joined, 1, 1};
    return true;
}

static bool
needs_catalog(const Runner *runner, const Step *step)
{
    return runner->catalog != NULL && step->revision != NULL && step->revision->is_yaml;
}

/* The catalog is what the database is when a chunk begins that needs it, and then follows what the
 * chunk does. So such a chunk begins with the step that needs it. */
static bool
begin_chunk(Runner *runner, Script *script, const Step *first, Error *err)
{
    script->catalog = needs_catalog(runner, first) ? runner->catalog : NULL;
    return script->catalog == NULL ||
           runner->driver->dialect->catalog_load(runner->catalog, runner->connection, err);
}

/* The step that says whether a chunk needs the catalog: of one that holds them all, any that does.
 */
static const Step *
first_of(const Runner *runner, const Plan *plan, size_t first)
{
    for (size_t i = first; runner->config->transaction_all && i < plan->steps.len; i++) {
        if (needs_catalog(runner, &plan->steps.at[i]))
            return &plan->steps.at[i];
    }
    return &plan->steps.at[first];
}

static bool
ends_chunk(const Chunk *chunk, const Script *script, const Step *next)
{
    const Runner *runner = chunk->runner;

    if (runner->config->transaction_all)
        return false;
    return chunk->bytes >= runner->driver->chunk_bytes ||
           (needs_catalog(runner, next) && (script->catalog == NULL || runner->is_cautious));
}

static bool
open_catalog(Runner *runner, const Plan *plan, Error *err)
{
    const Dialect *dialect = runner->driver->dialect;

    return runner->catalog != NULL || !script_needs_catalog(dialect, plan) ||
           dialect->catalog_open(&runner->handle, &runner->catalog, err);
}

static Round
carry_out(Runner *runner, Script *script, const Plan *plan, Error *err)
{
    const bool is_one = runner->config->transaction_all;

    for (size_t i = 0; i < plan->steps.len;) {
        Chunk chunk = {.runner = runner};
        arena_reset(&runner->scratch);
        if (!begin_chunk(runner, script, first_of(runner, plan, i), err))
            return ROUND_FAILED;
        do {
            if (!chunk_add(&chunk, script, &plan->steps.at[i++], NULL, err))
                return ROUND_FAILED;
        } while (i < plan->steps.len && !ends_chunk(&chunk, script, &plan->steps.at[i]));
        if (is_one && !script->is_rehearsal && !join_units(&chunk, err))
            return ROUND_FAILED;
        const Round round = run_chunk(runner, script, &chunk, err);
        if (round != ROUND_DONE)
            return round;
    }
    return ROUND_DONE;
}

static Round
run_plan(Runner *runner, const Plan *plan, Error *err)
{
    Script script = {.dialect = runner->driver->dialect,
                     .session = runner->session,
                     .resume = runner->state.open};
    const TableNames tables = runner->state.tables; /* reading again replaces the state */

    if (runner->events.planned != NULL)
        runner->events.planned(runner->events.context, plan->steps.len);
    script.tables = &tables;
    script_init(&script, &plan->rows_before, runner->arena);
    if (!open_catalog(runner, plan, err))
        return ROUND_FAILED;
    return carry_out(runner, &script, plan, err);
}

/* A guard that says "moved" about rows that have not moved would go round for ever. */
typedef struct Stall {
    Names rows;
    size_t open_done;
    unsigned rounds;
} Stall;

static bool
is_stalled(const Runner *runner, Stall *stall)
{
    enum { MANY = 100 };
    const size_t done = runner->state.open == NULL ? 0 : runner->state.open->done + 1;

    stall->rounds = names_equal(&stall->rows, &runner->state.rows) && stall->open_done == done
                        ? stall->rounds + 1
                        : 0;
    stall->rows = runner->state.rows;
    stall->open_done = done;
    return stall->rounds > MANY && runner->retry.tries == 0 && runner->lost.tries == 0;
}

/* What will be run behind a step that is gone on with is checked before it as well. */
static bool
check_rest(const Runner *runner, const Script *script, const Target *target, const Plan *resumed,
           Error *err)
{
    Plan rest = {0};

    return plan_make(runner->graph, target, &resumed->rows_after, runner->arena, &rest, err) &&
           refuse_long_ids(runner, &rest, err) && runner_check(script, &rest, err);
}

/* Plans and carries out until nothing is left to do. */
static bool
run_rounds(Runner *runner, const Target *target, Error *err)
{
    Stall stall = {0};
    bool is_checked = false;

    for (;;) {
        Plan plan = {0};
        Script script = {.dialect = runner->driver->dialect,
                         .tables = &runner->state.tables,
                         .session = runner->session,
                         .log = runner->log};
        if (!plan_round(runner, target, runner->arena, &plan, err))
            return false;
        if (plan.steps.len == 0)
            return true;
        const bool was_resumed = runner->state.open != NULL;
        if (!is_checked && (!runner_check(&script, &plan, err) ||
                            (was_resumed && !check_rest(runner, &script, target, &plan, err))))
            return false;
        is_checked = true;
        const Round round = run_plan(runner, &plan, err);
        if (round == ROUND_FAILED)
            return false;
        if (round == ROUND_DONE && !was_resumed) {
            runner->state.rows = plan.rows_after;
            return true;
        }
        if (round == ROUND_DONE &&
            again_if(runner, read_state(runner, false, err), err) == ROUND_FAILED)
            return false;
        *err = (Error){.arena = err->arena};
        if (is_stalled(runner, &stall)) {
            error_set(err, ERR_STATE, "the database changes between reading and running");
            return error_hint(err, "something else writes the version table, or this URL reads "
                                   "from a replica: migrate doctor");
        }
    }
}

bool
runner_run(Runner *runner, const Target *target, size_t *steps_done, Error *err)
{
    runner->steps_done = 0;
    const bool is_done = run_rounds(runner, target, err);
    *steps_done = runner->steps_done;
    arena_release(&runner->scratch);
    return is_done;
}

static bool
stamp_rounds(Runner *runner, const StampRequest *request, Error *err)
{
    for (;;) {
        Plan plan = {0};
        if (!plan_stamp(runner->graph, &request->target, &runner->state.rows, request->purge,
                        runner->arena, &plan, err) ||
            !refuse_long_ids(runner, &plan, err))
            return false;
        if (plan.steps.len == 0 && runner->state.open == NULL)
            return true;
        if (plan.steps.len == 0) /* the rows stay, but what stands half applied is closed */
            *VEC_ADD(runner->arena, &plan.steps) = (Step){.direction = DIRECTION_STAMP};
        const Round round = run_plan(runner, &plan, err);
        if (round == ROUND_DONE) {
            runner->state.rows = plan.rows_after;
            runner->state.open = NULL;
        }
        if (round != ROUND_AGAIN)
            return round == ROUND_DONE;
        *err = (Error){.arena = err->arena};
    }
}

bool
runner_stamp(Runner *runner, const StampRequest *request, size_t *steps_done, Error *err)
{
    runner->steps_done = 0;
    const bool is_done = stamp_rounds(runner, request, err);
    *steps_done = runner->steps_done;
    arena_release(&runner->scratch);
    return is_done;
}

static bool
has_tables(const DatabaseState *state)
{
    return state->has_version_table && (state->has_history_table || !state->tables.keeps_history);
}

/* A stamp closes what stands half applied; without a version table that is not ours to say. */
static bool
refuse_open(const HistoryRow *open, Error *err)
{
    if (open == NULL)
        return true;
    error_set(err, ERR_STATE, "the version table is gone, and %s of %s stands half applied",
              open->direction, open->revision);
    return error_hint(err, "migrate stamp REVISION says where the database stands, and closes it");
}

bool
runner_make_tables(Runner *runner, bool *is_made, Error *err)
{
    Round round = ROUND_AGAIN;

    *is_made = false;
    while (round == ROUND_AGAIN && !has_tables(&runner->state)) {
        Plan plan = {0};
        plan_tables(&runner->state.rows, runner->arena, &plan);
        *err = (Error){.arena = err->arena};
        if (!refuse_open(runner->state.open, err))
            return false;
        round = run_plan(runner, &plan, err);
        *is_made = round == ROUND_DONE;
    }
    arena_release(&runner->scratch);
    return round != ROUND_FAILED;
}

/* ---- rehearsing ---- */

/* The transaction is begun by a stamp that changes no row. */
static Round
begin_rehearsal(Runner *runner, Error *err)
{
    TableNames *tables = ARENA_NEW(runner->arena, TableNames);
    Plan begin = {.rows_before = runner->state.rows, .rows_after = runner->state.rows};

    *tables = runner->state.tables; /* reading again replaces the state */
    runner->rehearsal = (Script){.dialect = runner->driver->dialect,
                                 .tables = tables,
                                 .session = runner->session,
                                 .is_rehearsal = true};
    script_init(&runner->rehearsal, &runner->state.rows, runner->arena);
    *VEC_ADD(runner->arena, &begin.steps) = (Step){.direction = DIRECTION_STAMP};
    return carry_out(runner, &runner->rehearsal, &begin, err);
}

bool
runner_rehearse(Runner *runner, Error *err)
{
    const Dialect *dialect = runner->driver->dialect;
    Round round = ROUND_AGAIN;

    if (!runner_open(runner, false, err) ||
        (dialect->catalog_open != NULL &&
         !dialect->catalog_open(&runner->handle, &runner->catalog, err)))
        return false;
    while (round == ROUND_AGAIN) {
        *err = (Error){.arena = err->arena};
        if (runner->state.open != NULL) {
            error_set(err, ERR_STATE, "the %s of %s stopped after statement %zu of %zu",
                      runner->state.open->direction, runner->state.open->revision,
                      runner->state.open->done, runner->state.open->total);
            return error_hint(err, "finish it first, or name an empty database: -u URL");
        }
        round = begin_rehearsal(runner, err);
    }
    return round == ROUND_DONE;
}

bool
runner_rehearse_plan(Runner *runner, const Plan *plan, bool *is_again, Error *err)
{
    const Round round = carry_out(runner, &runner->rehearsal, plan, err);

    *is_again = round == ROUND_AGAIN;
    return round == ROUND_DONE;
}

bool
runner_rehearse_text(Runner *runner, const Revision *revision, const RevisionText *text,
                     bool *is_again, Error *err)
{
    const Step step = {.revision = revision, .direction = DIRECTION_UPGRADE};
    Script *script = &runner->rehearsal;
    Chunk chunk = {.runner = runner};

    *is_again = false;
    runner->is_of_rows = false;
    arena_reset(&runner->scratch);
    if (!begin_chunk(runner, script, &step, err) || !chunk_add(&chunk, script, &step, text, err))
        return false;
    const Round round = run_chunk(runner, script, &chunk, err);
    *is_again = round == ROUND_AGAIN;
    return round == ROUND_DONE;
}

/* What became of a question. */
static bool
settle_question(Runner *runner, bool is_answered, bool *is_again, Error *err)
{
    *is_again = false;
    if (is_answered)
        return true;
    if (is_interrupted(runner))
        return interrupted_error(runner, "what was running has been rolled back", err);
    *is_again = again_if(runner, false, err) == ROUND_AGAIN;
    return false;
}

bool
runner_recall(Runner *runner, const Operation *op, Arena *arena, const char **was, bool *is_again,
              Error *err)
{
    const bool is_answered = runner->driver->recall(runner->connection, op, arena, was, err);

    return settle_question(runner, is_answered, is_again, err);
}

bool
runner_inventory(Runner *runner, Arena *arena, Names *lines, bool *is_again, Error *err)
{
    const bool is_answered = runner->driver->inventory(runner->connection, arena, lines, err);

    return settle_question(runner, is_answered, is_again, err);
}

void
runner_rehearsed(Runner *runner)
{
    runner_close(runner);
    arena_release(&runner->scratch);
}

/* ---- settling by hand ---- */

/* One unit on its own; RUN_MOVED and all other ends are errors here. */
static bool
run_unit(Runner *runner, const Unit *unit, Error *err)
{
    RunResult result = {0};

    return runner->driver->run(runner->connection, unit, 1, NULL, &runner->scratch, &result, err);
}

static Script
script_of(const Runner *runner, const TableNames *tables)
{
    return (Script){.dialect = runner->driver->dialect,
                    .tables = tables,
                    .session = runner->session,
                    .resume = runner->state.open};
}

/* The next run takes a step that is marked failed for one whose statement had no effect. */
static bool
resolve_retry(Runner *runner, const TableNames *tables, Error *err)
{
    const HistoryRow *open = runner->state.open;
    const Script script = script_of(runner, tables);
    const UnitFrame frame = {.tables = tables,
                             .session = runner->session,
                             .revision = open->revision,
                             .direction = strcmp(open->direction, "downgrade") == 0
                                              ? DIRECTION_DOWNGRADE
                                              : DIRECTION_UPGRADE};
    Unit unit = {.revision = open->revision, .message = "", .is_transactional = true};

    script.dialect->mark_failed(&frame, "to be run again", &runner->scratch, &unit.statements);
    return run_unit(runner, &unit, err);
}

static bool
resolve_done(Runner *runner, const TableNames *tables, Error *err)
{
    Plan plan = {0};
    Units units = {0};
    RevisionText text = {0};
    Script script = script_of(runner, tables);

    if (!runner_plan_resume(runner->graph, &runner->state, runner->arena, &plan, err))
        return false;
    assert(plan.steps.at != NULL);
    script_init(&script, &plan.rows_before, runner->arena);
    script.is_begun = true;
    if (!revision_read(plan.steps.at[0].revision, &runner->scratch, &text, err) ||
        !script_skip(&script, &plan.steps.at[0], &text, &runner->scratch, &units, err))
        return false;
    assert(units.at != NULL);
    return run_unit(runner, &units.at[0], err);
}

/* A stamp that changes no row closes what is open. */
static bool
resolve_abandon(Runner *runner, const TableNames *tables, Error *err)
{
    const Step step = {.direction = DIRECTION_STAMP};
    Script script = script_of(runner, tables);
    Units units = {0};

    script_init(&script, &runner->state.rows, runner->arena);
    script.is_begun = true;
    return script_step(&script, &step, NULL, &runner->scratch, &units, err) &&
           run_unit(runner, &units.at[0], err);
}

bool
runner_resolve(Runner *runner, Resolution resolution, Error *err)
{
    const TableNames tables = runner->state.tables;
    bool is_done = false;

    if (!read_state(runner, true, err))
        return false;
    if (runner->state.is_busy) {
        error_set(err, ERR_LOCKED, "it is being run at this moment: %s", runner->state.holder);
        return error_hint(err, "resolve it when that run has ended");
    }
    if (runner->state.open == NULL) {
        error_set(err, ERR_STATE, "no revision stands half applied");
        return error_hint(err, "migrate status says where the database stands");
    }
    switch (resolution) {
    case RESOLVE_RETRY:
        is_done = resolve_retry(runner, &tables, err);
        break;
    case RESOLVE_DONE:
        is_done = resolve_done(runner, &tables, err);
        break;
    case RESOLVE_ABANDON:
        is_done = resolve_abandon(runner, &tables, err);
        break;
    }
    arena_release(&runner->scratch);
    return is_done && read_state(runner, false, err);
}
