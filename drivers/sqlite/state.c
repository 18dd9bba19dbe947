/* SPDX-License-Identifier: MIT */
/* What the bookkeeping tables say. History columns are found by name: a table made by a newer or an
 * older program is read as far as it goes. */
#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/connection.h"

static bool
table_exists(Connection *connection, const char *name, bool *exists, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    if (!sqlite_prepare(connection,
                        "SELECT 1 FROM main.sqlite_schema"
                        " WHERE type = 'table' AND name = ?1 COLLATE NOCASE",
                        &stmt, err))
        return false;
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
    return sqlite_step(connection, stmt, exists, err);
}

/* "<select> "main"."table"<rest>" */
static const char *
query_of(Arena *arena, const char *select, const char *table, const char *rest)
{
    Buf sql = {.arena = arena};

    buf_add(&sql, select);
    buf_add(&sql, " \"main\".");
    DIALECT_SQLITE.quote_name(&sql, table);
    buf_add(&sql, rest);
    return buf_text(&sql);
}

/* A table that Alembic made need have no key: a row that is there twice counts once. */
static bool
rows_read(Connection *connection, const char *table, Arena *arena, Names *rows, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    const char *sql = query_of(arena, "SELECT DISTINCT version_num COLLATE BINARY FROM", table,
                               " WHERE version_num IS NOT NULL");
    bool has_row = false;

    if (!sqlite_prepare(connection, sql, &stmt, err))
        return error_wrap(err, "cannot read the version table %s", table);
    do {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (has_row)
            *VEC_ADD(arena, rows) = sqlite_text(stmt, 0, arena);
    } while (has_row);
    names_sort(rows);
    return true;
}

typedef struct HistoryColumn {
    const char *name;
    size_t offset; /* of a const char * in HistoryRow */
} HistoryColumn;

static const HistoryColumn TEXT_COLUMNS[] = {
    {"id", offsetof(HistoryRow, id)},
    {"revision", offsetof(HistoryRow, revision)},
    {"direction", offsetof(HistoryRow, direction)},
    {"state", offsetof(HistoryRow, state)},
    {"rows_before", offsetof(HistoryRow, rows_before)},
    {"rows_after", offsetof(HistoryRow, rows_after)},
    {"checksum", offsetof(HistoryRow, checksum)},
    {"done_checksum", offsetof(HistoryRow, done_checksum)},
    {"started", offsetof(HistoryRow, started)},
    {"finished", offsetof(HistoryRow, finished)},
    {"run_by", offsetof(HistoryRow, run_by)},
    {"run_from", offsetof(HistoryRow, run_from)},
    {"program", offsetof(HistoryRow, program)},
    {"error", offsetof(HistoryRow, error)},
};

static void
text_column_read(sqlite3_stmt *stmt, int column, Arena *arena, HistoryRow *row)
{
    const char *name = sqlite3_column_name(stmt, column);

    for (size_t i = 0; i < sizeof TEXT_COLUMNS / sizeof *TEXT_COLUMNS; i++) {
        if (strcmp(TEXT_COLUMNS[i].name, name) != 0)
            continue;
        const char *text = sqlite_text(stmt, column, arena);
        memcpy((char *)row + TEXT_COLUMNS[i].offset, &text, sizeof text);
        return;
    }
}

static unsigned
digits(const char *at, size_t count)
{
    unsigned value = 0;

    return slice_to_number((Slice){at, count}, &value) ? value : 0;
}

/* Milliseconds since 1970 of "2026-11-20T14:03:11.123Z"; -1 for anything else. Days as in Howard
 * Hinnant's days_from_civil. */
static int64_t
time_parse(const char *text)
{
    if (text == NULL || strlen(text) != 24 || text[4] != '-' || text[10] != 'T' || text[23] != 'Z')
        return -1;
    const int64_t month = digits(text + 5, 2);
    const int64_t year = (int64_t)digits(text, 4) - (month <= 2);
    const int64_t of_era = year % 400;
    const int64_t day_of_year =
        (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + (int64_t)digits(text + 8, 2) - 1;
    const int64_t days =
        year / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
    const int64_t seconds = days * 86400 + (int64_t)digits(text + 11, 2) * 3600 +
                            (int64_t)digits(text + 14, 2) * 60 + digits(text + 17, 2);

    return seconds * 1000 + digits(text + 20, 3);
}

static HistoryRow
history_row(sqlite3_stmt *stmt, Arena *arena)
{
    HistoryRow row = {.duration = -1};
    const int columns = sqlite3_column_count(stmt);

    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(stmt, i);
        if (strcmp(name, "done") == 0)
            row.done = (size_t)sqlite3_column_int64(stmt, i);
        else if (strcmp(name, "total") == 0)
            row.total = (size_t)sqlite3_column_int64(stmt, i);
        else
            text_column_read(stmt, i, arena, &row);
    }
    const int64_t from = time_parse(row.started);
    const int64_t until = time_parse(row.finished);
    if (from >= 0 && until >= from)
        row.duration = until - from;
    return row;
}

