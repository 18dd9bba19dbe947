/* SPDX-License-Identifier: MIT */
/*
 * RenderPart: columns, constraints and indexes as SQLite writes them, for new tables and for texts
 * that are edited. What SQLite has not is a problem at the operation. The checks that stand for a
 * type have names by which they are found again: enum_mood of enum(mood), t_c_values of enum[a, b]
 * at column c of table t, t_c_boolean of a boolean in a STRICT table.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_RENDER_PART_H
#define MIGRATE_DRIVERS_SQLITE_RENDER_PART_H

#include "drivers/render.h"
#include "drivers/sqlite/catalog.h"
#include "drivers/sqlite/table_text.h"

/* The names of views that hold the values of an enum, and of the checks of its columns. */
#define ENUM_PREFIX "enum_"

/* What an operation is rendered with. */
typedef struct Render {
    SqlWriter writer;
    const RenderContext *context;
    bool is_unknown; /* what is being written depends on a catalog that is not there */
} Render;

/* What a column must know of its table. */
typedef struct TableShape {
    const char *table;
    bool is_strict;
    bool is_without_rowid;
    Names key; /* columns of the table's own primary key */
} TableShape;

Render render_begin(const RenderContext *context, const Operation *op, Renderings *out, Error *err);
/* Ends a statement. */
void render_end(Render *render);
/* What was written instead of a statement; and begins anew. */
TextPatch render_patch(Render *render);
/* For hints: "say only: [postgres] at the operation". */
extern const char *const ONLY_POSTGRES;

/* Refuses a schema other than main. */
void render_schema(Render *render, const char *schema);
void render_type(Render *render, const OpType *type, bool is_strict);
/* DEFAULT …; nothing if there is none. */
void render_default(Render *render, const OpDefault *value, const OpType *type);
/* The value alone. */
void render_default_value(Render *render, const OpDefault *value, const OpType *type);
/* True if ALTER TABLE ADD COLUMN takes it. */
bool default_is_constant(const OpDefault *value);
/* COLLATE's name; a problem if SQLite has no such. */
void render_collation(Render *render, const char *name);
void render_column(Render *render, const OpColumn *column, const TableShape *shape);
/* CONSTRAINT enum_mood CHECK (mood IN (…)), with a blank in front; nothing for most types. */
void render_type_check(Render *render, const TableShape *shape, const char *column,
                       const OpType *type);
/* (c IN ('a', 'b')) */
void render_values_check(Render *render, const char *column, const Names *values);
/* `autoincrement`: the column of a primary key that never gives a number twice; NULL: none. */
void render_constraint(Render *render, const OpConstraint *constraint, const char *autoincrement);
/* CREATE TABLE and CREATE INDEX, whole. */
void render_table(Render *render, const OpTable *table, bool if_not_exists);
void render_index(Render *render, const OpIndex *index, bool if_not_exists);
/* The values of an enum that create_enum made; false if there is none of that name. */
bool enum_find(Catalog *catalog, const char *name, Arena *arena, Names *values);
/* True if the column's constraint is a check that stands for its type. */
bool is_type_check(const TableText *table, const TablePart *part);

#endif
