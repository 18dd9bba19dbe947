/* SPDX-License-Identifier: MIT */
#include "core/resolver.h"

#include <string.h>

#include "core/base/text.h"

enum { FORMS_SHOWN = 5, SHORTEST_PARTIAL = 4 };

const char *
resolver_id(const Resolver *r, size_t node)
{
    return r->graph->nodes[node].revision->id;
}

const char *
resolver_list(const Resolver *r, const Indexes *nodes)
{
    Names names = {0};

    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(r->arena, &names) = resolver_id(r, nodes->at[i]);
    return names_list(r->arena, &names);
}

const char *
resolver_rest(const Resolver *r)
{
    const char *at = strchr(r->text, '@');

    return at == NULL ? r->text : at + 1;
}

const char *
resolver_forms(const Resolver *r, const Indexes *nodes, const char *rest)
{
    const size_t shown = nodes->len > FORMS_SHOWN ? FORMS_SHOWN : nodes->len;
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

    r->parts.is_relative = true;
    r->parts.is_up = steps.at[0] == '+';
    if (slice_to_number(digits, &r->parts.steps))
        return true;
    error_set(r->err, ERR_REVISION, "target \"%s\": \"%.*s\" is no number of steps", r->text,
              SLICE_ARGS(steps));
    return error_hint(r->err, "write them as in +2, head-1 or LABEL@-1");
}

bool
resolver_parse(Resolver *r)
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
        r->parts.branch = slice_cut(rest, '@', &rest);
        const char *problem = memchr(rest.at, '@', rest.len) != NULL ? "has more than one @"
                              : r->parts.branch.len == 0             ? "has no branch before the @"
                              : rest.len == 0                        ? "has nothing behind the @"
                                                                     : NULL;
        if (problem != NULL) {
            error_set(r->err, ERR_REVISION, "target \"%s\" %s", r->text, problem);
            return error_hint(r->err, "write BRANCH@head, BRANCH@base or BRANCH@REVISION");
        }
    }
    const size_t length = strcspn(rest.at, "+-");
    r->parts.symbol = (Slice){rest.at, length};
    return length == rest.len || parse_steps(r, slice_after(rest, length));
}

static bool
is_head(Slice name)
{
    return slice_is(name, "head") || slice_is(name, "heads");
}

bool
resolver_names_head(const Resolver *r)
{
    return is_head(r->parts.symbol);
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
              r->text, id, SLICE_ARGS(r->parts.branch));
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
                  SLICE_ARGS(name), found.len, names_list(r->arena, &found));
        return error_hint(r->err, "give more characters");
    }
    *node = graph_index(r->graph, graph_find(r->graph, found.at[0]));
    return true;
}

bool
resolver_find_branch(Resolver *r)
{
    r->branch = RESOLVER_BASE;
    if (r->parts.branch.at == NULL)
        return true;
    if (is_symbol(r->parts.branch)) {
        error_set(r->err, ERR_REVISION, "target \"%s\": \"%.*s\" is no branch", r->text,
                  SLICE_ARGS(r->parts.branch));
        return error_hint(r->err, "before the @ stands a branch label or a revision");
    }
    if (!find_name(r, r->parts.branch, NULL, &r->branch))
        return false;
    r->lineage = graph_lineage(r->graph, r->branch, EDGES_REVISES, r->arena);
    return true;
}

Indexes
resolver_filter(const Resolver *r, const Indexes *nodes, const bool *lineage)
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
        r->parts.branch.at == NULL
            ? ""
            : arena_format(r->arena, " in the lineage of %.*s", SLICE_ARGS(r->parts.branch));
    const char *forms = resolver_forms(r, heads, resolver_rest(r));

    error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: there are %zu heads%s: %s",
              r->text, heads->len, where, resolver_list(r, heads));
    return may_be_several
               ? error_hint(r->err, "say which (%s), heads for all of them, or merge them", forms)
               : error_hint(r->err, "say which: %s", forms);
}

