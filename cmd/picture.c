/* SPDX-License-Identifier: MIT */
#include "cmd/picture.h"

#include "cmd/output.h"
#include "core/base/buf.h"

/* An edge from one node to one that it stands on. */
typedef void (*DrawEdge)(size_t from, size_t to, bool is_dependency, const Picture *picture,
                         FILE *stream);

static const char *
id_of(const Picture *picture, size_t node)
{
    return picture->graph->nodes[node].revision->id;
}

/* How a character stands in a text of the language: what is not listed as itself. */
typedef struct Escape {
    char character;
    const char *text;
} Escape;

static const Escape DOT_ESCAPES[] = {{'"', "\\\""}, {'\\', "\\\\"}, {'\0', NULL}};
static const Escape MERMAID_ESCAPES[] = {{'"', "#quot;"}, {'#', "#35;"},  {'<', "#lt;"},
                                         {'>', "#gt;"},   {'&', "#amp;"}, {'\0', NULL}};

/* The first line of the message. */
static const char *
title_of(const Picture *picture, size_t node, const Escape *escapes)
{
    Buf text = {.arena = picture->arena};
    const char *at = output_title(picture->arena, picture->graph->nodes[node].revision->message);

    for (; *at != '\0'; at++) {
        const Escape *escape = escapes;

        while (escape->text != NULL && escape->character != *at)
            escape++;
        if (escape->text != NULL)
            buf_add(&text, escape->text);
        else
            buf_add_char(&text, *at);
    }
    return buf_text(&text);
}

static void
draw_edges(const Picture *picture, DrawEdge draw, FILE *stream)
{
    bool *is_drawn = ARENA_ARRAY(picture->arena, bool, picture->graph->count);

    for (size_t i = 0; i < picture->nodes->len; i++)
        is_drawn[picture->nodes->at[i]] = true;
    for (size_t i = 0; i < picture->nodes->len; i++) {
        const size_t from = picture->nodes->at[i];
        const Node *node = &picture->graph->nodes[from];

        for (size_t j = 0; j < node->parents.len; j++) {
            if (is_drawn[node->parents.at[j]])
                draw(from, node->parents.at[j], false, picture, stream);
        }
        for (size_t j = 0; j < node->dependencies.len; j++) {
            if (is_drawn[node->dependencies.at[j]])
                draw(from, node->dependencies.at[j], true, picture, stream);
        }
    }
}

static void
draw_dot_edge(size_t from, size_t to, bool is_dependency, const Picture *picture, FILE *stream)
{
    fprintf(stream, "  \"%s\" -> \"%s\"%s;\n", id_of(picture, from), id_of(picture, to),
            is_dependency ? " [style=dashed]" : "");
}

void
picture_dot(const Picture *picture, FILE *stream)
{
    fputs("digraph migrations {\n  rankdir=BT;\n  node [shape=box];\n", stream);
    for (size_t i = 0; i < picture->nodes->len; i++) {
        const size_t node = picture->nodes->at[i];
        const char *title = title_of(picture, node, DOT_ESCAPES);

        fprintf(stream, "  \"%s\" [label=\"%s%s%s\"%s];\n", id_of(picture, node),
                id_of(picture, node), title[0] == '\0' ? "" : "\\n", title,
                picture->states[node] >= ENTRY_APPLIED ? ", style=filled" : "");
    }
    draw_edges(picture, draw_dot_edge, stream);
    fputs("}\n", stream);
}

static void
draw_mermaid_edge(size_t from, size_t to, bool is_dependency, const Picture *picture, FILE *stream)
{
    (void)picture;
    fprintf(stream, "  n%zu %s n%zu\n", from, is_dependency ? "-.->" : "-->", to);
}

void
picture_mermaid(const Picture *picture, FILE *stream)
{
    fputs("flowchart BT\n", stream);
    for (size_t i = 0; i < picture->nodes->len; i++) {
        const size_t node = picture->nodes->at[i];
        const char *title = title_of(picture, node, MERMAID_ESCAPES);

        fprintf(stream, "  n%zu[\"%s%s%s\"]%s\n", node, id_of(picture, node),
                title[0] == '\0' ? "" : ": ", title,
                picture->states[node] >= ENTRY_APPLIED ? ":::applied" : "");
    }
    draw_edges(picture, draw_mermaid_edge, stream);
    fputs("  classDef applied fill:#ddd\n", stream);
}
