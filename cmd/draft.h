/* SPDX-License-Identifier: MIT */
/* Draft: what revision and merge share: a new revision file, refused before anything is written. */
#ifndef MIGRATE_CMD_DRAFT_H
#define MIGRATE_CMD_DRAFT_H

#include "cmd/command.h"
#include "core/baseline.h"

typedef struct DraftRequest {
    Indexes parents; /* none: a base */
    const char *message;
    bool is_yaml;
    const Baseline *baseline; /* NULL: it is to be empty */
} DraftRequest;

/* The revisions that the new one is to revise, in the order in which `texts` name them; none for
 * base. ERR_REVISION for one that is named twice, or that is no head without --splice. */
MUST_CHECK bool draft_parents(const Context *context, const Names *texts, Indexes *parents,
                              Error *err);
/* Writes the file of the revision that is asked for, by the options --rev-id, --branch-label,
 * --depends-on and --version-path of the command, and prints its path. ERR_REVISION for an id or a
 * label that is taken or cannot be one, or a dependency that nothing defines; ERR_USAGE when it
 * cannot be told which folder is meant. */
MUST_CHECK bool draft_write(const Context *context, const DraftRequest *request, Error *err);

#endif
