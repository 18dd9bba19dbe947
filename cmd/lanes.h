/* SPDX-License-Identifier: MIT */
/*
 * Lanes: a graph drawn beside its text, the way `git log --graph` does. A lane is a column in which
 * a line runs down to the node that comes at its end; a node opens a lane for each further parent,
 * and lanes that run to the same node become one, the left one. So it is drawn while it is read,
 * one entry after the other, at a cost of the entries, their edges and what is printed.
 *
 * Law: an entry stands in front of all its parents.
 */
#ifndef MIGRATE_CMD_LANES_H
#define MIGRATE_CMD_LANES_H

#include <stdbool.h>
#include <stdio.h>

#include "core/graph.h"

typedef struct Lane Lane;

/* A character of a row; colour 0: none. */
typedef struct LaneCell {
    char character;
    unsigned char colour;
} LaneCell;

/* Begun with the first four fields and lanes_init(). */
typedef struct Lanes {
    Arena *arena;
    FILE *stream;
    size_t width; /* of the terminal: lines are cut to it, the lanes to half of it; 0: any */
    bool is_coloured;
    size_t limit; /* of lanes that are seen; the others are "~" */
    Lane *first;  /* from left to right */
    Lane *last;
    size_t count;
    Lane **of_node; /* the lane that runs to it; NULL: none */
    Lane *spare;
    unsigned opened;   /* lanes so far, for their colours */
    bool is_below_end; /* what stands in the next free column now would look like a parent */
    VEC(LaneCell) row;
    const char *name; /* what is still to be printed of an entry */
    const char *colour;
    Slice text;
    size_t margin; /* columns in front of its text */
} Lanes;

typedef struct LanesEntry {
    size_t node;
    const Indexes *parents; /* those that get an entry */
    const char *name;       /* what the first line begins with */
    const char *colour;     /* of the name, one of cmd/output.h */
    const char *text;       /* what follows it; any number of lines, each with its end */
} LanesEntry;

/* `nodes` is the number of nodes there are. */
void lanes_init(Lanes *lanes, size_t nodes);
/* Prints an entry. */
void lanes_draw(Lanes *lanes, const LanesEntry *entry);

#endif
