/* SPDX-License-Identifier: MIT */
/* Preview: a plan as people read it, and why it is that plan: --dry-run and --explain. */
#ifndef MIGRATE_CMD_PREVIEW_H
#define MIGRATE_CMD_PREVIEW_H

#include "cmd/command.h"

typedef struct Preview {
    const Context *context; /* connected and read */
    const Plan *plan;
    const Target *target;
    bool is_explained;
} Preview;

/* Makes all steps, as --sql does, and prints what each comes to; ERR_REVISION with every problem.
 */
MUST_CHECK bool preview_print(const Preview *preview, Error *err);

#endif
