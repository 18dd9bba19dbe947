/* SPDX-License-Identifier: MIT */
/*
 * Rendering for SQLite: statements of operations,. Neighbouring
 * operations on one table are done together (rebuild.h); every other one by itself.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_RENDER_H
#define MIGRATE_DRIVERS_SQLITE_RENDER_H

#include "drivers/sqlite/render_part.h"

/* The slot of the Dialect. */
MUST_CHECK bool sqlite_render(const RenderContext *context, const Operation *ops, size_t count,
                              size_t *taken, Renderings *out, Error *err);

/* insert, delete_rows, backfill; in render_rows.c. */
void render_insert(Render *render, const Operation *op);
void render_delete(Render *render, const Operation *op);
void render_backfill(Render *render, const Operation *op);

/* Views and triggers; in render_view.c. */
void render_create_view(Render *render, const Operation *op);
void render_replace_view(Render *render, const Operation *op);
void render_drop_view(Render *render, const Operation *op);
void render_create_trigger(Render *render, const Operation *op);
void render_drop_trigger(Render *render, const Operation *op);

/* Enums, which are a view with the values, and checks of the columns; in render_enum.c. */
void render_create_enum(Render *render, const Operation *op);
void render_drop_enum(Render *render, const Operation *op);
/* add_enum_value and rename_enum_value of one enum, as many as stand together: returns how many. */
size_t render_enum_values(const RenderContext *context, const Operation *ops, size_t count,
                          Renderings *out, Error *err);

#endif
