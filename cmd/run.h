/* SPDX-License-Identifier: MIT */
/* Run: what upgrade, downgrade and reset share: to a target, on the database, as a script or as a
 * preview. */
#ifndef MIGRATE_CMD_RUN_H
#define MIGRATE_CMD_RUN_H

#include "cmd/command.h"

/* The options --sql, --dry-run and --dialect of the command say how. */
MUST_CHECK bool run_to(Context *context, Direction direction, const char *target, Error *err);
/* On the database, connected and read. */
MUST_CHECK bool run_online(Context *context, Direction direction, const char *target, Error *err);
/* Notes where the database stands, for behind the error; false. */
bool run_failed(Context *context);

#endif
