/* SPDX-License-Identifier: MIT */
/* Progress: what a run tells while it goes on. On a screen a live line, and a line for each step
 * that is done, with its duration; else Alembic's lines on stderr; with --json an event a line on
 * stdout. */
#ifndef MIGRATE_CMD_PROGRESS_H
#define MIGRATE_CMD_PROGRESS_H

#include "cmd/command.h"
#include "cmd/live.h"

/* A statement that took long. */
typedef struct SlowStatement {
    int64_t milliseconds;
    const char *text; /* place and beginning */
} SlowStatement;

enum { SLOWEST = 5 };

typedef struct Progress {
    Context *context;
    Live live;
    int64_t milliseconds; /* of all steps */
    size_t planned;       /* steps, those that are done included */
    size_t started;
    size_t finished;
    const Step *step;               /* the one that was started last */
    SlowStatement slowest[SLOWEST]; /* the slowest first; with -v */
    size_t statements;              /* that were told */
} Progress;

/* Lets the runner report to *progress, which lives as long as the run. */
void progress_begin(Progress *progress, Context *context);
/* The run has failed: says at which step, where that has not been said. */
void progress_failed(Progress *progress);
/* What was done, and where the database stands. */
void progress_end(Progress *progress, Direction direction, size_t steps);
/* "Running upgrade 1975ea83b712 -> 8f2c1e04a7b1, create account table" */
const char *progress_line(const Step *step, const Names *before, const Names *after, Arena *arena);

#endif
