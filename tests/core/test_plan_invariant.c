/* SPDX-License-Identifier: MIT */
/*
 * Random walks of upgrades, downgrades and stamps on random graphs, against a reference that is as
 * naive as can be: sets are bit masks, ancestors are found by trying, the traversal is Alembic's
 * _topological_sort word for word, with ancestor sets looked through at each step.
 */
#include "core/plan.h"

#include <stdint.h>
#include <string.h>

#include "core/base/buf.h"
#include "tests/support/graph_text.h"
#include "tests/support/suite.h"

enum { LARGEST = 12, GRAPHS = 20000, WALK = 8 };

/* Check notes each assertion that holds, and reads all of the notes again at the end. */
#define REQUIRE(condition, ...)                                                                    \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg(__VA_ARGS__);                                                             \
    } while (false)

typedef uint32_t Set;

/* The reference's own idea of a graph; nodes by load order. */
typedef struct Naive {
    size_t count;
    size_t parents[LARGEST][LARGEST];
    size_t parent_count[LARGEST];
    size_t needs[LARGEST][LARGEST];
    size_t need_count[LARGEST];
    bool has_label[LARGEST];
    Set above[LARGEST];    /* descendants or self, both kinds of edge */
    Set below[LARGEST];    /* ancestors or self */
    Set descends[LARGEST]; /* by `revises` alone */
    Set ascends[LARGEST];
    const char *text;
} Naive;

typedef struct Random {
    uint64_t state;
} Random;

/* xorshift64 (Marsaglia 2003) */
static size_t
draw(Random *random, size_t limit)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 7;
    random->state ^= random->state << 17;
    return (size_t)((random->state >> 11) % limit);
}

static Set
bit(size_t node)
{
    return (Set)1 << node;
}

static bool
has(Set set, size_t node)
{
    return (set & bit(node)) != 0;
}

static bool
contains(const size_t *list, size_t count, size_t node)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i] == node)
            return true;
    }
    return false;
}

static void
draw_edges(Random *random, const size_t *earlier, size_t earlier_count, size_t wanted,
           size_t *edges, size_t *count)
{
    while (wanted-- > 0 && earlier_count > 0) {
        const size_t node = earlier[draw(random, earlier_count)];
        if (!contains(edges, *count, node))
            edges[(*count)++] = node;
    }
}

static void
close_sets(Naive *naive)
{
    for (size_t i = 0; i < naive->count; i++)
        naive->below[i] = naive->ascends[i] = bit(i);
    for (size_t round = 0; round < naive->count; round++) {
        for (size_t i = 0; i < naive->count; i++) {
            for (size_t k = 0; k < naive->parent_count[i]; k++) {
                naive->below[i] |= naive->below[naive->parents[i][k]];
                naive->ascends[i] |= naive->ascends[naive->parents[i][k]];
            }
            for (size_t k = 0; k < naive->need_count[i]; k++)
                naive->below[i] |= naive->below[naive->needs[i][k]];
        }
    }
    for (size_t i = 0; i < naive->count; i++) {
        for (size_t k = 0; k < naive->count; k++) {
            if (has(naive->below[k], i))
                naive->above[i] |= bit(k);
            if (has(naive->ascends[k], i))
                naive->descends[i] |= bit(k);
        }
    }
}

static void
add_list(Buf *text, char mark, const size_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i == 0)
            buf_addf(text, " %c", mark);
        buf_addf(text, "%sr%zu", i > 0 ? "," : "", list[i]);
    }
}

/* Nodes get their edges in an order of their own, so that load order and ancestry are unrelated. */
static Naive
draw_graph(Random *random, Arena *arena)
{
    Naive naive = {.count = 1 + draw(random, LARGEST)};
    size_t order[LARGEST] = {0};
    Buf text = {.arena = arena};

    for (size_t i = 0; i < naive.count; i++) {
        const size_t place = draw(random, i + 1);
        order[i] = order[place];
        order[place] = i;
    }
    for (size_t i = 0; i < naive.count; i++) {
        const size_t node = order[i];
        const size_t kind = draw(random, 8);
        draw_edges(random, order, i,
                   kind == 0  ? 0
                   : kind < 6 ? 1
                              : kind - 4,
                   naive.parents[node], &naive.parent_count[node]);
        if (draw(random, 3) == 0)
            draw_edges(random, order, i, 1 + draw(random, 2), naive.needs[node],
                       &naive.need_count[node]);
        naive.has_label[node] = draw(random, 4) == 0;
    }
    close_sets(&naive);
    for (size_t i = 0; i < naive.count; i++) {
        buf_addf(&text, "%sr%zu", i > 0 ? "; " : "", i);
        add_list(&text, '<', naive.parents[i], naive.parent_count[i]);
        add_list(&text, '!', naive.needs[i], naive.need_count[i]);
        if (naive.has_label[i])
            buf_addf(&text, " #l%zu", i);
    }
    naive.text = buf_text(&text);
    return naive;
}

