/* SPDX-License-Identifier: MIT */
#include "cmd/draft.h"

#include <string.h>
#include <time.h>

#include "cmd/json.h"
#include "core/base/path.h"

/* `kind` is "revision id" or "branch label". */
static bool
check_name(const Graph *graph, const char *kind, const char *name, Error *err)
{
    const char *problem = revision_id_problem(slice_of(name));
    const Node *node = graph_find(graph, name);

    if (problem != NULL)
        return error_set(err, ERR_REVISION, "%s \"%s\": %s", kind, name, problem);
    if (node != NULL)
        return error_set(err, ERR_REVISION, "%s \"%s\" is already in use by %s", kind, name,
                         node->revision->file);
    return true;
}

static bool
check_parents(const Context *context, const Indexes *parents, Error *err)
{
    bool *seen = ARENA_ARRAY(context->arena, bool, context->graph.count);

    for (size_t i = 0; i < parents->len; i++) {
        const Node *node = &context->graph.nodes[parents->at[i]];

        if (seen[parents->at[i]])
            return error_set(err, ERR_REVISION, "%s is named twice", node->revision->id);
        seen[parents->at[i]] = true;
        if (node_is_head(node) || option_is_given(context, "splice"))
            continue;
        error_set(err, ERR_REVISION, "%s is not a head", node->revision->id);
        return error_hint(err, "--splice makes a new branch from it");
    }
    return true;
}

/* A label stays a label; a part of an id becomes the id. */
static bool
find_dependency(const Context *context, const char *text, Names *depends_on, Error *err)
{
    Indexes nodes = {0};

    if (graph_find(&context->graph, text) != NULL) {
        *VEC_ADD(context->arena, depends_on) = text;
        return true;
    }
    if (!target_find(&context->graph, text, NULL, context->arena, &nodes, err))
        return error_wrap(err, "--depends-on");
    for (size_t i = 0; i < nodes.len; i++)
        *VEC_ADD(context->arena, depends_on) = context->graph.nodes[nodes.at[i]].revision->id;
    return true;
}

/* `file` lies in the folder, at any depth. */
static bool
is_within(const char *file, const char *folder)
{
    const size_t length = strlen(folder);

    return strncmp(file, folder, length) == 0 && file[length] == '/';
}

/* --version-path, else the folder of the first parent, else the only one. */
static bool
choose_folder(const Context *context, const Indexes *parents, const char **folder, Error *err)
{
    const Config *config = &context->config;
    const char *asked = option_text(context, "version-path");

    for (size_t i = 0; i < config->migrations.len; i++) {
        const char *one = config->migrations.at[i];
        const bool is_meant =
            asked != NULL ? strcmp(one, path_join(context->arena, config->folder, asked)) == 0 ||
                                strcmp(one, asked) == 0
            : parents->len > 0 ? is_within(context->graph.nodes[parents->at[0]].revision->file, one)
                               : config->migrations.len == 1;
        if (is_meant) {
            *folder = one;
            return true;
        }
    }
    if (asked != NULL)
        error_set(err, ERR_USAGE, "%s is none of the migrations folders", asked);
    else
        error_set(err, ERR_USAGE, "there are several migrations folders");
    return error_hint(err, "--version-path, one of: %s",
                      names_join(context->arena, &config->migrations, ", "));
}

static bool
check_labels(const Context *context, const Names *labels, Error *err)
{
    for (size_t i = 0; i < labels->len; i++) {
        if (!check_name(&context->graph, "branch label", labels->at[i], err))
            return false;
    }
    return true;
}

/* Fills in what the options say. */
static bool
read_options(const Context *context, RevisionDraft *draft, Error *err)
{
    const Names *depends_on = option_texts(context, "depends-on");

    draft->id = option_text(context, "rev-id");
    draft->branch_labels = *option_texts(context, "branch-label");
    if (draft->id != NULL && !check_name(&context->graph, "revision id", draft->id, err))
        return false;
    if (!check_labels(context, &draft->branch_labels, err))
        return false;
    for (size_t i = 0; i < depends_on->len; i++) {
        if (!find_dependency(context, depends_on->at[i], &draft->depends_on, err))
            return false;
    }
    return true;
}

bool
draft_write(const Context *context, const Indexes *parents, const char *message, Error *err)
{
    const Config *config = &context->config;
    RevisionDraft draft = {
        .message = message,
        .file_template = config->file_template,
        .slug_length = config->truncate_slug_length,
        .timezone = config->timezone,
        .now = (int64_t)time(NULL),
    };
    const char *path = NULL;

    if (!check_parents(context, parents, err) || !read_options(context, &draft, err) ||
        !choose_folder(context, parents, &draft.folder, err))
        return false;
    for (size_t i = 0; i < parents->len; i++)
        *VEC_ADD(context->arena, &draft.revises) =
            context->graph.nodes[parents->at[i]].revision->id;
    if (!revision_create(&draft, context->arena, &path, err))
        return false;
    if (!context->json) {
        fprintf(context->out, "%s\n", path);
        return true;
    }
    Json json = {.stream = context->out, .is_pretty = true};
    json_object(&json, NULL);
    json_text(&json, "file", path);
    json_names(&json, "revises", &draft.revises);
    json_object_end(&json);
    json_end(&json);
    return true;
}
