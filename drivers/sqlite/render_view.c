/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "drivers/sqlite/render.h"
#include "drivers/sqlite/schema_guard.h"

void
render_create_view(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpView *view = op->view;

    render_schema(render, view->schema);
    if (view->is_materialized)
        writer_refuse(writer, ONLY_POSTGRES, "SQLite has no materialized views");
    writer_addf(writer, "CREATE VIEW %s", op->if_exists ? "IF NOT EXISTS " : "");
    writer_name(writer, view->name);
    if (view->columns.len > 0) {
        writer_add(writer, " ");
        writer_names(writer, &view->columns);
    }
    writer_add(writer, " AS ");
    writer_expression(writer, &view->query, "the view");
    render_end(render);
}

static void
drop_view(Render *render, const char *name, bool if_exists)
{
    writer_addf(&render->writer, "DROP VIEW %s", if_exists ? "IF EXISTS " : "");
    writer_name(&render->writer, name);
    render_end(render);
}

void
render_drop_view(Render *render, const Operation *op)
{
    drop_view(render, op->name, op->if_exists);
}

/* DROP VIEW takes the triggers INSTEAD OF along: they are made again. Other views and triggers
 * that use it do not notice. */
void
render_replace_view(Render *render, const Operation *op)
{
    const OpView *view = op->view;
    Catalog *catalog = render->context->catalog;
    CatalogObjects objects = {0};

    if (catalog != NULL)
        objects = catalog_of(catalog, view->name, render->writer.arena);
    if (objects.len > 1)
        schema_guard(render, &objects);
    drop_view(render, view->name, true);
    render_create_view(render, op);
    for (size_t i = 1; i < objects.len; i++) {
        writer_add(&render->writer, objects.at[i].sql);
        render_end(render);
    }
}

/* The text is a whole statement; a semicolon behind its END is not part of it. */
static OpText
statement_text(OpText text)
{
    Slice trimmed = slice_trim(text.text);

    while (trimmed.len > 0 && trimmed.at[trimmed.len - 1] == ';')
        trimmed = slice_trim((Slice){trimmed.at, trimmed.len - 1});
    text.text = trimmed;
    return text;
}

void
render_create_trigger(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    OpText text = op_expression(&op->routine->sql, writer->dialect->name);

    render_schema(render, op->routine->schema);
    if (op->kind == OP_REPLACE_TRIGGER) {
        writer_add(writer, "DROP TRIGGER IF EXISTS ");
        writer_name(writer, op->routine->name);
        render_end(render);
    }
    if (text.text.at == NULL) {
        writer_expression(writer, &op->routine->sql, "the trigger");
        return;
    }
    const size_t skipped = (size_t)(slice_trim(text.text).at - text.text.at);
    text = statement_text(text);
    writer_piece(writer, text);
    if (writer->pieces.len > 0)
        VEC_LAST(&writer->pieces)->from_at = skipped;
    render_end(render);
}

void
render_drop_trigger(Render *render, const Operation *op)
{
    writer_addf(&render->writer, "DROP TRIGGER %s", op->if_exists ? "IF EXISTS " : "");
    writer_name(&render->writer, op->name);
    render_end(render);
}
