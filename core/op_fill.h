/* SPDX-License-Identifier: MIT */
/* OpFill: puts a missing `was:` into the text of a YAML revision; comments and layout stay. */
#ifndef MIGRATE_CORE_OP_FILL_H
#define MIGRATE_CORE_OP_FILL_H

#include "drivers/operation.h"

/* Reads the value of `was:` into an operation; its other members stay. ERR_REVISION if it is none
 * for this kind. */
MUST_CHECK bool op_fill_read(const char *was, Operation *op, Arena *arena, Error *err);
/* Puts what `filled` has of `was:`, and the operation in the text has not, into the text, in which
 * it stands as `said`. False if there is no line behind which it could be written. */
MUST_CHECK bool op_fill_put(Slice text, const Operation *said, const Operation *filled,
                            Arena *arena, Slice *result);

#endif
