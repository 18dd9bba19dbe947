/* SPDX-License-Identifier: MIT */
#include "cmd/run.h"

#include <string.h>

#include "cmd/context.h"
#include "cmd/offline.h"
#include "cmd/output.h"
#include "cmd/preview.h"
#include "cmd/progress.h"
#include "cmd/range.h"

/* Nothing ran, and nothing was tried. */
static bool
is_refusal(const Error *err)
{
    return err->code == ERR_USAGE || err->code == ERR_CONFIG || err->code == ERR_REVISION;
}

bool
run_failed(Context *context, size_t steps, const Error *err)
{
    const DatabaseState *state = &context->runner.state;
    const char *rows = output_names(context->arena, &state->rows, "base");

    if (steps == 0 && is_refusal(err))
        return false;
    context->has_stopped = true;
    if (err->code == ERR_CONNECT)
        context->closing =
            arena_format(context->arena, "the database stood at %s when it was last read", rows);
    else if (state->open != NULL)
        context->closing = arena_format(context->arena, "the database stands at %s, and %s", rows,
                                        output_open(context->arena, state->open));
    else
        context->closing = arena_format(context->arena, "the database stands at %s", rows);
    return false;
}

bool
run_online(Context *context, Direction direction, const char *text, Error *err)
{
    Progress progress;
    Target target;
    size_t steps = 0;

    if (!target_resolve(&context->graph, direction, text, &context->runner.state.rows,
                        context->arena, &target, err))
        return false;
    progress_begin(&progress, context);
    if (!runner_run(&context->runner, &target, &steps, err)) {
        progress_failed(&progress);
        return run_failed(context, steps, err);
    }
    progress_end(&progress, direction, steps);
    return true;
}

/* What stands half applied is finished first, as a run does it. */
static bool
plan_from_state(Context *context, const Target *target, Plan *plan, Error *err)
{
    const DatabaseState *state = &context->runner.state;
    Arena *arena = context->arena;
    Plan first = {.rows_before = state->rows, .rows_after = state->rows};

    if (state->open != NULL &&
        strcmp(state->open->direction, direction_name(target->direction)) != 0) {
        error_set(err, ERR_STATE, "the database stands at %s", output_open(arena, state->open));
        return error_hint(err, "that %s is to be finished, or given up, first",
                          state->open->direction);
    }
    if (state->open != NULL && !runner_plan_resume(&context->graph, state, arena, &first, err))
        return false;
    if (!plan_make(&context->graph, target, &first.rows_after, arena, plan, err))
        return false;
    for (size_t i = 0; i < plan->steps.len; i++)
        *VEC_ADD(arena, &first.steps) = plan->steps.at[i];
    plan->steps = first.steps;
    plan->rows_before = first.rows_before;
    return true;
}

static bool
run_preview(Context *context, Direction direction, const char *text, Error *err)
{
    Plan plan = {0};
    Target target;

    if (!target_resolve(&context->graph, direction, text, &context->runner.state.rows,
                        context->arena, &target, err) ||
        !plan_from_state(context, &target, &plan, err))
        return false;
    const Preview preview = {.context = context,
                             .plan = &plan,
                             .target = &target,
                             .is_explained = option_is_given(context, "explain")};
    return preview_print(&preview, err);
}

/* An end that is left out is the one that stands there without a range. */
static bool
complete_range(const Context *context, const char **text, Error *err)
{
    const char *from = NULL;
    const char *to = NULL;

    if (!range_split(*text, context->arena, &from, &to, err))
        return false;
    if (strchr(*text, ':') != NULL)
        *text = arena_format(context->arena, "%s:%s", from[0] == '\0' ? "base" : from,
                             to[0] == '\0' ? "head" : to);
    return true;
}

static bool
run_sql(Context *context, Direction direction, const char *text, Error *err)
{
    const Names *current = NULL;
    Offline offline;
    Names rows = {0};
    Target target;
    Plan plan = {0};

    if (!complete_range(context, &text, err) || !range_current(context, text, &current, err) ||
        !offline_init(context, &offline, err) ||
        !target_offline(&context->graph, direction, text, current, context->arena, &rows, &target,
                        err) ||
        !plan_make(&context->graph, &target, &rows, context->arena, &plan, err))
        return false;
    offline.plan = &plan;
    offline.direction = direction;
    return offline_print(&offline, err);
}

/* The options, whatever the target is. */
static bool
check_options(const Context *context, Error *err)
{
    const bool is_preview = option_is_given(context, "dry-run");

    if (option_is_given(context, "sql") && is_preview) {
        error_set(err, ERR_USAGE, "--sql and --dry-run exclude each other");
        return error_hint(err, "--sql prints the script, --dry-run the plan");
    }
    if (option_is_given(context, "explain") && !is_preview) {
        error_set(err, ERR_USAGE, "--explain is for --dry-run");
        return error_hint(err, "it says why each step of the plan is there");
    }
    return offline_check_options(context, err);
}

bool
run_check(const Context *context, Direction direction, const char *target, Error *err)
{
    const bool is_sql = option_is_given(context, "sql");
    const char *from = NULL;
    const char *to = NULL;

    if (!check_options(context, err) || !range_split(target, context->arena, &from, &to, err))
        return false;
    if (!is_sql && strchr(target, ':') != NULL) {
        error_set(err, ERR_USAGE, "\"%s\": a range is for --sql", target);
        return error_hint(err, "without --sql the database says where it stands");
    }
    if (is_sql && direction == DIRECTION_DOWNGRADE && (from[0] == '\0' || to[0] == '\0')) {
        error_set(err, ERR_USAGE, "downgrade --sql needs a range: where does it start?");
        return error_hint(err, "migrate downgrade FROM:TO --sql, such as head:base");
    }
    return true;
}

bool
run_to(Context *context, Direction direction, const char *target, Error *err)
{
    if (option_is_given(context, "sql"))
        return run_sql(context, direction, target, err);
    if (option_is_given(context, "dry-run"))
        return run_preview(context, direction, target, err);
    return run_online(context, direction, target, err);
}
