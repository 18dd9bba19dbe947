/* SPDX-License-Identifier: MIT */
#include "core/graph.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

/* A long ring is named by its first members; the nearest id is looked up for the first problems
 * only, since each search reads every id. */
enum { RING_SHOWN = 8, NEAREST_LIMIT = 8 };

typedef struct Builder {
    const Revisions *revisions;
    Graph *graph;
    Arena *arena;  /* of the graph */
    Arena scratch; /* of the building */
    Error *err;
    Error *last; /* the newest problem, so that adding one does not walk the list */
    unsigned searches;
    size_t *order;     /* every node behind its parents and dependencies */
    size_t *position;  /* where in `order` a node stands */
    size_t *component; /* strongly connected ones, counted from 1 */
    size_t *place;     /* scratch of find_ring, zero between calls */
    size_t *seen;      /* scratch of add_once */
    size_t stamp;
} Builder;

static void
problem(Builder *b, const Revision *revision, unsigned line, const char *message)
{
    const Place place = {.file = revision->file, .line = line};

    error_add_at(b->last, ERR_REVISION, place, "%s", message);
    while (b->last->next != NULL)
        b->last = b->last->next;
}

static void
hint_nearest(Builder *b, const char *name, const char *otherwise)
{
    const char *nearest = NULL;

    if (b->searches++ < NEAREST_LIMIT)
        nearest = graph_nearest(b->graph, name);
    if (nearest != NULL)
        error_hint(b->last, "did you mean %s?", nearest);
    else
        error_hint(b->last, "%s", otherwise);
}

/* "b.sql:3" */
static const char *
place_text(Builder *b, const Revision *revision, unsigned line)
{
    return arena_format(b->err->arena, "%s:%u", revision->file, line);
}

static void
add_ids(Builder *b)
{
    Graph *graph = b->graph;

    for (size_t i = 0; i < graph->count; i++) {
        const Revision *revision = graph->nodes[i].revision;
        const Node *first = graph_find(graph, revision->id);
        if (first == NULL) {
            map_put(&graph->names, slice_of(revision->id), &graph->nodes[i]);
            continue;
        }
        problem(b, revision, revision->id_line,
                arena_format(b->err->arena, "revision %s is defined twice, first in %s",
                             revision->id,
                             place_text(b, first->revision, first->revision->id_line)));
        error_hint(b->last, "give one of the two files another id");
    }
}

static void
add_label(Builder *b, Node *node, const char *label)
{
    const Revision *revision = node->revision;
    const Node *owner = graph_find(b->graph, label);

    if (owner == NULL) {
        map_put(&b->graph->names, slice_of(label), node);
        return;
    }
    const Revision *other = owner->revision;
    const bool is_id = strcmp(other->id, label) == 0;
    problem(b, revision, revision->branch_labels_line,
            is_id ? arena_format(b->err->arena,
                                 "branch label %s of revision %s is the id of a revision (%s)",
                                 label, revision->id, place_text(b, other, other->id_line))
                  : arena_format(
                        b->err->arena,
                        "branch label %s of revision %s is a label of revision %s already (%s)",
                        label, revision->id, other->id,
                        place_text(b, other, other->branch_labels_line)));
    error_hint(b->last, "ids and labels share one name space: choose another label");
}

static void
add_labels(Builder *b)
{
    for (size_t i = 0; i < b->graph->count; i++) {
        const Names *labels = &b->graph->nodes[i].revision->branch_labels;
        for (size_t k = 0; k < labels->len; k++)
            add_label(b, &b->graph->nodes[i], labels->at[k]);
    }
}

static Indexes
indexes_of(Arena *arena, size_t count)
{
    return (Indexes){.at = count == 0 ? NULL : ARENA_ARRAY(arena, size_t, count), .cap = count};
}

