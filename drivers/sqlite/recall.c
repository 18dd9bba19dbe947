/* SPDX-License-Identifier: MIT */
/*
 * What is there now, as a revision would say it: the value of `was:` from the text of the schema,
 * as JSON, which is YAML.
 */
#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/render_part.h"
#include "drivers/sqlite/table_part.h"

/* ---- JSON ---- */

static void
add_text(Buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else if (c == '\n')
            buf_add(out, "\\n");
        else if (c < ' ' || c == 0x7F)
            buf_addf(out, "\\u%04x", c);
        else
            buf_add_char(out, (char)c);
    }
    buf_add_char(out, '"');
}

static void
add_slice(Buf *out, Slice text)
{
    add_text(out, arena_copy(out->arena, slice_trim(text)));
}

/* A key, with what stands between it and the one before. */
static void
add_key(Buf *out, const char *key)
{
    const char before = out->len == 0 ? '{' : out->at[out->len - 1];

    buf_addf(out, "%s\"%s\": ", before == '{' || before == '[' ? "" : ", ", key);
}

static void
add_pair(Buf *out, const char *key, const char *text)
{
    if (text == NULL)
        return;
    add_key(out, key);
    add_text(out, text);
}

static void
add_flag(Buf *out, const char *key, bool is_set)
{
    if (!is_set)
        return;
    add_key(out, key);
    buf_add(out, "true");
}

static void
add_names(Buf *out, const char *key, const Names *names)
{
    add_key(out, key);
    for (size_t i = 0; i < names->len; i++) {
        buf_add(out, i == 0 ? "[" : ", ");
        add_text(out, names->at[i]);
    }
    buf_add(out, names->len == 0 ? "[]" : "]");
}

/* ---- texts ---- */

/* The text of an object; NULL if there is none. */
static const char *
object_text(Connection *connection, const char *type, const char *name, Arena *arena)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;

    if (name == NULL || sqlite3_prepare_v2(connection->db,
                                           "SELECT sql FROM main.sqlite_schema WHERE type = ?1 AND "
                                           "name = ?2 COLLATE NOCASE",
                                           -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    (void)sqlite3_bind_text(stmt, 1, type, -1, SQLITE_TRANSIENT);
    (void)sqlite3_bind_text(stmt, 2, name, -1, SQLITE_TRANSIENT);
    return sqlite3_step(stmt) == SQLITE_ROW ? sqlite_text(stmt, 0, arena) : NULL;
}

static bool
read_table(Connection *connection, const char *name, Arena *arena, TableText *table)
{
    const char *text = object_text(connection, "table", name, arena);

    return text != NULL && table_text_parse(table, slice_of(text), arena);
}

/* ---- columns ---- */

/* Types as operations make them, and what operations call them. */
static const struct {
    const char *here;
    const char *said;
    unsigned sizes;
    bool needs_size;
} TYPES[] = {
    {"BOOLEAN", "boolean", 0, false}, {"SMALLINT", "smallint", 0, false},
    {"INTEGER", "integer", 0, false}, {"BIGINT", "bigint", 0, false},
    {"NUMERIC", "decimal", 2, false}, {"REAL", "real", 0, false},
    {"DOUBLE", "double", 0, false},   {"TEXT", "text", 0, false},
    {"VARCHAR", "string", 1, false},  {"CHAR", "char", 1, true},
    {"BLOB", "binary", 0, false},     {"DATE", "date", 0, false},
    {"TIME", "time", 0, false},       {"TIMESTAMP", "timestamp", 0, false},
};

/* "(12, 2)" without its blanks, and how many numbers it has; 0: it is something else. */
static unsigned
read_sizes(Slice rest, Buf *sizes)
{
    unsigned count = rest.len > 2 && rest.at[0] == '(' && rest.at[rest.len - 1] == ')' ? 1 : 0;

    for (size_t i = 0; count > 0 && i < rest.len; i++) {
        const char c = rest.at[i];
        if (ascii_is_space(c))
            continue;
        if (!ascii_is_digit(c) && c != ',' && i > 0 && i + 1 < rest.len)
            return 0;
        count += c == ',' ? 1 : 0;
        buf_add_char(sizes, c);
    }
    return count;
}

/* NULL: it has none, which operations cannot say. */
static const char *
type_said(Slice type, Arena *arena)
{
    size_t len = 0;

    type = slice_trim(type);
    while (len < type.len && ascii_is_letter(type.at[len]))
        len++;
    const Slice name = {type.at, len};
    const Slice rest = slice_trim(slice_after(type, len));
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        Buf sizes = {.arena = arena};
        const unsigned count = read_sizes(rest, &sizes);
        if (!slice_is_nocase(name, TYPES[i].here) || (rest.len > 0 && count == 0))
            continue;
        if (count > 0 ? count == TYPES[i].sizes : !TYPES[i].needs_size)
            return arena_format(arena, "%s%s", TYPES[i].said, buf_text(&sizes));
    }
    return type.len == 0 ? NULL : arena_format(arena, "raw(%.*s)", SLICE_ARGS(type));
}

