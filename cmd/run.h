/* SPDX-License-Identifier: MIT */
/* Run: what upgrade, downgrade and reset share: to a target, on the database, as a script or as a
 * preview. */
#ifndef MIGRATE_CMD_RUN_H
#define MIGRATE_CMD_RUN_H

#include "cmd/command.h"

/* --sql, --dry-run and --dialect agree, and a range stands only where it means something. */
MUST_CHECK bool run_check(const Context *context, Direction direction, const char *target,
                          Error *err);
/* The options say how. */
MUST_CHECK bool run_to(Context *context, Direction direction, const char *target, Error *err);
/* On the database, connected and read. */
MUST_CHECK bool run_online(Context *context, Direction direction, const char *target, Error *err);
/* Notes where the database stands, for behind the error, when a run came so far that this is the
 * question; false. */
bool run_failed(Context *context, size_t steps, const Error *err);

#endif
