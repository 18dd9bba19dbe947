/* SPDX-License-Identifier: MIT */
/* Fill: revision fill REV. */
#ifndef MIGRATE_CMD_FILL_H
#define MIGRATE_CMD_FILL_H

#include "cmd/command.h"

/* Writes the missing was: into the files of YAML revisions. ERR_REVISION for what cannot be found
 * out, after the rest is written; ERR_USAGE without a revision. */
MUST_CHECK bool fill_run(Context *context, const Names *names, Error *err);

#endif
