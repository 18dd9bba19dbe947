/* SPDX-License-Identifier: MIT */
/*
 * Fill: finds out what the `was:` of a YAML revision is that its operations lack. The revisions
 * below it are rehearsed, and before each such operation there are two to ask: the model, which has
 * what operations said, in their portable words, and the database, which has what SQL made too.
 * What either says is taken if the operation and its inverse, carried out one after the other,
 * leave the schema as it was.
 */
#ifndef MIGRATE_CORE_FILL_H
#define MIGRATE_CORE_FILL_H

#include "core/runner.h"

typedef struct Fill {
    Runner *runner;
    const Revision *revision; /* of YAML */
    size_t node;              /* its own */
    size_t filled;            /* operations that lacked was: */
    Slice result;             /* the new text; as it was if nothing was missing */
} Fill;

/* Connects as often as it takes, and closes. ERR_REVISION, a problem for each operation whose was:
 * cannot be found out, ERR_STATE for a database that the revision cannot be rehearsed on. */
MUST_CHECK bool fill_revision(Fill *fill, Arena *arena, Error *err);

#endif
