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

/* heads counts only those that nothing depends on either; the others can be named. */
static bool
nothing_to_merge(const Context *context, const Indexes *parents, Error *err)
{
    const Graph *graph = &context->graph;

    if (parents->len == 0) {
        error_set(err, ERR_REVISION, "nothing to merge: no revision is named");
        return error_hint(err, "name two revisions, or heads when there are several");
    }
    const Revision *only = graph->nodes[parents->at[0]].revision;
    error_set(err, ERR_REVISION, "nothing to merge: only %s (%s) is named", only->id, only->file);
    return names_contain(&context->operands, "heads") && graph->heads.len > graph->real_heads.len
               ? error_hint(err, "name two revisions; heads leaves out what others depend on "
                                 "already, which migrate heads shows as (effective head)")
               : error_hint(err, "name two revisions, or heads when there are several");
}

static bool
run(Context *context, Error *err)
{
    const char *message = option_text(context, "message");
    DraftRequest request = {.message = message};
    const Indexes *parents = &request.parents;
    Names ids = {0};

    if (!draft_parents(context, &context->operands, &request.parents, err))
        return false;
    if (parents->len < 2)
        return nothing_to_merge(context, parents, err);
    for (size_t i = 0; i < parents->len; i++)
        *VEC_ADD(context->arena, &ids) = context->graph.nodes[parents->at[i]].revision->id;
    if (message == NULL)
        request.message =
            arena_format(context->arena, "merge %s", names_join(context->arena, &ids, " and "));
    return draft_write(context, &request, err);
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
