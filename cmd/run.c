/* SPDX-License-Identifier: MIT */
#include "cmd/run.h"

#include "cmd/context.h"
#include "cmd/offline.h"
#include "cmd/progress.h"
#include "cmd/range.h"

bool
run_failed(Context *context)
{
    context->closing = arena_format(
        context->arena, "the database stands at %s",
        output_names(context->arena, &context->runner.state.rows, "base (no revision)"));
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
    if (!runner_run(&context->runner, &target, &steps, err))
        return run_failed(context);
    progress_end(&progress, direction, steps);
    return true;
}

/* A plan from given rows, which never asks the database. */
static bool
make_plan(Context *context, Direction direction, const char *text, const Names *rows, Plan *plan,
          Error *err)
{
    Target target;

    return target_resolve(&context->graph, direction, text, rows, context->arena, &target, err) &&
           plan_make(&context->graph, &target, rows, context->arena, plan, err);
}

static bool
run_preview(Context *context, Direction direction, const char *text, Error *err)
{
    const DatabaseState *state = &context->runner.state;
    Plan plan = {0};

    if (!make_plan(context, direction, text, &state->rows, &plan, err))
        return false;
    const Offline offline = {
        .context = context,
        .dialect = context->driver->dialect,
        .tables = state->tables,
        .resume = state->open,
        .plan = &plan,
        .direction = direction,
    };
    return offline_preview(&offline, err);
}

static bool
run_sql(Context *context, Direction direction, const char *text, Error *err)
{
    const Dialect *dialect = NULL;
    Range range;
    Names rows = {0};
    Plan plan = {0};

    if (!context_dialect(context, &dialect, err) || !range_parse(text, context->arena, &range, err))
        return false;
    if (direction == DIRECTION_DOWNGRADE && (!range.has_colon || range.to[0] == '\0')) {
        error_set(err, ERR_USAGE, "downgrade --sql needs a range: where does it start?");
        return error_hint(err, "migrate downgrade FROM:TO --sql, such as head:base");
    }
    if (!range_rows(context, range.from, &rows, err) ||
        !make_plan(context, direction, range.to[0] == '\0' ? "head" : range.to, &rows, &plan, err))
        return false;
    context->session.run_by = NULL; /* a script says nothing of where it was made */
    context->session.run_from = NULL;
    const Offline offline = {
        .context = context,
        .dialect = dialect,
        .tables = context->is_connected ? context->runner.state.tables
                                        : context_tables(&context->config, dialect),
        .plan = &plan,
        .direction = direction,
    };
    return offline_print(&offline, err);
}

bool
run_to(Context *context, Direction direction, const char *target, Error *err)
{
    const bool is_sql = option_is_given(context, "sql");
    const bool is_dry = option_is_given(context, "dry-run");
    Range range;

    if (is_sql && is_dry)
        return error_set(err, ERR_USAGE, "--sql and --dry-run: either the script or the plan");
    if (!is_sql && option_is_given(context, "dialect")) {
        error_set(err, ERR_USAGE, "--dialect is for --sql");
        return error_hint(err, "otherwise the URL says which database it is");
    }
    if (is_sql)
        return run_sql(context, direction, target, err);
    if (!range_parse(target, context->arena, &range, err))
        return false;
    if (range.has_colon) {
        error_set(err, ERR_USAGE, "%s: a range is for --sql", target);
        return error_hint(err, "without --sql the database says where it stands");
    }
    if (is_dry)
        return run_preview(context, direction, target, err);
    return run_online(context, direction, target, err);
}