static bool
is_number(Slice text)
{
    size_t at = text.len > 0 && text.at[0] == '-' ? 1 : 0;
    const bool is_zero = at < text.len && text.at[at] == '0';
    const size_t first = at;
    bool has_point = false;

    for (; at < text.len; at++) {
        if (text.at[at] == '.' && !has_point && at > first && at + 1 < text.len)
            has_point = true;
        else if (!ascii_is_digit(text.at[at]))
            return false;
    }
    return at > first && !(is_zero && at > first + 1 && text.at[first + 1] != '.');
}

/* One of the types, perhaps with a size behind it. */
static bool
is_one_of(const char *type, const char *const *types)
{
    const size_t len = strcspn(type, "(");

    for (; *types != NULL; types++) {
        if (strlen(*types) == len && strncmp(type, *types, len) == 0)
            return true;
    }
    return false;
}

/* A value that is not of the column's type is said as SQL: a number in a text would become one. */
static void
add_default(Buf *out, Slice value, const char *type)
{
    static const char *const NUMBERS[] = {"smallint", "integer", "bigint", "decimal",
                                          "real",     "double",  NULL};
    static const char *const TEXTS[] = {"text", "string", "char", NULL};

    SqlTokens tokens = sql_tokens(SQL_SQLITE, value);
    SqlToken token;
    const SqlTokenKind kind = sql_token_next(&tokens, &token);
    const bool is_alone = sql_token_peek(&tokens).kind == SQL_TOKEN_END;

    if (is_number(value) && type != NULL && is_one_of(type, NUMBERS)) {
        buf_add_slice(out, value);
    } else if (kind == SQL_TOKEN_STRING && is_alone && type != NULL && is_one_of(type, TEXTS)) {
        add_text(out, sqlite_name(out->arena, value));
    } else {
        buf_add(out, "{\"sql\": ");
        add_slice(out, table_part_inside(value));
        buf_add(out, "}");
    }
}

static const char *
name_of(const TableText *table, const TablePart *part, Arena *arena)
{
    return part->name.at == part->name.end ? NULL
                                           : sqlite_name(arena, table_text_at(table, part->name));
}

/* true, or its name */
static void
add_flag_name(Buf *out, const char *key, const TableText *table, const TablePart *part)
{
    if (part == NULL)
        return;
    const char *name = name_of(table, part, out->arena);
    add_pair(out, key, name);
    add_flag(out, key, name == NULL);
}

/* ON DELETE SET NULL, ON UPDATE CASCADE, MATCH FULL, NOT DEFERRABLE, INITIALLY DEFERRED */
static void
add_key_clauses(Buf *out, Slice text)
{
    static const char *const WORDS[][2] = {{"restrict", "restrict"},
                                           {"cascade", "cascade"},
                                           {"null", "set_null"},
                                           {"default", "set_default"},
                                           {"action", "no_action"}};
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    const char *key = NULL;
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (sql_token_is(&token, "delete") || sql_token_is(&token, "update"))
            key = sql_token_is(&token, "delete") ? "on_delete" : "on_update";
        for (size_t i = 0; key != NULL && i < sizeof WORDS / sizeof *WORDS; i++) {
            if (!sql_token_is(&token, WORDS[i][0]))
                continue;
            add_pair(out, key, WORDS[i][1]);
            key = NULL;
            break;
        }
        if (sql_token_is(&token, "match")) {
            (void)sql_token_next(&tokens, &token);
            add_pair(out, "match", sql_token_is(&token, "full") ? "full" : "simple");
        }
    }
}

static void
add_deferrable(Buf *out, Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;
    bool is_not = false;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (sql_token_is(&token, "deferrable")) {
            add_key(out, "deferrable");
            buf_add(out, is_not ? "false" : "true");
        } else if (sql_token_is(&token, "deferred") || sql_token_is(&token, "immediate")) {
            add_pair(out, "initially", sql_token_is(&token, "deferred") ? "deferred" : "immediate");
        }
        is_not = sql_token_is(&token, "not");
    }
}

