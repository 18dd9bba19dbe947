/* SPDX-License-Identifier: MIT */
#include "core/plan.h"

#include <string.h>
#include <time.h>

#include "tests/support/graph_text.h"
#include "tests/support/suite.h"

/* Where we decided to answer otherwise than Alembic 1.19.2 did. `ours` is what a case file would
 * say; of an error the whole message. */
typedef struct Difference {
    const char *graph;
    const char *command; /* "{rows} command target…" */
    const char *ours;
    const char *reason;
} Difference;

#define MERGE_OFF    "-N takes N revisions off, the last of which may be a merge"
#define SEVERAL_ROWS "Alembic goes down from the row that the server happens to send first"
#define STAMP_SET    "a stamp to several revisions leaves their rows, or is refused"
#define STALE_ROW    "Alembic leaves the row of an ancestor of another row behind"

static const Difference RECORDED_DIFFERENCES[] = {
    {"s11g59", "{77d418643a0f} downgrade -2",
     "-77d418643a0f -1426043effc9 {6a75acbecb6f,afd39f80a701}", MERGE_OFF},
    {"s11g194", "{b3d36af28738} downgrade -2",
     "-b3d36af28738 -47fc6d11f67d {19ae82fa6357,f56c40d0ec67}", MERGE_OFF},
    {"s11g223", "{e79fd7a00771} downgrade api@-2",
     "-e79fd7a00771 -ae2cbe34275c {38deafff279e,6454ecd5ed70}", MERGE_OFF},
    {NULL, NULL, NULL, NULL},
};

static const Difference NAMED_DIFFERENCES[] = {
    {"L5", "{b} upgrade head+1", "error target \"head+1\" goes too far: nothing is above e",
     "an assertion fails in Alembic"},
    {"L5", "{} upgrade b c", "+a[+a] +b[a>b] +c[b>c] {c}",
     "several targets are not on the command line; the engine takes the union"},
    {"L5", "{} stamp b c", "error b is an ancestor of c: the two cannot be stamped together",
     STAMP_SET},
    {"BR", "{d2,d1} downgrade -1", "error target \"-1\" is ambiguous: the database is at d2 and d1",
     SEVERAL_ROWS},
    {"BR", "{c2,d1} downgrade -1", "error target \"-1\" is ambiguous: the database is at c2 and d1",
     SEVERAL_ROWS},
    {"BR", "{d1,d2} downgrade -1", "error target \"-1\" is ambiguous: the database is at d1 and d2",
     SEVERAL_ROWS},
    {"BR", "{c1,d2} downgrade -1", "error target \"-1\" is ambiguous: the database is at c1 and d2",
     SEVERAL_ROWS},
    {"BR", "{d1,d2} downgrade -3", "error target \"-3\" is ambiguous: the database is at d1 and d2",
     SEVERAL_ROWS},
    {"BR", "{} stamp a d1", "error a is an ancestor of d1: the two cannot be stamped together",
     STAMP_SET},
    {"BR", "{d1,d2} stamp c1 c2", "{c1,c2}", STAMP_SET},
    {"BR", "{d1,d2} stamp d1 c2", "{c2,d1}", STAMP_SET},
    {"TRI", "{m} stamp b1 b2 b3", "{b1,b2,b3}", STAMP_SET},
    {"MERGE", "{e} downgrade -1", "-e[+d1,e>d2] {d1,d2}", MERGE_OFF},
    {"DEP6", "{bmerge} downgrade -1", "-bmerge[bmerge>b1] {b1}", MERGE_OFF},
    {"OVL3", "{} upgrade heads", "+c[+c] +a[+a] +b[a>b] +m[-b,c>m] {m}",
     "Alembic looks for a row that its own step has taken away"},
    {"OVL2", "{r2,r3} downgrade r1", "-r2[r2>r1] {r1,r3}", STALE_ROW},
    {"OVL2", "{r2,r3} downgrade r0", "-r2[r2>r1] -r1[r1>r0] {r0,r3}", STALE_ROW},
    {"MISS", "{} upgrade heads", "error revision b revises zz, which no file defines",
     "a KeyError in Alembic"},
    {"MISSDEP", "{} upgrade heads",
     "error revision b depends on zz, which is neither a revision nor a branch label",
     "a KeyError in Alembic"},
    {"DUPREV", "{} upgrade heads", "error revision b is defined twice, first in b.sql:1",
     "Alembic warns and takes the last one"},
    {"ILL", "{} upgrade heads", "+a-1[+a-1] {a-1}", "ids are checked where files are read"},
    {NULL, NULL, NULL, NULL},
};