/* Adds it unless `seen` has the stamp of this list at it. */
static void
add_once(Builder *b, Indexes *indexes, size_t index)
{
    if (b->seen[index] == b->stamp)
        return;
    b->seen[index] = b->stamp;
    indexes->at[indexes->len++] = index;
}

static void
link_parent(Builder *b, Node *node, const char *id)
{
    const Revision *revision = node->revision;
    const Node *parent = graph_find(b->graph, id);
    Arena *texts = b->err->arena;

    if (strcmp(id, revision->id) == 0) {
        problem(b, revision, revision->revises_line,
                arena_format(texts, "revision %s revises itself", id));
        error_hint(b->last, "a base has `revises:` with nothing behind it");
        return;
    }
    if (parent == NULL) {
        problem(
            b, revision, revision->revises_line,
            arena_format(texts, "revision %s revises %s, which no file defines", revision->id, id));
        hint_nearest(b, id, "its file is missing, or was never merged into this tree");
        return;
    }
    if (strcmp(parent->revision->id, id) != 0) {
        problem(b, revision, revision->revises_line,
                arena_format(texts, "revision %s revises %s, which is a branch label", revision->id,
                             id));
        error_hint(b->last, "write the id of its revision, %s", parent->revision->id);
        return;
    }
    add_once(b, &node->parents, graph_index(b->graph, parent));
}

static void
link_dependency(Builder *b, Node *node, const char *name)
{
    const Revision *revision = node->revision;
    const Node *needed = graph_find(b->graph, name);
    Arena *texts = b->err->arena;

    if (needed == NULL) {
        problem(b, revision, revision->depends_on_line,
                arena_format(
                    texts,
                    "revision %s depends on %s, which is neither a revision nor a branch label",
                    revision->id, name));
        hint_nearest(b, name, "its file is missing, or was never merged into this tree");
        return;
    }
    if (needed == node || strcmp(needed->revision->id, revision->id) == 0) {
        problem(b, revision, revision->depends_on_line,
                strcmp(name, revision->id) == 0
                    ? arena_format(texts, "revision %s depends on itself", name)
                    : arena_format(texts, "revision %s depends on itself, by its branch label %s",
                                   revision->id, name));
        error_hint(b->last, "take it out of depends_on");
        return;
    }
    add_once(b, &node->dependencies, graph_index(b->graph, needed));
}

static void
link_up(Builder *b)
{
    b->seen = ARENA_ARRAY(&b->scratch, size_t, b->graph->count);
    for (size_t i = 0; i < b->graph->count; i++) {
        Node *node = &b->graph->nodes[i];
        const Revision *revision = node->revision;
        node->parents = indexes_of(b->arena, revision->revises.len);
        node->dependencies = indexes_of(b->arena, revision->depends_on.len);
        b->stamp++;
        for (size_t k = 0; k < revision->revises.len; k++)
            link_parent(b, node, revision->revises.at[k]);
        b->stamp++;
        for (size_t k = 0; k < revision->depends_on.len; k++)
            link_dependency(b, node, revision->depends_on.at[k]);
    }
}

/* The other ends of all edges: counted first, then filled, so that each list has its exact size. */
static void
link_down(Builder *b)
{
    Node *nodes = b->graph->nodes;

    for (size_t i = 0; i < b->graph->count; i++) {
        for (size_t k = 0; k < nodes[i].parents.len; k++)
            nodes[nodes[i].parents.at[k]].children.cap++;
        for (size_t k = 0; k < nodes[i].dependencies.len; k++)
            nodes[nodes[i].dependencies.at[k]].dependents.cap++;
    }
    for (size_t i = 0; i < b->graph->count; i++) {
        nodes[i].children = indexes_of(b->arena, nodes[i].children.cap);
        nodes[i].dependents = indexes_of(b->arena, nodes[i].dependents.cap);
    }
    for (size_t i = 0; i < b->graph->count; i++) {
        for (size_t k = 0; k < nodes[i].parents.len; k++) {
            Indexes *children = &nodes[nodes[i].parents.at[k]].children;
            children->at[children->len++] = i;
        }
        for (size_t k = 0; k < nodes[i].dependencies.len; k++) {
            Indexes *dependents = &nodes[nodes[i].dependencies.at[k]].dependents;
            dependents->at[dependents->len++] = i;
        }
    }
}