/* What a foreign key says behind REFERENCES. */
static Slice
key_clauses(const TableText *table, const TablePart *part)
{
    const size_t at =
        part->parent_body.end > part->parent_body.at ? part->parent_body.end : part->parent.end;

    return table_text_at(table, (TextRange){at, part->range.end});
}

/* {table: …, columns: …, …, left open. */
static void
begin_references(Buf *out, const TableText *table, const TablePart *part)
{
    add_key(out, "references");
    buf_add(out, "{");
    add_pair(out, "table", sqlite_name(out->arena, table_text_at(table, part->parent)));
    if (part->parent_body.end > part->parent_body.at) {
        const Names columns = table_text_names(table, part->parent_body, out->arena);
        add_names(out, "columns", &columns);
    }
    add_key_clauses(out, key_clauses(table, part));
}

/* The number of the column's own constraints of that kind. */
static size_t
count_parts(const TableText *table, int column, TablePartKind kind)
{
    const TableColumn *of = &table->columns.at[column];
    size_t count = 0;

    for (size_t i = 0; i < of->count; i++)
        count += table->parts.at[of->first + i].kind == kind ? 1 : 0;
    return count;
}

/* Is it part of a key, and may be NULL even so? Only SQLite has that. */
static bool
has_nullable_key(const TableText *table, int column)
{
    return table_part_is_in_key(table, column) && table_text_rowid(table) != column &&
           !table->is_without_rowid && table_text_part(table, column, PART_NOT_NULL) == NULL;
}

static void
add_column_key(Buf *out, const TableText *table, int column)
{
    const TablePart *key = table_text_part(table, column, PART_PRIMARY_KEY);
    const bool is_not_null = table_text_part(table, column, PART_NOT_NULL) != NULL;

    if (key == NULL || has_nullable_key(table, column))
        return;
    if (key->is_autoincrement)
        add_pair(out, "identity", "autoincrement");
    else
        add_flag(out, "identity", table_text_rowid(table) == column && !is_not_null);
    add_flag_name(out, "primary_key", table, key);
}

/* The keys of a column behind its name. */
static void
add_column(Buf *out, const TableText *table, int column)
{
    const char *type = type_said(table_text_at(table, table->columns.at[column].type), out->arena);
    const TablePart *value = table_part_default(table, column);
    const TablePart *generated = table_text_part(table, column, PART_GENERATED);
    const TablePart *collate = table_text_part(table, column, PART_COLLATE);
    const TablePart *check = table_text_part(table, column, PART_CHECK);
    const TablePart *references = table_text_part(table, column, PART_FOREIGN_KEY);
    const bool is_not_null = table_text_part(table, column, PART_NOT_NULL) != NULL;
    const bool is_key = table_text_part(table, column, PART_PRIMARY_KEY) != NULL;

    add_pair(out, "type", type);
    if (is_not_null && !is_key) {
        add_key(out, "nullable");
        buf_add(out, "false");
    }
    add_flag(out, "nullable", has_nullable_key(table, column));
    if (value != NULL) {
        add_key(out, "default");
        add_default(out, table_text_at(table, value->body), type);
    }
    if (generated != NULL) {
        add_key(out, "generated");
        add_slice(out, table_part_inside(table_text_at(table, generated->body)));
        add_flag(out, "stored",
                 table_part_has_word(table_text_at(table, generated->range), "stored"));
    }
    if (collate != NULL)
        add_pair(out, "collate", sqlite_name(out->arena, table_text_at(table, collate->body)));
    add_column_key(out, table, column);
    add_flag_name(out, "unique", table, table_text_part(table, column, PART_UNIQUE));
    if (check != NULL && count_parts(table, column, PART_CHECK) == 1) {
        add_key(out, "check");
        buf_add(out, "{");
        add_pair(out, "name", name_of(table, check, out->arena));
        add_key(out, "sql");
        add_slice(out, table_part_inside(table_text_at(table, check->body)));
        buf_add(out, "}");
    }
    if (references != NULL) {
        const TablePart *deferrable = table_text_part(table, column, PART_DEFERRABLE);
        begin_references(out, table, references);
        add_pair(out, "name", name_of(table, references, out->arena));
        add_deferrable(out, key_clauses(table, references));
        if (deferrable != NULL)
            add_deferrable(out, table_text_at(table, deferrable->range));
        buf_add(out, "}");
    }
}

