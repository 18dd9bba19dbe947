/* SPDX-License-Identifier: MIT */
/*
 * The schema in lines, to be compared: what means the same is the same line, however it is written
 * and wherever in its table it stands.
 */
#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/table_part.h"

/* The tokens of a text, whatever stands between them and however words and names are written. */
static void
add_tokens(Buf *out, Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        const bool is_word = token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_NAME;
        const char *word =
            is_word ? sqlite_name(out->arena, token.text) : arena_copy(out->arena, token.text);
        buf_add_char(out, ' ');
        for (; *word != '\0'; word++)
            buf_add_char(out, is_word ? ascii_lower(*word) : *word);
    }
}

static void
add_line(Names *lines, Buf *line)
{
    *VEC_ADD(line->arena, lines) = buf_text(line);
    *line = (Buf){.arena = line->arena};
}

/* ON CONFLICT …, wherever it stands in the constraint. */
static void
add_conflict(Buf *out, Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;

    if (!sql_find(&tokens, "conflict"))
        return;
    (void)sql_token_next(&tokens, &token);
    buf_add(out, " on conflict");
    add_tokens(out, token.text);
}

static void
list_column(const TableText *table, const char *name, int column, Arena *arena, Names *lines)
{
    const TableColumn *of = &table->columns.at[column];
    const TablePart *value = table_part_default(table, column);
    const TablePart *not_null = table_text_part(table, column, PART_NOT_NULL);
    const TablePart *collate = table_text_part(table, column, PART_COLLATE);
    const TablePart *generated = table_text_part(table, column, PART_GENERATED);
    Buf line = {.arena = arena};

    buf_addf(&line, "column %s.%s", name, sqlite_name(arena, table_text_at(table, of->name)));
    add_tokens(&line, table_text_at(table, of->type));
    if (not_null != NULL && table_text_rowid(table) != column &&
        !(table->is_without_rowid && table_part_is_in_key(table, column))) {
        buf_add(&line, " not null");
        add_conflict(&line, table_text_at(table, not_null->range));
    }
    if (value != NULL) {
        buf_add(&line, " default");
        add_tokens(&line, table_part_inside(table_text_at(table, value->body)));
    }
    if (collate != NULL && !sqlite_name_is(table_text_at(table, collate->body), "binary")) {
        buf_add(&line, " collate");
        add_tokens(&line, table_text_at(table, collate->body));
    }
    if (generated != NULL) {
        buf_add(&line, " as");
        add_tokens(&line, table_text_at(table, generated->body));
        buf_add(&line, table_part_has_word(table_text_at(table, generated->range), "stored")
                           ? " stored"
                           : "");
    }
    add_line(lines, &line);
}

/* A check without a name is dropped by one that PostgreSQL would have given it, which depends on
 * where it stands, and comes back with that. */
static const char *
listed_name(const TableText *table, const char *of, size_t index, Arena *arena)
{
    const char *name = table_part_name(table, of, index, arena);
    const size_t len = strlen(name);
    const size_t start = strlen(of);

    if (table->parts.at[index].kind == PART_CHECK && len >= start + 6 &&
        strncmp(name, of, start) == 0 && strcmp(name + len - 6, "_check") == 0)
        return "of its own";
    return name;
}

/* A constraint is the same at its column and with the table's own, and with the name that it would
 * be dropped by. */
static void
list_constraint(const TableText *table, const char *name, size_t index, Arena *arena, Names *lines)
{
    const TablePart *part = &table->parts.at[index];
    const int column = table_part_column(table, index);
    Buf line = {.arena = arena};

    if (table_part_word(part->kind) == NULL && part->kind != PART_DEFERRABLE)
        return;
    buf_addf(&line, "constraint %s of %s:", listed_name(table, name, index, arena), name);
    if (part->kind == PART_DEFERRABLE) {
        add_tokens(&line, table_text_at(table, part->range));
        add_line(lines, &line);
        return;
    }
    buf_addf(&line, " %s", table_part_word(part->kind));
    if (part->kind == PART_CHECK || column == NO_COLUMN) {
        add_tokens(&line, table_text_at(table, part->body));
    } else {
        buf_add(&line, " (");
        add_tokens(&line, table_text_at(table, table->columns.at[column].name));
        buf_addf(&line, "%s%s )", part->is_descending ? " desc" : "",
                 part->is_autoincrement ? " autoincrement" : "");
    }
    if (part->kind == PART_FOREIGN_KEY)
        add_tokens(&line, table_text_at(table, (TextRange){part->parent.at, part->range.end}));
    else
        add_conflict(&line, table_text_at(table, part->range));
    add_line(lines, &line);
}

static void
list_table(const char *name, Slice text, Arena *arena, Names *lines)
{
    Buf line = {.arena = arena};
    TableText table;

    buf_addf(&line, "table %s", name);
    if (!table_text_parse(&table, text, arena)) {
        add_tokens(&line, text);
        add_line(lines, &line);
        return;
    }
    buf_addf(&line, "%s%s", table.is_strict ? " strict" : "",
             table.is_without_rowid ? " without rowid" : "");
    add_line(lines, &line);
    for (size_t i = 0; i < table.columns.len; i++)
        list_column(&table, name, (int)i, arena, lines);
    for (size_t i = 0; i < table.parts.len; i++)
        list_constraint(&table, name, i, arena, lines);
}

bool
sqlite_inventory(Connection *connection, Arena *arena, Names *lines, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    bool has_row = true;

    *lines = (Names){0};
    if (!sqlite_prepare(connection,
                        "SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT "
                        "NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                        &stmt, err))
        return false;
    for (;;) {
        Buf line = {.arena = arena};
        if (!sqlite_step(connection, stmt, &has_row, err))
            return false;
        if (!has_row)
            break;
        const char *type = sqlite_text(stmt, 0, arena);
        const char *name = sqlite_text(stmt, 1, arena);
        const Slice text = slice_of(sqlite_text(stmt, 2, arena));
        if (strcmp(type, "table") == 0) {
            list_table(name, text, arena, lines);
            continue;
        }
        buf_addf(&line, "%s %s:", type, name);
        add_tokens(&line, text);
        add_line(lines, &line);
    }
    names_sort(lines);
    return true;
}
