/* SPDX-License-Identifier: MIT */
/* RevisionShape: the keys of a YAML revision, for the documentation and the JSON Schema. */
#ifndef MIGRATE_CORE_REVISION_SHAPE_H
#define MIGRATE_CORE_REVISION_SHAPE_H

#include "core/shape.h"

extern const Shape REVISION_SHAPE;

#endif