static size_t
difference_count(const Difference *differences)
{
    size_t count = 0;

    while (differences[count].graph != NULL)
        count++;
    return count;
}

static bool
find_nodes(const Graph *graph, const Names *texts, Arena *arena, Indexes *nodes, Error *err)
{
    for (size_t i = 0; i < texts->len; i++) {
        Indexes more = {0};
        if (!target_find(graph, texts->at[i], NULL, arena, &more, err))
            return false;
        for (size_t k = 0; k < more.len; k++)
            *VEC_ADD(arena, nodes) = more.at[k];
    }
    return true;
}

static bool
run_stamp(const Graph *graph, const GraphCase *c, Arena *arena, Plan *plan, Error *err)
{
    StampTarget target = {0};

    return target_stamp(graph, &c->targets, arena, &target, err) &&
           plan_stamp(graph, &target, &c->rows, false, arena, plan, err);
}

static bool
run_case(const Graph *graph, const GraphCase *c, Arena *arena, Plan *plan, Error *err)
{
    const Direction direction =
        strcmp(c->command, "upgrade") == 0 ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE;
    Target target = {.direction = direction};

    if (strcmp(c->command, "stamp") == 0)
        return run_stamp(graph, c, arena, plan, err);
    /* several targets are Alembic's API only */
    const bool is_found =
        c->targets.len > 1
            ? find_nodes(graph, &c->targets, arena, &target.nodes, err)
            : target_resolve(graph, direction, c->targets.at[0], &c->rows, arena, &target, err);
    return is_found && plan_make(graph, &target, &c->rows, arena, plan, err);
}

/* Of a stamp only the rows count: Alembic goes one destination at a time, we go once. */
static const char *
outcome_text(const char *steps, const Names *rows, bool is_stamp, Arena *arena)
{
    return arena_format(arena, "%s%s%s", is_stamp ? "" : steps,
                        is_stamp || steps[0] == '\0' ? "" : " ", rows_text(arena, rows));
}

static const char *
ours_of(const Graph *graph, const GraphCase *c, bool with_changes, Arena *arena)
{
    const bool is_stamp = strcmp(c->command, "stamp") == 0;
    Plan plan = {0};
    Error err = {.arena = arena};

    if (!run_case(graph, c, arena, &plan, &err))
        return arena_format(arena, "error %s", err.message);
    Names rows = names_copy(arena, &plan.rows_before);
    for (size_t i = 0; i < plan.steps.len; i++)
        plan_apply(&plan.steps.at[i], arena, &rows);
    ck_assert(names_equal(&rows, &plan.rows_after));
    return outcome_text(plan_text(arena, &plan, with_changes), &rows, is_stamp, arena);
}

static const Difference *
find_difference(const Difference *differences, const GraphCase *c, Arena *arena)
{
    const char *command = arena_format(arena, "%s %s %s", rows_text(arena, &c->rows), c->command,
                                       names_join(arena, &c->targets, " "));

    for (; differences->graph != NULL; differences++) {
        if (strcmp(differences->graph, c->graph) == 0 && strcmp(differences->command, command) == 0)
            return differences;
    }
    return NULL;
}

