/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/catalog.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "core/base/sha256.h"
#include "core/sql/token.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/table_text.h"

/* The objects that a schema was made of; an order in which each finds what it needs. */
#define SCHEMA                                                                                     \
    "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL AND "          \
    "name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' "  \
    "THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name"

enum { MOST_STUBS = 100 }; /* that one statement may need */

struct Catalog {
    sqlite3 *db;
    Arena pending_arena;
    VEC(Slice) pending;    /* to be played */
    CatalogObjects others; /* that the database did not take */
    Arena others_arena;
    char loaded[SHA256_HEX_SIZE]; /* of the schema it was made from; "": none */
    bool is_changed;              /* since */
};

/* ---- what the database does not have ---- */

static void
stub_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    (void)values;
    sqlite3_result_null(context);
}

static int
stub_compare(void *context, int a_len, const void *a, int b_len, const void *b)
{
    const int order = memcmp(a, b, (size_t)(a_len < b_len ? a_len : b_len));

    (void)context;
    return order != 0 ? order : a_len - b_len;
}

static void
stub_collation(void *context, sqlite3 *db, int encoding, const char *name)
{
    (void)sqlite3_create_collation(db, name, encoding, context, stub_compare);
}

static int
stub_connect(sqlite3 *db, void *context, int count, const char *const *words,
             sqlite3_vtab **virtual_table, char **message)
{
    (void)context;
    (void)count;
    (void)words;
    (void)message;
    *virtual_table = sqlite3_malloc(sizeof **virtual_table);
    if (*virtual_table == NULL)
        return SQLITE_NOMEM;
    memset(*virtual_table, 0, sizeof **virtual_table);
    return sqlite3_declare_vtab(db, "CREATE TABLE x (value)");
}

static int
stub_disconnect(sqlite3_vtab *virtual_table)
{
    sqlite3_free(virtual_table);
    return SQLITE_OK;
}

static int
stub_best_index(sqlite3_vtab *virtual_table, sqlite3_index_info *info)
{
    (void)virtual_table;
    (void)info;
    return SQLITE_OK;
}

static const sqlite3_module STUB_MODULE = {
    .xCreate = stub_connect,
    .xConnect = stub_connect,
    .xBestIndex = stub_best_index,
    .xDisconnect = stub_disconnect,
    .xDestroy = stub_disconnect,
};

/* Makes up what SQLite says that it has not. */
static bool
stub_make(sqlite3 *db)
{
    const Slice message = slice_of(sqlite3_errmsg(db));
    static const Slice FUNCTION = {"no such function: ", 18};
    static const Slice MODULE = {"no such module: ", 16};

    if (slice_starts_with(message, FUNCTION.at))
        return sqlite3_create_function(db, message.at + FUNCTION.len, -1,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, stub_function,
                                       NULL, NULL) == SQLITE_OK;
    return slice_starts_with(message, MODULE.at) &&
           sqlite3_create_module(db, message.at + MODULE.len, &STUB_MODULE, NULL) == SQLITE_OK;
}

/* ---- a database in memory ---- */

static int
authorize(void *context, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)context;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

static bool
database_open(sqlite3 **db, Error *err)
{
    if (sqlite3_open_v2(":memory:", db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
                        NULL) != SQLITE_OK)
        return error_set(err, ERR_FAILED, "cannot make a database in memory: %s",
                         sqlite3_errmsg(*db));
    (void)sqlite3_set_authorizer(*db, authorize, NULL);
    (void)sqlite3_collation_needed(*db, NULL, stub_collation);
    (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    (void)sqlite3_db_config(*db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, NULL);
    return true;
}

static bool
run_once(sqlite3 *db, Slice sql)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    if (sql.len > INT_MAX || sqlite3_prepare_v2(db, sql.at, (int)sql.len, &stmt, NULL) != SQLITE_OK)
        return false;
    if (stmt == NULL)
        return true;
    while (sqlite3_step(stmt) == SQLITE_ROW)
        continue;
    return (sqlite3_reset(stmt) & 0xFF) == SQLITE_OK;
}

