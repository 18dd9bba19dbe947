/* SPDX-License-Identifier: MIT */
/*
 * OpShapes: the table of all operations of a YAML revision: their keys, what those mean, what their
 * inverse is. Reading, documentation and the JSON Schema are made from it.
 */
#ifndef MIGRATE_CORE_OP_SHAPES_H
#define MIGRATE_CORE_OP_SHAPES_H

#include "core/shape.h"

typedef struct OpShape {
    const char *name; /* of the key: "create_table", or an alias */
    OperationKind kind;
    ConstraintKind constraint; /* of an alias of add_constraint */
    const Shape *shape;        /* of Operation */
    const char *inverse;       /* for the documentation */
    const char *notes;         /* the same; NULL: none */
    const char *example;       /* YAML: an item of operations */
} OpShape;

extern const OpShape OP_SHAPES[];
extern const size_t OP_SHAPE_COUNT;

/* The keys that every item may have beside its operation. */
extern const Shape OP_COMMON;

/* Words of other tools, with what to write here. */
extern const ShapeSynonym OP_SYNONYMS[];

const OpShape *op_shape_find(Slice name);

#endif
