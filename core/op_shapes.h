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
} OpShape;

extern const OpShape OP_SHAPES[];
extern const size_t OP_SHAPE_COUNT;

/* The keys that every item may have beside its operation. */
extern const Shape OP_COMMON;

/* What the documentation says of an operation, and an example of it. */
typedef struct OpNote {
    const char *notes;   /* sentences; NULL: none */
    const char *example; /* YAML: an item of operations, "- " at its start */
} OpNote;

extern const OpNote OP_NOTES[OP_KIND_COUNT];
/* What is there before each example: a list of operations. */
extern const char OP_NOTES_BEFORE[];

/* Words of other tools, with what to write here. */
extern const ShapeSynonym OP_SYNONYMS[];

const OpShape *op_shape_find(Slice name);

#endif
