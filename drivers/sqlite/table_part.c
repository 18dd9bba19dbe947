/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/table_part.h"

#include "core/base/text.h"

Names
table_part_columns(const TableText *text, size_t index, Arena *arena)
{
    const TablePart *part = &text->parts.at[index];
    Names columns = {0};

    for (size_t i = 0; i < text->columns.len; i++) {
        const TableColumn *column = &text->columns.at[i];
        if (index >= column->first && index < column->first + column->count)
            *VEC_ADD(arena, &columns) = sqlite_name(arena, table_text_at(text, column->name));
    }
    if (columns.len == 0 && part->kind != PART_CHECK)
        columns = table_text_names(text, part->body, arena);
    return columns;
}

/* What PostgreSQL would have called a constraint that has no name here. */
static const char *
auto_name(const TableText *text, const char *table, size_t index, Arena *arena)
{
    const TablePart *part = &text->parts.at[index];
    const char *suffix = part->kind == PART_UNIQUE        ? "key"
                         : part->kind == PART_CHECK       ? "check"
                         : part->kind == PART_FOREIGN_KEY ? "fkey"
                                                          : NULL;

    if (part->kind == PART_PRIMARY_KEY)
        return arena_format(arena, "%s_pkey", table);
    if (suffix == NULL)
        return "";
    const Names columns = table_part_columns(text, index, arena);
    if (columns.len == 0)
        return arena_format(arena, "%s_%s", table, suffix);
    return arena_format(arena, "%s_%s_%s", table, names_join(arena, &columns, "_"), suffix);
}

/* The same but for space, comments and the case of words. */
static bool
is_same_sql(Slice a, Slice b)
{
    SqlTokens left = sql_tokens(SQL_SQLITE, a);
    SqlTokens right = sql_tokens(SQL_SQLITE, b);
    SqlToken x;
    SqlToken y;

    do {
        if (sql_token_next(&left, &x) != sql_token_next(&right, &y))
            return false;
        const bool is_word = x.kind == SQL_TOKEN_WORD && x.text.len == y.text.len;
        for (size_t i = 0; is_word && i < x.text.len; i++) {
            if (ascii_lower(x.text.at[i]) != ascii_lower(y.text.at[i]))
                return false;
        }
        if (!is_word && !slice_equals(x.text, y.text))
            return false;
    } while (x.kind != SQL_TOKEN_END && x.kind != SQL_TOKEN_BROKEN);
    return true;
}

static bool
is_of_kind(const TablePart *part, ConstraintKind kind)
{
    switch (kind) {
    case CONSTRAINT_PRIMARY_KEY:
        return part->kind == PART_PRIMARY_KEY;
    case CONSTRAINT_UNIQUE:
        return part->kind == PART_UNIQUE;
    case CONSTRAINT_CHECK:
        return part->kind == PART_CHECK;
    case CONSTRAINT_FOREIGN_KEY:
        return part->kind == PART_FOREIGN_KEY;
    case CONSTRAINT_ABSENT:
    case CONSTRAINT_EXCLUDE:
        break;
    }
    return false;
}

/* A constraint without a name, by what it says. */
static bool
is_like(const TableText *text, size_t index, const OpConstraint *like, Arena *arena)
{
    const TablePart *part = &text->parts.at[index];
    const OpText check = op_expression(&like->check, "sqlite");

    if (!is_of_kind(part, like->kind))
        return false;
    if (check.text.at != NULL) {
        const Slice body = table_text_at(text, part->body);
        return part->kind == PART_CHECK &&
               is_same_sql((Slice){body.at + 1, body.len - 2}, check.text);
    }
    const Names columns = table_part_columns(text, index, arena);
    if (columns.len != like->columns.len)
        return false;
    for (size_t i = 0; i < columns.len; i++) {
        if (!sqlite_same_name(columns.at[i], like->columns.at[i]))
            return false;
    }
    return true;
}

const char *
table_part_name(const TableText *text, const char *table, size_t index, Arena *arena)
{
    const TextRange name = text->parts.at[index].name;

    return name.at == name.end ? auto_name(text, table, index, arena)
                               : sqlite_name(arena, table_text_at(text, name));
}

const TablePart *
table_part_find(const TableText *text, const char *table, const char *name,
                const OpConstraint *like, Arena *arena)
{
    int column = NO_COLUMN;

    if (name != NULL && table_text_constraint(text, name, &column) != NULL)
        return table_text_constraint(text, name, &column);
    for (size_t i = 0; i < text->parts.len; i++) {
        const TablePart *part = &text->parts.at[i];
        if (part->name.at != part->name.end)
            continue;
        if (name != NULL ? sqlite_same_name(auto_name(text, table, i, arena), name)
                         : like != NULL && is_like(text, i, like, arena))
            return part;
    }
    return NULL;
}

int
table_part_column(const TableText *table, size_t index)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        const TableColumn *column = &table->columns.at[i];
        if (index >= column->first && index < column->first + column->count)
            return (int)i;
    }
    return NO_COLUMN;
}

const char *
table_part_word(TablePartKind kind)
{
    switch ((int)kind) {
    case PART_PRIMARY_KEY:
        return "primary_key";
    case PART_UNIQUE:
        return "unique";
    case PART_CHECK:
        return "check";
    case PART_FOREIGN_KEY:
        return "foreign_key";
    default:
        return NULL;
    }
}

const TablePart *
table_part_default(const TableText *text, int column)
{
    const TablePart *part = table_text_part(text, column, PART_DEFAULT);

    return part == NULL ||
                   slice_is_nocase(table_part_inside(table_text_at(text, part->body)), "null")
               ? NULL
               : part;
}

bool
table_part_is_in_key(const TableText *table, int column)
{
    int at = NO_COLUMN;
    const TablePart *key = table_text_primary_key(table, &at);

    if (key == NULL || at != NO_COLUMN)
        return at == column && key != NULL;
    const Names names = table_text_names(table, key->body, table->arena);
    for (size_t i = 0; i < names.len; i++) {
        if (table_text_column(table, names.at[i]) == column)
            return true;
    }
    return false;
}

Slice
table_part_inside(Slice text)
{
    text = slice_trim(text);
    if (text.len >= 2 && text.at[0] == '(' && text.at[text.len - 1] == ')')
        return slice_trim((Slice){text.at + 1, text.len - 2});
    return text;
}

bool
table_part_has_word(Slice text, const char *word)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);

    return sql_find(&tokens, word);
}
