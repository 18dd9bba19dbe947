/* SPDX-License-Identifier: MIT */
/* OpFill: writes the missing `was:` into the text of a YAML revision, from a model of the schema
 * below it; comments and layout stay. */
#ifndef MIGRATE_CORE_OP_FILL_H
#define MIGRATE_CORE_OP_FILL_H

#include "core/base/error.h"
#include "core/op_model.h"

typedef struct OpFill {
    const char *file; /* for messages; borrowed */
    Slice text;
    OpModel *model; /* as it is below the revision; the revision is played in it */
    size_t missing; /* operations that lacked a was: */
    size_t filled;  /* of them */
    Slice result;   /* the new text */
} OpFill;

/* Sets fill->result. ERR_REVISION, a problem for each, when something cannot be found out: the
 * result has the others even so. `at` of it is NULL when the text is no revision. */
MUST_CHECK bool op_fill(OpFill *fill, Arena *arena, Error *err);

#endif
