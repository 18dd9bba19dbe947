/* SPDX-License-Identifier: MIT */
/* OpSchema: the JSON Schema of a YAML revision, for editors, made from the tables that it is read
 * by. Knows the keys and the kinds of values; what they mean together only the reader knows. */
#ifndef MIGRATE_CORE_OP_SCHEMA_H
#define MIGRATE_CORE_OP_SCHEMA_H

#include "core/base/buf.h"

/* A JSON document (draft 7), ended by a line feed. */
void op_schema_write(Buf *out);

#endif