bool
resolver_find_symbol(const Resolver *r, const bool *lineage, Indexes *nodes)
{
    const Slice symbol = r->parts.symbol;
    size_t node = RESOLVER_BASE;

    *nodes = (Indexes){0};
    if (slice_is(symbol, "base"))
        return true;
    if (slice_is(symbol, "heads")) {
        *nodes =
            lineage == NULL ? r->graph->real_heads : resolver_filter(r, &r->graph->heads, lineage);
        return true;
    }
    if (slice_is(symbol, "head")) {
        *nodes = resolver_filter(r, &r->graph->heads, lineage);
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

bool
resolver_find_one(const Resolver *r, const bool *lineage, size_t *node)
{
    Indexes nodes = {0};

    if (!resolver_find_symbol(r, lineage, &nodes))
        return false;
    if (nodes.len > 1)
        return fail_heads(r, &nodes, false);
    *node = nodes.len == 0 ? RESOLVER_BASE : nodes.at[0];
    return true;
}

bool
resolver_fail_too_far(const Resolver *r, size_t start, unsigned done)
{
    const char *from = start == RESOLVER_BASE ? "the base" : resolver_id(r, start);
    const char *where = r->parts.is_up ? "above" : "below";

    if (done == 0)
        error_set(r->err, ERR_REVISION, "target \"%s\" goes too far: nothing is %s %s", r->text,
                  where, from);
    else
        error_set(r->err, ERR_REVISION, "target \"%s\" goes too far: only %u %s %s %s %s", r->text,
                  done, done == 1 ? "revision" : "revisions", done == 1 ? "is" : "are", where,
                  from);
    if (r->graph->count == 0)
        return error_hint(r->err, "there are no revisions at all");
    return error_hint(r->err, r->parts.is_up ? "head is as far up as it goes"
                                             : "base is as far down as it goes");
}

bool
resolver_walk_up(const Resolver *r, size_t start, const bool *lineage, size_t *end)
{
    const Graph *graph = r->graph;

    *end = start;
    for (unsigned i = 0; i < r->parts.steps; i++) {
        const Indexes *above = *end == RESOLVER_BASE ? &graph->bases : &graph->nodes[*end].children;
        const Indexes next = resolver_filter(r, above, lineage);
        if (next.len == 0)
            return r->stops || resolver_fail_too_far(r, start, i);
        if (next.len > 1) {
            error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: above %s there are %s",
                      r->text, *end == RESOLVER_BASE ? "the base" : resolver_id(r, *end),
                      resolver_list(r, &next));
            return error_hint(r->err, "say which: %s", resolver_forms(r, &next, resolver_rest(r)));
        }
        *end = next.at[0];
    }
    return true;
}

static bool
fail_merge(const Resolver *r, size_t merge)
{
    error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: %s merges %s", r->text,
              resolver_id(r, merge), resolver_list(r, &r->graph->nodes[merge].parents));
    return error_hint(r->err, "name the revision instead");
}

bool
resolver_walk_down(const Resolver *r, size_t start, unsigned steps, size_t *end)
{
    *end = start;
    for (unsigned i = 0; i < steps; i++) {
        if (*end == RESOLVER_BASE)
            return resolver_fail_too_far(r, start, i - (start == RESOLVER_BASE ? 0 : 1));
        const Indexes *parents = &r->graph->nodes[*end].parents;
        if (parents->len > 1)
            return fail_merge(r, *end);
        if (parents->len == 0 && r->stops)
            return true;
        *end = parents->len == 0 ? RESOLVER_BASE : parents->at[0];
    }
    return true;
}

bool
resolver_walk_from_symbol(const Resolver *r, size_t *end)
{
    size_t start = RESOLVER_BASE;

    /* going up the branch only chooses among the children; a head, and what is gone down from, is
     * in it */
    if (!resolver_find_one(r, r->parts.is_up && !resolver_names_head(r) ? NULL : r->lineage,
                           &start))
        return false;
    return r->parts.is_up ? resolver_walk_up(r, start, r->lineage, end)
                          : resolver_walk_down(r, start, r->parts.steps, end);
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

bool
resolver_find_start(const Resolver *r, const Indexes *rows, size_t *start)
{
    Indexes starts = resolver_filter(r, rows, r->lineage);

    if (starts.len == 0 && r->lineage != NULL)
        starts = applied_tips(r, rows, r->parts.is_up ? EDGES_ALL : EDGES_REVISES);
    if (starts.len > 1) {
        error_set(r->err, ERR_REVISION, "target \"%s\" is ambiguous: the database is at %s",
                  r->text, resolver_list(r, &starts));
        return error_hint(r->err, "say which: %s", resolver_forms(r, &starts, resolver_rest(r)));
    }
    *start = starts.len == 0 ? RESOLVER_BASE : starts.at[0];
    return true;
}

Indexes
resolver_distinct(const Graph *graph, const Indexes *nodes, Arena *arena)
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
