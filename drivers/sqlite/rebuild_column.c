/* SPDX-License-Identifier: MIT */
/* Columns that come, and columns that change. */
#include "drivers/sqlite/rebuild_part.h"

#include <string.h>

/* ---- adding a column ---- */

/* True if ALTER TABLE ADD COLUMN does it, on any table. */
static bool
add_column_is_native(const Operation *op)
{
    const OpColumn *column = op->column;
    const bool is_generated = op_expression_is_there(&column->generated);
    const bool has_fill = op_expression_is_there(&op->fill);
    const bool has_default =
        column->default_value.kind != DEFAULT_ABSENT && column->default_value.kind != DEFAULT_NONE;

    if (column->primary_key.is_set == TRI_YES || column->unique.is_set == TRI_YES ||
        column->identity > IDENTITY_NONE || op->after_column != NULL)
        return false;
    if (!default_is_constant(&column->default_value) || (is_generated && column->stored == TRI_YES))
        return false;
    return column->nullable != TRI_NO || is_generated || (has_default && !has_fill);
}

/* The new column goes behind column `after`. */
static void
columns_insert(Rebuild *rebuild, int after, const TextPatch *value)
{
    const size_t at = after < 0 ? 0 : (size_t)after + 1;
    RebuildColumn *last = VEC_ADD(rebuild->context->arena, &rebuild->columns);

    memmove(rebuild->columns.at + at + 1, rebuild->columns.at + at,
            (size_t)(last - (rebuild->columns.at + at)) * sizeof *last);
    rebuild->columns.at[at] = (RebuildColumn){.value = *value};
}

static void
add_column_native(Rebuild *rebuild, Render *render, const TextPatch *column, const TextPatch *fill)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " ADD COLUMN ");
    rebuild_add_patch(render, column);
    render_end(render);
    if (fill->text.len == 0)
        return;
    writer_add(writer, "UPDATE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " SET ");
    writer_name(writer, writer->op->column->name);
    writer_add(writer, " = ");
    rebuild_add_patch(render, fill);
    render_end(render);
}

void
rebuild_add_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpColumn *column = op->column;
    const TableShape shape = rebuild_shape(rebuild);
    int after = (int)rebuild->text.columns.len - 1;
    TextPatch fill = {0};

    if (table_text_column(&rebuild->text, column->name) != NO_COLUMN) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has a column %s already", rebuild->table,
                          column->name);
        return;
    }
    if (op->after_column != NULL)
        after = *op->after_column == '\0' ? NO_COLUMN
                                          : rebuild_column_get(rebuild, render, op->after_column);
    render_column(render, column, &shape);
    const TextPatch patch = render_patch(render);
    if (op_expression_is_there(&op->fill)) {
        writer_expression(&render->writer, &op->fill, "fill");
        fill = render_patch(render);
    }
    if (render->writer.has_failed)
        return;
    rebuild_edited(render, table_text_add_column(&rebuild->text, after, &patch));
    columns_insert(rebuild, after, &fill);
    if (add_column_is_native(op))
        add_column_native(rebuild, render, &patch, &fill);
    else
        rebuild_need(rebuild, op);
}

/* ---- altering a column ---- */

/* A new type brings its own checks. */
static void
remove_type_checks(Rebuild *rebuild, Render *render, int column)
{
    TableText *text = &rebuild->text;

    for (size_t i = text->columns.at[column].count; i-- > 0;) {
        const TablePart *part = &text->parts.at[text->columns.at[column].first + i];
        if (is_type_check(text, part))
            rebuild_edited(render, table_text_remove_part(text, part));
    }
}

/* SQLite converts what it stores, as far as nothing is lost; STRICT refuses the rest, as it should
 * not when the type is changed on purpose. */
static void
alter_type(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const TableShape shape = rebuild_shape(rebuild);
    const bool is_strict = shape.is_strict;

    render_type(render, &op->column->type, is_strict);
    const TextPatch type = render_patch(render);
    render_type_check(render, &shape, op->name, &op->column->type);
    const TextPatch check = render_patch(render);
    if (writer->has_failed)
        return;
    remove_type_checks(rebuild, render, column);
    rebuild_edited(render, table_text_set_type(&rebuild->text, column, &type));
    if (check.text.len > 0) {
        const size_t at = rebuild->text.columns.at[column].range.end;
        rebuild_edited(render, table_text_replace(&rebuild->text, (TextRange){at, at}, &check));
    }
    if (op_expression_is_there(&op->using_expression)) {
        writer_expression(writer, &op->using_expression, "using");
        rebuild_set_value(rebuild, render, column);
    } else if (is_strict && !slice_is_nocase(type.text, "any")) {
        writer_add(writer, "CAST(");
        rebuild_add_source(rebuild, render, (size_t)column);
        writer_add(writer, " AS ");
        rebuild_add_patch(render, &type);
        writer_add(writer, ")");
        rebuild_set_value(rebuild, render, column);
    }
}

