/* SPDX-License-Identifier: MIT */
#include "cmd/run.h"

#include "cmd/context.h"
#include "cmd/offline.h"
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
    if (!runner_run(&context->runner, &target, &steps, err))
        return run_failed(context, steps, err);
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
    Names current = {0};
    Names rows = {0};
    Target target;
    Plan plan = {0};

    if (!context_dialect(context, &dialect, err) ||
        !range_parse(text, context->arena, &range, err) ||
        !range_rows(context, range.from, &current, err))
        return false;
    if (range.has_colon)
        text = arena_format(context->arena, "%s:%s", range.from[0] == '\0' ? "base" : range.from,
                            range.to[0] == '\0' ? "head" : range.to);
    if (!target_offline(&context->graph, direction, text, &current, context->arena, &rows, &target,
                        err) ||
        !plan_make(&context->graph, &target, &rows, context->arena, &plan, err))
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

/* The options, whatever the target is. */
static bool
check_options(const Context *context, Error *err)
{
    const bool is_sql = option_is_given(context, "sql");

    if (is_sql && option_is_given(context, "dry-run")) {
        error_set(err, ERR_USAGE, "--sql and --dry-run exclude each other");
        return error_hint(err, "--sql prints the script, --dry-run the plan");
    }
    if (!is_sql && option_is_given(context, "dialect")) {
        error_set(err, ERR_USAGE, "--dialect is for --sql");
        return error_hint(err, "otherwise the URL says which database it is");
    }
    return true;
}

bool
run_check(const Context *context, Direction direction, const char *target, Error *err)
{
    Range range;

    if (!check_options(context, err) || !range_parse(target, context->arena, &range, err))
        return false;
    if (!option_is_given(context, "sql") && range.has_colon) {
        error_set(err, ERR_USAGE, "\"%s\": a range is for --sql", target);
        return error_hint(err, "without --sql the database says where it stands");
    }
    if (option_is_given(context, "sql") && direction == DIRECTION_DOWNGRADE &&
        (range.from[0] == '\0' || range.to[0] == '\0')) {
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
