/* SPDX-License-Identifier: MIT */
#include "cmd/command.h"
#include "cmd/draft.h"

static const Option OPTIONS[] = {
    {"message", 'm', OPTION_TEXT, "MESSAGE", VALUE_TEXT,
     "what the revision is for; also makes its file name"},
    {"head", '\0', OPTION_TEXT, "REV", VALUE_REVISION,
     "the revision to stand on (head); base begins anew, heads merges"},
    {"splice", '\0', OPTION_FLAG, NULL, VALUE_NONE, "allow a REV that is not a head"},
    {"branch-label", '\0', OPTION_TEXTS, "LABEL", VALUE_TEXT, "name the branch that begins here"},
    {"depends-on", '\0', OPTION_TEXTS, "REV", VALUE_REVISION,
     "run only after REV, which stays in its own branch"},
    {"rev-id", '\0', OPTION_TEXT, "ID", VALUE_TEXT, "the id, instead of 12 random digits"},
    {"version-path", '\0', OPTION_TEXT, "FOLDER", VALUE_FOLDER,
     "the migrations folder to write to, where there are several"},
    {.name = NULL},
};

/* Every head with its file, for the choice. */
static bool
several_heads(const Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    Names heads = {0};

    for (size_t i = 0; i < graph->heads.len; i++) {
        const Revision *revision = graph->nodes[graph->heads.at[i]].revision;
        *VEC_ADD(context->arena, &heads) =
            arena_format(context->arena, "%s (%s)", revision->id, revision->file);
    }
    error_set(err, ERR_REVISION, "there are %zu heads: %s", heads.len,
              names_join(context->arena, &heads, ", "));
    return error_hint(err, "--head REV says which one; migrate merge heads brings them together");
}

static bool
run(Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    const char *head = option_text(context, "head");
    const char *message = option_text(context, "message");
    Indexes parents = {0};

    if (head == NULL && graph->heads.len > 1)
        return several_heads(context, err);
    if ((head != NULL || graph->count > 0) &&
        !target_find(graph, head == NULL ? "head" : head, NULL, context->arena, &parents, err))
        return false;
    return draft_write(context, &parents, message == NULL ? "" : message, err);
}

const Command COMMAND_REVISION = {
    .name = "revision",
    .group = "Write revisions",
    .operands = "",
    .summary = "write a new, empty revision file",
    .description = "Writes a revision file on top of the head and prints its path. Write the SQL "
                   "between its directives, -- migrate:up and -- migrate:down.",
    .examples = "migrate revision -m \"create account table\"\n"
                "migrate revision -m \"bill\" --head base --branch-label billing\n"
                "migrate revision -m \"use bills\" --depends-on billing\n"
                "$EDITOR \"$(migrate revision -m 'add index')\"",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .options = OPTIONS,
    .run = run,
};