/* ---- constraints ---- */

/* The keys of a constraint behind its name. */
static void
add_constraint(Buf *out, const TableText *table, size_t index)
{
    const TablePart *part = &table->parts.at[index];

    add_pair(out, "type", table_part_word(part->kind));
    if (part->kind == PART_CHECK) {
        add_key(out, "check");
        add_slice(out, table_part_inside(table_text_at(table, part->body)));
        return;
    }
    const Names columns = table_part_columns(table, index, out->arena);
    add_names(out, "columns", &columns);
    if (part->kind != PART_FOREIGN_KEY)
        return;
    begin_references(out, table, part);
    buf_add(out, "}");
    add_deferrable(out, key_clauses(table, part));
}

/* Is it said among the table's own? */
static bool
is_of_table(const TableText *table, size_t index)
{
    const int column = table_part_column(table, index);
    const TablePartKind kind = table->parts.at[index].kind;

    if (table_part_word(kind) == NULL)
        return false;
    if (column == NO_COLUMN)
        return true;
    return kind == PART_CHECK ? count_parts(table, column, kind) > 1
                              : kind == PART_PRIMARY_KEY && has_nullable_key(table, column);
}

static void
add_constraints(Buf *out, const TableText *table)
{
    bool has_any = false;

    for (size_t i = 0; i < table->parts.len; i++) {
        if (!is_of_table(table, i))
            continue;
        if (!has_any)
            add_key(out, "constraints");
        buf_add(out, has_any ? ", {" : "[{");
        has_any = true;
        add_pair(out, "name", name_of(table, &table->parts.at[i], out->arena));
        add_constraint(out, table, i);
        buf_add(out, "}");
    }
    buf_add(out, has_any ? "]" : "");
}

/* ---- indexes ---- */

/* One part of an index: an expression, COLLATE name, DESC. */
static void
add_index_part(Buf *out, Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;
    SqlToken first = {0};
    const char *end = text.at + text.len;
    const char *collate = NULL;
    size_t count = 0;
    bool is_descending = false;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_OPEN) {
            tokens.at = token.text.at;
            (void)sql_take_parentheses(&tokens);
            count += 2;
        } else if (sql_token_is(&token, "collate")) {
            end = token.text.at < end ? token.text.at : end;
            (void)sql_token_next(&tokens, &token);
            collate = sqlite_name(out->arena, token.text);
        } else if (sql_token_is(&token, "desc") || sql_token_is(&token, "asc")) {
            end = token.text.at < end ? token.text.at : end;
            is_descending = sql_token_is(&token, "desc");
        } else {
            first = count++ == 0 ? token : first;
        }
    }
    const bool is_column =
        count == 1 && (first.kind == SQL_TOKEN_WORD || first.kind == SQL_TOKEN_NAME);
    buf_add(out, "{");
    if (is_column) {
        add_pair(out, "column", sqlite_name(out->arena, first.text));
    } else {
        add_key(out, "expr");
        add_slice(out, (Slice){text.at, (size_t)(end - text.at)});
    }
    add_pair(out, "order", is_descending ? "desc" : NULL);
    add_pair(out, "collate", collate);
    buf_add(out, "}");
}

static void
add_index_parts(Buf *out, Slice list)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, list);
    const char *begin = list.at;
    SqlToken token;
    bool is_first = true;

    do {
        const SqlTokenKind kind = sql_token_next(&tokens, &token);
        if (kind == SQL_TOKEN_OPEN) {
            tokens.at = token.text.at;
            (void)sql_take_parentheses(&tokens);
            continue;
        }
        if (kind != SQL_TOKEN_END && !sql_token_is_symbol(&token, ','))
            continue;
        const char *end = kind == SQL_TOKEN_END ? list.at + list.len : token.text.at;
        buf_add(out, is_first ? "[" : ", ");
        add_index_part(out, (Slice){begin, (size_t)(end - begin)});
        is_first = false;
        begin = end + 1;
    } while (token.kind != SQL_TOKEN_END);
    buf_add(out, "]");
}

