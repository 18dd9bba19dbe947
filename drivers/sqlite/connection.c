/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/connection.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "drivers/sqlite/url.h"

enum {
    OLDEST_LIBRARY = 3035000, /* DROP COLUMN, and sqlite_schema before it */
    OPERATIONS_PER_LOOK = 1000,
    TRIES_BEFORE_A_WORD = 16, /* about a second */
};

void
stmt_finalize(sqlite3_stmt **stmt)
{
    (void)sqlite3_finalize(*stmt);
}

static bool
is_set(const volatile int *signal)
{
    return signal != NULL && *signal != 0;
}

bool
run_is_stopped(const Connection *connection)
{
    return is_set(connection->run_stopped);
}

static bool
is_interrupted(const Connection *connection)
{
    return is_set(connection->interrupted) || run_is_stopped(connection);
}

static int
on_progress(void *context)
{
    const Connection *connection = context;

    events_waiting(connection->events);
    return run_is_stopped(connection) ? 1 : 0;
}

bool
sqlite_wait(Connection *connection, int tries)
{
    static const int DELAYS[] = {1, 2, 5, 10, 15, 20, 25, 50, 100};
    const int last = (int)(sizeof DELAYS / sizeof *DELAYS) - 1;

    if (tries == 0)
        connection->waiting_since = clock_milliseconds();
    if (is_interrupted(connection) ||
        clock_milliseconds() - connection->waiting_since >= connection->wait)
        return false;
    if (tries == TRIES_BEFORE_A_WORD)
        log_info(connection->log, "waiting for another program that writes to the database");
    (void)sqlite3_sleep(DELAYS[tries < last ? tries : last]);
    return true;
}

static int
on_busy(void *context, int tries)
{
    return sqlite_wait(context, tries) ? 1 : 0;
}

static ErrorCode
interrupted_code(const Connection *connection)
{
    const volatile int *signal =
        is_set(connection->run_stopped) ? connection->run_stopped : connection->interrupted;

    return is_set(signal) && *signal == SIGTERM ? ERR_TERMINATED : ERR_INTERRUPTED;
}

static ErrorCode
error_code_of(const Connection *connection, int code)
{
    switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
        return interrupted_code(connection);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return is_interrupted(connection) ? interrupted_code(connection) : ERR_LOCKED;
    case SQLITE_CANTOPEN:
    case SQLITE_NOTADB:
        return ERR_CONNECT;
    default:
        return ERR_FAILED;
    }
}

bool
sqlite_fail(const Connection *connection, int code, Error *err)
{
    const ErrorCode kind = error_code_of(connection, code);

    if (kind == ERR_LOCKED) {
        error_set(err, kind, "another program is writing to the database (waited %.1f s)",
                  (double)connection->wait / 1000);
        return error_hint(err, "wait_for_lock says how long to wait");
    }
    if (kind == ERR_INTERRUPTED || kind == ERR_TERMINATED)
        return error_set(err, kind, "interrupted");
    error_set(err, kind, "%s", sqlite3_errmsg(connection->db));
    if ((code & 0xFF) == SQLITE_READONLY)
        return error_hint(err, "this user may not write %s, or the folder that it is in",
                          connection->path == NULL ? "the database" : connection->path);
    return false;
}

size_t
sqlite_error_offset(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
    const int offset = sqlite3_error_offset(db);

    return offset > 0 ? (size_t)offset : 0;
#else
    (void)db;
    return 0;
#endif
}

bool
sqlite_run(Connection *connection, const char *sql, Error *err)
{
    const int code = sqlite3_exec(connection->db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK || sqlite_fail(connection, code, err);
}

void
sqlite_rollback(Connection *connection)
{
    const volatile int *stopped = connection->run_stopped;

    /* a signal that came would stop the rollback as well */
    connection->run_stopped = NULL;
    if (sqlite3_get_autocommit(connection->db) == 0)
        (void)sqlite3_exec(connection->db, "ROLLBACK", NULL, NULL, NULL);
    connection->run_stopped = stopped;
}

void
sqlite_rollback_to(Connection *connection, const char *savepoint)
{
    const volatile int *stopped = connection->run_stopped;
    Arena arena = {0};

    connection->run_stopped = NULL;
    if (sqlite3_get_autocommit(connection->db) == 0)
        (void)sqlite3_exec(connection->db,
                           arena_format(&arena, "ROLLBACK TO %s; RELEASE %s", savepoint, savepoint),
                           NULL, NULL, NULL);
    connection->run_stopped = stopped;
    arena_release(&arena);
}

bool
sqlite_prepare(Connection *connection, const char *sql, sqlite3_stmt **stmt, Error *err)
{
    const int code = sqlite3_prepare_v2(connection->db, sql, -1, stmt, NULL);

    return code == SQLITE_OK || sqlite_fail(connection, code, err);
}

bool
sqlite_step(Connection *connection, sqlite3_stmt *stmt, bool *has_row, Error *err)
{
    const int code = sqlite3_step(stmt);

    *has_row = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE || sqlite_fail(connection, code, err);
}

const char *
sqlite_text(sqlite3_stmt *stmt, int column, Arena *arena)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);

    return text == NULL ? NULL : arena_text(arena, (const char *)text);
}

/* A database whose file is not there is an empty one, in memory, until something is written: what
 * is refused leaves no file behind. */