static bool
history_query(Connection *connection, const char *table, const char *rest, Arena *arena,
              HistoryRows *rows, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = false;

    if (!sqlite_prepare(connection, query_of(arena, "SELECT * FROM", table, rest), &stmt, err))
        return error_wrap(err, "cannot read the history table %s", table);
    do {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (has_row)
            *VEC_ADD(arena, rows) = history_row(stmt, arena);
    } while (has_row);
    return true;
}

static bool
open_row_read(Connection *connection, Arena *arena, DatabaseState *state, Error *err)
{
    HistoryRows open = {0};

    if (!history_query(connection, state->tables.history,
                       " WHERE state IN ('running', 'failed') ORDER BY id DESC LIMIT 1", arena,
                       &open, err))
        return false;
    if (open.len > 0)
        state->open = open.at;
    return true;
}

/* history_table: ~ takes the table away when a step is done. One that holds rows of former runs is
 * not thrown away: then history goes on being kept. */
static bool
old_rows_look(Connection *connection, Arena *arena, DatabaseState *state, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = false;

    if (!sqlite_prepare(connection,
                        query_of(arena, "SELECT 1 FROM", state->tables.history,
                                 " WHERE state NOT IN ('running', 'failed') LIMIT 1"),
                        &stmt, err) ||
        !sqlite_step(connection, stmt, &has_row, err))
        return false;
    if (has_row && !state->tables.keeps_history) {
        log_debug(connection->log, "%s holds rows of former runs: history is still kept there",
                  state->tables.history);
        state->tables.keeps_history = true;
    }
    return true;
}

static bool
tables_read(Connection *connection, Arena *arena, DatabaseState *state, Error *err)
{
    const TableNames *tables = &state->tables;

    if (!table_exists(connection, tables->version, &state->has_version_table, err) ||
        !table_exists(connection, tables->history, &state->has_history_table, err))
        return false;
    if (state->has_version_table &&
        !rows_read(connection, tables->version, arena, &state->rows, err))
        return false;
    return !state->has_history_table || (open_row_read(connection, arena, state, err) &&
                                         old_rows_look(connection, arena, state, err));
}

/* Begins the transaction that is read in; with_lock: as its writer, without waiting. */
static bool
reading_begin(Connection *connection, bool with_lock, bool *is_busy, Error *err)
{
    const int64_t wait = connection->wait;

    *is_busy = false;
    if (!with_lock || connection->is_read_only)
        return sqlite_run(connection, "BEGIN", err);
    connection->wait = 0;
    const bool is_begun = sqlite_run(connection, "BEGIN IMMEDIATE", err);
    connection->wait = wait;
    if (is_begun)
        return true;
    if (err->code != ERR_LOCKED)
        return false;
    *is_busy = true;
    *err = (Error){.arena = err->arena};
    return sqlite_run(connection, "BEGIN", err);
}

bool
sqlite_state_read(Connection *connection, const TableNames *tables, bool with_lock, Arena *arena,
                  DatabaseState *state, Error *err)
{
    if (tables->schema != NULL && !slice_is_nocase(slice_of(tables->schema), "main")) {
        error_set(err, ERR_CONFIG, "SQLite has no schema \"%s\"", tables->schema);
        return error_hint(err, "leave version_table_schema out for this database");
    }
    *state = (DatabaseState){
        .tables = *tables,
        .server = arena_format(arena, "SQLite %s", sqlite3_libversion()),
    };
    state->tables.schema = "main";
    if (!reading_begin(connection, with_lock, &state->is_busy, err))
        return false;
    if (state->is_busy)
        state->holder = "another program writes to the database";
    const bool is_read = tables_read(connection, arena, state, err);
    sqlite_rollback(connection);
    return is_read;
}

bool
sqlite_history_read(Connection *connection, const DatabaseState *state, Arena *arena,
                    HistoryRows *rows, Error *err)
{
    *rows = (HistoryRows){0};
    if (!state->has_history_table)
        return true;
    return history_query(connection, state->tables.history, " ORDER BY id", arena, rows, err);
}