static void
check_case(const char *ours, const GraphCase *c, const Difference *difference, Arena *arena)
{
    const bool is_stamp = strcmp(c->command, "stamp") == 0;
    const bool is_error = strncmp(ours, "error ", 6) == 0;
    Names rows_after = names_copy(arena, &c->rows_after);

    names_sort(&rows_after);
    const char *theirs = c->is_crash   ? "an exception"
                         : c->is_error ? "error"
                                       : outcome_text(names_join(arena, &c->steps, " "),
                                                      &rows_after, is_stamp, arena);
    const char *expected = difference != NULL ? difference->ours : theirs;
    if (difference == NULL && c->is_error && is_error)
        return;
    ck_assert_msg(strcmp(ours, expected) == 0, "%s, line %u, %s %s %s\n  want %s\n  got  %s",
                  c->graph, c->line, rows_text(arena, &c->rows), c->command,
                  names_join(arena, &c->targets, " "), expected, ours);
    ck_assert_msg(difference == NULL || strcmp(ours, theirs) != 0,
                  "%s, line %u: no difference any more", c->graph, c->line);
}

/* Runs every case of a file; the number of differences met. */
static size_t
check_file(const char *name, const Difference *differences, bool with_changes)
{
    Arena arena = {0};
    const CaseGraphs graphs = case_graphs_read(&arena, name);
    size_t met = 0;

    for (size_t i = 0; i < graphs.len; i++) {
        Graph graph = {0};
        Error err = {.arena = &arena};
        const bool is_built = graph_build(&graphs.at[i].revisions, &arena, &graph, &err);
        for (size_t k = 0; k < graphs.at[i].cases.len; k++) {
            const GraphCase *c = &graphs.at[i].cases.at[k];
            const Difference *difference = find_difference(differences, c, &arena);
            met += difference != NULL;
            check_case(is_built ? ours_of(&graph, c, with_changes, &arena)
                                : arena_format(&arena, "error %s", err.message),
                       c, difference, &arena);
        }
    }
    arena_release(&arena);
    return met;
}

START_TEST(recorded_cases_agree)
{
    ck_assert_uint_eq(check_file("graph/recorded.txt", RECORDED_DIFFERENCES, false),
                      difference_count(RECORDED_DIFFERENCES));
}
END_TEST

START_TEST(named_cases_agree_with_their_row_changes)
{
    ck_assert_uint_eq(check_file("graph/named.txt", NAMED_DIFFERENCES, true),
                      difference_count(NAMED_DIFFERENCES));
}
END_TEST

/* What stamps do to the rows, in one step. */
static const char BRANCHED[] =
    "a; b <a; c1 <b #one; d1 <c1; c2 <b #two; d2 <c2; x1 #x; x2 <x1; y1 #y; y2 <y1 !x1";

typedef struct StampCase {
    const char *rows;
    const char *targets;
    bool purge;
    const char *expected; /* steps with changes, or the error with its hint */
} StampCase;

static const StampCase STAMP_CASES[] = {
    {"", "d1", false, "stamp[+d1]"},
    {"d1", "d1", false, ""},
    {"c1,c2", "b", false, "stamp[-c1,c2>b]"},
    {"b", "d1,d2", false, "stamp[+d1,b>d2]"},
    {"d1,d2", "c2,c1", false, "stamp[-d1,+c1,d2>c2]"},
    {"c1,d2", "d1", false, "stamp[c1>d1]"},
    {"d1,x2", "base", false, "stamp[-d1,-x2]"},
    {"d1,x2", "one@base", false, "stamp[-d1]"},
    {"x2,y2", "x@base", false, "stamp[-x2,-y2]"},
    {"x2,y2", "y1", false, "stamp[y2>y1]"},
    {"d1,d2", "one@base,x2", false, "stamp[d1>x2]"},
    {"", "heads", false, "stamp[+d1,+d2,+x2,+y2]"},
    {"", "x1@heads", false, "stamp[+x2]"},
    {"", "d1,d1", false, "stamp[+d1]"},
    {"gone,old", "d1", true, "stamp[-gone,old>d1]"},
    {"gone", "base", true, "stamp[-gone]"},
    {"", "base", true, ""},
    {"gone", "d1", false,
     "the database is at gone, which no revision file defines\n"
     "  hint: the file is missing here or was deleted after it was applied: bring it back, or set "
     "the version rows anew with migrate stamp --purge REVISION\n"},
    {"", "b,d1", false,
     "b is an ancestor of d1: the two cannot be stamped together\n"
     "  hint: d1 stands for b too\n"},
    {"", "x1,y2", false,
     "x1 is an ancestor of y2: the two cannot be stamped together\n"
     "  hint: y2 stands for x1 too\n"},
    {"", "base,d1", false,
     "base cannot be stamped together with anything else\n"
     "  hint: to clear one branch only: BRANCH@base\n"},
    {"d1", "d1-1", false,
     "target \"d1-1\" is relative\n"
     "  hint: steps are for upgrade, downgrade and history -r: name a revision\n"},
};