static Set
close_down(const Naive *naive, Set set)
{
    Set closed = 0;

    for (size_t i = 0; i < naive->count; i++)
        closed |= has(set, i) ? naive->below[i] : 0;
    return closed;
}

static Set
maximal(const Naive *naive, Set set)
{
    Set top = 0;

    for (size_t i = 0; i < naive->count; i++)
        top |= has(set, i) && (naive->above[i] & set) == bit(i) ? bit(i) : 0;
    return top;
}

/* A dependency that an ancestor by `revises` has too is not followed. */
static bool
is_normal(const Naive *naive, size_t node, size_t need)
{
    if (contains(naive->parents[node], naive->parent_count[node], need))
        return false;
    for (size_t i = 0; i < naive->count; i++) {
        if (i != node && has(naive->ascends[node], i) &&
            contains(naive->needs[i], naive->need_count[i], need))
            return false;
    }
    return true;
}

/* The heads of the traversal, with the current one. */
typedef struct Heads {
    size_t at[LARGEST];
    size_t len;
    size_t current;
} Heads;

static bool
find_blocker(const Naive *naive, Heads *heads)
{
    for (size_t j = 0; j < heads->len; j++) {
        if (j != heads->current && has(naive->below[heads->at[j]], heads->at[heads->current])) {
            heads->current = j;
            return true;
        }
    }
    return false;
}

static void
replace_current(const Naive *naive, Heads *heads, Set todo)
{
    const size_t node = heads->at[heads->current];
    size_t next[LARGEST] = {0};
    size_t count = 0;

    for (size_t k = 0; k < naive->parent_count[node]; k++) {
        const size_t parent = naive->parents[node][k];
        if (has(todo, parent) && !contains(heads->at, heads->len, parent))
            next[count++] = parent;
    }
    for (size_t k = 0; k < naive->need_count[node]; k++) {
        const size_t need = naive->needs[node][k];
        if (has(todo, need) && is_normal(naive, node, need) &&
            !contains(heads->at, heads->len, need))
            next[count++] = need;
    }
    if (count == 0) {
        memmove(heads->at + heads->current, heads->at + heads->current + 1,
                (heads->len - heads->current - 1) * sizeof *heads->at);
        heads->len--;
        heads->current -= heads->current > 0;
        return;
    }
    heads->at[heads->current] = next[0];
    for (size_t k = 1; k < count; k++)
        heads->at[heads->len++] = next[k];
}

static size_t
naive_order(const Naive *naive, Set from, Set todo, size_t *order)
{
    Heads heads = {0};
    size_t count = 0;

    for (size_t i = 0; i < naive->count; i++) {
        if (has(from & todo, i))
            heads.at[heads.len++] = i;
    }
    while (heads.len > 0) {
        if (find_blocker(naive, &heads))
            continue;
        order[count++] = heads.at[heads.current];
        todo &= ~bit(heads.at[heads.current]);
        replace_current(naive, &heads, todo);
    }
    return count;
}

/* A walk at some point. */
typedef struct Walk {
    const Naive *naive;
    const Graph *graph;
    Random *random;
    Arena *arena;
    Names rows;
    Set applied;
} Walk;

static Set
set_of(const Walk *w, const Names *rows)
{
    Set set = 0;

    for (size_t i = 0; i < rows->len; i++)
        set |= bit(graph_index(w->graph, graph_find(w->graph, rows->at[i])));
    return set;
}

static Set
set_of_nodes(const Indexes *nodes)
{
    Set set = 0;

    for (size_t i = 0; i < nodes->len; i++)
        set |= bit(nodes->at[i]);
    return set;
}

static void
check_shape(const Walk *w, const Step *step)
{
    for (size_t i = 0; i < step->changes.len; i++) {
        const RowChange *change = &step->changes.at[i];
        REQUIRE(change->from != NULL || change->to != NULL, "%s", w->naive->text);
        REQUIRE(change->from == NULL || change->to == NULL || i + 1 == step->changes.len,
                "an update that is not last: %s", w->naive->text);
    }
    REQUIRE(step->changes.len > 0, "no change");
}

