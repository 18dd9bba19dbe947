/* SPDX-License-Identifier: MIT */
/*
 * Runner: carries a plan out on a database that others may be migrating at the same moment. It
 * reads, plans, sends as many units as fit in one message, and on what the guard says waits in the
 * client, reads again and plans again. Correctness is each revision's; runners may interleave.
 */
#ifndef MIGRATE_CORE_RUNNER_H
#define MIGRATE_CORE_RUNNER_H

#include "core/base/map.h"
#include "core/config.h"
#include "core/plan.h"
#include "core/script.h"
#include "core/target.h"

/* What a run tells while it goes on; each may be NULL. `before` and `after` are the version rows.
 */
typedef struct RunnerEvents {
    /* So many steps are about to run; again whenever the run plans anew. */
    void (*planned)(void *context, size_t steps);
    void (*step_started)(void *context, const Step *step, const Names *before, const Names *after);
    void (*step_finished)(void *context, const Step *step, const Names *before, const Names *after,
                          int64_t milliseconds);
    /* A statement of the step, with the unit it stands in; as told_from says (RunEvents), and the
     * only one of its unit if told_from is not 0. Where all steps are one transaction they come
     * before the events of their steps. */
    void (*statement_started)(void *context, const Step *step, const Unit *unit,
                              const Statement *statement);
    void (*statement_finished)(void *context, const Step *step, const Unit *unit,
                               const Statement *statement, int64_t milliseconds);
    size_t told_from;
    void (*waiting)(void *context); /* some times a second while statements run */
    void *context;
} RunnerEvents;

/* Where waiting is for one thing: when it gives up, and how long the next pause is. */
typedef struct Patience {
    int64_t deadline; /* monotonic milliseconds; 0: not begun */
    int64_t pause;
    unsigned tries;
} Patience;

/* {0} but for the first block is a runner that runner_open may open. */
typedef struct Runner {
    const Config *config;
    const Driver *driver;
    const Graph *graph;
    const Session *session;
    const Log *log;
    RunnerEvents events;
    const volatile int *interrupted;     /* a signal number once one came; may be NULL */
    int64_t (*now)(void);                /* monotonic milliseconds; NULL: the real clock */
    void (*sleep)(int64_t milliseconds); /* NULL: the real one */
    Arena *arena;                        /* of the run: what the caller may look at afterwards */

    Connection *connection; /* NULL until connected */
    DatabaseState state;    /* as last read */
    DriverMemory memory;
    Catalog *catalog;  /* for dialects that render with one; NULL until it is needed */
    Map noted;         /* steps of which has been said what their operations do besides */
    Script rehearsal;  /* while one goes on */
    bool is_of_rows;   /* of the last failure: as RunResult's */
    bool is_cautious;  /* a guard found another schema than the catalog had: it is read anew for
                          each step that needs it */
    size_t steps_done; /* by this run */
    Arena handle;      /* of the connection */
    Arena scratch;     /* of one chunk of units */
    uint64_t random;
    Patience lock;    /* waits for another run */
    Patience retry;   /* tries a unit again */
    Patience lost;    /* connects again */
    bool is_kept_out; /* the lock was free when it was last asked for, after a guard said busy */
} Runner;

/* Connects, trying again with backoff where waiting can help, and reads the state. A database whose
 * version table lies in another schema is ERR_STATE. */
MUST_CHECK bool runner_open(Runner *runner, bool is_read_only, Error *err);
void runner_close(Runner *runner);
/* Reads the state again. */
MUST_CHECK bool runner_read(Runner *runner, Error *err);

/* Upgrades or downgrades to `target` (resolved against runner->state.rows); a step that stands half
 * applied in that direction is finished first. *steps_done counts what this run did, also when it
 * fails; runner->state is then read again, as far as that is possible, so that it says where the
 * database stands. */
MUST_CHECK bool runner_run(Runner *runner, const Target *target, size_t *steps_done, Error *err);

typedef struct StampRequest {
    StampTarget target;
    bool purge; /* whatever rows there are, known or not */
} StampRequest;
/* Replaces version rows without running anything. */
MUST_CHECK bool runner_stamp(Runner *runner, const StampRequest *request, size_t *steps_done,
                             Error *err);

/* Makes the version and the history table where they are absent: a stamp that changes no row, which
 * the history shows as one. *is_made is false when they are there already, and nothing is run. */
MUST_CHECK bool runner_make_tables(Runner *runner, bool *is_made, Error *err);

typedef enum Resolution {
    RESOLVE_RETRY,   /* the statement at which it stopped is run again by the next run */
    RESOLVE_DONE,    /* that statement has taken effect; behind the last one the step is done */
    RESOLVE_ABANDON, /* the step is closed, and the version rows stay as they are */
} Resolution;
/* Settles the step that stands half applied, under the lock. ERR_STATE when there is none,
 * ERR_LOCKED when it is being run. */
MUST_CHECK bool runner_resolve(Runner *runner, Resolution resolution, Error *err);

/* Connects anew and begins a rehearsal from where the database stands: what is carried out in it
 * comes to nothing. ERR_STATE when a step stands half applied. */
MUST_CHECK bool runner_rehearse(Runner *runner, Error *err);
/* Carries out a plan in the rehearsal. *is_again: it did not get through for a reason that passes,
 * and what may be done is to begin the rehearsal anew. */
MUST_CHECK bool runner_rehearse_plan(Runner *runner, const Plan *plan, bool *is_again, Error *err);
/* The same of the upgrade of a text that is not, or not yet, what its file has. */
MUST_CHECK bool runner_rehearse_text(Runner *runner, const Revision *revision,
                                     const RevisionText *text, bool *is_again, Error *err);
/* Driver.recall and Driver.inventory, there. */
MUST_CHECK bool runner_recall(Runner *runner, const Operation *op, Arena *arena, const char **was,
                              bool *is_again, Error *err);
MUST_CHECK bool runner_inventory(Runner *runner, Arena *arena, Names *lines, bool *is_again,
                                 Error *err);
/* Ends it, whatever came of it, with its connection. */
void runner_rehearsed(Runner *runner);

/* Checks every step of a plan before anything runs (script_check), all problems at once. */
MUST_CHECK bool runner_check(const Script *script, const Plan *plan, Error *err);
/* The plan that finishes the open history row, from what the row recorded. ERR_STATE if no file
 * defines its revision. */
MUST_CHECK bool runner_plan_resume(const Graph *graph, const DatabaseState *state, Arena *arena,
                                   Plan *plan, Error *err);

#endif