static size_t
edge_count(const Node *node)
{
    return node->parents.len + node->dependencies.len;
}

static size_t
edge_at(const Node *node, size_t k)
{
    return k < node->parents.len ? node->parents.at[k]
                                 : node->dependencies.at[k - node->parents.len];
}

/* The number of the first edge that stays inside the node's component, which is not trivial. */
static size_t
ring_edge(const Builder *b, size_t at)
{
    const Node *node = &b->graph->nodes[at];

    for (size_t k = 0; k < edge_count(node); k++) {
        if (b->component[edge_at(node, k)] == b->component[at])
            return k;
    }
    assert(false);
    return 0;
}

static void
report_ring(Builder *b, const Indexes *ring)
{
    const Node *nodes = b->graph->nodes;
    const Node *first = &nodes[ring->at[0]];
    Buf text = {.arena = b->err->arena};

    buf_addf(&text, "revisions stand on each other in a ring: %s (%s)", first->revision->id,
             first->revision->file);
    for (size_t i = 0; i < ring->len; i++) {
        const Node *node = &nodes[ring->at[i]];
        const char *verb = ring_edge(b, ring->at[i]) < node->parents.len ? "revises" : "depends on";
        const Revision *next = nodes[ring->at[(i + 1) % ring->len]].revision;
        if (i == RING_SHOWN && ring->len > RING_SHOWN + 2) {
            buf_addf(&text, ", and so on through %zu more", ring->len - i - 1);
            i = ring->len - 2;
            continue;
        }
        buf_addf(&text, "%s %s %s", i > 0 ? ", which" : "", verb, next->id);
        if (i + 1 < ring->len)
            buf_addf(&text, " (%s)", next->file);
    }
    const bool is_parent = ring_edge(b, ring->at[0]) < first->parents.len;
    problem(b, first->revision,
            is_parent ? first->revision->revises_line : first->revision->depends_on_line,
            buf_text(&text));
    error_hint(b->last, "one of them must go without the other");
}

/* Names one ring of a component: from its first member along the edges that stay inside, until a
 * member comes again; the ring begins with its member loaded first. */
static void
find_ring(Builder *b, const Indexes *members)
{
    size_t *place = b->place;
    Indexes path = {0};
    Indexes ring = {0};
    size_t at = members->at[0];
    size_t least = 0;

    for (size_t i = 1; i < members->len; i++)
        at = members->at[i] < at ? members->at[i] : at;
    do {
        *VEC_ADD(&b->scratch, &path) = at;
        place[at] = path.len;
        at = edge_at(&b->graph->nodes[at], ring_edge(b, at));
    } while (place[at] == 0);
    const size_t *begin = path.at + place[at] - 1;
    const size_t length = path.len - place[at] + 1;
    for (size_t i = 1; i < length; i++)
        least = begin[i] < begin[least] ? i : least;
    for (size_t i = 0; i < length; i++)
        *VEC_ADD(&b->scratch, &ring) = begin[(least + i) % length];
    report_ring(b, &ring);
    for (size_t i = 0; i < path.len; i++)
        place[path.at[i]] = 0;
}

/* Tarjan's strongly connected components (SIAM J. Comput. 1, 1972), on a stack of our own. */
typedef struct Tarjan {
    size_t *number; /* order of discovery, 0: not yet */
    size_t *low;
    size_t *cursor; /* the next edge to look at */
    Indexes open;   /* discovered, their component not complete */
    Indexes calls;
    size_t discovered;
    size_t finished;
    size_t components;
} Tarjan;

