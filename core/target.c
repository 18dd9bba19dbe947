/* SPDX-License-Identifier: MIT */
#include "core/target.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

/* The base, as an end of a walk. */
#define BASE SIZE_MAX

enum { NAMES_SHOWN = 5, SHORTEST_PARTIAL = 4 };

/* A target, taken apart. */
typedef struct Spec {
    Slice branch; /* before the '@'; `at` NULL: none */
    Slice symbol; /* "" where only steps are given */
    bool is_relative;
    bool is_up;
    unsigned steps;
} Spec;

typedef struct Resolver {
    const Graph *graph;
    const char *text; /* as the user wrote it */
    Arena *arena;
    Error *err;
    Spec spec;
    size_t branch;       /* the node that spec.branch names; BASE: none */
    const bool *lineage; /* of the branch; NULL: none */
    bool stops;          /* walks stop at the end instead of going too far */
} Resolver;

static const char *
id_of(const Resolver *r, size_t node)
{
    return r->graph->nodes[node].revision->id;
}

/* "a, b and c", "a, b, c, d, e and 12 more" */
static const char *
list_names(Arena *arena, const Names *names)
{
    const size_t shown = names->len > NAMES_SHOWN + 1 ? NAMES_SHOWN : names->len;
    Buf text = {.arena = arena};

    for (size_t i = 0; i < shown; i++) {
        const bool is_last = i + 1 == names->len;
        buf_add(&text, i == 0 ? "" : is_last ? " and " : ", ");
        buf_add(&text, names->at[i]);
    }
    if (shown < names->len)
        buf_addf(&text, " and %zu more", names->len - shown);
    return buf_text(&text);
}

static const char *
list_nodes(const Resolver *r, const Indexes *nodes)
{
    Names names = {0};

    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(r->arena, &names) = id_of(r, nodes->at[i]);
    return list_names(r->arena, &names);
}

const char *
target_branch_name(const Graph *graph, const Indexes *nodes, size_t which)
{
    const Names *labels = &graph->nodes[nodes->at[which]].labels;

    for (size_t i = 0; i < labels->len; i++) {
        bool is_shared = false;
        for (size_t k = 0; k < nodes->len && !is_shared; k++)
            is_shared =
                k != which && names_contain(&graph->nodes[nodes->at[k]].labels, labels->at[i]);
        if (!is_shared)
            return labels->at[i];
    }
    return graph->nodes[nodes->at[which]].revision->id;
}

/* The part of the target behind its branch. */
static const char *
rest_of(const Resolver *r)
{
    const char *at = strchr(r->text, '@');

    return at == NULL ? r->text : at + 1;
}

/* "c1branch@+1, d2@+1": the ways to say which of `nodes` is meant. */
static const char *
list_forms(const Resolver *r, const Indexes *nodes, const char *rest)
{
    const size_t shown = nodes->len > NAMES_SHOWN ? NAMES_SHOWN : nodes->len;
    Names forms = {0};

    for (size_t i = 0; i < shown; i++)
        *VEC_ADD(r->arena, &forms) =
            arena_format(r->arena, "%s@%s", target_branch_name(r->graph, nodes, i), rest);
    return names_join(r->arena, &forms, ", ");
}

static bool
parse_steps(Resolver *r, Slice steps)
{
    const Slice digits = slice_after(steps, 1);

    r->spec.is_relative = true;
    r->spec.is_up = steps.at[0] == '+';
    if (slice_to_number(digits, &r->spec.steps))
        return true;
    error_set(r->err, ERR_REVISION, "target \"%s\": \"%.*s\" is no number of steps", r->text,
              SLICE_ARGS(steps));
    return error_hint(r->err, "write them as in +2, head-1 or LABEL@-1");
}

/* Takes the text apart; whether the names exist is not looked at. */
static bool
parse(Resolver *r)
{
    Slice rest = slice_of(r->text);
    const char *at = strchr(r->text, '@');

    if (rest.len == 0) {
        error_set(r->err, ERR_REVISION, "the target is empty");
        return error_hint(r->err, "name a revision, a branch label, head, heads or base");
    }
    if (strchr(r->text, ':') != NULL) {
        error_set(r->err, ERR_REVISION, "target \"%s\" is a range", r->text);
        return error_hint(r->err, "ranges are for --sql and for history -r");
    }
    if (strchr(r->text, ',') != NULL) {
        error_set(r->err, ERR_REVISION, "target \"%s\" is a list", r->text);
        return error_hint(r->err, "heads and BRANCH@heads name several revisions at once");
    }
    if (at != NULL) {
        r->spec.branch = slice_cut(rest, '@', &rest);
        const char *problem = memchr(rest.at, '@', rest.len) != NULL ? "has more than one @"
                              : r->spec.branch.len == 0              ? "has no branch before the @"
                              : rest.len == 0                        ? "has nothing behind the @"
                                                                     : NULL;
        if (problem != NULL) {
            error_set(r->err, ERR_REVISION, "target \"%s\" %s", r->text, problem);
            return error_hint(r->err, "write BRANCH@head, BRANCH@base or BRANCH@REVISION");
        }
    }
    const size_t length = strcspn(rest.at, "+-");
    r->spec.symbol = (Slice){rest.at, length};
    return length == rest.len || parse_steps(r, slice_after(rest, length));
}

