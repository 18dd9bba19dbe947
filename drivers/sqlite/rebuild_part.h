/* SPDX-License-Identifier: MIT */
/*
 * RebuildPart: what the files of Rebuild share. One function for each kind of operation, which
 * changes the model and writes the ALTER TABLE, if there is one; a problem is added at the
 * operation.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_REBUILD_PART_H
#define MIGRATE_DRIVERS_SQLITE_REBUILD_PART_H

#include "drivers/sqlite/rebuild.h"

/* In rebuild_column.c, rebuild_drop.c, rebuild_constraint.c, rebuild_index.c. */
void rebuild_add_column(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_alter_column(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_drop_column(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_add_constraint(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_drop_constraint(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_rename_constraint(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_create_index(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_drop_index(Rebuild *rebuild, Render *render, const Operation *op);
void rebuild_rename_index(Rebuild *rebuild, Render *render, const Operation *op);

/* ALTER TABLE does not do it: the table is made again. */
void rebuild_need(Rebuild *rebuild, const Operation *op);
/* The name of a column, without its quotes. */
const char *rebuild_column_name(const TableText *table, size_t column, Arena *arena);
/* The number of a column that must be there; NO_COLUMN and a problem if it is not. */
int rebuild_column_get(Rebuild *rebuild, Render *render, const char *name);
/* What a new column must know of the table as it will be. */
TableShape rebuild_shape(const Rebuild *rebuild);
/* Writes what the rows of a column are copied from so far. */
void rebuild_add_source(Rebuild *rebuild, Render *render, size_t column);
/* What was written is what they are copied from. */
void rebuild_set_value(Rebuild *rebuild, Render *render, int column);
/* Takes an index or a trigger out of the model. */
void rebuild_remove_object(Rebuild *rebuild, size_t index);
/* Looks at what came of an edit: a problem if the text is no table any more. */
void rebuild_edited(Render *render, bool is_done);
/* Writes a patch. */
void rebuild_add_patch(Render *render, const TextPatch *patch);
/* A name as it is to be written. */
TextPatch rebuild_name_patch(Render *render, const char *name);

#endif