static bool
path_choose(Connection *connection, const SqliteUrl *url, Error *err)
{
    const char *path = url->path;
    const bool exists = path != NULL && file_exists(path);

    connection->path = path;
    if (path == NULL || exists)
        return true;
    const char *folder = path_folder(err->arena, path);
    if (!file_is_folder(folder)) {
        error_set(err, ERR_CONNECT, "cannot open the database %s: there is no folder %s", path,
                  folder);
        return error_hint(err, "make the folder, or correct the URL");
    }
    if (connection->is_read_only) {
        connection->path = NULL;
        return true;
    }
    if (url->mode == SQLITE_MODE_CREATE && access(folder, W_OK | X_OK) != 0)
        return true; /* opening it fails, and says why */
    if (url->mode == SQLITE_MODE_CREATE) {
        connection->absent = path;
        connection->path = NULL;
        return true;
    }
    error_set(err, ERR_CONNECT, "there is no database %s", path);
    return error_hint(err, "without mode=rw in the URL it is made");
}

/* A command that only reads opens for writing all the same: a WAL file or a hot journal can be read
 * by nobody else. query_only keeps it from more. */
static int
open_flags(const SqliteUrl *url, const Connection *connection)
{
    if (connection->path == NULL)
        return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
    if (url->mode == SQLITE_MODE_READ)
        return SQLITE_OPEN_READONLY;
    if (connection->is_read_only || url->mode == SQLITE_MODE_WRITE)
        return SQLITE_OPEN_READWRITE;
    return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
}

/* A result code of SQLite; *db is to be closed in any case. */
static int
handle_open(Connection *connection, sqlite3 **db)
{
    const char *name = connection->path == NULL ? ":memory:" : connection->path;
    int code = sqlite3_open_v2(name, db, connection->flags, NULL);

    if (code != SQLITE_OK)
        return code;
    (void)sqlite3_extended_result_codes(*db, 1);
    if (connection->is_read_only)
        (void)sqlite3_exec(*db, "PRAGMA query_only = ON", NULL, NULL, NULL);
    /* the first read tells whether the file is a database at all; it does not wait for a lock */
    code = sqlite3_exec(*db, "PRAGMA schema_version", NULL, NULL, NULL);
    (void)sqlite3_busy_handler(*db, on_busy, connection);
    sqlite3_progress_handler(*db, OPERATIONS_PER_LOOK, on_progress, connection);
    return (code & 0xFF) == SQLITE_BUSY ? SQLITE_OK : code;
}

void
sqlite_renew(Connection *connection)
{
    sqlite3 *db = NULL;

    if (connection->path == NULL)
        return;
    if (handle_open(connection, &db) == SQLITE_OK) {
        (void)sqlite3_close_v2(connection->db);
        connection->db = db;
    } else {
        (void)sqlite3_close_v2(db);
    }
}

static bool
open_fail(const Connection *connection, Error *err)
{
    const char *path = connection->path == NULL ? ":memory:" : connection->path;
    const int reason = sqlite3_system_errno(connection->db);

    if (reason == 0 || reason == ENOENT)
        error_set(err, ERR_CONNECT, "cannot open the database %s: %s", path,
                  sqlite3_errmsg(connection->db));
    else
        error_set(err, ERR_CONNECT, "cannot open the database %s: %s: %s", path,
                  sqlite3_errmsg(connection->db), strerror(reason));
    /* what it may not make it tries to read, and it is the second try that it tells of */
    if (reason == ENOENT)
        return error_hint(err, "it is not there, and this user may not make it");
    return false;
}

bool
sqlite_make(Connection *connection, Error *err)
{
    sqlite3 *memory = connection->db;

    if (connection->absent == NULL)
        return true;
    connection->path = connection->absent;
    connection->flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (handle_open(connection, &connection->db) != SQLITE_OK) {
        open_fail(connection, err);
        (void)sqlite3_close_v2(connection->db);
        connection->db = memory;
        connection->path = NULL;
        return false;
    }
    connection->absent = NULL;
    (void)sqlite3_close_v2(memory);
    return true;
}

bool
sqlite_open(const OpenOptions *options, Arena *arena, Connection **connection, bool *may_retry,
            Error *err)
{
    SqliteUrl url;
    Connection *opened = ARENA_NEW(arena, Connection);

    *may_retry = false;
    if (!sqlite_url_parse(options->url, options->url_folder, options->log, arena, &url, err))
        return false;
    if (sqlite3_libversion_number() < OLDEST_LIBRARY) {
        error_set(err, ERR_CONNECT, "SQLite %s is too old: 3.35 or later is needed",
                  sqlite3_libversion());
        return error_hint(err, "the library is the system's: bring it up to date");
    }
    if (url.mode == SQLITE_MODE_READ && !options->is_read_only) {
        error_set(err, ERR_CONFIG, "the URL says mode=ro, and this command writes");
        return error_hint(err, "leave mode=ro out of the URL");
    }
    opened->log = options->log;
    opened->is_read_only = options->is_read_only;
    opened->interrupted = options->interrupted;
    opened->wait = options->session == NULL ? 0 : options->session->wait_for_lock;
    if (!path_choose(opened, &url, err))
        return false;
    opened->flags = open_flags(&url, opened);
    if (handle_open(opened, &opened->db) != SQLITE_OK) {
        open_fail(opened, err);
        sqlite_close(opened);
        return false;
    }
    *connection = opened;
    return true;
}

void
sqlite_close(Connection *connection)
{
    (void)sqlite3_close_v2(connection->db);
    connection->db = NULL;
}