static void
tarjan_enter(Builder *b, Tarjan *t, size_t at)
{
    t->number[at] = t->low[at] = ++t->discovered;
    *VEC_ADD(&b->scratch, &t->open) = at;
    *VEC_ADD(&b->scratch, &t->calls) = at;
}

static void
tarjan_close(Builder *b, Tarjan *t, size_t at)
{
    Indexes members = {0};
    size_t begin = t->open.len;

    t->components++;
    do {
        begin--;
        b->component[t->open.at[begin]] = t->components;
    } while (t->open.at[begin] != at);
    members.at = t->open.at + begin;
    members.len = t->open.len - begin;
    if (members.len > 1)
        find_ring(b, &members);
    t->open.len = begin;
}

static void
tarjan_step(Builder *b, Tarjan *t)
{
    const size_t at = *VEC_LAST(&t->calls);
    const Node *node = &b->graph->nodes[at];

    if (t->cursor[at] < edge_count(node)) {
        const size_t next = edge_at(node, t->cursor[at]++);
        if (t->number[next] == 0)
            tarjan_enter(b, t, next);
        else if (b->component[next] == 0 && t->number[next] < t->low[at])
            t->low[at] = t->number[next];
        return;
    }
    t->calls.len--;
    b->position[at] = t->finished;
    b->order[t->finished++] = at;
    if (t->low[at] == t->number[at])
        tarjan_close(b, t, at);
    if (t->calls.len > 0) {
        const size_t caller = *VEC_LAST(&t->calls);
        t->low[caller] = t->low[at] < t->low[caller] ? t->low[at] : t->low[caller];
    }
}

/* Orders the nodes so that each stands behind what it needs, and reports every ring. */
static void
sort_nodes(Builder *b)
{
    const size_t count = b->graph->count;
    Tarjan t = {
        .number = ARENA_ARRAY(&b->scratch, size_t, count),
        .low = ARENA_ARRAY(&b->scratch, size_t, count),
        .cursor = ARENA_ARRAY(&b->scratch, size_t, count),
    };

    b->order = ARENA_ARRAY(&b->scratch, size_t, count);
    b->position = ARENA_ARRAY(&b->scratch, size_t, count);
    b->component = ARENA_ARRAY(&b->scratch, size_t, count);
    b->place = ARENA_ARRAY(&b->scratch, size_t, count);
    for (size_t i = 0; i < count; i++) {
        if (t.number[i] != 0)
            continue;
        tarjan_enter(b, &t, i);
        while (t.calls.len > 0)
            tarjan_step(b, &t);
    }
}

/*
 * Which dependencies are redundant (see graph.h): r's on d is when another dependent of d is an
 * ancestor of r by `revises`. Three ways to know, the cheap ones first: d has one dependent; the
 * nesting of intervals in the tree of first parents; and, for what descends from a merge, a walk
 * down that ends where d's lowest dependent stands in the order.
 */
typedef struct Interval {
    size_t enter;
    size_t leave;
} Interval;

/* Redundant dependencies found, in a list for each node. */
typedef struct Dropped {
    size_t dependency;
    size_t next; /* place of the next one of the same node + 1; 0: none */
} Dropped;

typedef struct Normaliser {
    Builder *b;
    Interval *tree;    /* of each node in the forest of first parents */
    bool *has_merge;   /* the node or an ancestor is a merge */
    size_t *is_needer; /* d + 1 for each dependent of the d at hand */
    size_t *visited;   /* d + 1 once the walk for d was there */
    bool *reaches;     /* of the visited: an ancestor is a dependent of d */
    VEC(Dropped) dropped;
    size_t *first_dropped; /* of each node: place + 1 */
} Normaliser;

/* Numbers the forest of first parents. Children are behind their parents in `order`, so that sizes
 * add up going back through it and places are dealt out going forward. */
