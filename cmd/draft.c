/* SPDX-License-Identifier: MIT */
#include "cmd/draft.h"

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "cmd/context.h"
#include "cmd/json.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/target.h"

enum { HEADS_SHOWN = 5 };

/* "c1 (migrations/c1.sql), c2 (migrations/c2.sql)" */
static const char *
list_files(const Graph *graph, const Indexes *nodes, Arena *arena)
{
    Buf text = {.arena = arena};

    for (size_t i = 0; i < nodes->len && i < HEADS_SHOWN; i++) {
        const Revision *revision = graph->nodes[nodes->at[i]].revision;
        buf_addf(&text, "%s%s (%s)", i > 0 ? ", " : "", revision->id, revision->file);
    }
    if (nodes->len > HEADS_SHOWN)
        buf_addf(&text, " and %zu more", nodes->len - HEADS_SHOWN);
    return buf_text(&text);
}

/* "left@head, c2@head": the ways to say which of the heads is meant. */
static const char *
list_forms(const Graph *graph, Arena *arena)
{
    const Indexes *heads = &graph->heads;
    Buf text = {.arena = arena};

    for (size_t i = 0; i < heads->len && i < HEADS_SHOWN; i++)
        buf_addf(&text, "%s%s@head", i > 0 ? ", " : "", target_branch_name(graph, heads, i));
    return buf_text(&text);
}

/* Nobody said which head: the choice. Heads that others depend on count as heads here, but are no
 * business of merge heads. */
static bool
several_heads(const Context *context, Error *err)
{
    const Graph *graph = &context->graph;
    const char *forms = list_forms(graph, context->arena);

    error_set(err, ERR_REVISION, "there are %zu heads: %s", graph->heads.len,
              list_files(graph, &graph->heads, context->arena));
    return graph->real_heads.len > 1
               ? error_hint(err,
                            "say which with --head (%s), or bring them together: migrate "
                            "merge heads",
                            forms)
               : error_hint(err, "say which with --head: %s", forms);
}

static bool
check_is_head(const Context *context, const Node *node, Error *err)
{
    const Graph *graph = &context->graph;
    const size_t index = graph_index(graph, node);
    const bool *lineage = NULL;
    Indexes above = {0};

    if (node_is_head(node) || option_is_given(context, "splice"))
        return true;
    lineage = graph_lineage(graph, index, EDGES_REVISES, context->arena);
    for (size_t i = 0; i < graph->heads.len; i++) {
        if (lineage[graph->heads.at[i]])
            *VEC_ADD(context->arena, &above) = graph->heads.at[i];
    }
    error_set(err, ERR_REVISION, "%s (%s) is not a head: %s %s it", node->revision->id,
              node->revision->file, list_files(graph, &node->children, context->arena),
              node->children.len == 1 ? "revises" : "revise");
    return error_hint(err, "the head%s above it: %s; --splice makes a new branch from %s",
                      above.len == 1 ? "" : "s", list_files(graph, &above, context->arena),
                      node->revision->id);
}

static bool
add_parents(const Context *context, const char *text, bool *seen, Indexes *parents, Error *err)
{
    Indexes found = {0};

    if (!target_find(&context->graph, text, NULL, context->arena, &found, err))
        return false;
    for (size_t i = 0; i < found.len; i++) {
        const Node *node = &context->graph.nodes[found.at[i]];

        if (seen[found.at[i]]) {
            error_set(err, ERR_REVISION, "%s (%s) is named twice", node->revision->id,
                      node->revision->file);
            return error_hint(err, "a revision is merged once");
        }
        seen[found.at[i]] = true;
        if (!check_is_head(context, node, err))
            return false;
        *VEC_ADD(context->arena, parents) = found.at[i];
    }
    return true;
}

bool
draft_parents(const Context *context, const Names *texts, Indexes *parents, Error *err)
{
    bool *seen = ARENA_ARRAY(context->arena, bool, context->graph.count);

    if (texts->len == 0 && context->graph.heads.len > 1)
        return several_heads(context, err);
    if (texts->len == 0)
        return add_parents(context, "head", seen, parents, err);
    for (size_t i = 0; i < texts->len; i++) {
        const size_t before = parents->len;

        if (!add_parents(context, texts->at[i], seen, parents, err))
            return false;
        if (texts->len > 1 && parents->len == before) {
            error_set(err, ERR_USAGE, "\"%s\" is no revision to merge", texts->at[i]);
            return error_hint(err, "base stands alone: it begins a new branch");
        }
    }
    return true;
}