/* The keys of an index behind its name; false if the text is none that we can read. */
static bool
add_index(Buf *out, Slice text, bool with_table)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken table;

    if (!sql_take(&tokens, "create"))
        return false;
    const bool is_unique = sql_take(&tokens, "unique");
    if (!sql_take(&tokens, "index"))
        return false;
    if (sql_take(&tokens, "if"))
        (void)(sql_take(&tokens, "not") && sql_take(&tokens, "exists"));
    if (!sql_take_name(&tokens) || !sql_take(&tokens, "on"))
        return false;
    (void)sql_token_next(&tokens, &table);
    const SqlToken open = sql_token_peek(&tokens);
    if (!sql_take_parentheses(&tokens))
        return false;
    if (with_table)
        add_pair(out, "table", sqlite_name(out->arena, table.text));
    add_key(out, "columns");
    add_index_parts(out,
                    table_part_inside((Slice){open.text.at, (size_t)(tokens.at - open.text.at)}));
    add_flag(out, "unique", is_unique);
    if (sql_take(&tokens, "where")) {
        add_key(out, "where");
        add_slice(out, (Slice){tokens.at, (size_t)(tokens.end - tokens.at)});
    }
    return true;
}

static bool
add_indexes(Buf *out, Connection *connection, const char *table, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = true;
    bool has_any = false;

    if (!sqlite_prepare(connection,
                        "SELECT name, sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS "
                        "NOT NULL AND tbl_name = ?1 COLLATE NOCASE ORDER BY name",
                        &stmt, err))
        return false;
    (void)sqlite3_bind_text(stmt, 1, table, -1, SQLITE_TRANSIENT);
    for (;;) {
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        if (!has_any)
            add_key(out, "indexes");
        buf_add(out, has_any ? ", {" : "[{");
        has_any = true;
        add_pair(out, "name", sqlite_text(stmt, 0, out->arena));
        (void)add_index(out, slice_of(sqlite_text(stmt, 1, out->arena)), false);
        buf_add(out, "}");
    }
    buf_add(out, has_any ? "]" : "");
    return true;
}

/* ---- operations ---- */

static bool
recall_table(Connection *connection, const Operation *op, Buf *out, Error *err)
{
    TableText table;

    if (!read_table(connection, op->table, out->arena, &table))
        return true;
    buf_add(out, "{");
    add_key(out, "columns");
    for (size_t i = 0; i < table.columns.len; i++) {
        buf_add(out, i == 0 ? "[{" : ", {");
        add_pair(out, "name",
                 sqlite_name(out->arena, table_text_at(&table, table.columns.at[i].name)));
        add_column(out, &table, (int)i);
        buf_add(out, "}");
    }
    buf_add(out, "]");
    add_constraints(out, &table);
    if (!add_indexes(out, connection, op->table, err))
        return false;
    if (table.is_strict || table.is_without_rowid) {
        add_key(out, "options");
        buf_add(out, "{");
        add_flag(out, "strict", table.is_strict);
        add_flag(out, "without_rowid", table.is_without_rowid);
        buf_add(out, "}");
    }
    buf_add(out, "}");
    return true;
}

static void
recall_change(Buf *out, const TableText *table, int column)
{
    const char *type = type_said(table_text_at(table, table->columns.at[column].type), out->arena);
    const TablePart *value = table_part_default(table, column);
    const TablePart *collate = table_text_part(table, column, PART_COLLATE);
    const TablePart *key = table_text_part(table, column, PART_PRIMARY_KEY);

    add_pair(out, "type", type);
    add_key(out, "nullable");
    buf_add(out, table_text_part(table, column, PART_NOT_NULL) == NULL ? "true" : "false");
    add_key(out, "default");
    if (value != NULL)
        add_default(out, table_text_at(table, value->body), type);
    else
        buf_add(out, "null");
    add_key(out, "identity");
    buf_add(out, key != NULL && key->is_autoincrement ? "autoincrement"
                 : table_text_rowid(table) == column  ? "true"
                                                      : "false");
    add_pair(out, "collate",
             collate == NULL ? "BINARY"
                             : sqlite_name(out->arena, table_text_at(table, collate->body)));
    add_key(out, "comment");
    buf_add(out, "null");
}

static void
recall_column(Connection *connection, const Operation *op, Buf *out)
{
    TableText table;
    const int column = read_table(connection, op->table, out->arena, &table)
                           ? table_text_column(&table, op->name)
                           : NO_COLUMN;

    if (column == NO_COLUMN)
        return;
    if (op->kind == OP_COMMENT) { /* SQLite has none */
        buf_add(out, "null");
        return;
    }
    buf_add(out, "{");
    if (op->kind == OP_ALTER_COLUMN)
        recall_change(out, &table, column);
    else
        add_column(out, &table, column);
    buf_add(out, "}");
}