START_TEST(stamp_replaces_the_rows_of_the_lineages_named)
{
    const StampCase *c = &STAMP_CASES[_i];
    Arena arena = {0};
    const Graph graph = graph_of(&arena, BRANCHED);
    const Names rows = names_of(&arena, c->rows);
    const Names texts = names_of(&arena, c->targets);
    StampTarget target = {0};
    Plan plan = {0};
    Error err = {.arena = &arena};

    const bool is_made = target_stamp(&graph, &texts, &arena, &target, &err) &&
                         plan_stamp(&graph, &target, &rows, c->purge, &arena, &plan, &err);
    ck_assert_str_eq(is_made ? plan_text(&arena, &plan, true) : error_text(&arena, &err),
                     c->expected);
    arena_release(&arena);
}
END_TEST

START_TEST(stamp_of_no_nodes_is_base)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, BRANCHED);
    const Names rows = names_of(&arena, "d1,x2");
    const StampTarget base = {.is_base = true};
    Plan plan = {0};
    Error err = {.arena = &arena};

    ck_assert(plan_stamp(&graph, &base, &rows, false, &arena, &plan, &err));
    ck_assert_str_eq(plan_text(&arena, &plan, true), "stamp[-d1,-x2]");
    ck_assert_uint_eq(plan.rows_after.len, 0);
    arena_release(&arena);
}
END_TEST

START_TEST(upgrade_refuses_rows_that_overlap)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, BRANCHED);
    const Names rows = names_of(&arena, "x1,y2");
    Target target = {0};
    Plan plan = {0};
    Error err = {.arena = &arena};

    ck_assert(target_resolve(&graph, DIRECTION_UPGRADE, "heads", &rows, &arena, &target, &err));
    ck_assert(!plan_make(&graph, &target, &rows, &arena, &plan, &err));
    ck_assert_int_eq(err.code, ERR_STATE);
    ck_assert_str_eq(error_text(&arena, &err),
                     "the version rows x1 and y2 overlap: x1 is an ancestor of y2\n"
                     "  hint: if y2 is applied, say so with migrate stamp y2; the row x1 goes with "
                     "it\n");
    ck_assert(target_resolve(&graph, DIRECTION_DOWNGRADE, "x@-1", &rows, &arena, &target, &err));
    ck_assert(plan_make(&graph, &target, &rows, &arena, &plan, &err));
    ck_assert_str_eq(plan_text(&arena, &plan, true), "-y2[y2>y1] -x1[-x1]");
    arena_release(&arena);
}
END_TEST

/* A target is resolved once: planned again from other rows it still means the same revisions. */
START_TEST(target_holds_for_later_rows)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, BRANCHED);
    const Names before = names_of(&arena, "x2,y2");
    const Names after = names_of(&arena, "y2");
    const Names less = names_of(&arena, "y1");
    Target target = {0};
    Plan plan = {0};
    Error err = {.arena = &arena};

    /* by itself, `downgrade x1` from {y2} is an error: see the named cases */
    ck_assert(target_resolve(&graph, DIRECTION_DOWNGRADE, "x@-1", &before, &arena, &target, &err));
    ck_assert(plan_make(&graph, &target, &before, &arena, &plan, &err));
    ck_assert_str_eq(plan_text(&arena, &plan, false), "-x2");
    ck_assert(plan_make(&graph, &target, &after, &arena, &plan, &err));
    ck_assert_uint_eq(plan.steps.len, 0);
    ck_assert(plan_make(&graph, &target, &less, &arena, &plan, &err));
    ck_assert_uint_eq(plan.steps.len, 0);
    arena_release(&arena);
}
END_TEST