static bool
is_head(Slice name)
{
    return slice_is(name, "head") || slice_is(name, "heads");
}

static bool
is_symbol(Slice name)
{
    return is_head(name) || slice_is(name, "base") || slice_is(name, "current");
}

/* Names that begin with `prefix`: ids and labels, but not those so short that only the whole of
 * them counts. */
static Names
names_with_prefix(const Resolver *r, Slice prefix, const bool *lineage)
{
    const Map *names = &r->graph->names;
    Names found = {0};

    for (size_t i = 0; i < names->len; i++) {
        const Slice name = names->entries[i].key;
        const Node *node = names->entries[i].value;
        if (name.len < prefix.len || memcmp(name.at, prefix.at, prefix.len) != 0)
            continue;
        if (utf8_count(name) >= SHORTEST_PARTIAL &&
            (lineage == NULL || lineage[graph_index(r->graph, node)]))
            *VEC_ADD(r->arena, &found) = name.at;
    }
    return found;
}

static bool
fail_outside(const Resolver *r, const char *id)
{
    error_set(r->err, ERR_REVISION, "target \"%s\": revision %s is not in the lineage of %.*s",
              r->text, id, SLICE_ARGS(r->spec.branch));
    return error_hint(r->err, "the part before the @ narrows to the ancestors and descendants of a "
                              "revision");
}

/* "HEAD" */
static const char *
nearest_symbol(Slice name)
{
    static const char *const SYMBOLS[] = {"head", "heads", "base"};

    for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
        if (slice_is_nocase(name, SYMBOLS[i]))
            return SYMBOLS[i];
    }
    return NULL;
}

static bool
fail_unknown(const Resolver *r, Slice name, const bool *lineage)
{
    if (lineage != NULL) {
        const Names outside = names_with_prefix(r, name, NULL);
        if (outside.len == 1)
            return fail_outside(r, graph_find(r->graph, outside.at[0])->revision->id);
    }
    error_set(r->err, ERR_REVISION, "there is no revision or branch label \"%.*s\"",
              SLICE_ARGS(name));
    if (r->graph->count == 0)
        return error_hint(r->err, "there are no revisions at all");
    const char *nearest = nearest_symbol(name);
    if (nearest == NULL)
        nearest = graph_nearest(r->graph, arena_copy(r->arena, name));
    return nearest != NULL ? error_hint(r->err, "did you mean %s?", nearest)
                           : error_hint(r->err, "migrate history lists the revisions");
}

/* By exact id or label, else by a beginning that only one name in the lineage (NULL: of all) has.
 */
static bool
find_name(const Resolver *r, Slice name, const bool *lineage, size_t *node)
{
    const Node *exact = map_find(&r->graph->names, name);

    if (exact != NULL) {
        *node = graph_index(r->graph, exact);
        return lineage == NULL || lineage[*node] || fail_outside(r, exact->revision->id);
    }
    const Names found = names_with_prefix(r, name, lineage);
    if (found.len == 0)
        return fail_unknown(r, name, lineage);
    if (found.len > 1) {
        error_set(r->err, ERR_REVISION, "\"%.*s\" is the beginning of %zu names: %s",
                  SLICE_ARGS(name), found.len, list_names(r->arena, &found));
        return error_hint(r->err, "give more characters");
    }
    *node = graph_index(r->graph, graph_find(r->graph, found.at[0]));
    return true;
}

static bool
find_branch(Resolver *r)
{
    r->branch = BASE;
    if (r->spec.branch.at == NULL)
        return true;
    if (is_symbol(r->spec.branch)) {
        error_set(r->err, ERR_REVISION, "target \"%s\": \"%.*s\" is no branch", r->text,
                  SLICE_ARGS(r->spec.branch));
        return error_hint(r->err, "before the @ stands a branch label or a revision");
    }
    if (!find_name(r, r->spec.branch, NULL, &r->branch))
        return false;
    r->lineage = graph_lineage(r->graph, r->branch, EDGES_REVISES, r->arena);
    return true;
}

