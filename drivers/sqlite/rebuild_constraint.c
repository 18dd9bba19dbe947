/* SPDX-License-Identifier: MIT */
/* Constraints by their names, or by what they say. */
#include "drivers/sqlite/rebuild_part.h"

#include "core/base/text.h"

/* The columns of a constraint: the one that it stands at, or those of its parenthesis. */
static Names
part_columns(const Rebuild *rebuild, size_t index)
{
    const TableText *text = &rebuild->text;
    const TablePart *part = &text->parts.at[index];
    Arena *arena = rebuild->context->arena;
    Names columns = {0};

    for (size_t i = 0; i < text->columns.len; i++) {
        const TableColumn *column = &text->columns.at[i];
        if (index >= column->first && index < column->first + column->count)
            *VEC_ADD(arena, &columns) = rebuild_column_name(text, i, arena);
    }
    if (columns.len == 0 && part->kind != PART_CHECK)
        columns = table_text_names(text, part->body, arena);
    return columns;
}

/* What PostgreSQL would have called a constraint that has no name here. */
static const char *
auto_name(const Rebuild *rebuild, size_t index)
{
    const TablePart *part = &rebuild->text.parts.at[index];
    Arena *arena = rebuild->context->arena;
    const char *suffix = part->kind == PART_UNIQUE        ? "key"
                         : part->kind == PART_CHECK       ? "check"
                         : part->kind == PART_FOREIGN_KEY ? "fkey"
                                                          : NULL;

    if (part->kind == PART_PRIMARY_KEY)
        return arena_format(arena, "%s_pkey", rebuild->table);
    if (suffix == NULL)
        return "";
    const Names columns = part_columns(rebuild, index);
    if (columns.len == 0)
        return arena_format(arena, "%s_%s", rebuild->table, suffix);
    return arena_format(arena, "%s_%s_%s", rebuild->table, names_join(arena, &columns, "_"),
                        suffix);
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
is_like(const Rebuild *rebuild, size_t index, const OpConstraint *like)
{
    const TablePart *part = &rebuild->text.parts.at[index];
    const OpText check = op_expression(&like->check, "sqlite");

    if (!is_of_kind(part, like->kind))
        return false;
    if (check.text.at != NULL) {
        const Slice body = table_text_at(&rebuild->text, part->body);
        return part->kind == PART_CHECK &&
               is_same_sql((Slice){body.at + 1, body.len - 2}, check.text);
    }
    const Names columns = part_columns(rebuild, index);
    if (columns.len != like->columns.len)
        return false;
    for (size_t i = 0; i < columns.len; i++) {
        if (!sqlite_same_name(columns.at[i], like->columns.at[i]))
            return false;
    }
    return true;
}

/* The constraint of that name; else one without a name that this would be the name of, or that is
 * like the other (may be NULL). NULL, and a problem unless it may be absent, if there is none. */
static const TablePart *
constraint_get(Rebuild *rebuild, Render *render, const char *name, const OpConstraint *like)
{
    int column = NO_COLUMN;
    const TableText *text = &rebuild->text;

    if (name != NULL && table_text_constraint(text, name, &column) != NULL)
        return table_text_constraint(text, name, &column);
    for (size_t i = 0; i < text->parts.len; i++) {
        const TablePart *part = &text->parts.at[i];
        if (part->name.at != part->name.end)
            continue;
        if (name != NULL ? sqlite_same_name(auto_name(rebuild, i), name)
                         : like != NULL && is_like(rebuild, i, like))
            return part;
    }
    if (!render->writer.op->if_exists)
        writer_refuse(&render->writer, NULL, "table %s has no constraint %s", rebuild->table,
                      name == NULL ? "like this" : name);
    return NULL;
}

/* ---- constraints ---- */

/* As PostgreSQL has it, and SQLite only for tables without rowids. */
static void
key_not_null(Rebuild *rebuild, Render *render, const Names *columns)
{
    const TextPatch patch = {.text = SLICE("NOT NULL")};

    for (size_t i = 0; i < columns->len; i++) {
        const int column = table_text_column(&rebuild->text, columns->at[i]);
        if (column != NO_COLUMN && table_text_part(&rebuild->text, column, PART_NOT_NULL) == NULL)
            rebuild_edited(render, table_text_add_part(&rebuild->text, column, &patch));
    }
}

void
rebuild_add_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *constraint = op->constraint;
    int column = NO_COLUMN;

    for (size_t i = 0; i < constraint->columns.len; i++)
        (void)rebuild_column_get(rebuild, render, constraint->columns.at[i]);
    if (constraint->kind == CONSTRAINT_PRIMARY_KEY) {
        if (table_text_primary_key(&rebuild->text, &column) != NULL)
            writer_refuse(&render->writer, "drop that first", "table %s has a primary key already",
                          rebuild->table);
        key_not_null(rebuild, render, &constraint->columns);
    }
    if (constraint->name != NULL &&
        table_text_constraint(&rebuild->text, constraint->name, &column) != NULL)
        writer_refuse(&render->writer, NULL, "table %s has a constraint %s already", rebuild->table,
                      constraint->name);
    render_constraint(render, constraint, NULL);
    const TextPatch patch = render_patch(render);
    if (!render->writer.has_failed)
        rebuild_edited(render, table_text_add_constraint(&rebuild->text, &patch));
    rebuild_need(rebuild, op);
}

void
rebuild_drop_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *like = op->constraint != NULL ? op->constraint : op->was_constraint;
    const TablePart *part = constraint_get(rebuild, render, op->name, like);

    if (part == NULL)
        return;
    if (part->kind == PART_PRIMARY_KEY && rebuild->text.is_without_rowid) {
        writer_refuse(&render->writer, NULL, "table %s has no rowids, and needs its primary key",
                      rebuild->table);
        return;
    }
    rebuild_edited(render, table_text_remove_part(&rebuild->text, part));
    rebuild_need(rebuild, op);
}

void
rebuild_rename_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const TablePart *part = constraint_get(rebuild, render, op->from, NULL);

    if (part == NULL)
        return;
    if (part->name.at != part->name.end) {
        const TextPatch patch = rebuild_name_patch(render, op->to);
        rebuild_edited(render, table_text_replace(&rebuild->text, part->name, &patch));
    } else {
        writer_constraint_name(&render->writer, op->to);
        const TextPatch patch = render_patch(render);
        rebuild_edited(render,
                       table_text_replace(&rebuild->text,
                                          (TextRange){part->range.at, part->range.at}, &patch));
    }
    rebuild_need(rebuild, op);
}