static bool
run(sqlite3 *db, Slice sql)
{
    for (size_t stubs = 0; !run_once(db, sql); stubs++) {
        if (stubs == MOST_STUBS || !stub_make(db))
            return false;
    }
    return true;
}

bool
sqlite_catalog_open(Arena *arena, Catalog **catalog, Error *err)
{
    Catalog *opened = ARENA_NEW(arena, Catalog);

    if (!database_open(&opened->db, err)) {
        sqlite_catalog_close(opened);
        return false;
    }
    *catalog = opened;
    return true;
}

void
sqlite_catalog_close(Catalog *catalog)
{
    (void)sqlite3_close_v2(catalog->db);
    catalog->db = NULL;
    arena_release(&catalog->pending_arena);
    arena_release(&catalog->others_arena);
}

/* ---- playing ---- */

/* The text of a table by its name, as it is written in a statement; NULL if there is none. */
static const char *
text_of(sqlite3 *db, const char *name, Arena *arena)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    if (sqlite3_prepare_v2(db,
                           "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND "
                           "name = ?1 COLLATE NOCASE",
                           -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    (void)sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    return sqlite3_step(stmt) == SQLITE_ROW ? sqlite_text(stmt, 0, arena) : NULL;
}

static const char *
quoted(const char *name, Arena *arena)
{
    Buf text = {.arena = arena};

    DIALECT_SQLITE.quote_name(&text, name);
    return buf_text(&text);
}

/* The name of ALTER TABLE name RENAME TO *to that ends a rebuild; NULL for any other statement. */
static const char *
rebuilt_name(Slice sql, const char **to, Arena *arena)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, sql);
    SqlToken from;
    SqlToken name;

    if (!sql_take(&tokens, "alter") || !sql_take(&tokens, "table"))
        return NULL;
    (void)sql_token_next(&tokens, &from);
    if (!sql_take(&tokens, "rename") || !sql_take(&tokens, "to"))
        return NULL;
    (void)sql_token_next(&tokens, &name);
    *to = sqlite_name(arena, name.text);
    const char *found = sqlite_name(arena, from.text);
    return strncmp(found, REBUILD_PREFIX, strlen(REBUILD_PREFIX)) == 0 ? found : NULL;
}

/* SQLite reads every text of the schema for a renaming. That of a rebuilt table, which nothing
 * refers to, is the same table under its own name; false if it is to be done by SQLite after all.
 */
static bool
rename_rebuilt(sqlite3 *db, Slice sql, Arena *arena)
{
    const char *to = NULL;
    const char *from = rebuilt_name(sql, &to, arena);
    const char *text = from == NULL ? NULL : text_of(db, from, arena);
    TableText table;
    int is_legacy = 0;

    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &is_legacy);
    if (text == NULL || is_legacy == 0 || text_of(db, to, arena) != NULL ||
        !table_text_parse(&table, slice_of(text), arena))
        return false;
    const TextPatch name = {.text = slice_of(quoted(to, arena))};
    return table_text_replace(&table, table.name, &name) && run(db, table.text) &&
           run(db, slice_of(arena_format(arena, "DROP TABLE %s", quoted(from, arena))));
}

/* CREATE TABLE … AS SELECT makes the columns, whatever the rows are. */
static Slice
without_rows(Slice sql, Arena *arena)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, sql);

    if (!sql_take(&tokens, "create"))
        return sql;
    if (!sql_take(&tokens, "temp"))
        (void)sql_take(&tokens, "temporary");
    if (!sql_take(&tokens, "table"))
        return sql;
    if (sql_take(&tokens, "if"))
        (void)(sql_take(&tokens, "not") && sql_take(&tokens, "exists"));
    if (!sql_take_name(&tokens) || !sql_take(&tokens, "as"))
        return sql;
    const size_t head = (size_t)(tokens.at - sql.at);
    const Slice query = slice_after(sql, head);
    return slice_of(arena_format(arena, "%.*s SELECT * FROM (%.*s\n) LIMIT 0", (int)head, sql.at,
                                 SLICE_ARGS(query)));
}

