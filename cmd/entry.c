/* SPDX-License-Identifier: MIT */
#include "cmd/entry.h"

#include <string.h>

#include "cmd/output.h"
#include "core/base/buf.h"
#include "core/plan.h"

static void
add_head(Buf *out, const Node *node)
{
    if (node_is_effective_head(node))
        buf_add(out, " (effective head)");
    else if (node_is_head(node))
        buf_add(out, " (head)");
}

static void
add_points(Buf *out, const Node *node)
{
    if (node_is_branch_point(node))
        buf_add(out, " (branchpoint)");
    if (node_is_merge_point(node))
        buf_add(out, " (mergepoint)");
}

static const char *
state_mark(EntryState state)
{
    if (state == ENTRY_CURRENT)
        return " (current)";
    return state == ENTRY_APPLIED ? " (applied)" : "";
}

const char *
entry_line(const Node *node, EntryMarks marks, Arena *arena)
{
    Buf out = {.arena = arena};

    buf_add(&out, node->revision->id);
    if (marks.labels && node->labels.len > 0)
        buf_addf(&out, " (%s)", names_join(arena, &node->labels, ", "));
    add_head(&out, node);
    buf_add(&out, state_mark(marks.state));
    if (marks.points)
        add_points(&out, node);
    return buf_text(&out);
}

/* Ids in the order of `nodes`. */
static Names
ids_of(const Graph *graph, const Indexes *nodes, Arena *arena)
{
    Names ids = {0};

    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(arena, &ids) = graph->nodes[nodes->at[i]].revision->id;
    return ids;
}

enum { GAPS_SHOWN = 5 };

/* What a YAML revision cannot do, and why. A dialect it is not for is said once. */
static void
add_gaps(Buf *out, const Revision *revision)
{
    size_t hidden = 0;

    for (size_t i = 0; i < revision->gaps.len; i++) {
        const Gap *gap = &revision->gaps.at[i];
        const char *on = gap->dialect == NULL ? "" : " on ";
        const char *dialect = gap->dialect == NULL ? "" : gap->dialect;
        if (gap->place.line == 0 && gap->direction == DIRECTION_UPGRADE)
            buf_addf(out, "Nothing%s%s: %s\n", on, dialect, gap->reason);
        else if (gap->place.line > 0 && i < GAPS_SHOWN)
            buf_addf(out, "No %s%s%s: %s (line %u)\n", direction_name(gap->direction), on, dialect,
                     gap->reason, gap->place.line);
        else
            hidden += gap->place.line > 0;
    }
    if (hidden > 0)
        buf_addf(out, "and %zu more operations of which the same is true\n", hidden);
}

const char *
entry_text(const Graph *graph, const Node *node, EntryState state, Arena *arena)
{
    const Revision *revision = node->revision;
    const Names children = ids_of(graph, &node->children, arena);
    Buf out = {.arena = arena};
    Slice rest = slice_trim(slice_of(revision->message));

    buf_addf(&out, "Rev: %s%s", revision->id, node_is_head(node) ? " (head)" : "");
    add_points(&out, node);
    buf_addf(&out, "%s\n", state_mark(state));
    buf_addf(&out, "%s: %s\n", node_is_merge_point(node) ? "Merges" : "Parent",
             output_names(arena, &revision->revises, "<base>"));
    if (revision->depends_on.len > 0)
        buf_addf(&out, "Also depends on: %s\n", output_names(arena, &revision->depends_on, ""));
    if (node_is_branch_point(node))
        buf_addf(&out, "Branches into: %s\n", output_names(arena, &children, ""));
    if (node->labels.len > 0)
        buf_addf(&out, "Branch names: %s\n", output_names(arena, &node->labels, ""));
    buf_addf(&out, "Path: %s\n", output_line(arena, revision->file));
    if (revision->created[0] != '\0')
        buf_addf(&out, "Created: %s\n", output_line(arena, revision->created));
    add_gaps(&out, revision);
    buf_add_char(&out, '\n');
    while (rest.at != NULL && rest.len > 0) {
        const Slice line = slice_cut(rest, '\n', &rest);
        buf_addf(&out, "%s%s\n", line.len == 0 ? "" : "    ",
                 output_line(arena, arena_copy(arena, line)));
    }
    buf_add_char(&out, '\n');
    return buf_text(&out);
}

void
entry_print(const Graph *graph, const Node *node, EntryState state, Arena *arena, FILE *stream)
{
    fputs(entry_text(graph, node, state, arena), stream);
}

static void
json_gaps(Json *json, const Gaps *gaps)
{
    json_array(json, "gaps");
    for (size_t i = 0; i < gaps->len; i++) {
        const Gap *gap = &gaps->at[i];
        json_object(json, NULL);
        json_text(json, "direction", direction_name(gap->direction));
        json_text(json, "dialect", gap->dialect);
        if (gap->place.line == 0)
            json_text(json, "line", NULL);
        else
            json_number(json, "line", gap->place.line);
        json_text(json, "reason", gap->reason);
        json_object_end(json);
    }
    json_array_end(json);
}

static void
json_asked(Json *json, const char *key, EntryState state, bool value)
{
    if (state == ENTRY_UNASKED)
        json_text(json, key, NULL);
    else
        json_bool(json, key, value);
}

void
entry_json(Json *json, const Graph *graph, const Node *node, EntryState state)
{
    const Revision *revision = node->revision;

    json_object(json, NULL);
    json_text(json, "revision", revision->id);
    json_text(json, "message", revision->message);
    json_names(json, "revises", &revision->revises);
    json_names(json, "depends_on", &revision->depends_on);
    json_names(json, "branch_labels", &node->labels);
    json_array(json, "children");
    for (size_t i = 0; i < node->children.len; i++)
        json_text(json, NULL, graph->nodes[node->children.at[i]].revision->id);
    json_array_end(json);
    json_text(json, "created", revision->created[0] == '\0' ? NULL : revision->created);
    json_text(json, "file", revision->file);
    json_bool(json, "is_head", node_is_head(node));
    json_bool(json, "is_effective_head", node_is_effective_head(node));
    json_asked(json, "is_applied", state, state >= ENTRY_APPLIED);
    json_asked(json, "is_current", state, state == ENTRY_CURRENT);
    json_gaps(json, &revision->gaps);
    json_object_end(json);
}

void
entry_run_json(Json *json, const HistoryRow *row)
{
    json_text(json, "started", row->started);
    json_text(json, "finished", row->finished);
    json_duration(json, "milliseconds", row->duration);
    json_text(json, "run_by", row->run_by);
    json_text(json, "run_from", row->run_from);
    json_text(json, "program", row->program);
}

Names
entry_heads(const Graph *graph, Arena *arena)
{
    return ids_of(graph, &graph->real_heads, arena);
}

bool
entry_is_at_heads(const Graph *graph, const Names *rows, Arena *arena, Names *heads)
{
    *heads = entry_heads(graph, arena);
    names_sort(heads);
    return names_equal(heads, rows);
}

Indexes
entry_order(const Graph *graph, Arena *arena)
{
    const TargetRange all = {.upper = graph->real_heads};
    Indexes newest_first = {0};
    Indexes order = {0};

    plan_range(graph, &all, arena, &newest_first);
    for (size_t i = newest_first.len; i-- > 0;)
        *VEC_ADD(arena, &order) = newest_first.at[i];
    return order;
}
