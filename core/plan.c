/* SPDX-License-Identifier: MIT */
#include "core/plan.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * The traversal. H is a list of slots, each at a node not yet emitted; one of them is current.
 *   - A node with an unemitted child (of either kind, marked) is blocked: go on at the lowest slot
 *     whose node is above it.
 *   - Else emit it. The first of its parents that is marked and in no slot takes its place in the
 *     slot, the others get new slots at the end; without one the slot goes and the one before it is
 *     next.
 * Each marked node is, until it is emitted, in a slot or below one: so "another slot is above it"
 * is "it has an unemitted child", a counter. A slot only ever moves down and new slots come last:
 * so the lowest slot above a given node only ever moves up. It is found in one of two ways:
 *   - by a search upward, led by what earlier searches learnt: for each node a bound below which no
 *     slot is above it. Cheap for a node that is met a few times;
 *   - once searches for one node have cost as much as a walk over all that is above it would, by
 *     such a walk, whose result is kept in a column until the node is emitted.
 */
#define NO_SLOT SIZE_MAX

enum { COLUMNS = 64 };

typedef struct Slot {
    size_t node;
    size_t before; /* slots alive; NO_SLOT at the ends */
    size_t behind;
    bool is_gone;
} Slot;

typedef VEC(Slot) Slots;

/* What is known about one blocked node: the nodes above it, as a bit in Order.above. */
typedef struct Column {
    size_t node; /* SIZE_MAX: the column is free */
    Indexes above;
    Indexes slots; /* above it when the walk was made, lowest first */
    size_t next;   /* of them, those before are not above it any more */
    size_t tail;   /* slots made later, from here on, are yet to be looked at */
} Column;

/* A node being searched: its edges so far, and the lowest slot that can be above it by them. */
typedef struct Search {
    size_t node;
    size_t edge;
    size_t least;
} Search;

typedef VEC(Search) Searches;

typedef struct Order {
    const Graph *graph;
    bool *marks;
    Arena *arena;     /* scratch */
    size_t *blockers; /* unemitted children of either kind, counted by edges */
    size_t *slot_of;  /* NO_SLOT: in none */
    Slots slots;
    size_t first;
    size_t last;
    size_t left;       /* nodes not yet emitted */
    size_t *bound;     /* no slot before this one is above the node */
    size_t *spent;     /* on searches for the node */
    Searches searches; /* the stack of a search */
    uint64_t *above;   /* of each node a bit for each column that it is above of */
    size_t *column_of; /* COLUMNS: none */
    Column columns[COLUMNS];
    size_t victim; /* the column that is given up next when none is free */
} Order;

static size_t
slot_add(Order *o, size_t node)
{
    const size_t slot = o->slots.len;

    *VEC_ADD(o->arena, &o->slots) = (Slot){.node = node, .before = o->last, .behind = NO_SLOT};
    if (o->last != NO_SLOT)
        o->slots.at[o->last].behind = slot;
    else
        o->first = slot;
    o->last = slot;
    o->slot_of[node] = slot;
    return slot;
}

/* Takes the slot out; the slot that is next. */
static size_t
slot_remove(Order *o, size_t slot)
{
    Slot *gone = &o->slots.at[slot];

    gone->is_gone = true;
    if (gone->before != NO_SLOT)
        o->slots.at[gone->before].behind = gone->behind;
    else
        o->first = gone->behind;
    if (gone->behind != NO_SLOT)
        o->slots.at[gone->behind].before = gone->before;
    else
        o->last = gone->before;
    return gone->before != NO_SLOT ? gone->before : o->first;
}

static int
compare_sizes(const void *a, const void *b)
{
    const size_t left = *(const size_t *)a;
    const size_t right = *(const size_t *)b;

    return (left > right) - (left < right);
}

static void
column_free(Order *o, size_t column)
{
    Column *c = &o->columns[column];
    const uint64_t bit = UINT64_C(1) << column;

    for (size_t i = 0; i < c->above.len; i++)
        o->above[c->above.at[i]] &= ~bit;
    o->column_of[c->node] = COLUMNS;
    c->node = SIZE_MAX;
    c->above.len = 0;
    c->slots.len = 0;
}

