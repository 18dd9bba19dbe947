/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "cmd/command.h"
#include "cmd/draft.h"

static const Option OPTIONS[] = {
    {"message", 'm', OPTION_TEXT, "MESSAGE", VALUE_TEXT, "what is merged (the ids)"},
    {"splice", '\0', OPTION_FLAG, NULL, VALUE_NONE, "allow a REV that is not a head"},
    {"branch-label", '\0', OPTION_TEXTS, "LABEL", VALUE_TEXT, "name the branch that begins here"},
    {"depends-on", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "run only after REV, which stays in its own branch"},
    {"rev-id", '\0', OPTION_TEXT, "ID", VALUE_TEXT, "the id, instead of 12 random digits"},
    {"version-path", '\0', OPTION_TEXT, "FOLDER", VALUE_FOLDER,
     "the migrations folder to write to, where there are several"},
    {.name = NULL},
};

static bool
run(Context *context, Error *err)
{
    Indexes parents = {0};
    Names ids = {0};

    for (size_t i = 0; i < context->operands.len; i++) {
        Indexes found = {0};

        if (!target_find(&context->graph, context->operands.at[i], NULL, context->arena, &found,
                         err))
            return false;
        for (size_t j = 0; j < found.len; j++) {
            *VEC_ADD(context->arena, &parents) = found.at[j];
            *VEC_ADD(context->arena, &ids) = context->graph.nodes[found.at[j]].revision->id;
        }
    }
    if (parents.len < 2) {
        error_set(err, ERR_REVISION, "nothing to merge: %s",
                  parents.len == 0 ? "no revision is named" : ids.at[0]);
        return error_hint(err, "name two revisions, or heads when there are several");
    }
    const char *message = option_text(context, "message");
    if (message == NULL)
        message =
            arena_format(context->arena, "merge %s", names_join(context->arena, &ids, " and "));
    return draft_write(context, &parents, message, err);
}

const Command COMMAND_MERGE = {
    .name = "merge",
    .group = "Write revisions",
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_REVISION,
    .summary = "write a revision that brings branches together",
    .description = "Writes a revision file that revises every REV, so that there is one head "
                   "again, and prints its path. heads names all heads.",
    .examples = "migrate merge heads\n"
                "migrate merge -m \"merge billing\" 1975ea ae1027",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