static void
check_step(Walk *w, const Step *step)
{
    const Naive *naive = w->naive;
    const size_t node = graph_index(w->graph, graph_find(w->graph, step->revision->id));

    check_shape(w, step);
    if (step->direction == DIRECTION_UPGRADE) {
        REQUIRE(!has(w->applied, node), "r%zu twice: %s", node, naive->text);
        REQUIRE(((naive->below[node] & ~bit(node)) & ~w->applied) == 0,
                "r%zu before what it needs: %s", node, naive->text);
        w->applied |= bit(node);
    } else {
        REQUIRE(has(w->applied, node), "r%zu is not applied: %s", node, naive->text);
        REQUIRE((naive->above[node] & w->applied) == bit(node), "r%zu before what needs it: %s",
                node, naive->text);
        w->applied &= ~bit(node);
    }
    plan_apply(step, w->arena, &w->rows);
    REQUIRE(set_of(w, &w->rows) == maximal(naive, w->applied),
            "rows %s are not the maximal ones after r%zu: %s", rows_text(w->arena, &w->rows), node,
            naive->text);
}

static void
check_order(const Walk *w, const Plan *plan, Direction direction, Set from, Set todo)
{
    size_t order[LARGEST] = {0};
    const size_t count = naive_order(w->naive, from, todo, order);

    REQUIRE(count == plan->steps.len, "%zu steps, not %zu", plan->steps.len, count);
    for (size_t i = 0; i < count; i++) {
        const size_t place = direction == DIRECTION_UPGRADE ? count - 1 - i : i;
        REQUIRE(plan->steps.at[i].revision == w->graph->nodes[order[place]].revision,
                "step %zu is %s, not r%zu: %s", i, plan->steps.at[i].revision->id, order[place],
                w->naive->text);
    }
}

/* Runs a plan that aims at `target`; what it leaves applied is checked by the caller. */
static void
run_to(Walk *w, const Target *target)
{
    const Set rows = set_of(w, &w->rows);
    const Set before = w->applied;
    const Set nodes = set_of_nodes(&target->nodes);
    Error err = {.arena = w->arena};
    Plan plan = {0};
    Set gone = 0;

    REQUIRE(plan_make(w->graph, target, &w->rows, w->arena, &plan, &err), "%s", err.message);
    for (size_t i = 0; i < target->roots.len; i++)
        gone |= w->naive->above[target->roots.at[i]] & before;
    if (target->direction == DIRECTION_UPGRADE)
        check_order(w, &plan, DIRECTION_UPGRADE, nodes, close_down(w->naive, nodes) & ~before);
    else
        check_order(w, &plan, DIRECTION_DOWNGRADE, rows, gone);
    REQUIRE(names_equal(&plan.rows_before, &w->rows), "other rows before: %s", w->naive->text);
    for (size_t i = 0; i < plan.steps.len; i++)
        check_step(w, &plan.steps.at[i]);
    REQUIRE(names_equal(&plan.rows_after, &w->rows), "other rows after: %s", w->naive->text);
    REQUIRE(plan_make(w->graph, target, &w->rows, w->arena, &plan, &err), "%s", err.message);
    REQUIRE(plan.steps.len == 0, "\"%s\" is reached and gives steps again: %s", target->text,
            w->naive->text);
}

static const char *
draw_target(Walk *w)
{
    static const char *const FORMS[] = {"r%zu",    "r%zu@head", "heads",  "head",      "+1",
                                        "r%zu@+1", "base",      "-1",     "r%zu@-1",   "l%zu",
                                        "l%zu@+2", "r%zu-1",    "r%zu+1", "l%zu@base", "l%zu@heads",
                                        "-2",      "r%zu",      "base+1", "heads-1",   "l%zu@-1"};
    const size_t node = draw(w->random, w->naive->count);
    const char *form = FORMS[draw(w->random, sizeof FORMS / sizeof *FORMS)];
    const char *percent = strchr(form, '%');

    if (percent == NULL)
        return form;
    return arena_format(w->arena, "%.*s%zu%s", (int)(percent - form), form, node, percent + 3);
}

/* What the plain forms must lead to. */
static void
check_aim(const Walk *w, const Target *target, Set before)
{
    const Naive *naive = w->naive;
    const Set nodes = set_of_nodes(&target->nodes);
    Set children = 0;

    if (target->direction == DIRECTION_UPGRADE) {
        REQUIRE(w->applied == (before | close_down(naive, nodes)), "%s", naive->text);
        return;
    }
    if (strcmp(target->text, "base") == 0)
        REQUIRE(w->applied == 0, "%s", naive->text);
    if (target->text[0] != 'r' || strpbrk(target->text, "@+-") != NULL)
        return;
    const size_t node = target->nodes.at[0];
    for (size_t i = 0; i < naive->count; i++) {
        if (contains(naive->parents[i], naive->parent_count[i], node))
            children |= naive->above[i];
    }
    REQUIRE(w->applied == (before & ~children), "%s", naive->text);
}