/* Marks what of `edges` is unemitted and new as above the column's node. */
static void
column_reach(Order *o, size_t column, const Indexes *edges)
{
    Column *c = &o->columns[column];
    const uint64_t bit = UINT64_C(1) << column;

    for (size_t i = 0; i < edges->len; i++) {
        const size_t at = edges->at[i];
        if (!o->marks[at] || (o->above[at] & bit) != 0)
            continue;
        o->above[at] |= bit;
        *VEC_ADD(o->arena, &c->above) = at;
        if (o->slot_of[at] != NO_SLOT)
            *VEC_ADD(o->arena, &c->slots) = o->slot_of[at];
    }
}

static void
column_make(Order *o, size_t node)
{
    size_t column = 0;

    while (column < COLUMNS && o->columns[column].node != SIZE_MAX)
        column++;
    if (column == COLUMNS) {
        column = o->victim;
        o->victim = (o->victim + 1) % COLUMNS;
        column_free(o, column);
    }
    Column *c = &o->columns[column];
    c->node = node;
    c->next = 0;
    c->tail = o->slots.len;
    o->column_of[node] = column;
    column_reach(o, column, &o->graph->nodes[node].children);
    column_reach(o, column, &o->graph->nodes[node].dependents);
    for (size_t i = 0; i < c->above.len; i++) {
        const Node *above = &o->graph->nodes[c->above.at[i]];
        column_reach(o, column, &above->children);
        column_reach(o, column, &above->dependents);
    }
    if (c->slots.len > 1)
        qsort(c->slots.at, c->slots.len, sizeof *c->slots.at, compare_sizes);
}

static bool
slot_is_above(const Order *o, size_t slot, size_t column)
{
    const Slot *s = &o->slots.at[slot];

    return !s->is_gone && (o->above[s->node] >> column & 1) != 0;
}

/* The lowest slot above the node of a column. */
static size_t
column_lowest(Order *o, size_t column)
{
    Column *c = &o->columns[column];

    for (; c->next < c->slots.len; c->next++) {
        if (slot_is_above(o, c->slots.at[c->next], column))
            return c->slots.at[c->next];
    }
    while (!slot_is_above(o, c->tail, column)) {
        c->tail++;
        assert(c->tail < o->slots.len);
    }
    return c->tail;
}

static size_t
least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Looks at the next edge of the search on top of the stack. True when it leads into `slot`. */
static bool
search_edge(Order *o, size_t slot)
{
    Search *s = VEC_LAST(&o->searches);
    const Node *node = &o->graph->nodes[s->node];
    const size_t at = s->edge < node->children.len
                          ? node->children.at[s->edge]
                          : node->dependents.at[s->edge - node->children.len];

    if (o->marks[at] && o->slot_of[at] == slot)
        return true;
    if (o->marks[at] && o->bound[at] <= slot) {
        /* looked at again once its own search has raised the bound */
        *VEC_ADD(o->arena, &o->searches) = (Search){.node = at, .least = NO_SLOT};
        return false;
    }
    s->edge++;
    if (o->marks[at])
        s->least = least_of(s->least, least_of(o->slot_of[at], o->bound[at]));
    return false;
}

/* Whether `slot`, which no lower one precedes, is above the node. If not, the bounds of all that
 * was looked at are above it afterwards. */
static bool
search_slot(Order *o, size_t node, size_t slot)
{
    size_t cost = 0;
    bool is_found = false;

    o->searches.len = 0;
    *VEC_ADD(o->arena, &o->searches) = (Search){.node = node, .least = NO_SLOT};
    while (o->searches.len > 0 && !is_found) {
        const Search *s = VEC_LAST(&o->searches);
        const Node *at = &o->graph->nodes[s->node];
        cost++;
        if (s->edge < at->children.len + at->dependents.len) {
            is_found = search_edge(o, slot);
            continue;
        }
        o->bound[s->node] = s->least;
        o->searches.len--;
    }
    o->spent[node] += cost;
    return is_found;
}

/* The lowest slot above a blocked node. */
static size_t
lowest_above(Order *o, size_t node)
{
    if (o->column_of[node] == COLUMNS && o->spent[node] > o->left)
        column_make(o, node);
    if (o->column_of[node] != COLUMNS)
        return column_lowest(o, o->column_of[node]);
    while (!search_slot(o, node, o->bound[node]))
        assert(o->bound[node] != NO_SLOT);
    return o->bound[node];
}