/* `kind` is "revision id" or "branch label". */
static bool
check_name(const Graph *graph, const char *kind, const char *name, Error *err)
{
    const char *problem = revision_id_problem(slice_of(name));
    const Node *node = graph_find(graph, name);

    if (problem != NULL) {
        error_set(err, ERR_REVISION, "%s \"%s\": %s", kind, name, problem);
        return error_hint(err, strcmp(kind, "revision id") == 0
                                   ? "choose another one, or leave --rev-id out and one is made"
                                   : "choose another one");
    }
    if (node == NULL)
        return true;
    const Revision *revision = node->revision;
    if (strcmp(revision->id, name) == 0)
        error_set(err, ERR_REVISION, "%s \"%s\" is in use: it is the id of %s:%u", kind, name,
                  revision->file, revision->id_line);
    else
        error_set(err, ERR_REVISION, "%s \"%s\" is in use: it is a branch label of %s:%u", kind,
                  name, revision->file, revision->branch_labels_line);
    return error_hint(err, "ids and labels share one name space: choose another one");
}

static bool
check_labels(const Context *context, const RevisionDraft *draft, Error *err)
{
    const Names *labels = &draft->branch_labels;

    for (size_t i = 0; i < labels->len; i++) {
        const Names before = {.at = labels->at, .len = i};
        const char *label = labels->at[i];

        if (!check_name(&context->graph, "branch label", label, err))
            return false;
        if (names_contain(&before, label) || strcmp(label, draft->id) == 0) {
            error_set(err, ERR_REVISION, "\"%s\" is named twice", label);
            return error_hint(err, "ids and labels share one name space: choose another one");
        }
    }
    return true;
}

/* A label stays a label; a part of an id becomes the id. */
static bool
find_dependency(const Context *context, const char *text, Names *depends_on, Error *err)
{
    Indexes nodes = {0};
    Names found = {0};

    if (graph_find(&context->graph, text) != NULL)
        *VEC_ADD(context->arena, &found) = text;
    else if (!target_find(&context->graph, text, NULL, context->arena, &nodes, err))
        return error_wrap(err, "--depends-on");
    for (size_t i = 0; i < nodes.len; i++)
        *VEC_ADD(context->arena, &found) = context->graph.nodes[nodes.at[i]].revision->id;
    if (found.len == 0) {
        error_set(err, ERR_REVISION, "--depends-on: \"%s\" is no revision", text);
        return error_hint(err, "name a revision or a branch label");
    }
    for (size_t i = 0; i < found.len; i++) {
        if (!names_contain(depends_on, found.at[i]))
            *VEC_ADD(context->arena, depends_on) = found.at[i];
    }
    return true;
}

/* An id that nothing has yet. */
static bool
choose_id(const Context *context, const char **id, Error *err)
{
    *id = option_text(context, "rev-id");
    if (*id != NULL)
        return check_name(&context->graph, "revision id", *id, err);
    do {
        *id = revision_new_id(context->arena);
        if (*id == NULL)
            return error_set_errno(err, ERR_FAILED, "cannot make a revision id");
    } while (graph_find(&context->graph, *id) != NULL);
    return true;
}

/* Fills in what the options say. */
static bool
read_options(const Context *context, RevisionDraft *draft, Error *err)
{
    const Names *depends_on = option_texts(context, "depends-on");

    draft->branch_labels = *option_texts(context, "branch-label");
    if (!choose_id(context, &draft->id, err) || !check_labels(context, draft, err))
        return false;
    for (size_t i = 0; i < depends_on->len; i++) {
        if (!find_dependency(context, depends_on->at[i], &draft->depends_on, err))
            return false;
    }
    return true;
}

/* Two names of one folder; one that is not there yet goes by its name. */
static bool
is_same_folder(const char *a, const char *b, Arena *arena)
{
    uint64_t one[2];
    uint64_t other[2];
    Error unread = {.arena = arena};

    if (strcmp(a, b) == 0)
        return true;
    return file_identity(a, one, &unread) && file_identity(b, other, &unread) &&
           one[0] == other[0] && one[1] == other[1];
}

