/* SPDX-License-Identifier: MIT */
/* A column that goes, and what goes with it or stands in its way. */
#include "drivers/sqlite/rebuild_part.h"

#include <string.h>

/* True if the piece mentions a column other than this one. */
static bool
mentions_others(const Rebuild *rebuild, Slice piece, const char *name)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, piece);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind != SQL_TOKEN_WORD && token.kind != SQL_TOKEN_NAME &&
            token.kind != SQL_TOKEN_STRING)
            continue;
        const char *word = sqlite_name(rebuild->context->arena, token.text);
        if (!sqlite_same_name(word, name) && table_text_column(&rebuild->text, word) != NO_COLUMN &&
            (token.kind != SQL_TOKEN_WORD || sql_token_peek(&tokens).kind != SQL_TOKEN_OPEN))
            return true;
    }
    return false;
}

static bool
list_has(const Rebuild *rebuild, TextRange list, const char *name)
{
    const Names names = table_text_names(&rebuild->text, list, rebuild->context->arena);

    for (size_t i = 0; i < names.len; i++) {
        if (sqlite_same_name(names.at[i], name))
            return true;
    }
    return false;
}

static bool
is_own_key(const Rebuild *rebuild, const TablePart *part)
{
    return part->kind == PART_FOREIGN_KEY &&
           sqlite_name_is(table_text_at(&rebuild->text, part->parent), rebuild->table);
}

/* Does a constraint that is not the column's own need the column? */
static bool
part_needs(const Rebuild *rebuild, const TablePart *part, const char *name)
{
    switch (part->kind) {
    case PART_CHECK:
    case PART_GENERATED:
        return sqlite_mentions(table_text_at(&rebuild->text, part->body), name);
    case PART_PRIMARY_KEY:
    case PART_UNIQUE:
    case PART_FOREIGN_KEY:
        return list_has(rebuild, part->body, name) ||
               (is_own_key(rebuild, part) && list_has(rebuild, part->parent_body, name));
    case PART_BARE_NAME:
    case PART_NOT_NULL:
    case PART_NULL:
    case PART_DEFAULT:
    case PART_COLLATE:
    case PART_DEFERRABLE:
        break;
    }
    return false;
}

static const char *
part_text(const Rebuild *rebuild, const TablePart *part)
{
    return arena_copy(rebuild->context->arena, table_text_at(&rebuild->text, part->range));
}

static void
note(const Rebuild *rebuild, const Render *render, const char *what, const char *column)
{
    const Operation *op = render->writer.op;

    log_info(rebuild->context->schema_log, "%s:%u: %s goes with the column %s", op->place.file,
             op->place.line, what, column);
}

/* Takes away what only this column is in; refuses where others are too. False: nothing was there.
 */
static bool
drop_constraints(Rebuild *rebuild, Render *render, int column, const char *name)
{
    TableText *text = &rebuild->text;
    bool found = false;

    for (size_t i = text->parts.len; i-- > 0;) {
        const TablePart *part = &text->parts.at[i];
        const TableColumn *own = &text->columns.at[column];
        if ((i >= own->first && i < own->first + own->count) || !part_needs(rebuild, part, name))
            continue;
        found = true;
        const bool is_shared =
            part->kind == PART_GENERATED ||
            (is_own_key(rebuild, part) && list_has(rebuild, part->parent_body, name)) ||
            (part->kind == PART_PRIMARY_KEY && text->is_without_rowid) ||
            mentions_others(rebuild, table_text_at(text, part->body), name);
        if (is_shared || i < text->constraints) {
            writer_refuse(&render->writer, "drop or change that first",
                          "column %s of %s is needed by: %s", name, rebuild->table,
                          part_text(rebuild, part));
            return true;
        }
        note(rebuild, render, part_text(rebuild, part), name);
        rebuild_edited(render, table_text_remove_part(text, part));
    }
    return found;
}

/* What an index says of its columns: from the parenthesis on. */
static Slice
index_body(const char *sql)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, slice_of(sql));
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_OPEN)
            return slice_of(token.text.at);
    }
    return SLICE("");
}