static void
release(Order *o, const Indexes *edges)
{
    for (size_t i = 0; i < edges->len; i++)
        o->blockers[edges->at[i]]--;
}

static void
emit(Order *o, size_t node, Arena *arena, Indexes *order)
{
    *VEC_ADD(arena, order) = node;
    o->marks[node] = false;
    o->left--;
    release(o, &o->graph->nodes[node].parents);
    release(o, &o->graph->nodes[node].dependencies);
    if (o->column_of[node] != COLUMNS)
        column_free(o, o->column_of[node]);
}

/* Puts those of `edges` that are to come and in no slot into slots, the first of them into `slot`;
 * true once that one is taken. */
static bool
descend(Order *o, const Indexes *edges, size_t slot, bool is_taken)
{
    for (size_t i = 0; i < edges->len; i++) {
        const size_t at = edges->at[i];
        if (!o->marks[at] || o->slot_of[at] != NO_SLOT)
            continue;
        if (is_taken) {
            slot_add(o, at);
            continue;
        }
        o->slots.at[slot].node = at;
        o->slot_of[at] = slot;
        is_taken = true;
    }
    return is_taken;
}

static void
order_init(Order *o, const Indexes *heads)
{
    const size_t count = o->graph->count;

    o->blockers = ARENA_ARRAY(o->arena, size_t, count);
    o->slot_of = ARENA_ARRAY(o->arena, size_t, count);
    o->bound = ARENA_ARRAY(o->arena, size_t, count);
    o->spent = ARENA_ARRAY(o->arena, size_t, count);
    o->above = ARENA_ARRAY(o->arena, uint64_t, count);
    o->column_of = ARENA_ARRAY(o->arena, size_t, count);
    o->first = o->last = NO_SLOT;
    for (size_t i = 0; i < COLUMNS; i++)
        o->columns[i].node = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const Node *node = &o->graph->nodes[i];
        o->slot_of[i] = NO_SLOT;
        o->column_of[i] = COLUMNS;
        o->left += o->marks[i];
        for (size_t k = 0; o->marks[i] && k < node->parents.len; k++)
            o->blockers[node->parents.at[k]]++;
        for (size_t k = 0; o->marks[i] && k < node->dependencies.len; k++)
            o->blockers[node->dependencies.at[k]]++;
    }
    for (size_t i = 0; i < heads->len; i++) {
        if (o->marks[heads->at[i]] && o->slot_of[heads->at[i]] == NO_SLOT)
            slot_add(o, heads->at[i]);
    }
}

void
plan_order(const Graph *graph, const Indexes *heads, bool *marks, Arena *arena, Indexes *order)
{
    Arena scratch = {0};
    Order o = {.graph = graph, .marks = marks, .arena = &scratch};

    *order = (Indexes){0};
    order_init(&o, heads);
    size_t slot = o.first;
    while (slot != NO_SLOT) {
        const size_t at = o.slots.at[slot].node;
        if (o.blockers[at] > 0) {
            slot = lowest_above(&o, at);
            continue;
        }
        const Node *node = &graph->nodes[at];
        emit(&o, at, arena, order);
        const bool is_taken = descend(&o, &node->parents, slot, false);
        if (!descend(&o, &node->normal_dependencies, slot, is_taken))
            slot = slot_remove(&o, slot);
    }
    arena_release(&scratch);
}

static Indexes
sorted(Arena *arena, const Indexes *nodes)
{
    Indexes copy = {0};

    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(arena, &copy) = nodes->at[i];
    if (copy.len > 1)
        qsort(copy.at, copy.len, sizeof *copy.at, compare_sizes);
    return copy;
}

/* A plan being made: the applied set and its rows, as they are after the steps so far. */
typedef struct Planner {
    const Graph *graph;
    Arena *arena; /* of the plan */
    Arena *scratch;
    Plan *plan;
    bool *applied;
    bool *is_row;
    size_t *standing; /* applied children of either kind, counted by edges */
} Planner;

