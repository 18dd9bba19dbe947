/* SPDX-License-Identifier: MIT */
/* Draft: what revision and merge share: a new revision file, refused before anything is written. */
#ifndef MIGRATE_CMD_DRAFT_H
#define MIGRATE_CMD_DRAFT_H

#include "cmd/command.h"

/* Writes the file of a revision on top of `parents` by the options --rev-id, --branch-label,
 * --depends-on, --splice and --version-path of the command, and prints its path. ERR_REVISION for
 * an id or a label that is taken or cannot be one, a parent twice or one that is no head. */
MUST_CHECK bool draft_write(const Context *context, const Indexes *parents, const char *message,
                            Error *err);

#endif
