/* SPDX-License-Identifier: MIT */
/* Progress: what a run tells while it goes on: Alembic's lines on stderr, or with --json an event a
 * line on stdout. */
#ifndef MIGRATE_CMD_PROGRESS_H
#define MIGRATE_CMD_PROGRESS_H

#include "cmd/command.h"
#include "cmd/output.h"

typedef struct Progress {
    Context *context;
    int64_t milliseconds; /* of all steps */
    Table durations;      /* direction, revision, message, time: shown at the end of a run */
} Progress;

/* Lets the runner report to *progress, which lives as long as the run. */
void progress_begin(Progress *progress, Context *context);
/* What was done, and where the database stands. */
void progress_end(Progress *progress, Direction direction, size_t steps);
/* "Running upgrade 1975ea83b712 -> 8f2c1e04a7b1, create account table" */
const char *progress_line(const Step *step, const Names *before, const Names *after, Arena *arena);

#endif