static void
alter_default(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    TableText *text = &rebuild->text;
    const OpDefault *value = &op->column->default_value;
    const TablePart *part = table_text_part(text, column, PART_DEFAULT);

    if (value->kind == DEFAULT_NONE) {
        if (part != NULL)
            rebuild_edited(render, table_text_remove_part(text, part));
        return;
    }
    if (part == NULL)
        writer_add(&render->writer, "DEFAULT ");
    render_default_value(render, value, &op->column->type);
    const TextPatch patch = render_patch(render);
    if (render->writer.has_failed)
        return;
    rebuild_edited(render, part == NULL ? table_text_add_part(text, column, &patch)
                                        : table_text_replace(text, part->body, &patch));
}

static void
alter_nullable(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;
    const TablePart *part = table_text_part(text, column, PART_NOT_NULL);

    if (op->column->nullable == TRI_YES) {
        if (part != NULL)
            rebuild_edited(render, table_text_remove_part(text, part));
        return;
    }
    if (part == NULL) {
        const TextPatch patch = {.text = SLICE("NOT NULL")};
        part = table_text_part(text, column, PART_NULL);
        rebuild_edited(render, part != NULL ? table_text_replace(text, part->range, &patch)
                                            : table_text_add_part(text, column, &patch));
    }
    if (!op_expression_is_there(&op->fill))
        return;
    writer_add(writer, "coalesce(");
    rebuild_add_source(rebuild, render, (size_t)column);
    writer_add(writer, ", ");
    writer_expression(writer, &op->fill, "fill");
    writer_add(writer, ")");
    rebuild_set_value(rebuild, render, column);
}

static void
alter_collation(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    TableText *text = &rebuild->text;
    const TablePart *part = table_text_part(text, column, PART_COLLATE);

    if (part == NULL)
        writer_add(&render->writer, "COLLATE ");
    render_collation(render, op->column->collate);
    const TextPatch patch = render_patch(render);
    if (!render->writer.has_failed)
        rebuild_edited(render, part == NULL ? table_text_add_part(text, column, &patch)
                                            : table_text_replace(text, part->body, &patch));
}

/* INTEGER as a primary key is the rowid, which SQLite gives by itself; AUTOINCREMENT is beside it.
 */
static void
alter_identity(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;
    const bool wants_word = op->column->identity == IDENTITY_AUTOINCREMENT;
    const TextPatch type = {.text = SLICE("INTEGER")};
    int key_column = NO_COLUMN;

    if (op->column->identity != IDENTITY_NONE)
        rebuild_edited(render, table_text_set_type(text, column, &type));
    const TablePart *key = table_text_primary_key(text, &key_column);
    if (op->column->identity != IDENTITY_NONE && table_text_rowid(text) != column) {
        writer_refuse(writer, NULL, "identity column %s is not the primary key, as SQLite needs it",
                      op->name);
        return;
    }
    if (key == NULL || key->is_autoincrement == wants_word)
        return;
    if (key_column == NO_COLUMN) {
        writer_add(writer, "(");
        writer_name(writer, op->name);
        writer_add(writer, wants_word ? " AUTOINCREMENT)" : ")");
    } else {
        writer_constraint_name(writer,
                               key->name.at == key->name.end
                                   ? NULL
                                   : sqlite_name(writer->arena, table_text_at(text, key->name)));
        writer_add(writer, wants_word ? "PRIMARY KEY AUTOINCREMENT" : "PRIMARY KEY");
    }
    const TextPatch patch = render_patch(render);
    rebuild_edited(
        render, table_text_replace(text, key_column == NO_COLUMN ? key->body : key->range, &patch));
}

static void
alter_generated(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    const TablePart *part = table_text_part(&rebuild->text, column, PART_GENERATED);

    if (part == NULL) {
        writer_refuse(&render->writer, "drop the column and add it again",
                      "column %s is not generated", op->name);
        return;
    }
    writer_add(&render->writer, "(");
    writer_expression(&render->writer, &op->column->generated, "the generated column");
    writer_add(&render->writer, ")");
    const TextPatch patch = render_patch(render);
    rebuild_edited(render, table_text_replace(&rebuild->text, part->body, &patch));
}

void
rebuild_alter_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpColumn *change = op->column;
    const int column = rebuild_column_get(rebuild, render, op->name);

    if (column == NO_COLUMN)
        return;
    if (change->type.kind != TYPE_ABSENT)
        alter_type(rebuild, render, column, op);
    if (change->identity != IDENTITY_ABSENT)
        alter_identity(rebuild, render, column, op);
    if (op_expression_is_there(&change->generated))
        alter_generated(rebuild, render, column, op);
    if (change->default_value.kind != DEFAULT_ABSENT)
        alter_default(rebuild, render, column, op);
    if (change->nullable != TRI_UNSET)
        alter_nullable(rebuild, render, column, op);
    if (change->collate != NULL)
        alter_collation(rebuild, render, column, op);
    rebuild_need(rebuild, op);
}
