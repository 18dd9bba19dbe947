/* SPDX-License-Identifier: MIT */
/* Live: the line at the bottom of a terminal that tells what a run is doing just now. It is drawn
 * over itself, and wiped before anything else is said (the Log does that by itself). */
#ifndef MIGRATE_CMD_LIVE_H
#define MIGRATE_CMD_LIVE_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "drivers/driver.h"

typedef struct Live {
    const Log *log; /* with a place for is_live; NULL: there is no terminal, and nothing is drawn */
    size_t index;   /* of the step, from 1, and how many there are; 0: not known */
    size_t count;
    const char *step;   /* "8f2c1e04a7b1  create account table"; NULL: none runs */
    int64_t began;      /* monotonic milliseconds */
    size_t statement;   /* its number, and how many there are; 0: not known */
    size_t statements;  /* of the step */
    const char *text;   /* of the statement, as much as a line may show */
    int64_t text_began; /* when that was told */
    int64_t drawn;      /* when it was drawn last */
    Arena text_arena;   /* of `text` */
} Live;

/* How the line looks at `now`, at most `width` characters. The statement comes once it takes long.
 */
const char *live_line(const Live *live, int64_t now, size_t width, Arena *arena);

/* Another step, or another statement of it, runs from now on. */
void live_step(Live *live, const char *step);
void live_statement(Live *live, const Unit *unit, const Statement *statement);
/* Draws it, if it has not just been drawn. */
void live_draw(Live *live);
/* Nothing runs: wipes it. */
void live_stop(Live *live);

#endif
