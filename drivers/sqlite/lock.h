/* SPDX-License-Identifier: MIT */
/*
 * Lock: keeps two runs apart while a unit without a transaction is under way. SQLite's own write
 * lock is given back after each of its statements, and no guard can tell a run that goes on from
 * one that was killed; the system can: its lock goes with the process.
 *
 * It is an advisory lock on the folder of the database, not on the file: closing a descriptor of
 * the file would drop the locks that SQLite itself holds on it.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_LOCK_H
#define MIGRATE_DRIVERS_SQLITE_LOCK_H

#include "drivers/sqlite/connection.h"

typedef struct RunLock {
    bool is_held;
    int descriptor;
} RunLock;

/* Release function for AUTO(). */
void lock_release(RunLock *lock);
/* Waits for it as for SQLite's own, then ERR_LOCKED. A database in memory, or on a file system that
 * has no such locks, does without. */
MUST_CHECK bool lock_take(RunLock *lock, Connection *connection, Error *err);

#endif