static Indexes
filter(const Resolver *r, const Indexes *nodes, const bool *lineage)
{
    Indexes kept = {0};

    for (size_t i = 0; i < nodes->len; i++) {
        if (lineage == NULL || lineage[nodes->at[i]])
            *VEC_ADD(r->arena, &kept) = nodes->at[i];
    }
    return kept;
}

static bool
fail_heads(const Resolver *r, const Indexes *heads, bool may_be_several)
{
    const char *where =
        r->spec.branch.at == NULL
            ? ""
            : arena_format(r->arena, " in the lineage of %.*s", SLICE_ARGS(r->spec.branch));
    const char *forms = list_forms(r, heads, rest_of(r));

    error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: there are %zu heads%s: %s",
              r->text, heads->len, where, list_nodes(r, heads));
    return may_be_several
               ? error_hint(r->err, "say which (%s), heads for all of them, or merge them", forms)
               : error_hint(r->err, "say which: %s", forms);
}

/* The nodes of the symbol: none for base, several only for `heads`. */
static bool
find_symbol(const Resolver *r, const bool *lineage, Indexes *nodes)
{
    const Slice symbol = r->spec.symbol;
    size_t node = BASE;

    *nodes = (Indexes){0};
    if (slice_is(symbol, "base"))
        return true;
    if (slice_is(symbol, "heads")) {
        *nodes = lineage == NULL ? r->graph->real_heads : filter(r, &r->graph->heads, lineage);
        return true;
    }
    if (slice_is(symbol, "head")) {
        *nodes = filter(r, &r->graph->heads, lineage);
        return nodes->len <= 1 || fail_heads(r, nodes, true);
    }
    if (slice_is(symbol, "current")) {
        error_set(r->err, ERR_REVISION, "target \"%s\": \"current\" means nothing here", r->text);
        return error_hint(r->err, "steps from where the database is are written +1 and -1");
    }
    if (!find_name(r, symbol, lineage, &node))
        return false;
    *VEC_ADD(r->arena, nodes) = node;
    return true;
}

/* As find_symbol, where only one node (or the base) makes sense. */
static bool
find_one(const Resolver *r, const bool *lineage, size_t *node)
{
    Indexes nodes = {0};

    if (!find_symbol(r, lineage, &nodes))
        return false;
    if (nodes.len > 1)
        return fail_heads(r, &nodes, false);
    *node = nodes.len == 0 ? BASE : nodes.at[0];
    return true;
}

static bool
fail_too_far(const Resolver *r, size_t start, unsigned done)
{
    const char *from = start == BASE ? "the base" : id_of(r, start);
    const char *where = r->spec.is_up ? "above" : "below";

    if (done == 0)
        error_set(r->err, ERR_REVISION, "target \"%s\" goes too far: nothing is %s %s", r->text,
                  where, from);
    else
        error_set(r->err, ERR_REVISION, "target \"%s\" goes too far: only %u %s %s %s %s", r->text,
                  done, done == 1 ? "revision" : "revisions", done == 1 ? "is" : "are", where,
                  from);
    if (r->graph->count == 0)
        return error_hint(r->err, "there are no revisions at all");
    return error_hint(r->err, r->spec.is_up ? "head is as far up as it goes"
                                            : "base is as far down as it goes");
}

/* Up by `revises`, inside the lineage (NULL: anywhere). */
static bool
walk_up(const Resolver *r, size_t start, const bool *lineage, size_t *end)
{
    const Graph *graph = r->graph;

    *end = start;
    for (unsigned i = 0; i < r->spec.steps; i++) {
        const Indexes *above = *end == BASE ? &graph->bases : &graph->nodes[*end].children;
        const Indexes next = filter(r, above, lineage);
        if (next.len == 0)
            return r->stops || fail_too_far(r, start, i);
        if (next.len > 1) {
            error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: above %s there are %s",
                      r->text, *end == BASE ? "the base" : id_of(r, *end), list_nodes(r, &next));
            return error_hint(r->err, "say which: %s", list_forms(r, &next, rest_of(r)));
        }
        *end = next.at[0];
    }
    return true;
}

static bool
fail_merge(const Resolver *r, size_t merge)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: %s merges %s", r->text,
              id_of(r, merge), list_nodes(r, &r->graph->nodes[merge].parents));
    return error_hint(r->err, "name the revision instead");
}

