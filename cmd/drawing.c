/* SPDX-License-Identifier: MIT */
#include "cmd/drawing.h"

#include <string.h>

#include "cmd/output.h"
#include "core/base/buf.h"

bool
drawing_check(const Context *context, Error *err)
{
    const bool draws = option_is_given(context, "graph");

    if (draws && option_is_given(context, "no-graph")) {
        error_set(err, ERR_USAGE, "--graph and --no-graph exclude each other");
        return error_hint(err, "without either of them it is drawn on a terminal only");
    }
    if (draws && context->json) {
        error_set(err, ERR_USAGE, "--graph and --json: only one can be printed");
        return error_hint(err, "leave one of them out");
    }
    return true;
}

bool
drawing_is_wanted(const Context *context)
{
    return option_is_given(context, "graph") ||
           (context->is_terminal && !option_is_given(context, "no-graph"));
}

void
drawing_begin(Drawing *drawing, const Context *context)
{
    *drawing = (Drawing){.context = context,
                         .lanes = {.arena = context->arena,
                                   .stream = context->out,
                                   .width = output_width(context->out),
                                   .is_coloured = context->is_coloured}};
    lanes_init(&drawing->lanes, context->graph.count);
}

/* What stands behind the id: "(billing) (head) (depends on ae10), create account table" */
static const char *
line_behind_id(const Node *node, EntryState state, Arena *arena)
{
    const Revision *revision = node->revision;
    const EntryMarks marks = {.labels = true, .state = state};
    const char *title = output_title(arena, revision->message);
    Buf text = {.arena = arena};

    buf_add(&text, entry_line(node, marks, arena) + strlen(revision->id));
    if (revision->depends_on.len > 0)
        buf_addf(&text, " (depends on %s)", output_names(arena, &revision->depends_on, ""));
    buf_addf(&text, "%s%s\n", title[0] == '\0' ? "" : ", ", title);
    return buf_text(&text);
}

void
drawing_add(Drawing *drawing, const Node *node, const Indexes *parents, EntryState state)
{
    const Context *context = drawing->context;
    LanesEntry entry = {.node = graph_index(&context->graph, node),
                        .parents = parents,
                        .name = node->revision->id,
                        .colour = state >= ENTRY_APPLIED ? COLOUR_GOOD : COLOUR_WAIT};

    arena_reset(&drawing->scratch);
    if (context->is_verbose) {
        entry.name = "Rev: ";
        entry.colour = NULL;
        entry.text = entry_text(&context->graph, node, state, &drawing->scratch) + strlen("Rev: ");
    } else {
        entry.text = line_behind_id(node, state, &drawing->scratch);
    }
    lanes_draw(&drawing->lanes, &entry);
}

void
drawing_end(Drawing *drawing)
{
    arena_release(&drawing->scratch);
}
