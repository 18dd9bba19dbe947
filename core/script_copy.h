/* SPDX-License-Identifier: MIT */
/* What `-- migrate:copy` becomes in a script: a statement with the rows of a file. For script.c. */
#ifndef MIGRATE_CORE_SCRIPT_COPY_H
#define MIGRATE_CORE_SCRIPT_COPY_H

#include "core/base/sink.h"
#include "core/revision.h"

/* The statement of the revision's copy number `index`; borrows from `text`. A problem is added to
 * *err (ERR_REVISION). */
MUST_CHECK bool script_copy(const Dialect *dialect, const Revision *revision,
                            const RevisionText *text, size_t index, Arena *arena,
                            Statement *statement, Error *err);
/* Prints such a statement of a database without COPY as an INSERT for each row. */
MUST_CHECK bool script_copy_print(const Dialect *dialect, const Statement *statement, Sink *out,
                                  Error *err);

#endif