static void
recall_constraint(Connection *connection, const Operation *op, Buf *out)
{
    TableText table;

    if (!read_table(connection, op->table, out->arena, &table))
        return;
    const TablePart *part =
        table_part_find(&table, op->table, op->name, op->constraint, out->arena);
    if (part == NULL)
        return;
    buf_add(out, "{");
    add_constraint(out, &table, (size_t)(part - table.parts.at));
    buf_add(out, "}");
}

static void
recall_view(Slice text, Buf *out)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);

    if (!sql_take(&tokens, "create") || !sql_take(&tokens, "view"))
        return;
    if (sql_take(&tokens, "if"))
        (void)(sql_take(&tokens, "not") && sql_take(&tokens, "exists"));
    if (!sql_take_name(&tokens))
        return;
    const SqlToken open = sql_token_peek(&tokens);
    Names columns = {0};
    if (open.kind == SQL_TOKEN_OPEN) {
        SqlToken token;
        while (sql_token_next(&tokens, &token) != SQL_TOKEN_CLOSE) {
            if (token.kind == SQL_TOKEN_END)
                return;
            if (token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_NAME)
                *VEC_ADD(out->arena, &columns) = sqlite_name(out->arena, token.text);
        }
    }
    if (!sql_take(&tokens, "as"))
        return;
    buf_add(out, "{");
    add_key(out, "as");
    add_slice(out, (Slice){tokens.at, (size_t)(tokens.end - tokens.at)});
    if (columns.len > 0)
        add_names(out, "columns", &columns);
    buf_add(out, "}");
}

/* The values of the view that stands for an enum. */
static void
recall_enum(Slice text, Buf *out)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;

    if (!sql_find(&tokens, "values"))
        return;
    buf_add(out, "[");
    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind != SQL_TOKEN_STRING)
            continue;
        buf_add(out, out->at[out->len - 1] == '[' ? "" : ", ");
        add_text(out, sqlite_name(out->arena, token.text));
    }
    buf_add(out, "]");
}

/* Objects whose text is enough. */
static void
recall_text(Connection *connection, const Operation *op, Buf *out)
{
    const bool is_view = op->kind == OP_DROP_VIEW || op->kind == OP_REPLACE_VIEW;
    const bool is_trigger = op->kind == OP_DROP_TRIGGER || op->kind == OP_REPLACE_TRIGGER;
    const char *type = op->kind == OP_DROP_INDEX ? "index" : is_trigger ? "trigger" : "view";
    const char *name =
        op->kind == OP_DROP_ENUM ? arena_format(out->arena, ENUM_PREFIX "%s", op->name) : op->name;
    const char *text = object_text(connection, type, name, out->arena);

    if (text == NULL)
        return;
    if (is_view) {
        recall_view(slice_of(text), out);
    } else if (is_trigger) {
        add_text(out, text);
    } else if (op->kind == OP_DROP_ENUM) {
        recall_enum(slice_of(text), out);
    } else {
        buf_add(out, "{");
        if (add_index(out, slice_of(text), true))
            buf_add(out, "}");
        else
            buf_clear(out);
    }
}

bool
sqlite_recall(Connection *connection, const Operation *op, Arena *arena, const char **was,
              Error *err)
{
    Buf out = {.arena = arena};

    *was = NULL;
    switch ((int)op->kind) {
    case OP_DROP_TABLE:
        if (!recall_table(connection, op, &out, err))
            return false;
        break;
    case OP_COMMENT:
        if (op->name != NULL)
            recall_column(connection, op, &out);
        else if (object_text(connection, "table", op->table, arena) != NULL)
            buf_add(&out, "null"); /* SQLite has none */
        break;
    case OP_DROP_COLUMN:
    case OP_ALTER_COLUMN:
        recall_column(connection, op, &out);
        break;
    case OP_DROP_CONSTRAINT:
        recall_constraint(connection, op, &out);
        break;
    case OP_DROP_INDEX:
    case OP_DROP_ENUM:
    case OP_REPLACE_VIEW:
    case OP_DROP_VIEW:
    case OP_REPLACE_TRIGGER:
    case OP_DROP_TRIGGER:
        recall_text(connection, op, &out);
        break;
    default: /* what SQLite does not have */
        break;
    }
    if (out.len > 0)
        *was = buf_text(&out);
    return true;
}
