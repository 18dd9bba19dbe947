/* SPDX-License-Identifier: MIT */
/*
 * ForeignKeys: keys are off while revisions run, since dropping a table would delete the rows that
 * refer to it. Around statements that drop or rename tables (a rebuild does both), these tables and
 * those that refer to them are looked at before and after: rows that refer to nothing now, and did
 * not before, fail the unit.
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
    Names tables; /* that are dropped or renamed, in both names */
    VEC(TableRename) renames;
    const Statement *blamed; /* the last statement that drops or renames one */
    Violations before;
    bool is_broken; /* before already a key did not fit its parent: there is nothing to compare */
} ForeignKeys;

/* Looks at the user statements that begin at `first`. True if one of them drops
 * or renames a table, so that the check is called for. `keys` lives until `arena` goes. */
bool foreign_keys_concern(ForeignKeys *keys, const Statements *statements, size_t first,
                          Arena *arena);
/* The same in a printed script: what is wrong before those statements is kept, and behind them
 * nothing else may be. A key that does not fit its parent stops the script. */
void foreign_keys_print(const ForeignKeys *keys, bool is_behind, Buf *out);
/* What is wrong before those statements. */
MUST_CHECK bool foreign_keys_before(ForeignKeys *keys, Connection *connection, Error *err);
/* ERR_FAILED, naming them, if there are rows that refer to nothing since. */
MUST_CHECK bool foreign_keys_after(const ForeignKeys *keys, Connection *connection, Error *err);

#endif
