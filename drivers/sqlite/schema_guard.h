/* SPDX-License-Identifier: MIT */
/*
 * SchemaGuard: statements in front of those that were made from stored texts. They fail, with a
 * message that names the table, unless these texts are still what the database holds.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_SCHEMA_GUARD_H
#define MIGRATE_DRIVERS_SQLITE_SCHEMA_GUARD_H

#include "drivers/sqlite/render_part.h"

/* A table or view with all that belongs to it: `objects` as catalog_of gave them, the first one
 * itself. */
void schema_guard(Render *render, const CatalogObjects *objects);
/* One object by itself. */
void schema_guard_one(Render *render, const CatalogObject *object);

#endif
