/* SPDX-License-Identifier: MIT */
/*
 * Mapping: a large file as memory that the system takes from the file when it is looked at, and may
 * have back behind us. A file that another program cuts short meanwhile raises SIGBUS; main says
 * so.
 */
#ifndef MIGRATE_CORE_BASE_MAPPING_H
#define MIGRATE_CORE_BASE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

/* Who goes through a text from its begin to its end, and leaves a trail: what is behind is given
 * back, so that a gigabyte takes a few megabytes. It may be read again all the same. */
typedef struct Trail {
    const char *begin; /* of the walk */
    const char *from;  /* NULL: of a text that is not mapped, nothing is given back */
} Trail;

/* The whole of an open file, `size` bytes and a NUL behind them; it goes with the arena. False if
 * this file cannot be mapped: it can be read then. */
bool mapping_new(int fd, size_t size, Arena *arena, Slice *text);
/* A walk through a part of a text. */
Trail trail_begin(Slice text, bool is_mapped);
/* What is before `at` has been looked at. Cheap: most calls do nothing. */
void trail_follow(Trail *trail, const char *at);

/* The next piece of *rest, cut off it: at most 256 KB, so that a processor's cache holds it while
 * several look at it. */
Slice trail_piece(Slice *rest);

#endif