/* `ends` are the rows that go (upgrade) or come (downgrade) on the other side of the node's own. */
static void
add_step(Planner *p, size_t node, Direction direction, const Indexes *ends)
{
    const char *id = p->graph->nodes[node].revision->id;
    const bool is_up = direction == DIRECTION_UPGRADE;
    const size_t count = ends->len == 0 ? 1 : ends->len;
    RowChanges changes = {
        .at = ARENA_ARRAY(p->arena, RowChange, count), .len = count, .cap = count};

    for (size_t i = 0; i < ends->len; i++) {
        const char *end = p->graph->nodes[ends->at[i]].revision->id;
        if (is_up)
            changes.at[i].from = end;
        else
            changes.at[i].to = end;
    }
    if (is_up)
        changes.at[count - 1].to = id;
    else
        changes.at[count - 1].from = id;
    p->is_row[node] = is_up;
    *VEC_ADD(p->arena, &p->plan->steps) = (Step){
        .revision = p->graph->nodes[node].revision, .direction = direction, .changes = changes};
}

/* Of `edges` the rows that the upgrade of a child takes the place of. */
static void
collect_rows(Planner *p, const Indexes *edges, Indexes *ends)
{
    for (size_t i = 0; i < edges->len; i++) {
        if (!p->is_row[edges->at[i]])
            continue;
        p->is_row[edges->at[i]] = false;
        *VEC_ADD(p->scratch, ends) = edges->at[i];
    }
}

static void
upgrade_step(Planner *p, size_t at)
{
    const Node *node = &p->graph->nodes[at];
    Indexes ends = {0};

    collect_rows(p, &node->parents, &ends);
    collect_rows(p, &node->dependencies, &ends);
    add_step(p, at, DIRECTION_UPGRADE, &ends);
}

/* Of `edges` those that become rows, now that one that stood on them is off. */
static void
collect_bared(Planner *p, const Indexes *edges, Indexes *ends)
{
    for (size_t i = 0; i < edges->len; i++) {
        const size_t at = edges->at[i];
        if (p->standing[at] > 0 || p->is_row[at])
            continue;
        p->is_row[at] = true;
        *VEC_ADD(p->scratch, ends) = at;
    }
}

static void
downgrade_step(Planner *p, size_t at)
{
    const Node *node = &p->graph->nodes[at];
    Indexes ends = {0};

    for (size_t i = 0; i < node->parents.len; i++)
        p->standing[node->parents.at[i]]--;
    for (size_t i = 0; i < node->dependencies.len; i++)
        p->standing[node->dependencies.at[i]]--;
    collect_bared(p, &node->parents, &ends);
    collect_bared(p, &node->dependencies, &ends);
    add_step(p, at, DIRECTION_DOWNGRADE, &ends);
}

static bool
check_overlap(Planner *p, const Indexes *rows, Error *err)
{
    size_t lower = 0;
    size_t upper = 0;

    if (!graph_overlap(p->graph, rows, p->scratch, &lower, &upper))
        return true;
    const char *low = p->graph->nodes[lower].revision->id;
    const char *high = p->graph->nodes[upper].revision->id;
    error_set(err, ERR_STATE, "the version rows %s and %s overlap: %s is an ancestor of %s", low,
              high, low, high);
    return error_hint(err,
                      "if %s is applied, say so with migrate stamp %s; the row %s goes with "
                      "it",
                      high, high, low);
}

static bool
plan_upgrade(Planner *p, const Target *target, const Indexes *rows, Error *err)
{
    bool *todo = ARENA_ARRAY(p->scratch, bool, p->graph->count);
    Indexes order = {0};

    if (!check_overlap(p, rows, err))
        return false;
    graph_mark_ancestors(p->graph, &target->nodes, p->scratch, todo);
    for (size_t i = 0; i < p->graph->count; i++)
        todo[i] = todo[i] && !p->applied[i];
    const Indexes heads = sorted(p->scratch, &target->nodes);
    plan_order(p->graph, &heads, todo, p->scratch, &order);
    for (size_t i = order.len; i-- > 0;)
        upgrade_step(p, order.at[i]);
    return true;
}

static void
plan_downgrade(Planner *p, const Target *target, const Indexes *rows)
{
    const Graph *graph = p->graph;
    bool *todo = ARENA_ARRAY(p->scratch, bool, graph->count);
    Indexes order = {0};

    graph_mark(graph, &target->roots, REACH_DESCENDANTS, EDGES_ALL, p->scratch, todo);
    p->standing = ARENA_ARRAY(p->scratch, size_t, graph->count);
    for (size_t i = 0; i < graph->count; i++) {
        const Node *node = &graph->nodes[i];
        todo[i] = todo[i] && p->applied[i];
        for (size_t k = 0; p->applied[i] && k < node->parents.len; k++)
            p->standing[node->parents.at[k]]++;
        for (size_t k = 0; p->applied[i] && k < node->dependencies.len; k++)
            p->standing[node->dependencies.at[k]]++;
    }
    const Indexes heads = sorted(p->scratch, rows);
    plan_order(graph, &heads, todo, p->scratch, &order);
    for (size_t i = 0; i < order.len; i++)
        downgrade_step(p, order.at[i]);
}