/* As drop_constraints, for indexes; of triggers it only says whether one mentions the column. */
static bool
drop_indexes(Rebuild *rebuild, Render *render, const char *name)
{
    bool found = false;

    for (size_t i = rebuild->objects.len; i-- > 0;) {
        const CatalogObject *object = &rebuild->objects.at[i].object;
        const bool is_index = strcmp(object->type, "index") == 0;
        const Slice body = is_index ? index_body(object->sql) : slice_of(object->sql);
        if (!sqlite_mentions(body, name))
            continue;
        found = true;
        if (!is_index)
            continue;
        if (mentions_others(rebuild, body, name)) {
            writer_refuse(&render->writer,
                          "drop it first, and create it as it is to be behind this",
                          "column %s of %s is needed by: %s", name, rebuild->table, object->sql);
            return true;
        }
        note(rebuild, render, arena_format(rebuild->context->arena, "index %s", object->name),
             name);
        rebuild_remove_object(rebuild, i);
    }
    return found;
}

/* A foreign key of another table to this column. */
static bool
refers(Rebuild *rebuild, const CatalogObject *other, const char *name, bool is_key)
{
    TableText text;

    if (sqlite_same_name(other->name, rebuild->table) ||
        !table_text_parse(&text, slice_of(other->sql), rebuild->context->arena))
        return false;
    for (size_t i = 0; i < text.parts.len; i++) {
        const TablePart *part = &text.parts.at[i];
        if (part->kind != PART_FOREIGN_KEY ||
            !sqlite_name_is(table_text_at(&text, part->parent), rebuild->table))
            continue;
        if (part->parent_body.at == part->parent_body.end
                ? is_key
                : sqlite_mentions(table_text_at(&text, part->parent_body), name))
            return true;
    }
    return false;
}

static void
refuse_referred(Rebuild *rebuild, Render *render, int column, const char *name)
{
    Arena *arena = rebuild->context->arena;
    const CatalogObjects others = catalog_with(rebuild->context->catalog, rebuild->table, arena);
    int key_column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(&rebuild->text, &key_column);
    const bool is_key =
        key != NULL &&
        (key_column == column || (key_column == NO_COLUMN && list_has(rebuild, key->body, name)));

    for (size_t i = 0; i < others.len; i++) {
        if (!refers(rebuild, &others.at[i], name, is_key))
            continue;
        writer_refuse(&render->writer, "drop that constraint first",
                      "column %s of %s is what a foreign key of table %s refers to", name,
                      rebuild->table, others.at[i].name);
        return;
    }
}

/* What stands in the way of ALTER TABLE DROP COLUMN in the column itself. */
static bool
has_hard_parts(const TableText *text, int column)
{
    return table_text_part(text, column, PART_PRIMARY_KEY) != NULL ||
           table_text_part(text, column, PART_UNIQUE) != NULL ||
           table_text_part(text, column, PART_FOREIGN_KEY) != NULL;
}

void
rebuild_drop_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;

    if (op->if_exists && table_text_column(text, op->name) == NO_COLUMN)
        return;
    const int column = rebuild_column_get(rebuild, render, op->name);
    if (column == NO_COLUMN)
        return;
    if (text->columns.len == 1 ||
        (text->is_without_rowid && table_text_part(text, column, PART_PRIMARY_KEY) != NULL)) {
        writer_refuse(writer, "drop the table", "table %s cannot be without its column %s",
                      rebuild->table, op->name);
        return;
    }
    refuse_referred(rebuild, render, column, op->name);
    bool is_native = !has_hard_parts(text, column);
    is_native = !drop_constraints(rebuild, render, column, op->name) && is_native;
    is_native = !drop_indexes(rebuild, render, op->name) && is_native;
    is_native =
        is_native && !catalog_is_used(rebuild->context->catalog, op->name, rebuild->context->arena);
    if (writer->has_failed)
        return;
    rebuild_edited(render, table_text_remove_column(text, column));
    rebuild->columns.len--;
    memmove(rebuild->columns.at + column, rebuild->columns.at + column + 1,
            (rebuild->columns.len - (size_t)column) * sizeof *rebuild->columns.at);
    rebuild->drops = op;
    if (!is_native) {
        rebuild_need(rebuild, op);
        return;
    }
    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " DROP COLUMN ");
    writer_name(writer, op->name);
    render_end(render);
}
