/* SPDX-License-Identifier: MIT */
/* Picture: revisions and their edges as source for tools that draw: Graphviz and Mermaid. Edges of
 * `revises` are drawn through, those of `depends_on` dashed; applied revisions are filled. */
#ifndef MIGRATE_CMD_PICTURE_H
#define MIGRATE_CMD_PICTURE_H

#include <stdio.h>

#include "cmd/entry.h"

typedef struct Picture {
    const Graph *graph;
    const Indexes *nodes;     /* what is drawn, and the edges between them */
    const EntryState *states; /* of all nodes of the graph */
    Arena *arena;
} Picture;

void picture_dot(const Picture *picture, FILE *stream);
void picture_mermaid(const Picture *picture, FILE *stream);

#endif
