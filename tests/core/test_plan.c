/* SPDX-License-Identifier: MIT */
#include "core/plan.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/graph_text.h"
#include "tests/support/suite.h"

static bool
run_case(const Graph *graph, const GraphCase *c, Arena *arena, Plan *plan, Error *err)
{
    Target target = {0};
    Indexes nodes = {0};

    if (strcmp(c->command, "stamp") == 0) {
        for (size_t i = 0; i < c->targets.len; i++) {
            Indexes more = {0};
            if (!target_find(graph, c->targets.at[i], NULL, arena, &more, err))
                return false;
            for (size_t k = 0; k < more.len; k++)
                *VEC_ADD(arena, &nodes) = more.at[k];
        }
        return plan_stamp(graph, &nodes, &c->rows, false, arena, plan, err);
    }
    const Direction direction =
        strcmp(c->command, "upgrade") == 0 ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE;
    return target_resolve(graph, direction, c->targets.at[0], &c->rows, arena, &target, err) &&
           plan_make(graph, &target, &c->rows, arena, plan, err);
}

START_TEST(recorded_cases_agree)
{
    Arena arena = {0};
    const CaseGraphs graphs = case_graphs_read(&arena, "graph/recorded.txt");
    int bad = 0;

    for (size_t i = 0; i < graphs.len; i++) {
        Graph graph = {0};
        Error err = {.arena = &arena};
        ck_assert_msg(graph_build(&graphs.at[i].revisions, &arena, &graph, &err), "%s",
                      err.message);
        for (size_t k = 0; k < graphs.at[i].cases.len; k++) {
            const GraphCase *c = &graphs.at[i].cases.at[k];
            Plan plan = {0};
            err = (Error){.arena = &arena};
            const bool ok = run_case(&graph, c, &arena, &plan, &err);
            const char *want = c->is_error ? c->error
                                           : arena_format(&arena, "%s %s",
                                                          strcmp(c->command, "stamp") == 0
                                                              ? ""
                                                              : names_join(&arena, &c->steps, " "),
                                                          rows_text(&arena, &c->rows_after));
            const char *got = ok ? arena_format(&arena, "%s %s",
                                                strcmp(c->command, "stamp") == 0
                                                    ? ""
                                                    : plan_text(&arena, &plan, false),
                                                rows_text(&arena, &plan.rows_after))
                                 : err.message;
            if (ok == c->is_error || (ok && strcmp(want, got) != 0)) {
                bad++;
                printf("%s:%u %s %s %s\n   want %s\n   got  %s\n", c->graph, c->line,
                       rows_text(&arena, &c->rows), c->command, c->targets.at[0], want, got);
            }
        }
    }
    printf("%d bad\n", bad);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, recorded_cases_agree);
}

int
main(void)
{
    return suite_main("core/plan", add);
}
