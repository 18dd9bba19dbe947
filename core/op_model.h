/* SPDX-License-Identifier: MIT */
/*
 * OpModel: the schema as operations have made it, in their own portable terms: what a table,
 * column, index, … was before it is dropped or altered. Knows nothing of what SQL has made.
 */
#ifndef MIGRATE_CORE_OP_MODEL_H
#define MIGRATE_CORE_OP_MODEL_H

#include "core/base/map.h"
#include "drivers/operation.h"

/* {.arena = arena, and the arena of each map} is that of an empty schema: op_model_init. */
typedef struct OpModel {
    Arena *arena;
    Map tables;    /* OpTable, by schema and name; NULL: gone */
    Map indexes;   /* OpIndex */
    Map enums;     /* Names */
    Map sequences; /* OpSequence */
    Map views;     /* OpView */
    Map routines;  /* OpRoutine: functions by name, triggers by table and name */
} OpModel;

void op_model_init(OpModel *model, Arena *arena);
/* Does to the schema what the operation does. */
void op_model_play(OpModel *model, const Operation *op);
/* Puts into the operation what was: is missing in it. NULL, or why that is not known. */
const char *op_model_fill(const OpModel *model, Operation *op);

#endif