/* Down by `revises`; *end is BASE when the walk ends exactly there. */
static bool
walk_down(const Resolver *r, size_t start, unsigned steps, size_t *end)
{
    *end = start;
    for (unsigned i = 0; i < steps; i++) {
        if (*end == BASE)
            return fail_too_far(r, start, i - (start == BASE ? 0 : 1));
        const Indexes *parents = &r->graph->nodes[*end].parents;
        if (parents->len > 1)
            return fail_merge(r, *end);
        if (parents->len == 0 && r->stops)
            return true;
        *end = parents->len == 0 ? BASE : parents->at[0];
    }
    return true;
}

/* ±N from a symbol: an absolute walk. */
static bool
walk_from_symbol(const Resolver *r, size_t *end)
{
    size_t start = BASE;

    /* going up the branch only chooses among the children; a head, and what is gone down from, is
     * in it */
    if (!find_one(r, r->spec.is_up && !is_head(r->spec.symbol) ? NULL : r->lineage, &start))
        return false;
    return r->spec.is_up ? walk_up(r, start, r->lineage, end)
                         : walk_down(r, start, r->spec.steps, end);
}

static bool
fail_no_steps(const Resolver *r)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" names no revision", r->text);
    return error_hint(r->err, "steps from where the database is: %s",
                      r->spec.is_up ? "upgrade +1" : "downgrade -1");
}

/* The applied revisions of the lineage on which no other applied one of it stands: where a branch
 * is that only a dependency has brought in. */
static Indexes
applied_tips(const Resolver *r, const Indexes *rows, GraphEdges edges)
{
    const Graph *graph = r->graph;
    bool *applied = ARENA_ARRAY(r->arena, bool, graph->count);
    Indexes tips = {0};

    graph_mark_ancestors(graph, rows, r->arena, applied);
    for (size_t i = 0; i < graph->count; i++) {
        const Node *node = &graph->nodes[i];
        bool is_tip = applied[i] && r->lineage[i];
        for (size_t k = 0; is_tip && k < node->children.len; k++) {
            const size_t child = node->children.at[k];
            is_tip = !applied[child] || (edges == EDGES_ALL && !r->lineage[child]);
        }
        for (size_t k = 0; is_tip && edges == EDGES_ALL && k < node->dependents.len; k++)
            is_tip = !applied[node->dependents.at[k]] || !r->lineage[node->dependents.at[k]];
        if (is_tip)
            *VEC_ADD(r->arena, &tips) = i;
    }
    return tips;
}

/* Where ±N without a symbol starts: the row, that of the branch, or the tip of what is applied of
 * the branch. *start is BASE when nothing is. */
static bool
find_start(const Resolver *r, const Indexes *rows, size_t *start)
{
    Indexes starts = filter(r, rows, r->lineage);

    if (starts.len == 0 && r->lineage != NULL)
        starts = applied_tips(r, rows, r->spec.is_up ? EDGES_ALL : EDGES_REVISES);
    if (starts.len > 1) {
        error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: the database is at %s",
                  r->text, list_nodes(r, &starts));
        return error_hint(r->err, "say which: %s", list_forms(r, &starts, rest_of(r)));
    }
    *start = starts.len == 0 ? BASE : starts.at[0];
    return true;
}

static void
aim_at(const Resolver *r, Target *target, size_t node)
{
    target->is_base = node == BASE;
    if (node != BASE)
        *VEC_ADD(r->arena, &target->nodes) = node;
}

static bool
resolve_upgrade(Resolver *r, const Indexes *rows, Target *target)
{
    size_t start = BASE;
    size_t end = BASE;

    if (!r->spec.is_relative) {
        if (!find_symbol(r, r->lineage, &target->nodes))
            return false;
        target->is_base = target->nodes.len == 0;
        return true;
    }
    if (r->spec.symbol.len > 0) {
        if (!walk_from_symbol(r, &end))
            return false;
    } else {
        if (!r->spec.is_up || r->spec.steps == 0)
            return fail_no_steps(r);
        if (!find_start(r, rows, &start) || !walk_up(r, start, r->lineage, &end))
            return false;
    }
    aim_at(r, target, end);
    return true;
}

/* What stands right above `end`: its children, or all bases; of several only those that the branch
 * stands on, which may be none. */
