/* SPDX-License-Identifier: MIT */
/*
 * The inside of the SQLite driver: its Connection, and what its files share. The busy handler is
 * our own, so that waiting for a lock ends at once when the run is interrupted.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_CONNECTION_H
#define MIGRATE_DRIVERS_SQLITE_CONNECTION_H

#include <sqlite3.h>

#include "core/base/clock.h"
#include "drivers/driver.h"

struct Connection {
    sqlite3 *db;
    const char *path;   /* NULL: in memory */
    const char *absent; /* the file that the first run makes; in memory until then. NULL: none */
    int flags;          /* it was opened with */
    const Log *log;
    bool is_read_only;
    int64_t wait;                    /* milliseconds that a lock is waited for */
    int64_t waiting_since;           /* of the lock being waited for */
    const volatile int *interrupted; /* ends every wait; may be NULL */
    const volatile int
        *run_stopped;        /* as it is, and stops the run in progress; NULL between runs */
    const RunEvents *events; /* of the run in progress; NULL between runs, or if nobody listens */
};

/* Release functions for AUTO(). */
void stmt_finalize(sqlite3_stmt **stmt);

/* True once the signal came that ends the run in progress. */
bool run_is_stopped(const Connection *connection);

/* Sleeps before trying a lock again, `tries` times tried already. False: give up, because
 * connection->wait is over or a signal came. */
bool sqlite_wait(Connection *connection, int tries);

/* Sets *err from the last failure on the connection: ERR_LOCKED, ERR_INTERRUPTED, ERR_CONNECT or
 * ERR_FAILED. */
bool sqlite_fail(const Connection *connection, int code, Error *err);
/* Where in its statement the last failure is, in bytes; 0 if SQLite does not say. */
size_t sqlite_error_offset(sqlite3 *db);
/* Runs statements of our own, separated by semicolons. */
MUST_CHECK bool sqlite_run(Connection *connection, const char *sql, Error *err);
/* Leaves a transaction, if one is open. */
void sqlite_rollback(Connection *connection);
/* Undoes what was done since the savepoint, and forgets it; the transaction around it stays open.
 */
void sqlite_rollback_to(Connection *connection, const char *savepoint);
/* Opens the file again and gives up the handle used so far, with all that was set on it. Stays with
 * the old one where that cannot be. */
void sqlite_renew(Connection *connection);
/* Makes the file that was not there when the connection was opened: before something is written. */
MUST_CHECK bool sqlite_make(Connection *connection, Error *err);
MUST_CHECK bool sqlite_prepare(Connection *connection, const char *sql, sqlite3_stmt **stmt,
                               Error *err);
/* The next row: *has_row is false behind the last. */
MUST_CHECK bool sqlite_step(Connection *connection, sqlite3_stmt *stmt, bool *has_row, Error *err);
/* A copy of a column's text; NULL for NULL. */
const char *sqlite_text(sqlite3_stmt *stmt, int column, Arena *arena);

/* Runs a statement with `copy`: the rows of a file. *code is SQLite's own where it failed, else
 * SQLITE_OK; *err has the place. */
MUST_CHECK bool sqlite_copy(Connection *connection, const Statement *statement, int *code,
                            Error *err);

/* The slots of the Driver, by file. */
MUST_CHECK bool sqlite_open(const OpenOptions *options, Arena *arena, Connection **connection,
                            bool *may_retry, Error *err);
void sqlite_close(Connection *connection);
MUST_CHECK bool sqlite_state_read(Connection *connection, const TableNames *tables, bool with_lock,
                                  Arena *arena, DatabaseState *state, Error *err);
MUST_CHECK bool sqlite_history_read(Connection *connection, const DatabaseState *state,
                                    Arena *arena, HistoryRows *rows, Error *err);
MUST_CHECK bool sqlite_run_units(Connection *connection, const Unit *units, size_t count,
                                 const RunEvents *events, Arena *arena, RunResult *result,
                                 Error *err);
MUST_CHECK bool sqlite_recall(Connection *connection, const Operation *op, Arena *arena,
                              const char **was, Error *err);
MUST_CHECK bool sqlite_inventory(Connection *connection, Arena *arena, Names *lines, Error *err);
MUST_CHECK bool sqlite_objects_list(Connection *connection, const Names *schemas, Arena *arena,
                                    ObjectNames *objects, Error *err);
MUST_CHECK bool sqlite_reset(Connection *connection, const TableNames *tables,
                             const ObjectNames *objects, Error *err);
extern const Dialect DIALECT_SQLITE;

#endif
