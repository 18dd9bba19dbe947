/* SPDX-License-Identifier: MIT */
/* Loading the rows of a file that a revision names: one INSERT, run for each row, as text: the type
 * of a column makes of it what it would make of a literal. */
#include "core/base/excerpt.h"
#include "drivers/sqlite/connection.h"

typedef struct Loading {
    Connection *connection;
    const Statement *statement;
    SqlRows rows;
    size_t width; /* fields of the first row */
    Arena arena;  /* of one row */
} Loading;

static void
loading_release(Loading *loading)
{
    arena_release(&loading->arena);
}

/* The place of the row at hand, with its line. */
static bool
locate(const Loading *loading, Error *err)
{
    const Statement *statement = loading->statement;
    const size_t at = (size_t)(loading->rows.source.at - statement->data.at);

    err->place =
        (Place){statement->data_place.file, statement->data_place.line + loading->rows.line - 1, 1};
    err->excerpt = excerpt_lines(statement->data, at, err->arena);
    return false;
}

static bool
fail(const Loading *loading, int code, Error *err)
{
    sqlite_fail(loading->connection, code, err);
    return locate(loading, err);
}

static bool
refuse(const Loading *loading, const char *message, Error *err)
{
    error_set(err, ERR_FAILED, "%s", message);
    return locate(loading, err);
}

/* The INSERT, with a parameter for each field of the first row. */
static bool
prepare(Loading *loading, sqlite3_stmt **stmt, int *code, Error *err)
{
    Arena room = {0};
    Buf text = {.arena = &room};

    loading->width = loading->rows.fields.len;
    buf_add_slice(&text, loading->statement->text);
    for (size_t i = 0; i < loading->width; i++)
        buf_add(&text, i == 0 ? " (?" : ", ?");
    buf_add(&text, ")");
    *code = sqlite3_prepare_v2(loading->connection->db, buf_text(&text), -1, stmt, NULL);
    arena_release(&room);
    if (*code == SQLITE_OK)
        return true;
    sqlite_fail(loading->connection, *code, err);
    statement_locate(loading->statement, 0, err);
    return false;
}

static int
bind(const Loading *loading, sqlite3_stmt *stmt)
{
    int code = SQLITE_OK;

    for (size_t i = 0; code == SQLITE_OK && i < loading->width; i++) {
        const SqlField *field = &loading->rows.fields.at[i];
        const int at = (int)i + 1;
        if (field->is_null)
            code = sqlite3_bind_null(stmt, at);
        else
            code = sqlite3_bind_text64(stmt, at, field->text.len == 0 ? "" : field->text.at,
                                       field->text.len, SQLITE_STATIC, SQLITE_UTF8);
    }
    return code;
}

static bool
load_row(Loading *loading, sqlite3_stmt *stmt, int *code, Error *err)
{
    const size_t count = loading->rows.fields.len;

    if (count != loading->width)
        return refuse(loading,
                      arena_format(err->arena, "the row has %zu field%s, the first one has %zu",
                                   count, count == 1 ? "" : "s", loading->width),
                      err);
    *code = bind(loading, stmt);
    if (*code == SQLITE_OK)
        *code = sqlite3_step(stmt);
    if (*code != SQLITE_DONE)
        return fail(loading, *code, err);
    *code = sqlite3_reset(stmt);
    return *code == SQLITE_OK || fail(loading, *code, err);
}

bool
sqlite_copy(Connection *connection, const Statement *statement, int *code, Error *err)
{
    AUTO(loading_release) Loading loading = {.connection = connection, .statement = statement};
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    *code = SQLITE_OK;
    sql_rows_init(&loading.rows, statement->copy, statement->data, statement->is_mapped,
                  &loading.arena);
    while (sql_rows_next(&loading.rows)) {
        if (run_is_stopped(connection)) {
            *code = SQLITE_INTERRUPT;
            return sqlite_fail(connection, *code, err);
        }
        if (stmt == NULL && !prepare(&loading, &stmt, code, err))
            return false;
        if (!load_row(&loading, stmt, code, err))
            return false;
    }
    return loading.rows.error == NULL || refuse(&loading, loading.rows.error, err);
}