static Indexes
roots_above(const Resolver *r, size_t end)
{
    const Graph *graph = r->graph;
    const Indexes *above = end == BASE ? &graph->bases : &graph->nodes[end].children;
    size_t branch = r->branch;

    if (branch == BASE || above->len <= 1)
        return *above;
    bool *below_branch = ARENA_ARRAY(r->arena, bool, graph->count);
    const Indexes from = {.at = &branch, .len = 1};
    graph_mark(graph, &from, REACH_ANCESTORS, EDGES_REVISES, r->arena, below_branch);
    return filter(r, above, below_branch);
}

static bool
hint_rows(const Resolver *r, const Indexes *rows)
{
    return rows->len == 0 ? error_hint(r->err, "the database is at the base")
                          : error_hint(r->err, "the database is at %s", list_nodes(r, rows));
}

/* -N: takes N revisions off, the last of which may be a merge. */
static bool
resolve_steps_down(Resolver *r, const Indexes *rows, Target *target)
{
    size_t start = BASE;
    size_t last = BASE;

    if (r->spec.is_up || r->spec.steps == 0)
        return fail_no_steps(r);
    if (!find_start(r, rows, &start))
        return false;
    if (start == BASE) {
        error_set(r->err, ERR_REVISION,
                  r->lineage == NULL ? "target \"%s\": nothing is applied"
                                     : "target \"%s\": nothing of that branch is applied",
                  r->text);
        return hint_rows(r, rows);
    }
    if (!walk_down(r, start, r->spec.steps - 1, &last))
        return false;
    if (last == BASE)
        return fail_too_far(r, start, r->spec.steps - 2);
    target->nodes = r->graph->nodes[last].parents;
    target->is_base = target->nodes.len == 0;
    if (r->branch != BASE && target->nodes.len <= 1)
        target->roots = roots_above(r, target->is_base ? BASE : target->nodes.at[0]);
    if (target->roots.len == 0)
        *VEC_ADD(r->arena, &target->roots) = last;
    return true;
}

/* What comes off for a downgrade to `end`. */
static bool
find_roots(const Resolver *r, size_t end, Target *target)
{
    const Graph *graph = r->graph;
    const Indexes *above = end == BASE ? &graph->bases : &graph->nodes[end].children;

    target->roots = roots_above(r, end);
    if (target->roots.len > 0 || above->len == 0)
        return true;
    error_set(r->err, ERR_REVISION, "target \"%s\": no revision right above %s leads to %.*s",
              r->text, end == BASE ? "the base" : id_of(r, end), SLICE_ARGS(r->spec.branch));
    return error_hint(r->err, "say which: %s", list_forms(r, above, rest_of(r)));
}

/* A downgrade to a revision that is not applied, or that nothing applied stands on by `revises`
 * without its being a row, is a mistake, not "nothing to do". */
static bool
check_applied(const Resolver *r, const Indexes *rows, size_t end, const Target *target)
{
    const Graph *graph = r->graph;
    bool *applied = ARENA_ARRAY(r->arena, bool, graph->count);

    if (end == BASE)
        return true;
    graph_mark_ancestors(graph, rows, r->arena, applied);
    for (size_t i = 0; i < target->roots.len; i++) {
        if (applied[target->roots.at[i]])
            return true;
    }
    for (size_t i = 0; i < rows->len; i++) {
        if (rows->at[i] == end)
            return true;
    }
    if (applied[end]) {
        error_set(r->err, ERR_REVISION,
                  "target \"%s\": %s is applied only because others need it; nothing of the "
                  "lineage above it is",
                  r->text, id_of(r, end));
        return hint_rows(r, rows);
    }
    error_set(r->err, ERR_REVISION, "target \"%s\": %s is not applied", r->text, id_of(r, end));
    return hint_rows(r, rows);
}

static bool
resolve_downgrade(Resolver *r, const Indexes *rows, Target *target)
{
    size_t end = BASE;

    if (r->spec.is_relative && r->spec.symbol.len == 0)
        return resolve_steps_down(r, rows, target);
    /* an id is found anywhere: the branch only chooses among what stands above it */
    if (r->spec.is_relative ? !walk_from_symbol(r, &end)
                            : !find_one(r, is_head(r->spec.symbol) ? r->lineage : NULL, &end))
        return false;
    aim_at(r, target, end);
    return find_roots(r, end, target) && check_applied(r, rows, end, target);
}

bool
target_resolve(const Graph *graph, Direction direction, const char *text, const Names *rows,
               Arena *arena, Target *target, Error *err)
{
    Resolver r = {.graph = graph, .text = text, .arena = arena, .err = err};
    Indexes at = {0};

    assert(direction != DIRECTION_STAMP);
    *target = (Target){.direction = direction, .text = text};
    if (!parse(&r) || !target_rows(graph, rows, arena, &at, err) || !find_branch(&r))
        return false;
    return direction == DIRECTION_UPGRADE ? resolve_upgrade(&r, &at, target)
                                          : resolve_downgrade(&r, &at, target);
}

