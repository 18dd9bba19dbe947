/* SPDX-License-Identifier: MIT */
/* OpRead: a list of operations in YAML as values, by the table of core/op_shapes.h. */
#ifndef MIGRATE_CORE_OP_READ_H
#define MIGRATE_CORE_OP_READ_H

#include "core/shape.h"

/* Reads a list of operations, or a text of SQL; reader->path is where it stands: "operations".
 * Every problem is added to reader->problems. */
void op_read_list(ShapeReader *reader, const YamlNode *node, Operations *operations);

#endif
