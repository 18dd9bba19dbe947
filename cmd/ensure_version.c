/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/offline.h"

static const Option OPTIONS[] = {
    {"sql", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "print the script on stdout instead of running it; connects to nothing"},
    OFFLINE_OPTIONS,
    {.name = NULL},
};

static bool
check(const Context *context, Error *err)
{
    return offline_check_options(context, err);
}

static bool
print_script(Context *context, Error *err)
{
    const Names base = {0};
    Offline offline;
    Plan plan = {0};

    if (!offline_init(context, &offline, err))
        return false;
    plan_tables(&base, context->arena, &plan);
    offline.plan = &plan;
    offline.direction = DIRECTION_STAMP;
    offline.is_tables = true;
    return offline_print(&offline, err);
}

static bool
run(Context *context, Error *err)
{
    bool is_made = false;

    if (option_is_given(context, "sql"))
        return print_script(context, err);
    if (!runner_make_tables(&context->runner, &is_made, err))
        return false;
    if (context->json) {
        Json json = context_event(context, "done");
        json_bool(&json, "is_made", is_made);
        context_event_end(&json);
        return true;
    }
    log_info(context->log,
             is_made ? "done: the tables are made" : "nothing to do: the tables are there");
    return true;
}

const Command COMMAND_ENSURE_VERSION = {
    .name = "ensure_version",
    .group = "Run revisions",
    .operands = "",
    .summary = "make the version and history tables, if they are not there",
    .description = "Makes the version table and the history table where they are absent, for "
                   "example as a user who may make tables, before others run revisions. upgrade, "
                   "downgrade and stamp make them by themselves.",
    .examples = "migrate ensure_version\n"
                "migrate ensure_version --sql --dialect postgres",
    .flags = NEEDS_CONFIG | NEEDS_DATABASE | WRITES,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