static void
number_tree(Normaliser *n)
{
    const Graph *graph = n->b->graph;
    size_t *size = ARENA_ARRAY(&n->b->scratch, size_t, graph->count);
    size_t *next = ARENA_ARRAY(&n->b->scratch, size_t, graph->count);
    size_t roots = 0;

    for (size_t i = graph->count; i-- > 0;) {
        const size_t at = n->b->order[i];
        size[at]++;
        if (graph->nodes[at].parents.len > 0)
            size[graph->nodes[at].parents.at[0]] += size[at];
    }
    for (size_t i = 0; i < graph->count; i++) {
        const size_t at = n->b->order[i];
        const Indexes *parents = &graph->nodes[at].parents;
        size_t *place = parents->len > 0 ? &next[parents->at[0]] : &roots;
        n->tree[at] = (Interval){.enter = *place, .leave = *place + size[at]};
        *place += size[at];
        next[at] = n->tree[at].enter + 1;
        n->has_merge[at] = parents->len > 1;
        for (size_t k = 0; k < parents->len && !n->has_merge[at]; k++)
            n->has_merge[at] = n->has_merge[parents->at[k]];
    }
}

/* What is sorted: dependents by where the tree enters them, walked nodes by order. */
typedef struct Ranked {
    size_t rank;
    size_t node;
} Ranked;

typedef VEC(Ranked) Rankeds;

static int
compare_ranks(const void *a, const void *b)
{
    const size_t left = ((const Ranked *)a)->rank;
    const size_t right = ((const Ranked *)b)->rank;

    return (left > right) - (left < right);
}

static void
sort_ranks(Rankeds *ranks)
{
    if (ranks->len > 1)
        qsort(ranks->at, ranks->len, sizeof *ranks->at, compare_ranks);
}

/* Fills in `reaches` for the dependents of d that only a walk can decide. */
static void
walk_down(Normaliser *n, size_t d, Indexes *stack, size_t lowest, Arena *arena)
{
    const Node *nodes = n->b->graph->nodes;
    Rankeds region = {0};

    while (stack->len > 0) {
        const size_t at = stack->at[--stack->len];
        if (n->visited[at] == d + 1)
            continue;
        n->visited[at] = d + 1;
        *VEC_ADD(arena, &region) = (Ranked){.rank = n->b->position[at], .node = at};
        for (size_t k = 0; k < nodes[at].parents.len; k++) {
            if (n->b->position[nodes[at].parents.at[k]] >= lowest)
                *VEC_ADD(arena, stack) = nodes[at].parents.at[k];
        }
    }
    sort_ranks(&region);
    for (size_t i = 0; i < region.len; i++) {
        const size_t at = region.at[i].node;
        n->reaches[at] = false;
        for (size_t k = 0; k < nodes[at].parents.len; k++) {
            const size_t parent = nodes[at].parents.at[k];
            if (n->is_needer[parent] == d + 1 ||
                (n->visited[parent] == d + 1 && n->reaches[parent]))
                n->reaches[at] = true;
        }
    }
}

static void
drop(Normaliser *n, size_t node, size_t d)
{
    *VEC_ADD(&n->b->scratch, &n->dropped) =
        (Dropped){.dependency = d, .next = n->first_dropped[node]};
    n->first_dropped[node] = n->dropped.len;
}

/* Takes out of the node's normal dependencies what was dropped, in one pass. */
static void
take_out(Normaliser *n, size_t at)
{
    Builder *b = n->b;
    Indexes *normal = &b->graph->nodes[at].normal_dependencies;
    size_t kept = 0;

    b->stamp++;
    for (size_t i = n->first_dropped[at]; i != 0; i = n->dropped.at[i - 1].next)
        b->seen[n->dropped.at[i - 1].dependency] = b->stamp;
    for (size_t i = 0; i < normal->len; i++) {
        if (b->seen[normal->at[i]] != b->stamp)
            normal->at[kept++] = normal->at[i];
    }
    normal->len = kept;
}

