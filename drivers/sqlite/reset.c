/* SPDX-License-Identifier: MIT */
/* Reset: a database emptied in place, as SQLite documents it for SQLITE_DBCONFIG_RESET_DATABASE. */
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/lock.h"

bool
sqlite_objects_list(Connection *connection, const Names *schemas, Arena *arena,
                    ObjectNames *objects, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = false;

    (void)schemas;
    *objects = (ObjectNames){0};
    if (!sqlite_prepare(connection,
                        "SELECT type || ' ' || name FROM main.sqlite_schema"
                        " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
                        &stmt, err))
        return false;
    do {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (has_row)
            *VEC_ADD(arena, &objects->lines) = sqlite_text(stmt, 0, arena);
    } while (has_row);
    return true;
}

/* The lock keeps off a run between two statements of a unit without a transaction. The VACUUM takes
 * the write lock, waits for it as every writer does, and is atomic. */
bool
sqlite_reset(Connection *connection, const TableNames *tables, const ObjectNames *objects,
             Error *err)
{
    AUTO(lock_release) RunLock lock = {0};

    (void)tables;
    (void)objects;
    if (connection->is_read_only)
        return error_set(err, ERR_FAILED, "the database was opened for reading");
    if (!sqlite_make(connection, err) || !lock_take(&lock, connection, err))
        return false;
    (void)sqlite3_db_config(connection->db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
    const bool is_reset = sqlite_run(connection, "VACUUM", err);
    (void)sqlite3_db_config(connection->db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
    return is_reset;
}
