/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/output.h"
#include "cmd/run.h"

static const Option OPTIONS[] = {
    {"retry", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "the next run runs the statement again at which it stopped"},
    {"done", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "that statement has taken effect: the next run goes on behind it"},
    {"abandon", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "give the step up; the version rows stay as they are"},
    {.name = NULL},
};

static bool
check(const Context *context, Error *err)
{
    const int given = (int)option_is_given(context, "retry") +
                      (int)option_is_given(context, "done") +
                      (int)option_is_given(context, "abandon");

    if (given == 1)
        return true;
    error_set(err, ERR_USAGE, "resolve wants one of --retry, --done and --abandon");
    return error_hint(err, "migrate status says what stopped and where");
}

static Resolution
resolution_of(const Context *context)
{
    if (option_is_given(context, "done"))
        return RESOLVE_DONE;
    return option_is_given(context, "retry") ? RESOLVE_RETRY : RESOLVE_ABANDON;
}

/* The open step must be the one that is named, by its id or how it begins. */
static bool
check_open(const Context *context, Error *err)
{
    const HistoryRow *open = context->runner.state.open;
    const char *name = context->operands.at[0];

    if (open == NULL) {
        error_set(err, ERR_STATE, "no revision stands half applied");
        return error_hint(err, "migrate status says where the database stands");
    }
    if (strncmp(open->revision, name, strlen(name)) == 0)
        return true;
    error_set(err, ERR_STATE, "%s does not stand half applied", name);
    return error_hint(err, "%s does: its %s stopped after statement %zu of %zu", open->revision,
                      open->direction, open->done, open->total);
}

static void
print_end(const Context *context, const HistoryRow *before)
{
    const DatabaseState *state = &context->runner.state;
    const char *rows = output_names(context->arena, &state->rows, "base (no revision)");

    if (context->json) {
        Json json = context_event(context, "resolved");
        json_text(&json, "revision", before->revision);
        json_text(&json, "state", state->open == NULL ? "closed" : state->open->state);
        json_names(&json, "rows", &state->rows);
        context_event_end(&json);
        return;
    }
    if (state->open == NULL)
        log_info(context->log, "the %s of %s is closed; the database stands at %s",
                 before->direction, before->revision, rows);
    else
        log_info(context->log, "the next %s goes on behind statement %zu of %zu", before->direction,
                 state->open->done, state->open->total);
}

static bool
run(Context *context, Error *err)
{
    if (!check_open(context, err))
        return false;
    const HistoryRow before = *context->runner.state.open;
    if (!runner_resolve(&context->runner, resolution_of(context), err))
        return false;
    print_end(context, &before);
    return true;
}

const Command COMMAND_RESOLVE = {
    .name = "resolve",
    .group = "Run revisions",
    .operands = "REV",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_REVISION,
    .summary = "settle a revision that stopped in the middle",
    .description =
        "A revision with sections outside a transaction can stop between two of its statements. "
        "Another run in the same direction goes on by itself where that is safe. Where it is not, "
        "or where you have repaired the database by hand, say how it stands: --retry, --done or "
        "--abandon. To set the version rows themselves: migrate stamp.",
    .examples = "migrate status                       what stopped, and behind which statement\n"
                "migrate resolve 1975ea --retry       run that statement again\n"
                "migrate resolve 1975ea --done        it is done: go on with the next\n"
                "migrate resolve 1975ea --abandon     what it did has been undone by hand",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE | WRITES,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