typedef struct RangeCase {
    const char *range;
    const char *rows;
    const char *expected; /* ids, newest first; or the error with its hint */
} RangeCase;

static const RangeCase RANGE_CASES[] = {
    {":", "", "d1 c1 d2 c2 b a x2 y2 y1 x1"},
    {":c2", "", "c2 b a"},
    {"c1:", "", "d1 c1"},
    {"b:d2", "", "d2 c2 b"},
    {"base:a", "", "a"},
    {"a:a", "", "a"},
    {"b:+1", "",
     "target \"+1\" is ambiguous: above b there are c1 and c2\n"
     "  hint: say which: one@+1, two@+1\n"},
    {"a:+1", "", "b a"},
    {"a:two@+2", "", "c2 b a"},
    {"c1:+9", "", "d1 c1"},
    {":a+1", "", "b a"},
    {"-1:d1", "", "d1 c1"},
    {"-9:d1", "", "d1 c1 b a"},
    {"one@-1:", "", "d1 c1"},
    {"-1:", "", "d1 c1 d2 c2 x2 y2 y1 x1"},
    {"one@base:", "", "d1 c1 b a"},
    {"x@base:", "", "x2 x1"},
    {"x1:heads", "", "x2 x1"},
    {":current", "c1,x2", "c1 b a x2 x1"},
    {":current", "", ""},
    {"current:", "c1", "d1 c1"},
    {"current:+1", "c1", "d1 c1"},
    {"current:two@+1", "c1,c2", "d2 c2"},
    {"d2:b", "",
     "range \"d2:b\": d2 is no ancestor of b\n"
     "  hint: START:END, with START the older one\n"},
    {"d2:base", "",
     "range \"d2:base\": d2 is no ancestor of the base\n"
     "  hint: START:END, with START the older one\n"},
    {"b", "", "\"b\" is no range\n  hint: write START:END, START: or :END\n"},
    {"a:b:c1", "", "\"a:b:c1\" is no range\n  hint: write START:END, START: or :END\n"},
    {"-1:+1", "",
     "range \"-1:+1\": both ends are relative to the other one\n"
     "  hint: name a revision, or current, at one end\n"},
    {"+1:", "",
     "range start \"+1\" is above nothing\n"
     "  hint: a start may be below the end, as in -3:\n"},
    {":-1", "",
     "range end \"-1\" is below nothing\n"
     "  hint: an end may be above the start, as in current:+2\n"},
};

START_TEST(history_range_lists_what_is_between)
{
    const RangeCase *c = &RANGE_CASES[_i];
    Arena arena = {0};
    const Graph graph = graph_of(&arena, BRANCHED);
    const Names rows = names_of(&arena, c->rows);
    TargetRange range = {0};
    Indexes nodes = {0};
    Error err = {.arena = &arena};

    if (!target_range(&graph, c->range, &rows, &arena, &range, &err)) {
        ck_assert_str_eq(error_text(&arena, &err), c->expected);
    } else {
        plan_range(&graph, &range, &arena, &nodes);
        ck_assert_str_eq(ids_text(&arena, &graph, &nodes), c->expected);
    }
    arena_release(&arena);
}
END_TEST

/* Graphs of any size, by shape. */
typedef const char *(*Shape)(Arena *arena, size_t node, size_t count);

static const char *
linear(Arena *arena, size_t node, size_t count)
{
    (void)count;
    return node == 0 ? "r0" : arena_format(arena, "r%zu <r%zu", node, node - 1);
}

/* One base below everything else. */
static const char *
wide(Arena *arena, size_t node, size_t count)
{
    (void)count;
    return node == 0 ? "r0" : arena_format(arena, "r%zu <r0", node);
}

/* Merges one above the other, each of two revisions that stand on the one before. */
static const char *
ladder(Arena *arena, size_t node, size_t count)
{
    (void)count;
    if (node == 0)
        return "r0";
    return node % 3 == 0 ? arena_format(arena, "r%zu <r%zu,r%zu", node, node - 1, node - 2)
                         : arena_format(arena, "r%zu <r%zu", node, node - node % 3);
}

