/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/rebuild.h"

#include <string.h>

#include "drivers/sqlite/rebuild_part.h"

const char *
rebuild_column_name(const TableText *table, size_t column, Arena *arena)
{
    return sqlite_name(arena, table_text_at(table, table->columns.at[column].name));
}

static const char *
column_list(const TableText *table, Arena *arena)
{
    Names names = {0};

    for (size_t i = 0; i < table->columns.len; i++)
        *VEC_ADD(arena, &names) = rebuild_column_name(table, i, arena);
    return names_list(arena, &names);
}

bool
rebuild_open(Rebuild *rebuild, const RenderContext *context, const char *table, const Operation *op,
             Error *err)
{
    Arena *arena = context->arena;
    Renderings none = {0};
    Render render = render_begin(context, op, &none, err);

    *rebuild = (Rebuild){.context = context, .err = err};
    rebuild->before = catalog_of(context->catalog, table, arena);
    if (rebuild->before.len == 0) {
        writer_refuse(&render.writer, "it is made by an earlier revision, or an earlier operation",
                      "there is no table %s", table);
        return false;
    }
    const CatalogObject *first = &rebuild->before.at[0];
    rebuild->table = first->name;
    if (strcmp(first->type, "table") != 0 ||
        !table_text_parse(&rebuild->old, slice_of(first->sql), arena) ||
        !table_text_parse(&rebuild->text, slice_of(first->sql), arena)) {
        writer_refuse(&render.writer, "drop it and make it again", "%s is no table that can change",
                      table);
        return false;
    }
    for (size_t i = 0; i < rebuild->old.columns.len; i++)
        VEC_ADD(arena, &rebuild->columns)->from = rebuild_column_name(&rebuild->old, i, arena);
    for (size_t i = 1; i < rebuild->before.len; i++)
        VEC_ADD(arena, &rebuild->objects)->object = rebuild->before.at[i];
    return true;
}

void
rebuild_need(Rebuild *rebuild, const Operation *op)
{
    if (rebuild->needed == NULL)
        rebuild->needed = op;
}

void
rebuild_add_patch(Render *render, const TextPatch *patch)
{
    SqlWriter *writer = &render->writer;
    const size_t at = writer->text.len;

    for (size_t i = 0; i < patch->pieces.len; i++) {
        StatementPiece *piece = VEC_ADD(writer->arena, &writer->pieces);
        *piece = patch->pieces.at[i];
        piece->at += at;
    }
    buf_add_slice(&writer->text, patch->text);
}

/* What a patch makes of the text; a problem if it makes no table of it. */
void
rebuild_edited(Render *render, bool is_done)
{
    if (!is_done && !render->writer.has_failed)
        writer_refuse(&render->writer, "look for a parenthesis or a quote that is not closed",
                      "this does not fit into the text of a table");
}

TextPatch
rebuild_name_patch(Render *render, const char *name)
{
    writer_name(&render->writer, name);
    return render_patch(render);
}

/* The number of a column that must be there; NO_COLUMN and a problem if it is not. */
int
rebuild_column_get(Rebuild *rebuild, Render *render, const char *name)
{
    const int column = table_text_column(&rebuild->text, name);

    if (column == NO_COLUMN)
        writer_refuse(&render->writer,
                      arena_format(rebuild->context->arena, "it has %s",
                                   column_list(&rebuild->text, rebuild->context->arena)),
                      "table %s has no column %s", rebuild->table, name);
    return column;
}

/* What the rows of a column are copied from so far. */
void
rebuild_add_source(Rebuild *rebuild, Render *render, size_t column)
{
    const RebuildColumn *of = &rebuild->columns.at[column];

    if (of->value.text.len > 0)
        rebuild_add_patch(render, &of->value);
    else if (of->from != NULL)
        writer_name(&render->writer, of->from);
    else
        writer_add(&render->writer, "NULL");
}

TableShape
rebuild_shape(const Rebuild *rebuild)
{
    int column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(&rebuild->text, &column);
    TableShape shape = {.table = rebuild->table,
                        .is_strict = rebuild->text.is_strict,
                        .is_without_rowid = rebuild->text.is_without_rowid};

    if (key != NULL && column == NO_COLUMN)
        shape.key = table_text_names(&rebuild->text, key->body, rebuild->context->arena);
    return shape;
}

void
rebuild_set_value(Rebuild *rebuild, Render *render, int column)
{
    rebuild->columns.at[column].value = render_patch(render);
}