/* `file` lies in the folder, at any depth. */
static bool
is_within(const char *file, const char *folder)
{
    const size_t length = strlen(folder);

    if (strcmp(folder, ".") == 0)
        return !path_is_absolute(file);
    return strncmp(file, folder, length) == 0 &&
           (file[length] == '/' || (length > 0 && folder[length - 1] == '/'));
}

/* The migrations folder that the user means: one of them, relative to the configuration or to the
 * working directory; NULL if it is none. */
static const char *
folder_named(const Context *context, const char *asked)
{
    const Config *config = &context->config;
    const char *joined = path_join(context->arena, config->folder, asked);

    for (size_t i = 0; i < config->migrations.len; i++) {
        if (is_same_folder(config->migrations.at[i], joined, context->arena) ||
            is_same_folder(config->migrations.at[i], asked, context->arena))
            return config->migrations.at[i];
    }
    return NULL;
}

/* The innermost of the migrations folders that holds the file; NULL if none does. */
static const char *
folder_of(const Config *config, const char *file)
{
    const char *found = NULL;

    for (size_t i = 0; i < config->migrations.len; i++) {
        const char *one = config->migrations.at[i];
        if (is_within(file, one) && (found == NULL || strlen(one) > strlen(found)))
            found = one;
    }
    return found;
}

/* --version-path, else the only folder, else that of the first parent. */
static bool
choose_folder(const Context *context, const Indexes *parents, const char **folder, Error *err)
{
    const Config *config = &context->config;
    const char *asked = option_text(context, "version-path");

    *folder = NULL;
    if (asked != NULL)
        *folder = folder_named(context, asked);
    else if (config->migrations.len == 1)
        *folder = config->migrations.at[0];
    else if (parents->len > 0)
        *folder = folder_of(config, context->graph.nodes[parents->at[0]].revision->file);
    if (*folder != NULL)
        return true;
    if (asked != NULL)
        error_set(err, ERR_USAGE, "--version-path: \"%s\" is none of the migrations folders",
                  asked);
    else
        error_set(err, ERR_USAGE,
                  "there are %zu migrations folders, and no parent to say which one is meant",
                  config->migrations.len);
    return error_hint(err, "--version-path with one of: %s",
                      names_join(context->arena, &config->migrations, ", "));
}

static void
print_result(const Context *context, const RevisionDraft *draft, const char *path)
{
    if (!context->json) {
        fprintf(context->out, "%s\n", path);
        return;
    }
    Json json = context_document(context);
    json_text(&json, "revision", draft->id);
    json_text(&json, "file", path);
    json_names(&json, "revises", &draft->revises);
    json_names(&json, "depends_on", &draft->depends_on);
    json_names(&json, "branch_labels", &draft->branch_labels);
    context_event_end(&json);
}

bool
draft_write(const Context *context, const DraftRequest *request, Error *err)
{
    const Indexes *parents = &request->parents;
    const Baseline *baseline = request->baseline;
    const Config *config = &context->config;
    RevisionDraft draft = {
        .message = request->message,
        .is_yaml = request->is_yaml,
        .file_template = config->file_template,
        .slug_length = config->truncate_slug_length,
        .timezone = config->timezone,
        .now = (int64_t)time(NULL),
    };
    const char *path = NULL;

    if (!read_options(context, &draft, err) || !choose_folder(context, parents, &draft.folder, err))
        return false;
    for (size_t i = 0; i < parents->len; i++)
        *VEC_ADD(context->arena, &draft.revises) =
            context->graph.nodes[parents->at[i]].revision->id;
    if (baseline != NULL) {
        draft.up = arena_copy(context->arena, baseline->sql);
        draft.dialect = baseline->dialect;
        draft.has_no_down = true;
    }
    if (!revision_create(&draft, context->arena, &path, err))
        return path != NULL && err->code == ERR_FAILED && file_exists(path)
                   ? error_hint(err, "choose another message or --rev-id; with %%(rev)s in "
                                     "file_template no two files have one name")
                   : false;
    print_result(context, &draft, path);
    if (baseline != NULL)
        log_info(context->log, "on the database that it was dumped from: migrate stamp %s",
                 draft.id);
    return true;
}
