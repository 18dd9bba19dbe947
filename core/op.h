/* SPDX-License-Identifier: MIT */
/*
 * Op: what a YAML revision says, and what it means for a direction. Operations as such are
 * drivers/operation.h's; here is what is asked about them: their inverses, whether they lose data.
 * Touches neither file nor database.
 */
#ifndef MIGRATE_CORE_OP_H
#define MIGRATE_CORE_OP_H

#include <stdint.h>

#include "drivers/driver.h"

/* The body of a YAML revision. */
typedef struct OpBody {
    Operations up;
    Operations down; /* the revision's own `down:` */
    bool has_down;
    bool is_transactional; /* transaction: false clears it: each statement by itself */
    bool is_destructive;   /* destructive: true */
    int64_t lock_timeout;  /* milliseconds; TIMEOUT_UNSET */
    int64_t statement_timeout;
    Names dialects; /* none: all */
} OpBody;

/* The inverses of one operation for a dialect, in the order they run; `op` itself is borrowed. An
 * error (ERR_REVISION, at its place, with what to write) if it has none. */
MUST_CHECK bool op_invert(const Operation *op, const char *dialect, Arena *arena,
                          Operations *inverses, Error *err);
/* What a step of this direction runs on a dialect, in order: only operations that apply; none where
 * the body is for other dialects. A problem
 * for each operation that cannot be reversed (downgrade), or that loses data without
 * `destructive: true` (upgrade). */
MUST_CHECK bool op_select(const OpBody *body, Direction direction, const char *dialect,
                          Arena *arena, Operations *selected, Error *err);
/* Why an operation cannot be run (upgrade) or reversed (downgrade) on a dialect it applies to:
 * "drop_table has no was:"; NULL if it can. */
const char *op_problem(const Operation *op, Direction direction, const char *dialect, Arena *arena);
/* True if what it drops or changes is not said, and it has no `down` in place of its inverse. */
bool op_lacks_was(const Operation *op, Arena *arena);
/* True if rows or columns are gone afterwards. */
bool op_loses_data(const Operation *op);

#endif