/* Drops d from those of its dependents that have it by an ancestor. */
static void
normalise_dependents(Normaliser *n, size_t d, Arena *arena)
{
    const Node *nodes = n->b->graph->nodes;
    const Indexes *dependents = &nodes[d].dependents;
    Rankeds ranks = {0};
    size_t *open = ARENA_ARRAY(arena, size_t, dependents->len); /* tree intervals around this */
    size_t depth = 0;
    Indexes undecided = {0};
    size_t lowest = SIZE_MAX;

    for (size_t i = 0; i < dependents->len; i++) {
        const size_t at = dependents->at[i];
        *VEC_ADD(arena, &ranks) = (Ranked){.rank = n->tree[at].enter, .node = at};
        n->is_needer[at] = d + 1;
        lowest = n->b->position[at] < lowest ? n->b->position[at] : lowest;
    }
    sort_ranks(&ranks);
    for (size_t i = 0; i < ranks.len; i++) {
        const size_t at = ranks.at[i].node;
        while (depth > 0 && n->tree[open[depth - 1]].leave <= n->tree[at].enter)
            depth--;
        if (depth > 0)
            drop(n, at, d);
        else if (n->has_merge[at])
            *VEC_ADD(arena, &undecided) = at;
        open[depth++] = at;
    }
    if (undecided.len == 0)
        return;
    Indexes stack = {0};
    for (size_t i = 0; i < undecided.len; i++)
        *VEC_ADD(arena, &stack) = undecided.at[i];
    walk_down(n, d, &stack, lowest, arena);
    for (size_t i = 0; i < undecided.len; i++) {
        if (n->reaches[undecided.at[i]])
            drop(n, undecided.at[i], d);
    }
}

static void
normalise(Builder *b)
{
    Graph *graph = b->graph;
    Normaliser n = {.b = b};
    Arena arena = {0};
    bool has_dependencies = false;

    for (size_t i = 0; i < graph->count; i++) {
        Node *node = &graph->nodes[i];
        node->normal_dependencies = indexes_of(b->arena, node->dependencies.len);
        has_dependencies = has_dependencies || node->dependencies.len > 0;
        b->stamp++;
        for (size_t k = 0; k < node->parents.len; k++)
            b->seen[node->parents.at[k]] = b->stamp;
        for (size_t k = 0; k < node->dependencies.len; k++)
            add_once(b, &node->normal_dependencies, node->dependencies.at[k]);
    }
    if (!has_dependencies)
        return;
    n.tree = ARENA_ARRAY(&b->scratch, Interval, graph->count);
    n.has_merge = ARENA_ARRAY(&b->scratch, bool, graph->count);
    n.is_needer = ARENA_ARRAY(&b->scratch, size_t, graph->count);
    n.visited = ARENA_ARRAY(&b->scratch, size_t, graph->count);
    n.reaches = ARENA_ARRAY(&b->scratch, bool, graph->count);
    n.first_dropped = ARENA_ARRAY(&b->scratch, size_t, graph->count);
    number_tree(&n);
    for (size_t d = 0; d < graph->count; d++) {
        if (graph->nodes[d].dependents.len < 2)
            continue;
        normalise_dependents(&n, d, &arena);
        arena_reset(&arena);
    }
    arena_release(&arena);
    for (size_t i = 0; n.dropped.len > 0 && i < graph->count; i++) {
        if (n.first_dropped[i] != 0)
            take_out(&n, i);
    }
}

/*
 * Labels. A run is a chain without branch point or merge inside, at most a branch point at its
 * top; a merge is a run by itself. By the rule in graph.h all of a run have the same labels: those
 * of the runs below and its own; so there is one list for each run.
 */
typedef struct Run {
    Names labels;
    bool is_own; /* the list is not shared with a run below */
} Run;

static bool
continues_run(const Graph *graph, const Node *node)
{
    if (node->parents.len != 1)
        return false;
    const Node *parent = &graph->nodes[node->parents.at[0]];
    return parent->children.len == 1 && parent->parents.len <= 1;
}