static bool
is_for_schema(Slice sql)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, sql);

    if (sql_take(&tokens, "pragma"))
        return sql_take(&tokens, "legacy_alter_table");
    return sql_take(&tokens, "create") || sql_take(&tokens, "alter") || sql_take(&tokens, "drop");
}

static bool
play(sqlite3 *db, Slice sql, Arena *arena)
{
    return rename_rebuilt(db, sql, arena) || run(db, without_rows(sql, arena));
}

/* Plays what is waiting. */
static void
settle(Catalog *catalog)
{
    for (size_t i = 0; i < catalog->pending.len; i++)
        (void)play(catalog->db, catalog->pending.at[i], &catalog->pending_arena);
    catalog->is_changed = catalog->is_changed || catalog->pending.len > 0;
    memset(&catalog->pending, 0, sizeof catalog->pending);
    arena_release(&catalog->pending_arena);
}

void
sqlite_catalog_play(Catalog *catalog, const Statement *statement)
{
    if (statement->role != STATEMENT_USER || !is_for_schema(statement->text))
        return;
    const Slice copy = {arena_copy(&catalog->pending_arena, statement->text), statement->text.len};
    *VEC_ADD(&catalog->pending_arena, &catalog->pending) = copy;
}

/* ---- loading ---- */

static CatalogObject
row_object(sqlite3_stmt *stmt, Arena *arena)
{
    return (CatalogObject){.type = sqlite_text(stmt, 0, arena),
                           .name = sqlite_text(stmt, 1, arena),
                           .table = sqlite_text(stmt, 2, arena),
                           .sql = sqlite_text(stmt, 3, arena)};
}

static bool
schema_read(Connection *connection, Arena *arena, CatalogObjects *objects, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = false;

    if (!sqlite_prepare(connection, SCHEMA, &stmt, err))
        return false;
    do {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (has_row)
            *VEC_ADD(arena, objects) = row_object(stmt, arena);
    } while (has_row);
    return true;
}

static CatalogObjects
query_with(sqlite3 *db, const char *sql, const char *value, Arena *arena)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    CatalogObjects objects = {0};

    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return objects;
    if (value != NULL)
        (void)sqlite3_bind_text(stmt, 1, value, -1, SQLITE_TRANSIENT);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        *VEC_ADD(arena, &objects) = row_object(stmt, arena);
    return objects;
}

static void
checksum(const CatalogObjects *objects, char hex[SHA256_HEX_SIZE])
{
    Sha256 sha;

    sha256_init(&sha);
    for (size_t i = 0; i < objects->len; i++) {
        const CatalogObject *object = &objects->at[i];
        /* with the NUL between them */
        sha256_add(&sha, (Slice){object->type, strlen(object->type) + 1});
        sha256_add(&sha, (Slice){object->name, strlen(object->name) + 1});
        sha256_add(&sha, (Slice){object->sql, strlen(object->sql) + 1});
    }
    sha256_hex(&sha, hex);
}

static CatalogObject
object_copy(const CatalogObject *object, Arena *arena)
{
    return (CatalogObject){.type = arena_text(arena, object->type),
                           .name = arena_text(arena, object->name),
                           .table = arena_text(arena, object->table),
                           .sql = arena_text(arena, object->sql)};
}

static bool
has_object(Catalog *catalog, const CatalogObject *object, Arena *arena)
{
    const CatalogObjects found =
        query_with(catalog->db,
                   "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name = ?1 "
                   "COLLATE NOCASE",
                   object->name, arena);

    return found.len > 0;
}

/* What a table with a module made for itself is there already. */
static void
objects_make(Catalog *catalog, const CatalogObjects *objects, Arena *arena)
{
    (void)run(catalog->db, SLICE("BEGIN"));
    for (size_t i = 0; i < objects->len; i++) {
        const CatalogObject *object = &objects->at[i];
        if (run(catalog->db, slice_of(object->sql)) || has_object(catalog, object, arena))
            continue;
        *VEC_ADD(&catalog->others_arena, &catalog->others) =
            object_copy(object, &catalog->others_arena);
    }
    (void)run(catalog->db, SLICE("COMMIT"));
}