static bool
fail_relative(const Resolver *r)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" is relative", r->text);
    return error_hint(r->err, "steps are for upgrade, downgrade and history -r: name a revision");
}

bool
target_find(const Graph *graph, const char *text, const Names *rows, Arena *arena, Indexes *nodes,
            Error *err)
{
    Resolver r = {.graph = graph, .text = text, .arena = arena, .err = err};

    *nodes = (Indexes){0};
    if (rows != NULL && strcmp(text, "current") == 0)
        return target_rows(graph, rows, arena, nodes, err);
    if (!parse(&r))
        return false;
    if (r.spec.is_relative)
        return fail_relative(&r);
    return find_branch(&r) && find_symbol(&r, r.lineage, nodes);
}

bool
target_rows(const Graph *graph, const Names *rows, Arena *arena, Indexes *nodes, Error *err)
{
    Names unknown = {0};

    *nodes = (Indexes){0};
    for (size_t i = 0; i < rows->len; i++) {
        const Node *node = graph_find(graph, rows->at[i]);
        if (node != NULL && strcmp(node->revision->id, rows->at[i]) == 0)
            *VEC_ADD(arena, nodes) = graph_index(graph, node);
        else
            *VEC_ADD(arena, &unknown) = rows->at[i];
    }
    if (unknown.len == 0)
        return true;
    error_set(err, ERR_STATE, "the database is at %s, which no revision file defines",
              list_names(err->arena, &unknown));
    return error_hint(err,
                      "the file is missing here or was deleted after it was applied: bring it "
                      "back, or set the version rows anew with migrate stamp --purge REVISION");
}

/* Adds those of `nodes` that no other one of them has as an ancestor, each once. */
static void
add_maximal(const Graph *graph, const Indexes *nodes, Arena *arena, Indexes *result)
{
    bool *below = ARENA_ARRAY(arena, bool, graph->count);

    for (size_t i = 0; i < nodes->len; i++) {
        graph_mark_ancestors(graph, &graph->nodes[nodes->at[i]].parents, arena, below);
        graph_mark_ancestors(graph, &graph->nodes[nodes->at[i]].dependencies, arena, below);
    }
    for (size_t i = 0; i < nodes->len; i++) {
        if (!below[nodes->at[i]])
            *VEC_ADD(arena, result) = nodes->at[i];
    }
}

static bool
stamp_add(Resolver *r, StampTarget *target)
{
    Indexes nodes = {0};

    if (!parse(r))
        return false;
    if (r->spec.is_relative)
        return fail_relative(r);
    if (!find_branch(r) || !find_symbol(r, r->lineage, &nodes))
        return false;
    if (slice_is(r->spec.symbol, "base") && r->branch != BASE)
        *VEC_ADD(r->arena, &target->branches) = r->branch;
    else if (slice_is(r->spec.symbol, "base"))
        target->is_base = true;
    add_maximal(r->graph, &nodes, r->arena, &target->nodes);
    return true;
}

/* In load order, each once. */
static Indexes
distinct(const Graph *graph, const Indexes *nodes, Arena *arena)
{
    bool *marks = ARENA_ARRAY(arena, bool, graph->count);
    Indexes result = {0};

    for (size_t i = 0; i < nodes->len; i++)
        marks[nodes->at[i]] = true;
    for (size_t i = 0; i < graph->count; i++) {
        if (marks[i])
            *VEC_ADD(arena, &result) = i;
    }
    return result;
}

bool
target_stamp(const Graph *graph, const Names *texts, Arena *arena, StampTarget *target, Error *err)
{
    *target = (StampTarget){0};
    for (size_t i = 0; i < texts->len; i++) {
        Resolver r = {.graph = graph, .text = texts->at[i], .arena = arena, .err = err};
        if (!stamp_add(&r, target))
            return false;
    }
    target->nodes = distinct(graph, &target->nodes, arena);
    if (target->is_base && target->nodes.len + target->branches.len > 0) {
        error_set(err, ERR_REVISION, "base cannot be stamped together with anything else");
        return error_hint(err, "to clear one branch only: BRANCH@base");
    }
    return true;
}

/* One end of a range, and the other one where it is known. */
typedef struct RangeEnd {
    Resolver r;
    bool is_given;
    bool is_current;
    bool is_open; /* relative to the other end */
} RangeEnd;

