/* SPDX-License-Identifier: MIT */
/*
 * ForeignKeys: keys are off while revisions run, since dropping a table would delete the rows that
 * refer to it. A unit that drops or alters a table is looked at before and after: rows that refer
 * to nothing now, and did not before, fail it.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_FOREIGN_KEYS_H
#define MIGRATE_DRIVERS_SQLITE_FOREIGN_KEYS_H

#include "core/base/vec.h"
#include "drivers/sqlite/connection.h"

/* One row of PRAGMA foreign_key_check, names in lower case as SQLite compares them. */
typedef struct Violation {
    const char *child;
    const char *row; /* "row 3"; "a row" of a table without rowids */
    const char *parent;
    const char *key; /* the number of the foreign key in its table */
} Violation;

typedef VEC(Violation) Violations;

typedef struct TableRename {
    const char *from;
    const char *to;
} TableRename;

typedef struct ForeignKeys {
    Arena *arena;
    Violations before;
    bool is_broken; /* before already a key did not fit its parent: there is nothing to compare */
    const Statement *blamed; /* the last statement that dropped or altered a table */
    VEC(TableRename) renames;
} ForeignKeys;

/* True if the unit holds a statement that calls for the check. */
bool foreign_keys_concern(const Unit *unit);
/* What is wrong before the unit's first statement. */
MUST_CHECK bool foreign_keys_before(ForeignKeys *keys, Connection *connection, Arena *arena,
                                    Error *err);
/* To be told each statement of the unit that has run. */
void foreign_keys_note(ForeignKeys *keys, const Statement *statement);
/* ERR_FAILED, naming them, if there are rows that refer to nothing since. */
MUST_CHECK bool foreign_keys_after(const ForeignKeys *keys, Connection *connection, Error *err);

#endif
