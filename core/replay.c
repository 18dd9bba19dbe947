/* SPDX-License-Identifier: MIT */
#include "core/replay.h"

static bool
play_step(Script *script, const Step *step, Arena *scratch, Error *err)
{
    RevisionText text = {0};
    Units units = {0};
    const bool is_played = revision_read(step->revision, scratch, &text, err) &&
                           script_step(script, step, &text, scratch, &units, err);

    arena_reset(scratch);
    return is_played;
}

bool
replay_plan(const Script *like, const Plan *plan, Catalog *catalog, Error *err)
{
    Arena scratch = {0};
    Arena rows = {0};
    Script script = *like;
    bool is_played = true;

    script.log = NULL; /* what is to be said was said when these steps were run */
    script.resume = NULL;
    script.catalog = catalog;
    script_init(&script, &plan->rows_before, &rows);
    for (size_t i = 0; is_played && i < plan->steps.len; i++)
        is_played = play_step(&script, &plan->steps.at[i], &scratch, err);
    arena_release(&scratch);
    arena_release(&rows);
    return is_played;
}

bool
replay_rows(const Script *script, const Graph *graph, const Names *rows, Arena *arena,
            Catalog *catalog, Error *err)
{
    const Names base = {0};
    Target target = {.direction = DIRECTION_UPGRADE, .text = names_join(arena, rows, ",")};
    Plan plan = {0};

    if (rows->len == 0)
        return true;
    return target_rows(graph, rows, arena, &target.nodes, err) &&
           plan_make(graph, &target, &base, arena, &plan, err) &&
           replay_plan(script, &plan, catalog, err);
}