static bool
range_end_parse(RangeEnd *end, const Names *rows)
{
    Resolver *r = &end->r;

    r->stops = true;
    r->branch = BASE;
    end->is_given = r->text[0] != '\0';
    end->is_current = strcmp(r->text, "current") == 0;
    if (end->is_current && rows == NULL)
        return error_set(r->err, ERR_USAGE, "\"current\" needs the database");
    if (!end->is_given || end->is_current)
        return true;
    if (!parse(r) || !find_branch(r))
        return false;
    end->is_open = r->spec.is_relative && r->spec.symbol.len == 0;
    return true;
}

/* An end that does not lean on the other one. */
static bool
range_end_find(const RangeEnd *end, const Names *rows, Indexes *nodes)
{
    const Resolver *r = &end->r;
    size_t node = BASE;

    if (end->is_current)
        return target_rows(r->graph, rows, r->arena, nodes, r->err);
    if (!r->spec.is_relative)
        return find_symbol(r, r->lineage, nodes);
    if (!walk_from_symbol(r, &node))
        return false;
    if (node != BASE)
        *VEC_ADD(r->arena, nodes) = node;
    return true;
}

static bool
range_find_lower(const RangeEnd *lower, const Names *rows, TargetRange *range)
{
    const Resolver *r = &lower->r;

    if (!lower->is_given)
        return true;
    if (!lower->is_open)
        return range_end_find(lower, rows, &range->lower);
    if (r->spec.is_up) {
        error_set(r->err, ERR_REVISION, "range start \"%s\" is above nothing", r->text);
        return error_hint(r->err, "a start may be below the end, as in -3:");
    }
    const Indexes starts = filter(r, &range->upper, r->lineage);
    for (size_t i = 0; i < starts.len; i++) {
        if (!walk_down(r, starts.at[i], r->spec.steps, VEC_ADD(r->arena, &range->lower)))
            return false;
    }
    return true;
}

static bool
range_find_upper(const RangeEnd *upper, const RangeEnd *lower, const Names *rows,
                 TargetRange *range)
{
    const Resolver *r = &upper->r;
    size_t start = BASE;
    size_t end = BASE;

    if (!upper->is_given) {
        range->upper = lower->r.lineage == NULL ? r->graph->real_heads : r->graph->heads;
        return true;
    }
    if (!upper->is_open)
        return range_end_find(upper, rows, &range->upper);
    if (!r->spec.is_up) {
        error_set(r->err, ERR_REVISION, "range end \"%s\" is below nothing", r->text);
        return error_hint(r->err, "an end may be above the start, as in current:+2");
    }
    if (!find_start(r, &range->lower, &start) || !walk_up(r, start, r->lineage, &end))
        return false;
    if (end != BASE)
        *VEC_ADD(r->arena, &range->upper) = end;
    range->lower = filter(r, &range->lower, r->lineage);
    return true;
}

static bool
range_check(const Graph *graph, const char *text, const TargetRange *range, Arena *arena,
            Error *err)
{
    bool *below = ARENA_ARRAY(arena, bool, graph->count);
    const Resolver r = {.graph = graph, .arena = arena};

    graph_mark_ancestors(graph, &range->upper, arena, below);
    for (size_t i = 0; i < range->lower.len; i++) {
        if (below[range->lower.at[i]])
            continue;
        error_set(err, ERR_REVISION, "range \"%s\": %s is no ancestor of %s", text,
                  id_of(&r, range->lower.at[i]),
                  range->upper.len == 0 ? "the base" : list_nodes(&r, &range->upper));
        return error_hint(err, "START:END, with START the older one");
    }
    return true;
}

/* Splits START:END; one colon. */
static bool
range_split(const char *text, Arena *arena, const char **start, const char **end, Error *err)
{
    Slice rest = {0};
    const Slice first = slice_cut(slice_of(text), ':', &rest);

    if (rest.at == NULL || strchr(rest.at, ':') != NULL) {
        error_set(err, ERR_REVISION, "\"%s\" is no range", text);
        return error_hint(err, "write START:END, START: or :END");
    }
    *start = arena_copy(arena, slice_trim(first));
    *end = arena_copy(arena, slice_trim(rest));
    return true;
}

