/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/run.h"

static const Option OPTIONS[] = {
    RUN_OPTIONS,
    {.name = NULL},
};

static const char *
target_of(const Context *context)
{
    return context->operands.len == 0 ? "head" : context->operands.at[0];
}

static bool
check(const Context *context, Error *err)
{
    return run_check(context, DIRECTION_UPGRADE, target_of(context), err);
}

static bool
run(Context *context, Error *err)
{
    return run_to(context, DIRECTION_UPGRADE, target_of(context), err);
}

const Command COMMAND_UPGRADE = {
    .name = "upgrade",
    .group = "Run revisions",
    .operands = "[TARGET]",
    .max_operands = 1,
    .completes = VALUE_REVISION,
    .summary = "run the revisions up to TARGET (head)",
    .description =
        "Runs what TARGET needs and the database does not have yet, each revision exactly once, "
        "however many runs there are at once.\n"
        "\n"
        "TARGET is a revision (or the first characters of its id), a branch label, head, heads, "
        "+N, REV+N, LABEL@head or LABEL@+N; without one it is head. What is already so is nothing "
        "to do.\n"
        "\n"
        "With --sql TARGET may be a range, FROM:TO, where FROM is base, one revision, several "
        "(a,b:head), or current, which reads the database.",
    .examples = "migrate upgrade                      up to the one head\n"
                "migrate upgrade heads                up to all heads\n"
                "migrate upgrade +1                   one revision\n"
                "migrate upgrade --dry-run            what would run\n"
                "migrate upgrade --sql > all.sql      the script, from nothing\n"
                "migrate upgrade 1975ea:head --sql    the script, from a revision",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE | WRITES,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