static void
move(Walk *w, Direction direction)
{
    const char *text = draw_target(w);
    const Set before = w->applied;
    Target target = {0};
    Error err = {.arena = w->arena};

    if (!target_resolve(w->graph, direction, text, &w->rows, w->arena, &target, &err)) {
        REQUIRE(err.code == ERR_REVISION, "%s", err.message);
        return;
    }
    run_to(w, &target);
    check_aim(w, &target, before);
}

static void
stamp(Walk *w)
{
    const Naive *naive = w->naive;
    Set wanted = 0;
    Set lineages = 0;
    Indexes nodes = {0};
    Error err = {.arena = w->arena};
    Plan plan = {0};

    for (size_t i = draw(w->random, 3); i > 0; i--)
        wanted |= bit(draw(w->random, naive->count));
    for (size_t i = 0; i < naive->count; i++) {
        if (!has(wanted, i))
            continue;
        *VEC_ADD(w->arena, &nodes) = i;
        lineages |= naive->above[i] | naive->below[i];
    }
    const StampTarget target = {.nodes = nodes, .is_base = nodes.len == 0};
    const bool is_made = plan_stamp(w->graph, &target, &w->rows, false, w->arena, &plan, &err);
    REQUIRE(is_made == (maximal(naive, wanted) == wanted), "%s", naive->text);
    if (!is_made)
        return;
    const Set rows = wanted == 0 ? 0 : (set_of(w, &w->rows) & ~lineages) | wanted;
    REQUIRE(plan.steps.len <= 1, "%zu steps", plan.steps.len);
    for (size_t i = 0; i < plan.steps.len; i++) {
        check_shape(w, &plan.steps.at[i]);
        plan_apply(&plan.steps.at[i], w->arena, &w->rows);
    }
    REQUIRE(set_of(w, &w->rows) == rows, "%s", naive->text);
    REQUIRE(names_equal(&plan.rows_after, &w->rows), "other rows after: %s", w->naive->text);
    w->applied = close_down(naive, rows);
    REQUIRE(maximal(naive, w->applied) == rows, "%s", naive->text);
}

static void
check_graph(const Naive *naive, const Graph *graph, Arena *arena)
{
    for (size_t i = 0; i < naive->count; i++) {
        const Node *node = &graph->nodes[i];
        Indexes normal = {0};
        for (size_t k = 0; k < naive->need_count[i]; k++) {
            if (is_normal(naive, i, naive->needs[i][k]))
                *VEC_ADD(arena, &normal) = naive->needs[i][k];
        }
        REQUIRE(strcmp(ids_text(arena, graph, &normal),
                       ids_text(arena, graph, &node->normal_dependencies)) == 0,
                "normal dependencies of r%zu: %s", i, naive->text);
        const bool *lineage = graph_lineage(graph, i, EDGES_ALL, arena);
        for (size_t k = 0; k < naive->count; k++)
            REQUIRE(lineage[k] == has(naive->above[i] | naive->below[i], k), "%s", naive->text);
        /* a label holds for its revision and all that descend from it, whatever else it reaches */
        for (size_t k = 0; k < naive->count; k++) {
            if (naive->has_label[k] && has(naive->ascends[i], k))
                REQUIRE(names_contain(&node->labels, arena_format(arena, "l%zu", k)), "%s",
                        naive->text);
        }
    }
}

START_TEST(rows_are_the_maximal_applied_revisions_after_every_step)
{
    Random random = {.state = UINT64_C(0x9E3779B97F4A7C15)};
    Arena arena = {0};

    for (size_t i = 0; i < GRAPHS; i++) {
        const Naive naive = draw_graph(&random, &arena);
        const Graph graph = graph_of(&arena, naive.text);
        Walk walk = {.naive = &naive, .graph = &graph, .random = &random, .arena = &arena};
        check_graph(&naive, &graph, &arena);
        for (size_t k = 0; k < WALK; k++) {
            const size_t kind = draw(&random, 8);
            if (kind == 0)
                stamp(&walk);
            else
                move(&walk, kind < 5 ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE);
        }
        arena_reset(&arena);
    }
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, rows_are_the_maximal_applied_revisions_after_every_step);
}

int
main(void)
{
    return suite_main("core/plan_invariant", add);
}
