/* SPDX-License-Identifier: MIT */
/*
 * Runner: carries a plan out on a database that others may be migrating at the same moment. It
 * reads, plans, sends as many units as fit in one message, and on what the guard says waits in the
 * client, reads again and plans again. Correctness is each revision's; runners may interleave.
 */
#ifndef MIGRATE_CORE_RUNNER_H
#define MIGRATE_CORE_RUNNER_H

#include "core/config.h"
#include "core/plan.h"
#include "core/script.h"
#include "core/target.h"

/* What a run tells while it goes on; each may be NULL. */
typedef struct RunnerEvents {
    void (*step_started)(void *context, const Step *step, const Names *before, const Names *after);
    void (*step_finished)(void *context, const Step *step, const Names *before,
                          const Names *after, int64_t milliseconds);
    void *context;
} RunnerEvents;

typedef struct Runner {
    const Config *config;
    const Driver *driver;
    const Graph *graph;
    const Session *session;
    const Log *log;
    RunnerEvents events;
    const volatile int *interrupted; /* a signal number once one came; may be NULL */
    void (*sleep)(int64_t milliseconds); /* NULL: the real one */
    Connection *connection; /* NULL until connected */
    DatabaseState state;    /* as last read */
    Arena *arena;           /* of the run */
    Arena scratch;          /* of one round */
} Runner;

/* Connects, trying again with backoff where waiting can help, and reads the state. */
MUST_CHECK bool runner_open(Runner *runner, bool is_read_only, Error *err);
void runner_close(Runner *runner);
/* Reads the state again. */
MUST_CHECK bool runner_read(Runner *runner, Error *err);
/* Upgrades or downgrades to `target` (resolved against runner->state.rows); *steps_done counts
 * what this run did. */
MUST_CHECK bool runner_run(Runner *runner, const Target *target, size_t *steps_done, Error *err);
/* What a stamp aims at. */
typedef struct StampRequest {
    Indexes nodes;
    bool purge;
} StampRequest;
MUST_CHECK bool runner_stamp(Runner *runner, const StampRequest *request, size_t *steps_done,
                             Error *err);
/* Checks every step of a plan before anything runs (script_check), all problems at once. */
MUST_CHECK bool runner_check(const Script *script, const Plan *plan, Error *err);

#endif
