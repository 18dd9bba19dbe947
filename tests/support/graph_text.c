/* SPDX-License-Identifier: MIT */
#include "tests/support/graph_text.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "tests/support/suite.h"

static Names
split(Arena *arena, Slice text, char separator)
{
    Names parts = {0};

    while (text.at != NULL && text.len > 0) {
        const Slice part = slice_trim(slice_cut(text, separator, &text));
        if (part.len > 0)
            *VEC_ADD(arena, &parts) = arena_copy(arena, part);
    }
    return parts;
}

static Revision
revision_of(Arena *arena, Slice text)
{
    const Names words = split(arena, text, ' ');
    Revision revision = {.message = "", .created = "", .id_line = 1};

    ck_assert_uint_gt(words.len, 0);
    revision.id = words.at[0];
    revision.file = arena_format(arena, "%s.sql", revision.id);
    revision.revises_line = 2;
    for (size_t i = 1; i < words.len; i++) {
        const Names list = split(arena, slice_after(slice_of(words.at[i]), 1), ',');
        if (words.at[i][0] == '<')
            revision.revises = list;
        if (words.at[i][0] == '#')
            revision.branch_labels = list;
        if (words.at[i][0] == '!')
            revision.depends_on = list;
    }
    revision.branch_labels_line = revision.branch_labels.len > 0 ? 3 : 0;
    revision.depends_on_line = revision.depends_on.len > 0 ? 4 : 0;
    return revision;
}

Revisions
revisions_of(Arena *arena, const char *text)
{
    const Names parts = split(arena, slice_of(text), ';');
    Revisions revisions = {0};

    for (size_t i = 0; i < parts.len; i++)
        *VEC_ADD(arena, &revisions) = revision_of(arena, slice_of(parts.at[i]));
    return revisions;
}

Graph
graph_of(Arena *arena, const char *text)
{
    Revisions *revisions = ARENA_NEW(arena, Revisions);
    Error err = {.arena = arena};
    Graph graph = {0};

    *revisions = revisions_of(arena, text);
    ck_assert_msg(graph_build(revisions, arena, &graph, &err), "%s", err.message);
    return graph;
}

Names
names_of(Arena *arena, const char *text)
{
    return split(arena, slice_of(text), ',');
}

/* "{a,b}" */
static Names
braced(Arena *arena, Slice text)
{
    ck_assert_msg(text.len >= 2 && text.at[0] == '{' && text.at[text.len - 1] == '}', "%.*s",
                  SLICE_ARGS(text));
    return split(arena, (Slice){text.at + 1, text.len - 2}, ',');
}

static void
case_parse(Arena *arena, Slice line, GraphCase *result)
{
    const char *equals = strstr(line.at, " = ");
    const char *error = strstr(line.at, " = error");
    const char *crash = strstr(line.at, " = crash");
    Slice rest = {0};

    ck_assert_ptr_nonnull(equals);
    const Names left = split(arena, (Slice){line.at, (size_t)(equals - line.at)}, ' ');
    ck_assert_uint_ge(left.len, 3);
    if (left.at == NULL)
        return;
    result->rows = braced(arena, slice_of(left.at[0]));
    result->command = left.at[1];
    for (size_t i = 2; i < left.len; i++)
        *VEC_ADD(arena, &result->targets) = left.at[i];
    if (error == equals || crash == equals) {
        result->is_crash = crash == equals;
        result->is_error = error == equals;
        slice_cut(slice_of(equals + 3), ' ', &rest);
        result->error = arena_copy(arena, rest);
        return;
    }
    result->steps = split(arena, slice_of(equals + 3), ' ');
    ck_assert_uint_gt(result->steps.len, 0);
    result->rows_after = braced(arena, slice_of(*VEC_LAST(&result->steps)));
    result->steps.len--;
}

static void
line_read(Arena *arena, Slice line, unsigned number, CaseGraphs *graphs)
{
    Slice rest = {0};
    const Slice keyword = slice_cut(line, ' ', &rest);

    if (slice_is(keyword, "graph")) {
        *VEC_ADD(arena, graphs) = (CaseGraph){.name = arena_copy(arena, rest)};
        return;
    }
    CaseGraph *graph = VEC_LAST(graphs);
    if (slice_is(keyword, "rev")) {
        *VEC_ADD(arena, &graph->revisions) = revision_of(arena, rest);
        return;
    }
    ck_assert_msg(slice_is(keyword, "case"), "line %u", number);
    GraphCase *added = VEC_ADD(arena, &graph->cases);
    *added = (GraphCase){.graph = graph->name, .line = number};
    case_parse(arena, slice_of(arena_copy(arena, rest)), added);
}

CaseGraphs
case_graphs_read(Arena *arena, const char *name)
{
    const char *path = arena_format(arena, "%s/%s", suite_data(), name);
    Error err = {.arena = arena};
    CaseGraphs graphs = {0};
    Slice text = {0};

    ck_assert_msg(file_read(path, arena, &text, &err), "%s", err.message);
    for (unsigned number = 1; text.at != NULL; number++) {
        const Slice line = slice_trim(slice_cut(text, '\n', &text));
        if (line.len > 0 && line.at[0] != '#')
            line_read(arena, line, number, &graphs);
    }
    return graphs;
}

const char *
ids_text(Arena *arena, const Graph *graph, const Indexes *nodes)
{
    Names ids = {0};

    for (size_t i = 0; i < nodes->len; i++)
        *VEC_ADD(arena, &ids) = graph->nodes[nodes->at[i]].revision->id;
    return names_join(arena, &ids, " ");
}

const char *
rows_text(Arena *arena, const Names *rows)
{
    return arena_format(arena, "{%s}", names_join(arena, rows, ","));
}

static void
add_change(Buf *text, const RowChange *change)
{
    if (change->from == NULL)
        buf_addf(text, "+%s", change->to);
    else if (change->to == NULL)
        buf_addf(text, "-%s", change->from);
    else
        buf_addf(text, "%s>%s", change->from, change->to);
}

static void
add_step(Buf *text, const Step *step, bool with_changes)
{
    if (step->revision == NULL)
        buf_add(text, "stamp");
    else
        buf_addf(text, "%c%s", step->direction == DIRECTION_UPGRADE ? '+' : '-',
                 step->revision->id);
    if (!with_changes)
        return;
    buf_add(text, "[");
    for (size_t i = 0; i < step->changes.len; i++) {
        buf_add(text, i > 0 ? "," : "");
        add_change(text, &step->changes.at[i]);
    }
    buf_add(text, "]");
}

const char *
plan_text(Arena *arena, const Plan *plan, bool with_changes)
{
    Buf text = {.arena = arena};

    for (size_t i = 0; i < plan->steps.len; i++) {
        buf_add(&text, i > 0 ? " " : "");
        add_step(&text, &plan->steps.at[i], with_changes);
    }
    return buf_text(&text);
}

const char *
error_text(Arena *arena, const Error *err)
{
    Buf text = {.arena = arena};

    for (; err != NULL; err = err->next) {
        if (err->place.file != NULL)
            buf_addf(&text, "%s:%u: ", err->place.file, err->place.line);
        buf_addf(&text, "%s\n", err->message);
        if (err->hint != NULL)
            buf_addf(&text, "  hint: %s\n", err->hint);
    }
    return buf_text(&text);
}