static void
run_add(Builder *b, Run *run, const char *label)
{
    if (!run->is_own)
        run->labels = names_copy(b->arena, &run->labels);
    run->is_own = true;
    *VEC_ADD(b->arena, &run->labels) = label;
}

/* Adds the labels of another run below, each once. */
static void
run_inherit(Builder *b, Run *run, const Run *below)
{
    Map known = {.arena = &b->scratch};

    if (run->labels.len == 0) {
        *run = (Run){.labels = below->labels};
        return;
    }
    if (below->labels.len == 0 || run->labels.at == below->labels.at)
        return;
    for (size_t i = 0; i < run->labels.len; i++)
        map_put(&known, slice_of(run->labels.at[i]), run);
    for (size_t i = 0; i < below->labels.len; i++) {
        if (map_find(&known, slice_of(below->labels.at[i])) == NULL)
            run_add(b, run, below->labels.at[i]);
    }
}

static void
propagate_labels(Builder *b)
{
    const Graph *graph = b->graph;
    Run *runs = ARENA_ARRAY(&b->scratch, Run, graph->count);
    size_t *run_of = ARENA_ARRAY(&b->scratch, size_t, graph->count);

    for (size_t i = 0; i < graph->count; i++) {
        const size_t at = b->order[i];
        const Node *node = &graph->nodes[at];
        const Names *own = &node->revision->branch_labels;
        run_of[at] = continues_run(graph, node) ? run_of[node->parents.at[0]] : at;
        for (size_t k = 0; run_of[at] == at && k < node->parents.len; k++)
            run_inherit(b, &runs[at], &runs[run_of[node->parents.at[k]]]);
        for (size_t k = 0; k < own->len; k++)
            run_add(b, &runs[run_of[at]], own->at[k]);
    }
    for (size_t i = 0; i < graph->count; i++)
        graph->nodes[i].labels = runs[run_of[i]].labels;
}

static void
collect_ends(Builder *b)
{
    Graph *graph = b->graph;

    for (size_t i = 0; i < graph->count; i++) {
        const Node *node = &graph->nodes[i];
        if (node->children.len == 0)
            *VEC_ADD(b->arena, &graph->heads) = i;
        if (node->children.len == 0 && node->dependents.len == 0)
            *VEC_ADD(b->arena, &graph->real_heads) = i;
        if (node->parents.len == 0)
            *VEC_ADD(b->arena, &graph->bases) = i;
    }
}

bool
graph_build(const Revisions *revisions, Arena *arena, Graph *graph, Error *err)
{
    Builder b = {.revisions = revisions, .graph = graph, .arena = arena, .err = err, .last = err};

    *graph = (Graph){.names = {.arena = arena}, .count = revisions->len};
    err->code = ERR_NONE;
    graph->nodes = ARENA_ARRAY(arena, Node, graph->count);
    for (size_t i = 0; i < graph->count; i++)
        graph->nodes[i].revision = &revisions->at[i];
    add_ids(&b);
    add_labels(&b);
    link_up(&b);
    link_down(&b);
    sort_nodes(&b);
    if (err->code == ERR_NONE) {
        normalise(&b);
        propagate_labels(&b);
        collect_ends(&b);
    }
    arena_release(&b.scratch);
    return err->code == ERR_NONE;
}

const Node *
graph_find(const Graph *graph, const char *name)
{
    return map_find(&graph->names, slice_of(name));
}

size_t
graph_index(const Graph *graph, const Node *node)
{
    return (size_t)(node - graph->nodes);
}

/* The id that a file name, with or without its folder, begins with. */
static const char *
id_in_file_name(const Graph *graph, const char *text)
{
    const char *slash = strrchr(text, '/');
    const Slice name = slice_of(slash == NULL ? text : slash + 1);

    for (size_t len = name.len; len-- > 1;) {
        if (name.at[len] != '_' && name.at[len] != '.')
            continue;
        const Node *node = map_find(&graph->names, (Slice){name.at, len});
        if (node != NULL)
            return node->revision->id;
    }
    return NULL;
}