bool
plan_make(const Graph *graph, const Target *target, const Names *rows, Arena *arena, Plan *plan,
          Error *err)
{
    Arena scratch = {0};
    Planner p = {.graph = graph, .arena = arena, .scratch = &scratch, .plan = plan};
    Indexes at = {0};
    bool is_made = true;

    *plan = (Plan){.rows_before = names_copy(arena, rows)};
    names_sort(&plan->rows_before);
    if (!target_rows(graph, rows, &scratch, &at, err)) {
        arena_release(&scratch);
        return false;
    }
    p.applied = ARENA_ARRAY(&scratch, bool, graph->count);
    p.is_row = ARENA_ARRAY(&scratch, bool, graph->count);
    graph_mark_ancestors(graph, &at, &scratch, p.applied);
    for (size_t i = 0; i < at.len; i++)
        p.is_row[at.at[i]] = true;
    if (target->direction == DIRECTION_UPGRADE)
        is_made = plan_upgrade(&p, target, &at, err);
    else
        plan_downgrade(&p, target, &at);
    for (size_t i = 0; i < graph->count; i++) {
        if (p.is_row[i])
            *VEC_ADD(arena, &plan->rows_after) = graph->nodes[i].revision->id;
    }
    names_sort(&plan->rows_after);
    arena_release(&scratch);
    return is_made;
}

/* The texts of `a` that are not in `b`; both in byte order. */
static Names
names_less(const Names *a, const Names *b, Arena *arena)
{
    Names rest = {0};
    size_t k = 0;

    for (size_t i = 0; i < a->len; i++) {
        while (k < b->len && strcmp(b->at[k], a->at[i]) < 0)
            k++;
        if (k == b->len || strcmp(b->at[k], a->at[i]) != 0)
            *VEC_ADD(arena, &rest) = a->at[i];
    }
    return rest;
}

void
plan_tables(const Names *rows, Arena *arena, Plan *plan)
{
    *plan = (Plan){.rows_before = names_copy(arena, rows), .rows_after = names_copy(arena, rows)};
    *VEC_ADD(arena, &plan->steps) = (Step){.direction = DIRECTION_STAMP, .only_tables = true};
}

RowChanges
plan_changes(const Names *before, const Names *after, Arena *arena)
{
    const Names gone = names_less(before, after, arena);
    const Names come = names_less(after, before, arena);
    RowChanges changes = {0};
    const bool has_update = gone.len > 0 && come.len > 0;

    for (size_t i = 0; i + has_update < gone.len; i++)
        *VEC_ADD(arena, &changes) = (RowChange){.from = gone.at[i]};
    for (size_t i = 0; i + has_update < come.len; i++)
        *VEC_ADD(arena, &changes) = (RowChange){.to = come.at[i]};
    if (has_update)
        *VEC_ADD(arena, &changes) = (RowChange){.from = *VEC_LAST(&gone), .to = *VEC_LAST(&come)};
    return changes;
}

/* Marks of the rows that a stamp replaces: those of the lineages of all it names. */
static bool *
stamped_lineages(const Graph *graph, const StampTarget *target, Arena *scratch)
{
    bool *below = ARENA_ARRAY(scratch, bool, graph->count);
    bool *marks = ARENA_ARRAY(scratch, bool, graph->count);

    graph_mark_ancestors(graph, &target->nodes, scratch, below);
    graph_mark_ancestors(graph, &target->branches, scratch, below);
    graph_mark(graph, &target->nodes, REACH_DESCENDANTS, EDGES_ALL, scratch, marks);
    graph_mark(graph, &target->branches, REACH_DESCENDANTS, EDGES_ALL, scratch, marks);
    for (size_t i = 0; i < graph->count; i++)
        marks[i] = marks[i] || below[i] || target->is_base;
    return marks;
}

