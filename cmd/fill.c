/* SPDX-License-Identifier: MIT */
#include "cmd/fill.h"

#include "cmd/context.h"
#include "core/base/file.h"
#include "core/op_fill.h"

/* The steps from nothing to the revision, itself the last. */
static bool
plan_below(const Context *context, size_t node, Arena *arena, Plan *plan, Error *err)
{
    const Revision *revision = context->graph.nodes[node].revision;
    const Names base = {0};
    Target target = {.direction = DIRECTION_UPGRADE, .text = revision->id};

    *VEC_ADD(arena, &target.nodes) = node;
    return plan_make(&context->graph, &target, &base, arena, plan, err);
}

static bool
play_below(const Plan *plan, OpModel *model, Arena *arena, Error *err)
{
    for (size_t i = 0; i + 1 < plan->steps.len; i++) {
        const Revision *revision = plan->steps.at[i].revision;
        RevisionText text;
        if (!revision->is_yaml) {
            model->has_sql = true;
            continue;
        }
        if (!revision_read(revision, arena, &text, err))
            return false;
        for (size_t j = 0; j < text.body->up.len; j++)
            op_model_play(model, &text.body->up.at[j]);
    }
    return true;
}

/* What was written has to be a revision still. */
static bool
write_result(const OpFill *fill, Arena *arena, Error *err)
{
    Revision revision;

    return revision_parse_yaml(fill->file, fill->result, arena, &revision, NULL, err) &&
           file_write(fill->file, fill->result, true, err);
}

static bool
fill_node(const Context *context, size_t node, Error *err)
{
    Arena *arena = context->arena;
    const Revision *revision = context->graph.nodes[node].revision;
    Error problems = {.arena = err->arena};
    OpModel model;
    Plan plan = {0};
    RevisionText text;

    if (!revision->is_yaml)
        return error_set_at(err, ERR_REVISION, (Place){.file = revision->file},
                            "revision %s is SQL, and has no was:", revision->id);
    op_model_init(&model, arena);
    if (!plan_below(context, node, arena, &plan, err) || !play_below(&plan, &model, arena, err) ||
        !revision_read(revision, arena, &text, err))
        return false;
    OpFill fill = {.file = revision->file, .text = text.text, .model = &model};
    const bool is_complete = op_fill(&fill, arena, &problems);
    if (fill.filled > 0) {
        if (!write_result(&fill, arena, err))
            return false;
        fprintf(context->out, "%s\n", revision->file);
        log_info(context->log, "%s: was: is written for %zu operation%s", revision->file,
                 fill.filled, fill.filled == 1 ? "" : "s");
        if (model.has_sql)
            log_warn(context->log, "there is SQL below it, or in it: look at what was written");
    }
    if (fill.missing == 0 && is_complete)
        log_info(context->log, "%s: no was: is missing", revision->file);
    return is_complete || error_append(err, &problems);
}

bool
fill_run(Context *context, const Names *names, Error *err)
{
    Indexes nodes = {0};

    if (names->len == 0) {
        error_set(err, ERR_USAGE, "revision fill wants a revision");
        return error_hint(err, "migrate revision fill head");
    }
    if (!context_nodes(context, names, &nodes, err))
        return false;
    for (size_t i = 0; i < nodes.len; i++) {
        if (!fill_node(context, nodes.at[i], err))
            return false;
    }
    return true;
}
