/* SPDX-License-Identifier: MIT */
/*
 * Rebuild: what operations do to one table. Each changes a model of the table, which is its stored
 * text, and writes the ALTER TABLE that does the same, if there is one. If all of them have one,
 * these are the statements. Otherwise the table is made again, once for all of them: a new one from
 * the edited text, the rows copied, the old one dropped, the new one renamed, indexes and triggers
 * made again (sqlite.org/lang_altertable.html, section 7). Foreign keys are off in every unit;
 * legacy_alter_table keeps views and the triggers of other tables as they are while the name is
 * missing.
 *
 * Only what SQLite 3.35 knows is used, whatever version is here: a script is the same on every
 * machine, and runs where it is taken to.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_REBUILD_H
#define MIGRATE_DRIVERS_SQLITE_REBUILD_H

#include "drivers/sqlite/render_part.h"

/* Where the rows of a column come from. */
typedef struct RebuildColumn {
    const char *from; /* the column of the old table; NULL: there is none, its default applies */
    TextPatch value;  /* instead of it */
} RebuildColumn;

/* An index or a trigger, as it will be. */
typedef struct RebuildObject {
    CatalogObject object;
    StatementPieces pieces;
    const Operation *op; /* that made it; NULL: it was there */
} RebuildObject;

typedef struct Rebuild {
    const RenderContext *context;
    Error *err;
    const char *table;     /* as it is spelled in the database */
    CatalogObjects before; /* the table and what belongs to it */
    TableText old;
    TableText text;             /* as it will be */
    VEC(RebuildColumn) columns; /* of `text` */
    VEC(RebuildObject) objects;
    Renderings natives;
    const Operation *needed; /* the first operation that ALTER TABLE does not do; NULL: none */
    const Operation *drops;  /* the last one that takes a column away; NULL: none */
    bool has_failed;
} Rebuild;

/* False, with a problem at `op`, if there is no such table, or none that can be altered. */
MUST_CHECK bool rebuild_open(Rebuild *rebuild, const RenderContext *context, const char *table,
                             const Operation *op, Error *err);
/* One of the operations on columns, constraints and indexes of the table. */
void rebuild_apply(Rebuild *rebuild, const Operation *op);
/* The values of an enum, as they will be; `from` and `to` of one that is renamed, or NULL. */
void rebuild_enum(Rebuild *rebuild, const Operation *op, const char *name, const Names *values);
/* True if the operation reads what an earlier one has changed, so that it cannot be done along. */
bool rebuild_is_read(const Rebuild *rebuild, const Operation *op);
/* Adds the statements. */
void rebuild_write(Rebuild *rebuild, Renderings *out);

#endif
