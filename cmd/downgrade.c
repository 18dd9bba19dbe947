/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/run.h"

static const Option OPTIONS[] = {
    RUN_OPTIONS,
    {"yes", '\0', OPTION_TEXT, "NAME", VALUE_TEXT,
     "the name of the database, where it is protected"},
    {.name = NULL},
};

static bool
check(const Context *context, Error *err)
{
    return run_check(context, DIRECTION_DOWNGRADE, context->operands.at[0], err);
}

static bool
run(Context *context, Error *err)
{
    const bool runs = !option_is_given(context, "sql") && !option_is_given(context, "dry-run");

    if (runs && context->config.protected &&
        !context_confirm(context, "downgrade of the protected database", err))
        return false;
    return run_to(context, DIRECTION_DOWNGRADE, context->operands.at[0], err);
}

const Command COMMAND_DOWNGRADE = {
    .name = "downgrade",
    .group = "Run revisions",
    .operands = "TARGET",
    .min_operands = 1,
    .max_operands = 1,
    .completes = VALUE_REVISION,
    .summary = "take revisions back, down to TARGET",
    .description =
        "Runs the down sections of what stands above TARGET, the newest first. TARGET itself "
        "stays applied; base takes everything back.\n"
        "\n"
        "TARGET is a revision (or the first characters of its id), base, -N, REV-N, LABEL@base or "
        "LABEL@-N. With --sql it is a range, FROM:TO.\n"
        "\n"
        "A protected database (protected: true) wants its name typed, or --yes=NAME.",
    .examples = "migrate downgrade -1                 take the newest revision back\n"
                "migrate downgrade 1975ea             down to this one\n"
                "migrate downgrade base               down to nothing\n"
                "migrate downgrade head:base --sql    the script",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE | WRITES,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
