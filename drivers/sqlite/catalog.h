/* SPDX-License-Identifier: MIT */
/*
 * Catalog: the schema of a database without its rows, for rendering what depends on it: a database
 * in memory, which takes the same statements, so that what SQLite makes of a text is what SQLite
 * makes of it. Functions, collations and modules that it does not have are taken for granted.
 * Statements are played when somebody looks: a run in which nobody does costs nothing.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_CATALOG_H
#define MIGRATE_DRIVERS_SQLITE_CATALOG_H

#include "drivers/driver.h"

/* Of the name that a table has while it is made again. */
#define REBUILD_PREFIX "_migrate_new_"

/* A row of sqlite_schema with a text. */
typedef struct CatalogObject {
    const char *type; /* "table", "index", "view", "trigger" */
    const char *name;
    const char *table; /* it belongs to */
    const char *sql;
} CatalogObject;

typedef VEC(CatalogObject) CatalogObjects;

/* The slots of the Dialect. */
MUST_CHECK bool sqlite_catalog_open(Arena *arena, Catalog **catalog, Error *err);
void sqlite_catalog_close(Catalog *catalog);
MUST_CHECK bool sqlite_catalog_load(Catalog *catalog, Connection *connection, Error *err);
void sqlite_catalog_play(Catalog *catalog, const Statement *statement);

/* The object of that name; false if there is none. Names have no case. */
bool catalog_find(Catalog *catalog, const char *type, const char *name, Arena *arena,
                  CatalogObject *object);
/* What belongs to a table or view: itself, then its indexes, then its triggers, as they were made.
 */
CatalogObjects catalog_of(Catalog *catalog, const char *table, Arena *arena);
/* All tables whose text has that piece in it. */
CatalogObjects catalog_with(Catalog *catalog, const char *piece, Arena *arena);
/* True if a view or a trigger mentions the name, as a word of its text. */
bool catalog_is_used(Catalog *catalog, const char *name, Arena *arena);
/* True if there is a view or a trigger at all. */
bool catalog_has_code(Catalog *catalog);
/* Views, and tables with triggers, that SQLite cannot compile, and why: "view v: no such column:
 * a". Without `name`, a view or table itself. */
Names catalog_broken(Catalog *catalog, const char *name, Arena *arena);

/* Tries statements out: catalog_undo takes back all that came since catalog_try. */
void catalog_try(Catalog *catalog);
/* What SQLite says against a statement. */
typedef struct CatalogProblem {
    const char *message;
    size_t offset; /* in the statement; 0 also where it is not known */
} CatalogProblem;

/* False with a problem. Runs no more than the schema's statements, as catalog_play. */
bool catalog_run(Catalog *catalog, Slice sql, CatalogProblem *problem, Arena *arena);
void catalog_undo(Catalog *catalog);

#endif