static bool
load_all(Catalog *catalog, const CatalogObjects *objects, Arena *arena, Error *err)
{
    sqlite3 *db = NULL;

    if (!database_open(&db, err)) {
        (void)sqlite3_close_v2(db);
        return false;
    }
    (void)sqlite3_close_v2(catalog->db);
    catalog->db = db;
    memset(&catalog->others, 0, sizeof catalog->others);
    arena_release(&catalog->others_arena);
    objects_make(catalog, objects, arena);
    return true;
}

static bool
load(Catalog *catalog, Connection *connection, Arena *arena, Error *err)
{
    CatalogObjects objects = {0};
    char now[SHA256_HEX_SIZE];
    char here[SHA256_HEX_SIZE];

    if (!schema_read(connection, arena, &objects, err))
        return error_wrap(err, "cannot read the schema");
    settle(catalog);
    checksum(&objects, now);
    bool is_same = strcmp(now, catalog->loaded) == 0 && !catalog->is_changed;
    if (!is_same) {
        const CatalogObjects held = query_with(catalog->db, SCHEMA, NULL, arena);
        checksum(&held, here);
        is_same = strcmp(now, here) == 0;
    }
    if (!is_same && !load_all(catalog, &objects, arena, err))
        return false;
    memcpy(catalog->loaded, now, sizeof now);
    catalog->is_changed = false;
    return true;
}

bool
sqlite_catalog_load(Catalog *catalog, Connection *connection, Error *err)
{
    Arena scratch = {0};
    const bool is_loaded = load(catalog, connection, &scratch, err);

    arena_release(&scratch);
    return is_loaded;
}

/* ---- looking ---- */

bool
catalog_find(Catalog *catalog, const char *type, const char *name, Arena *arena,
             CatalogObject *object)
{
    settle(catalog);
    const CatalogObjects found =
        query_with(catalog->db,
                   "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE name = ?1 "
                   "COLLATE NOCASE",
                   name, arena);
    for (size_t i = 0; i < found.len; i++) {
        if (strcmp(found.at[i].type, type) == 0) {
            *object = found.at[i];
            return true;
        }
    }
    for (size_t i = 0; i < catalog->others.len; i++) {
        const CatalogObject *other = &catalog->others.at[i];
        if (strcmp(other->type, type) != 0 || !sqlite_same_name(other->name, name))
            continue;
        *object = *other;
        return true;
    }
    return false;
}

CatalogObjects
catalog_of(Catalog *catalog, const char *table, Arena *arena)
{
    settle(catalog);
    CatalogObjects found =
        query_with(catalog->db,
                   "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL "
                   "AND tbl_name = ?1 COLLATE NOCASE ORDER BY CASE type WHEN 'index' THEN 1 "
                   "WHEN 'trigger' THEN 2 ELSE 0 END, name",
                   table, arena);
    for (size_t i = 0; i < catalog->others.len; i++) {
        if (sqlite_same_name(catalog->others.at[i].table, table))
            *VEC_ADD(arena, &found) = catalog->others.at[i];
    }
    return found;
}

CatalogObjects
catalog_with(Catalog *catalog, const char *piece, Arena *arena)
{
    settle(catalog);
    return query_with(catalog->db,
                      "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE type = "
                      "'table' AND instr(lower(sql), lower(?1)) > 0 ORDER BY name",
                      piece, arena);
}

bool
catalog_is_used(Catalog *catalog, const char *name, Arena *arena)
{
    settle(catalog);
    const CatalogObjects found =
        query_with(catalog->db,
                   "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE type IN "
                   "('view', 'trigger') AND instr(lower(sql), lower(?1)) > 0",
                   name, arena);
    for (size_t i = 0; i < found.len; i++) {
        if (!sqlite_same_name(found.at[i].name, name) &&
            sqlite_mentions(slice_of(found.at[i].sql), name))
            return true;
    }
    return false;
}

bool
catalog_has_code(Catalog *catalog)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    settle(catalog);
    return sqlite3_prepare_v2(catalog->db,
                              "SELECT 1 FROM main.sqlite_schema WHERE type IN ('view', 'trigger')",
                              -1, &stmt, NULL) == SQLITE_OK &&
           sqlite3_step(stmt) == SQLITE_ROW;
}

