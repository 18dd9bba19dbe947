/* SPDX-License-Identifier: MIT */
/* Offline: a plan without running it: as SQL for the database's own shell, and as a table for
 * people. Both check every step first, so that nothing is printed of a plan that cannot be run. */
#ifndef MIGRATE_CMD_OFFLINE_H
#define MIGRATE_CMD_OFFLINE_H

#include "cmd/command.h"

typedef struct Offline {
    const Context *context;
    const Dialect *dialect;
    TableNames tables;
    const HistoryRow *resume; /* the open step; NULL: none */
    const Plan *plan;
    Direction direction;
} Offline;

/* Checks all steps; ERR_REVISION with every problem. */
MUST_CHECK bool offline_check(const Offline *offline, Error *err);
/* Checks, then prints the script. Nothing varies from run to run, nor from machine to machine. */
MUST_CHECK bool offline_print(const Offline *offline, Error *err);
/* Checks, then prints revisions, files, statements: --dry-run. */
MUST_CHECK bool offline_preview(const Offline *offline, Error *err);

#endif