const char *
graph_nearest(const Graph *graph, const char *text)
{
    const Slice word = slice_of(text);
    const char *longer = NULL;
    size_t longer_count = 0;
    const char *nearest = id_in_file_name(graph, text);
    size_t limit = 2;

    if (nearest != NULL)
        return nearest;
    for (size_t i = 0; i < graph->names.len; i++) {
        const Slice name = graph->names.entries[i].key;
        if (name.len > word.len && word.len > 0 && memcmp(name.at, text, word.len) == 0) {
            longer = name.at;
            longer_count++;
        }
        if (name.len > word.len + limit || word.len > name.len + limit)
            continue;
        const size_t distance = text_distance(word, name, limit);
        const size_t longest = name.len > word.len ? name.len : word.len;
        if (distance <= limit && 2 * distance < longest && (nearest == NULL || distance < limit)) {
            nearest = name.at;
            limit = distance;
        }
    }
    return nearest == NULL && longer_count == 1 ? longer : nearest;
}

static void
push_edges(Arena *arena, Indexes *stack, const Indexes *edges)
{
    for (size_t i = 0; i < edges->len; i++)
        *VEC_ADD(arena, stack) = edges->at[i];
}

void
graph_mark(const Graph *graph, const Indexes *from, GraphReach reach, GraphEdges edges,
           Arena *arena, bool *marks)
{
    Indexes stack = {0};

    push_edges(arena, &stack, from);
    while (stack.len > 0) {
        const size_t at = stack.at[--stack.len];
        const Node *node = &graph->nodes[at];
        const bool is_up = reach == REACH_DESCENDANTS;
        if (marks[at])
            continue;
        marks[at] = true;
        push_edges(arena, &stack, is_up ? &node->children : &node->parents);
        if (edges == EDGES_ALL)
            push_edges(arena, &stack, is_up ? &node->dependents : &node->dependencies);
    }
}

void
graph_mark_ancestors(const Graph *graph, const Indexes *from, Arena *arena, bool *marks)
{
    graph_mark(graph, from, REACH_ANCESTORS, EDGES_ALL, arena, marks);
}

bool *
graph_lineage(const Graph *graph, size_t node, GraphEdges edges, Arena *arena)
{
    bool *marks = ARENA_ARRAY(arena, bool, graph->count);
    const Indexes from = {.at = &node, .len = 1};

    graph_mark(graph, &from, REACH_ANCESTORS, edges, arena, marks);
    marks[node] = false;
    graph_mark(graph, &from, REACH_DESCENDANTS, edges, arena, marks);
    return marks;
}

bool
graph_overlap(const Graph *graph, const Indexes *nodes, Arena *arena, size_t *lower, size_t *upper)
{
    bool *marks = ARENA_ARRAY(arena, bool, graph->count);
    bool *above = NULL;

    for (size_t i = 0; i < nodes->len; i++) {
        const Node *node = &graph->nodes[nodes->at[i]];
        graph_mark(graph, &node->parents, REACH_ANCESTORS, EDGES_ALL, arena, marks);
        graph_mark(graph, &node->dependencies, REACH_ANCESTORS, EDGES_ALL, arena, marks);
    }
    for (size_t i = 0; i < nodes->len && above == NULL; i++) {
        if (!marks[nodes->at[i]])
            continue;
        *lower = nodes->at[i];
        const Indexes from = {.at = lower, .len = 1};
        above = ARENA_ARRAY(arena, bool, graph->count);
        graph_mark(graph, &from, REACH_DESCENDANTS, EDGES_ALL, arena, above);
    }
    for (size_t i = 0; above != NULL && i < nodes->len; i++) {
        if (nodes->at[i] != *lower && above[nodes->at[i]]) {
            *upper = nodes->at[i];
            return true;
        }
    }
    return false;
}