/* ---- all of them ---- */

void
rebuild_apply(Rebuild *rebuild, const Operation *op)
{
    Render render = render_begin(rebuild->context, op, &rebuild->natives, rebuild->err);

    render_schema(&render, op->schema);
    if (op->kind == OP_ADD_COLUMN)
        rebuild_add_column(rebuild, &render, op);
    else if (op->kind == OP_DROP_COLUMN)
        rebuild_drop_column(rebuild, &render, op);
    else if (op->kind == OP_ALTER_COLUMN)
        rebuild_alter_column(rebuild, &render, op);
    else if (op->kind == OP_ADD_CONSTRAINT)
        rebuild_add_constraint(rebuild, &render, op);
    else if (op->kind == OP_DROP_CONSTRAINT)
        rebuild_drop_constraint(rebuild, &render, op);
    else if (op->kind == OP_RENAME_CONSTRAINT)
        rebuild_rename_constraint(rebuild, &render, op);
    else if (op->kind == OP_CREATE_INDEX)
        rebuild_create_index(rebuild, &render, op);
    else if (op->kind == OP_DROP_INDEX)
        rebuild_drop_index(rebuild, &render, op);
    else if (op->kind == OP_RENAME_INDEX)
        rebuild_rename_index(rebuild, &render, op);
    rebuild->has_failed = rebuild->has_failed || render.writer.has_failed;
}

/* Rows and defaults have the value by its name too. */
static void
enum_rename(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const TablePart *value = table_text_part(&rebuild->text, column, PART_DEFAULT);
    const char *from = op->kind == OP_DROP_ENUM_VALUE ? op->value : op->from;

    if (value != NULL) {
        const Slice text = table_text_at(&rebuild->text, value->body);
        if (slice_starts_with(text, "'") && strcmp(sqlite_name(writer->arena, text), from) == 0) {
            writer_literal(writer, op->to);
            const TextPatch patch = render_patch(render);
            rebuild_edited(render, table_text_replace(&rebuild->text, value->body, &patch));
        }
    }
    writer_add(writer, "CASE ");
    rebuild_add_source(rebuild, render, (size_t)column);
    writer_add(writer, " WHEN ");
    writer_literal(writer, from);
    writer_add(writer, " THEN ");
    writer_literal(writer, op->to);
    writer_add(writer, " ELSE ");
    rebuild_add_source(rebuild, render, (size_t)column);
    writer_add(writer, " END");
    rebuild_set_value(rebuild, render, column);
}

void
rebuild_enum(Rebuild *rebuild, const Operation *op, const char *name, const Names *values)
{
    Render render = render_begin(rebuild->context, op, &rebuild->natives, rebuild->err);
    const char *check = arena_format(rebuild->context->arena, ENUM_PREFIX "%s", name);
    TableText *text = &rebuild->text;

    for (size_t i = 0; i < text->columns.len; i++) {
        for (size_t j = 0; j < text->columns.at[i].count; j++) {
            const TablePart *part = &text->parts.at[text->columns.at[i].first + j];
            if (part->kind != PART_CHECK || part->name.at == part->name.end ||
                !sqlite_name_is(table_text_at(text, part->name), check))
                continue;
            render_values_check(&render, rebuild_column_name(text, i, rebuild->context->arena),
                                values);
            const TextPatch patch = render_patch(&render);
            rebuild_edited(&render, table_text_replace(text, part->body, &patch));
            if (op->kind == OP_RENAME_ENUM_VALUE ||
                (op->kind == OP_DROP_ENUM_VALUE && op->to != NULL))
                enum_rename(rebuild, &render, (int)i, op);
            rebuild_need(rebuild, op);
        }
    }
    rebuild->has_failed = rebuild->has_failed || render.writer.has_failed;
}

bool
rebuild_is_read(const Rebuild *rebuild, const Operation *op)
{
    const OpText texts[] = {op_expression(&op->fill, "sqlite"),
                            op_expression(&op->using_expression, "sqlite")};

    for (size_t i = 0; i < rebuild->columns.len; i++) {
        const RebuildColumn *column = &rebuild->columns.at[i];
        if (column->from != NULL && column->value.text.len == 0)
            continue;
        const char *name = rebuild_column_name(&rebuild->text, i, rebuild->context->arena);
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            if (texts[j].text.at != NULL && sqlite_mentions(texts[j].text, name))
                return true;
        }
    }
    return false;
}
