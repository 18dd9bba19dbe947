/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/offline.h"
#include "cmd/progress.h"
#include "cmd/range.h"
#include "cmd/run.h"

static const Option OPTIONS[] = {
    {"purge", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "take away all version rows first, known or not"},
    {"sql", '\0', OPTION_FLAG, NULL, VALUE_NONE,
     "print the script on stdout instead of running it; connects to nothing"},
    OFFLINE_OPTIONS,
    {"yes", '\0', OPTION_TEXT, "NAME", VALUE_TEXT,
     "with --purge: the name of the database, where it is protected"},
    {.name = NULL},
};

/* Takes FROM: off the operands; *from is the one that they agree on, "base" for none. */
static bool
split_starts(const Context *context, const char **from, Names *texts, Error *err)
{
    *from = "";
    for (size_t i = 0; i < context->operands.len; i++) {
        const char *start = NULL;
        const char *end = NULL;

        if (!range_split(context->operands.at[i], context->arena, &start, &end, err))
            return false;
        if (start[0] != '\0' && (*from)[0] != '\0' && strcmp(start, *from) != 0) {
            error_set(err, ERR_USAGE, "stamp --sql starts at one place: %s or %s?", *from, start);
            return error_hint(err, "say it once: FROM:REV REV");
        }
        if (start[0] != '\0')
            *from = start;
        *VEC_ADD(context->arena, texts) = end;
    }
    if ((*from)[0] == '\0')
        *from = "base";
    return true;
}

static bool
stamp_sql(Context *context, Error *err)
{
    const Names *current = NULL;
    const char *from = NULL;
    Offline offline;
    StampTarget target;
    Names texts = {0};
    Names rows = {0};
    Plan plan = {0};

    if (!split_starts(context, &from, &texts, err) ||
        !range_current(context, from, &current, err) || !offline_init(context, &offline, err) ||
        !target_start(&context->graph, from, current, context->arena, &rows, err) ||
        !target_stamp(&context->graph, &texts, context->arena, &target, err) ||
        !plan_stamp(&context->graph, &target, &rows, false, context->arena, &plan, err))
        return false;
    offline.plan = &plan;
    offline.direction = DIRECTION_STAMP;
    return offline_print(&offline, err);
}

static bool
check(const Context *context, Error *err)
{
    const bool is_sql = option_is_given(context, "sql");

    if (is_sql && option_is_given(context, "purge")) {
        error_set(err, ERR_USAGE, "stamp --purge --sql: a script cannot know which rows are there");
        return error_hint(err, "FROM:REV says where it starts");
    }
    if (!offline_check_options(context, err))
        return false;
    for (size_t i = 0; !is_sql && i < context->operands.len; i++) {
        if (strchr(context->operands.at[i], ':') == NULL)
            continue;
        error_set(err, ERR_USAGE, "\"%s\": a range is for --sql", context->operands.at[i]);
        return error_hint(err, "without --sql the database says where it stands");
    }
    return true;
}

static bool
run(Context *context, Error *err)
{
    StampRequest request = {.purge = option_is_given(context, "purge")};
    Progress progress;
    size_t steps = 0;

    if (option_is_given(context, "sql"))
        return stamp_sql(context, err);
    if (!target_stamp(&context->graph, &context->operands, context->arena, &request.target, err))
        return false;
    if (request.purge && context->config.protected &&
        !context_confirm(context, "stamp --purge of the protected database", err))
        return false;
    progress_begin(&progress, context);
    if (!runner_stamp(&context->runner, &request, &steps, err)) {
        progress_failed(&progress);
        return run_failed(context, steps, err);
    }
    progress_end(&progress, DIRECTION_STAMP, steps);
    return true;
}

const Command COMMAND_STAMP = {
    .name = "stamp",
    .group = "Run revisions",
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_REVISION,
    .summary = "say that the database stands at REV, running nothing",
    .description =
        "Replaces the version rows of the lineages named by REV..., so that a database made in "
        "another way can go on from there. Nothing of the revisions runs. base takes all rows "
        "away; with --purge rows that no file knows go too.\n"
        "\n"
        "A step that stopped in the middle is closed by it. With --sql an operand may be FROM:REV.",
    .examples = "migrate stamp head                   the schema is there already\n"
                "migrate stamp --purge head           after files were renamed\n"
                "migrate stamp base                   as if nothing had run",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS | NEEDS_DATABASE | WRITES,
    .options = OPTIONS,
    .check = check,
    .run = run,
};
