/* SPDX-License-Identifier: MIT */
/* Run: what upgrade, downgrade and reset share: to a target, on the database, as a script or as a
 * preview. */
#ifndef MIGRATE_CMD_RUN_H
#define MIGRATE_CMD_RUN_H

#include "cmd/command.h"
#include "cmd/offline.h"

/* --sql, --dry-run and what goes with them agree, and a range stands only where it means something.
 */
MUST_CHECK bool run_check(const Context *context, Direction direction, const char *target,
                          Error *err);
/* The options of upgrade and downgrade that print instead of running. */
#define RUN_OPTIONS                                                                                \
    {"sql", '\0',       OPTION_FLAG,                                                               \
     NULL,  VALUE_NONE, "print the script on stdout instead of running it; connects to nothing"},  \
        OFFLINE_OPTIONS,                                                                           \
        {"dry-run", '\0',       OPTION_FLAG,                                                       \
         NULL,      VALUE_NONE, "read the version rows and show the plan; change nothing"},        \
    {                                                                                              \
        "explain", '\0', OPTION_FLAG, NULL, VALUE_NONE,                                            \
            "with --dry-run: why each step is there, and there"                                    \
    }

/* The options say how. */
MUST_CHECK bool run_to(Context *context, Direction direction, const char *target, Error *err);
/* On the database, connected and read. */
MUST_CHECK bool run_online(Context *context, Direction direction, const char *target, Error *err);
/* Notes where the database stands, for behind the error, when a run came so far that this is the
 * question; false. */
bool run_failed(Context *context, size_t steps, const Error *err);

#endif
