/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "drivers/sqlite/rebuild.h"
#include "drivers/sqlite/render.h"

static const char *
view_name(const Render *render, const char *name)
{
    return arena_format(render->writer.arena, ENUM_PREFIX "%s", name);
}

static void
create_view(Render *render, const char *name, const Names *values)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "CREATE VIEW ");
    writer_name(writer, view_name(render, name));
    writer_add(writer, " (value) AS VALUES ");
    for (size_t i = 0; i < values->len; i++) {
        writer_add(writer, i > 0 ? ", (" : "(");
        writer_literal(writer, values->at[i]);
        writer_add(writer, ")");
    }
    render_end(render);
}

static void
drop_view(Render *render, const char *name)
{
    writer_add(&render->writer, "DROP VIEW ");
    writer_name(&render->writer, view_name(render, name));
    render_end(render);
}

void
render_create_enum(Render *render, const Operation *op)
{
    if (op->values.len == 0)
        writer_refuse(&render->writer, NULL, "an enum without values");
    else
        create_view(render, op->name, &op->values);
}

/* Tables that have a column of the type. */
static CatalogObjects
users_find(const RenderContext *context, const char *name)
{
    const char *check = arena_format(context->arena, ENUM_PREFIX "%s", name);
    const CatalogObjects found = catalog_with(context->catalog, check, context->arena);
    CatalogObjects users = {0};
    TableText text;
    int column = NO_COLUMN;

    for (size_t i = 0; i < found.len; i++) {
        if (table_text_parse(&text, slice_of(found.at[i].sql), context->arena) &&
            table_text_constraint(&text, check, &column) != NULL)
            *VEC_ADD(context->arena, &users) = found.at[i];
    }
    return users;
}

void
render_drop_enum(Render *render, const Operation *op)
{
    const RenderContext *context = render->context;
    Names values = {0};

    if (context->catalog == NULL)
        return;
    const CatalogObjects users = users_find(context, op->name);
    if (users.len > 0)
        writer_refuse(&render->writer, "drop the column, or give it another type, first",
                      "enum %s is the type of a column of table %s", op->name, users.at[0].name);
    else if (enum_find(context->catalog, op->name, context->arena, &values))
        drop_view(render, op->name);
    else if (!op->if_exists)
        writer_refuse(&render->writer, NULL, "there is no enum %s", op->name);
}

/* ---- values ---- */

static size_t
value_find(const Names *values, const char *value)
{
    size_t i = 0;

    while (i < values->len && strcmp(values->at[i], value) != 0)
        i++;
    return i;
}

static void
value_add(Render *render, const Operation *op, Names *values)
{
    const char *beside = op->before_value != NULL ? op->before_value : op->after_value;
    size_t at = values->len;

    if (value_find(values, op->value) < values->len) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "enum %s has the value %s already", op->name,
                          op->value);
        return;
    }
    if (beside != NULL) {
        at = value_find(values, beside);
        if (at == values->len) {
            writer_refuse(&render->writer, NULL, "enum %s has no value %s", op->name, beside);
            return;
        }
        at += op->before_value != NULL ? 0 : 1;
    }
    const char **last = VEC_ADD(render->writer.arena, values);
    memmove(values->at + at + 1, values->at + at,
            (size_t)(last - (values->at + at)) * sizeof *values->at);
    values->at[at] = op->value;
}

static void
value_drop(Render *render, const Operation *op, Names *values)
{
    const bool has_other = op->to == NULL || value_find(values, op->to) < values->len;

    if (value_find(values, op->value) == values->len || !has_other)
        writer_refuse(&render->writer, NULL, "enum %s has no value %s", op->name,
                      has_other ? op->value : op->to);
    else
        names_remove(values, op->value);
}

static void
value_change(Render *render, const Operation *op, Names *values)
{
    if (op->kind == OP_ADD_ENUM_VALUE) {
        value_add(render, op, values);
        return;
    }
    if (op->kind == OP_DROP_ENUM_VALUE) {
        value_drop(render, op, values);
        return;
    }
    const size_t at = value_find(values, op->from);
    if (at == values->len)
        writer_refuse(&render->writer, NULL, "enum %s has no value %s", op->name, op->from);
    else if (value_find(values, op->to) < values->len)
        writer_refuse(&render->writer, NULL, "enum %s has the value %s already", op->name, op->to);
    else
        values->at[at] = op->to;
}

/* The checks of each table, once for all operations. */
static void
users_change(const RenderContext *context, const Operation *ops, size_t count, const Names *values,
             Renderings *out, Error *err)
{
    const CatalogObjects users = users_find(context, ops[0].name);
    Rebuild rebuild;

    for (size_t i = 0; i < users.len; i++) {
        if (!rebuild_open(&rebuild, context, users.at[i].name, &ops[0], err))
            return;
        for (size_t j = 0; j < count; j++)
            rebuild_enum(&rebuild, &ops[j], ops[0].name, values);
        rebuild_write(&rebuild, out);
    }
}

static bool
is_about(const Operation *op, const char *name)
{
    return (op->kind == OP_ADD_ENUM_VALUE || op->kind == OP_RENAME_ENUM_VALUE ||
            op->kind == OP_DROP_ENUM_VALUE) &&
           strcmp(op->name, name) == 0;
}

size_t
render_enum_values(const RenderContext *context, const Operation *ops, size_t count,
                   Renderings *out, Error *err)
{
    Render render = render_begin(context, &ops[0], out, err);
    Names values = {0};
    size_t taken = 0;
    bool has_failed = false;

    while (taken < count && is_about(&ops[taken], ops[0].name))
        taken++;
    if (context->catalog == NULL)
        return taken;
    if (!enum_find(context->catalog, ops[0].name, context->arena, &values)) {
        writer_refuse(&render.writer, NULL, "there is no enum %s", ops[0].name);
        return taken;
    }
    for (size_t i = 0; i < taken; i++) {
        Render one = render_begin(context, &ops[i], out, err);
        value_change(&one, &ops[i], &values);
        has_failed = has_failed || one.writer.has_failed;
    }
    if (has_failed)
        return taken;
    drop_view(&render, ops[0].name);
    create_view(&render, ops[0].name, &values);
    users_change(context, ops, taken, &values, out, err);
    return taken;
}