/* ---- what SQLite can compile ---- */

static const char *
compile_error(sqlite3 *db, const char *sql, Arena *arena)
{
    for (size_t stubs = 0; stubs <= MOST_STUBS; stubs++) {
        AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
            return NULL;
        if (!stub_make(db))
            break;
    }
    return arena_text(arena, sqlite3_errmsg(db));
}

/* An UPDATE that fires every trigger of the table. */
static const char *
update_all(sqlite3 *db, const char *table, Arena *arena)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    Buf sql = {.arena = arena};

    if (sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0", -1,
                           &stmt, NULL) != SQLITE_OK)
        return NULL;
    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_TRANSIENT);
    buf_addf(&sql, "UPDATE %s SET ", quoted(table, arena));
    for (size_t i = 0; sqlite3_step(stmt) == SQLITE_ROW; i++) {
        const char *column = quoted(sqlite_text(stmt, 0, arena), arena);
        buf_addf(&sql, "%s%s = %s", i > 0 ? ", " : "", column, column);
    }
    return buf_text(&sql);
}

/* Why its triggers do not compile; NULL if they do, or if none is fired by anything we know. */
static const char *
triggers_error(sqlite3 *db, const char *table, Arena *arena)
{
    const char *const name = quoted(table, arena);
    const char *const statements[] = {
        arena_format(arena, "INSERT INTO %s DEFAULT VALUES", name),
        arena_format(arena, "DELETE FROM %s", name),
        update_all(db, table, arena),
    };

    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        const char *message =
            statements[i] == NULL ? NULL : compile_error(db, statements[i], arena);
        /* a view without a trigger for it */
        if (message != NULL && strncmp(message, "cannot modify ", 14) != 0)
            return message;
    }
    return NULL;
}

Names
catalog_broken(Catalog *catalog, const char *name, Arena *arena)
{
    settle(catalog);
    const CatalogObjects views =
        query_with(catalog->db,
                   "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'view' "
                   "ORDER BY name",
                   NULL, arena);
    const CatalogObjects triggers =
        query_with(catalog->db,
                   "SELECT 'trigger', group_concat(name, ', '), tbl_name, '' FROM "
                   "main.sqlite_schema WHERE type = 'trigger' GROUP BY tbl_name ORDER BY tbl_name",
                   NULL, arena);
    Names broken = {0};
    for (size_t i = 0; i < views.len; i++) {
        const char *view = views.at[i].name;
        if (name != NULL && sqlite_same_name(view, name))
            continue;
        const char *why = compile_error(
            catalog->db, arena_format(arena, "SELECT * FROM %s", quoted(view, arena)), arena);
        if (why != NULL)
            *VEC_ADD(arena, &broken) = arena_format(arena, "view %s: %s", view, why);
    }
    for (size_t i = 0; i < triggers.len; i++) {
        const CatalogObject *of = &triggers.at[i];
        if (name != NULL && sqlite_same_name(of->table, name))
            continue;
        const char *why = triggers_error(catalog->db, of->table, arena);
        if (why != NULL)
            *VEC_ADD(arena, &broken) =
                arena_format(arena, "trigger %s of %s: %s", of->name, of->table, why);
    }
    return broken;
}

/* ---- trying ---- */

void
catalog_try(Catalog *catalog)
{
    settle(catalog);
    (void)run(catalog->db, SLICE("SAVEPOINT migrate_try"));
}

bool
catalog_run(Catalog *catalog, Slice sql, CatalogProblem *problem, Arena *arena)
{
    if (!is_for_schema(sql) || play(catalog->db, sql, arena))
        return true;
    *problem = (CatalogProblem){.message = arena_text(arena, sqlite3_errmsg(catalog->db)),
                                .offset = sqlite_error_offset(catalog->db)};
    return false;
}

void
catalog_undo(Catalog *catalog)
{
    (void)run(catalog->db, SLICE("ROLLBACK TO migrate_try"));
    (void)run(catalog->db, SLICE("RELEASE migrate_try"));
    (void)sqlite3_db_config(catalog->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, NULL);
}