/* Two lines, the second of which depends on the first in the opposite order: the traversal meets
 * every node of the first while it is blocked. */
static const char *
crossed(Arena *arena, size_t node, size_t count)
{
    const size_t half = count / 2;

    if (node == 0)
        return "r0";
    if (node < half)
        return arena_format(arena, "r%zu <r%zu", node, node - 1);
    if (node == half)
        return arena_format(arena, "r%zu !r%zu", node, half - 1);
    return arena_format(arena, "r%zu <r%zu !r%zu", node, node - 1,
                        node - half < half ? half - 1 - (node - half) : 0);
}

/* Two bases with as many heads each, loaded so that the traversal goes to and fro between them. */
static const char *
to_and_fro(Arena *arena, size_t node, size_t count)
{
    if (node < 2)
        return node == 0 ? "r0" : "r1";
    return arena_format(arena, "r%zu <r%d", node, node == 2 || node > count / 2 ? 1 : 0);
}

static const Shape SHAPES[] = {linear, wide, ladder, crossed, to_and_fro};

static Revisions
shaped(Shape shape, size_t count, Arena *arena)
{
    Revisions revisions = {0};

    for (size_t i = 0; i < count; i++)
        *VEC_ADD(arena, &revisions) = revisions_of(arena, shape(arena, i, count)).at[0];
    return revisions;
}

/* Processor time for building the graph and planning all the way up and down. */
static double
seconds_for(const Revisions *revisions)
{
    const clock_t begin = clock();
    Arena arena = {0};
    const Names none = {0};
    Graph graph = {0};
    Target target = {0};
    Plan up = {0};
    Plan down = {0};
    Error err = {.arena = &arena};

    ck_assert(graph_build(revisions, &arena, &graph, &err));
    ck_assert(target_resolve(&graph, DIRECTION_UPGRADE, "heads", &none, &arena, &target, &err));
    ck_assert(plan_make(&graph, &target, &none, &arena, &up, &err));
    ck_assert_uint_eq(up.steps.len, revisions->len);
    ck_assert(
        target_resolve(&graph, DIRECTION_DOWNGRADE, "base", &up.rows_after, &arena, &target, &err));
    ck_assert(plan_make(&graph, &target, &up.rows_after, &arena, &down, &err));
    ck_assert_uint_eq(down.steps.len, revisions->len);
    ck_assert_uint_eq(down.rows_after.len, 0);
    arena_release(&arena);
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

static double
least_seconds_for(const Revisions *revisions)
{
    double least = seconds_for(revisions);

    for (int i = 0; i < 2; i++) {
        const double seconds = seconds_for(revisions);
        least = seconds < least ? seconds : least;
    }
    return least;
}

/* Eight times the nodes: linear work takes some eight times as long (caches make it more),
 * quadratic work sixty-four times. */
START_TEST(planning_takes_time_in_proportion_to_the_graph)
{
    enum { SMALL = 4000, LARGE = 8 * SMALL };
    Arena arena = {0};
    const Revisions small = shaped(SHAPES[_i], SMALL, &arena);
    const Revisions large = shaped(SHAPES[_i], LARGE, &arena);

    const double ratio = least_seconds_for(&large) / least_seconds_for(&small);
    ck_assert_msg(ratio < 40, "eight times the nodes take %.1f times as long", ratio);
    arena_release(&arena);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, recorded_cases_agree);
    tcase_add_test(tcase, named_cases_agree_with_their_row_changes);
    tcase_add_loop_test(tcase, stamp_replaces_the_rows_of_the_lineages_named, 0,
                        COUNT(STAMP_CASES));
    tcase_add_test(tcase, stamp_of_no_nodes_is_base);
    tcase_add_test(tcase, upgrade_refuses_rows_that_overlap);
    tcase_add_test(tcase, target_holds_for_later_rows);
    tcase_add_loop_test(tcase, history_range_lists_what_is_between, 0, COUNT(RANGE_CASES));
    tcase_add_loop_test(tcase, planning_takes_time_in_proportion_to_the_graph, 0, COUNT(SHAPES));
}

int
main(void)
{
    return suite_main("core/plan", add);
}