static bool
check_stamp(const Graph *graph, const Indexes *nodes, Arena *scratch, Error *err)
{
    size_t lower = 0;
    size_t upper = 0;

    if (!graph_overlap(graph, nodes, scratch, &lower, &upper))
        return true;
    error_set(err, ERR_REVISION, "%s is an ancestor of %s: the two cannot be stamped together",
              graph->nodes[lower].revision->id, graph->nodes[upper].revision->id);
    return error_hint(err, "%s stands for %s too", graph->nodes[upper].revision->id,
                      graph->nodes[lower].revision->id);
}

/* The rows that a stamp leaves alone: those outside the lineages, which `at` are the nodes of. */
static bool
stamp_keeps(const Graph *graph, const StampTarget *target, const Names *rows, Arena *scratch,
            Names *kept, Error *err)
{
    Indexes at = {0};

    if (!target_rows(graph, rows, scratch, &at, err))
        return false;
    const bool *is_stamped = stamped_lineages(graph, target, scratch);
    for (size_t i = 0; i < at.len; i++) {
        if (!is_stamped[at.at[i]])
            *VEC_ADD(scratch, kept) = graph->nodes[at.at[i]].revision->id;
    }
    return true;
}

bool
plan_stamp(const Graph *graph, const StampTarget *target, const Names *rows, bool purge,
           Arena *arena, Plan *plan, Error *err)
{
    const Indexes *nodes = &target->nodes;
    Arena scratch = {0};
    Names after = {0};

    *plan = (Plan){.rows_before = names_copy(arena, rows)};
    names_sort(&plan->rows_before);
    if (!check_stamp(graph, nodes, &scratch, err) ||
        (!purge && !stamp_keeps(graph, target, rows, &scratch, &after, err))) {
        arena_release(&scratch);
        return false;
    }
    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(&scratch, &after) = graph->nodes[nodes->at[i]].revision->id;
    names_sort(&after);
    plan->rows_after = names_copy(arena, &after);
    const RowChanges changes = plan_changes(&plan->rows_before, &plan->rows_after, arena);
    if (changes.len > 0)
        *VEC_ADD(arena, &plan->steps) = (Step){.direction = DIRECTION_STAMP, .changes = changes};
    arena_release(&scratch);
    return true;
}

/* Where `name` is, or belongs, in `rows`. */
static size_t
row_place(const Names *rows, const char *name)
{
    size_t low = 0;
    size_t high = rows->len;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(rows->at[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
row_remove(Names *rows, const char *name)
{
    const size_t place = row_place(rows, name);

    if (place == rows->len || strcmp(rows->at[place], name) != 0)
        return;
    memmove(rows->at + place, rows->at + place + 1, (rows->len - place - 1) * sizeof *rows->at);
    rows->len--;
}

static void
row_insert(Names *rows, const char *name, Arena *arena)
{
    const size_t place = row_place(rows, name);

    VEC_ADD(arena, rows);
    memmove(rows->at + place + 1, rows->at + place, (rows->len - place - 1) * sizeof *rows->at);
    rows->at[place] = name;
}

void
plan_apply(const Step *step, Arena *arena, Names *rows)
{
    for (size_t i = 0; i < step->changes.len; i++) {
        const RowChange *change = &step->changes.at[i];
        if (change->from != NULL)
            row_remove(rows, change->from);
        if (change->to != NULL)
            row_insert(rows, change->to, arena);
    }
}

void
plan_range(const Graph *graph, const TargetRange *range, Arena *arena, Indexes *nodes)
{
    Arena scratch = {0};
    bool *todo = ARENA_ARRAY(&scratch, bool, graph->count);
    bool *above = ARENA_ARRAY(&scratch, bool, graph->count);
    Indexes order = {0};

    *nodes = (Indexes){0};
    graph_mark_ancestors(graph, &range->upper, &scratch, todo);
    graph_mark(graph, &range->lower, REACH_DESCENDANTS, EDGES_REVISES, &scratch, above);
    const Indexes heads = sorted(&scratch, &range->upper);
    /* the whole of what is below, so that the order does not depend on where the range begins */
    plan_order(graph, &heads, todo, &scratch, &order);
    for (size_t i = 0; i < order.len; i++) {
        if (range->lower.len == 0 || above[order.at[i]])
            *VEC_ADD(arena, nodes) = order.at[i];
    }
    arena_release(&scratch);
}