bool
target_range(const Graph *graph, const char *text, const Names *rows, Arena *arena,
             TargetRange *range, Error *err)
{
    RangeEnd lower = {.r = {.graph = graph, .text = "", .arena = arena, .err = err}};
    RangeEnd upper = lower;

    *range = (TargetRange){0};
    if (!range_split(text, arena, &lower.r.text, &upper.r.text, err) ||
        !range_end_parse(&lower, rows) || !range_end_parse(&upper, rows))
        return false;
    if (lower.is_open && upper.is_open) {
        error_set(err, ERR_REVISION, "range \"%s\": both ends are relative to the other one", text);
        return error_hint(err, "name a revision, or current, at one end");
    }
    const bool is_found = upper.is_open ? range_find_lower(&lower, rows, range) &&
                                              range_find_upper(&upper, &lower, rows, range)
                                        : range_find_upper(&upper, &lower, rows, range) &&
                                              range_find_lower(&lower, rows, range);
    if (!is_found)
        return false;
    range->upper = filter(&lower.r, &range->upper, lower.r.lineage);
    return range_check(graph, text, range, arena, err);
}

bool
target_start(const Graph *graph, const char *text, const Names *current, Arena *arena, Names *rows,
             Error *err)
{
    Indexes nodes = {0};
    Slice rest = slice_of(text);
    size_t lower = 0;
    size_t upper = 0;

    *rows = (Names){0};
    if (strcmp(text, "current") == 0 && current != NULL) {
        *rows = names_copy(arena, current);
        return true;
    }
    while (rest.at != NULL) {
        const char *name = arena_copy(arena, slice_trim(slice_cut(rest, ',', &rest)));
        Indexes found = {0};
        if (!target_find(graph, name, NULL, arena, &found, err))
            return false;
        for (size_t i = 0; i < found.len; i++)
            *VEC_ADD(arena, &nodes) = found.at[i];
    }
    nodes = distinct(graph, &nodes, arena);
    if (graph_overlap(graph, &nodes, arena, &lower, &upper)) {
        const char *id = graph->nodes[upper].revision->id;
        error_set(err, ERR_REVISION, "start \"%s\": %s is an ancestor of %s", text,
                  graph->nodes[lower].revision->id, id);
        return error_hint(err, "%s stands for both", id);
    }
    for (size_t i = 0; i < nodes.len; i++)
        *VEC_ADD(arena, rows) = graph->nodes[nodes.at[i]].revision->id;
    names_sort(rows);
    return true;
}

/* An upgrade whose end is below its start would be an empty script that looks like success. */
static bool
check_forward(const Graph *graph, const char *text, const Names *rows, const Target *target,
              Arena *arena, Error *err)
{
    bool *applied = ARENA_ARRAY(arena, bool, graph->count);
    Indexes at = {0};

    if (!target_rows(graph, rows, arena, &at, err))
        return false;
    graph_mark_ancestors(graph, &at, arena, applied);
    for (size_t i = 0; i < at.len; i++)
        applied[at.at[i]] = false; /* what is there already may be the end */
    for (size_t i = 0; i < target->nodes.len; i++) {
        if (!applied[target->nodes.at[i]])
            return true;
    }
    if (rows->len == 0)
        return true;
    error_set(err, ERR_REVISION, "upgrade \"%s\" goes down: its end is below its start", text);
    return error_hint(err, "use downgrade, or turn the range round");
}

bool
target_offline(const Graph *graph, Direction direction, const char *text, const Names *current,
               Arena *arena, Names *rows, Target *target, Error *err)
{
    const char *start = "base";
    const char *end = text;

    if (strchr(text, ':') != NULL && !range_split(text, arena, &start, &end, err))
        return false;
    if (strchr(text, ':') == NULL && direction == DIRECTION_DOWNGRADE) {
        error_set(err, ERR_USAGE, "downgrade \"%s\" does not say where it starts", text);
        return error_hint(err, "with --sql write START:END, as in head:%s", text);
    }
    if (start[0] == '\0' || end[0] == '\0') {
        error_set(err, ERR_USAGE, "range \"%s\" has no %s", text,
                  start[0] == '\0' ? "start" : "end");
        return error_hint(err, "base and head can be written out");
    }
    if (!target_start(graph, start, current, arena, rows, err) ||
        !target_resolve(graph, direction, end, rows, arena, target, err))
        return false;
    return direction != DIRECTION_UPGRADE || strchr(text, ':') == NULL ||
           check_forward(graph, text, rows, target, arena, err);
}

bool
target_names_current(const char *text)
{
    Slice rest = {0};
    const Slice first = slice_cut(slice_of(text), ':', &rest);

    return slice_is(slice_trim(first), "current") ||
           (rest.at != NULL && slice_is(slice_trim(rest), "current"));
}
