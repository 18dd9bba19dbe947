/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/render.h"

#include <string.h>

#include "drivers/sqlite/rebuild.h"

/* ---- operations on one table ---- */

/* The table of an operation that may be done with others on the same; NULL for any other. */
static const char *
table_of(const RenderContext *context, const Operation *op)
{
    const char *index = op->kind == OP_RENAME_INDEX ? op->from : op->name;
    CatalogObject object;

    switch ((int)op->kind) {
    case OP_ADD_COLUMN:
    case OP_DROP_COLUMN:
    case OP_ALTER_COLUMN:
    case OP_ADD_CONSTRAINT:
    case OP_DROP_CONSTRAINT:
    case OP_RENAME_CONSTRAINT:
    case OP_VALIDATE_CONSTRAINT:
    case OP_COMMENT:
        return op->table;
    case OP_CREATE_INDEX:
        return op->create_index->table;
    case OP_DROP_INDEX:
    case OP_RENAME_INDEX:
        if (op->table != NULL)
            return op->table;
        return context->catalog != NULL &&
                       catalog_find(context->catalog, "index", index, context->arena, &object)
                   ? object.table
                   : NULL;
    default:
        return NULL;
    }
}

/* True if it changes nothing here. */
static bool
is_silent(const Operation *op)
{
    return op->kind == OP_COMMENT || op->kind == OP_VALIDATE_CONSTRAINT;
}

/* alter_column with a new comment and nothing else. */
static bool
is_comment_only(const Operation *op)
{
    const OpColumn *column = op->column;

    return op->kind == OP_ALTER_COLUMN && column->type.kind == TYPE_ABSENT &&
           column->identity == IDENTITY_ABSENT && column->nullable == TRI_UNSET &&
           column->default_value.kind == DEFAULT_ABSENT && column->collate == NULL &&
           !op_expression_is_there(&column->generated);
}

static bool
is_same_run(const RenderContext *context, const Operation *op, const char *table)
{
    const char *other = table_of(context, op);

    return other != NULL && sqlite_same_name(other, table);
}

/* Said where a run is checked, once for each operation, and only to who wants to know. */
static void
note_comments(const RenderContext *context, const Operation *op)
{
    const bool has_comment = op->kind == OP_COMMENT ||
                             (op->kind == OP_CREATE_TABLE && op->create->comment.text.at != NULL) ||
                             (op->column != NULL && op->column->comment.text.at != NULL);

    if (has_comment)
        log_debug(context->log, "%s: SQLite keeps no comments", op->path);
}

/* As long as nothing reads what an earlier one has changed. */
static size_t
render_run(const RenderContext *context, const Operation *ops, size_t count, Renderings *out,
           Error *err)
{
    const char *table = table_of(context, &ops[0]);
    Rebuild rebuild;
    size_t taken = 0;

    if (!rebuild_open(&rebuild, context, table, &ops[0], err))
        return 1;
    for (; taken < count && is_same_run(context, &ops[taken], table); taken++) {
        const Operation *op = &ops[taken];
        note_comments(context, op);
        if (is_silent(op) || is_comment_only(op))
            continue;
        if (rebuild_is_read(&rebuild, op))
            break;
        rebuild_apply(&rebuild, op);
    }
    rebuild_write(&rebuild, out);
    return taken;
}

/* What can be said of an operation on a table that is not known. */
static void
check_alone(Render *render, const Operation *op)
{
    const TableShape shape = {.table = op->table};

    render_schema(render, op->schema);
    if (op->kind == OP_ADD_COLUMN && op->column->identity <= IDENTITY_NONE)
        render_column(render, op->column, &shape);
    if (op->kind == OP_ALTER_COLUMN && op->column->type.kind != TYPE_ABSENT)
        render_type(render, &op->column->type, false);
    if (op->kind == OP_ALTER_COLUMN && op->column->collate != NULL)
        render_collation(render, op->column->collate);
    if (op->kind == OP_ADD_CONSTRAINT)
        render_constraint(render, op->constraint, NULL);
    if (op_expression_is_there(&op->fill))
        writer_expression(&render->writer, &op->fill, "fill");
    (void)render_patch(render);
}

/* ---- tables ---- */

static void
create_table(Render *render, const Operation *op)
{
    const OpTable *table = op->create;

    render_table(render, table, op->if_exists);
    render_end(render);
    for (size_t i = 0; i < table->indexes.len; i++) {
        render_index(render, &table->indexes.at[i], op->if_exists);
        render_end(render);
    }
}

/* Views and triggers of others that could be compiled, and cannot be without the table. */
static void
drop_table_check(Render *render, const char *table, Slice sql)
{
    Catalog *catalog = render->context->catalog;
    Arena *arena = render->writer.arena;
    CatalogProblem problem = {0};

    if (catalog == NULL || !catalog_is_used(catalog, table, arena))
        return;
    const Names before = catalog_broken(catalog, table, arena);
    catalog_try(catalog);
    if (catalog_run(catalog, sql, &problem, arena)) {
        const Names after = catalog_broken(catalog, table, arena);
        for (size_t i = 0; i < after.len; i++) {
            if (!names_contain(&before, after.at[i]))
                writer_refuse(&render->writer, "drop it first", "this breaks %s", after.at[i]);
        }
    }
    catalog_undo(catalog);
}

static void
drop_table(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_addf(writer, "DROP TABLE %s", op->if_exists ? "IF EXISTS " : "");
    writer_name(writer, op->table);
    drop_table_check(render, op->table, buf_slice(&writer->text));
    render_end(render);
}

static void
rename_table(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, op->from);
    writer_add(writer, " RENAME TO ");
    writer_name(writer, op->to);
    render_end(render);
}

/* SQLite follows it through indexes, constraints, views and triggers. */
static void
rename_column(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, op->table);
    writer_add(writer, " RENAME COLUMN ");
    writer_name(writer, op->from);
    writer_add(writer, " TO ");
    writer_name(writer, op->to);
    render_end(render);
}

static void
drop_index_alone(Render *render, const Operation *op)
{
    writer_addf(&render->writer, "DROP INDEX %s", op->if_exists ? "IF EXISTS " : "");
    writer_name(&render->writer, op->name);
    render_end(render);
}

static void
create_index_alone(Render *render, const Operation *op)
{
    render_index(render, op->create_index, op->if_exists);
    render_end(render);
}

static void
rename_index_alone(Render *render, const Operation *op)
{
    if (render->context->catalog != NULL && !op->if_exists)
        writer_refuse(&render->writer, NULL, "there is no index %s", op->from);
}

/* ---- what SQLite has not ---- */

static void
refuse(Render *render, const char *what)
{
    writer_refuse(&render->writer, ONLY_POSTGRES, "SQLite has no %s", what);
}

static void
ignore(Render *render, const char *what)
{
    log_info(render->context->log, "%s: SQLite has no %s: nothing to do", render->writer.op->path,
             what);
}

static void
render_absent(Render *render, const Operation *op)
{
    switch ((int)op->kind) {
    case OP_CREATE_SEQUENCE:
    case OP_ALTER_SEQUENCE:
    case OP_DROP_SEQUENCE:
        refuse(render, "sequences");
        return;
    case OP_CREATE_FUNCTION:
    case OP_REPLACE_FUNCTION:
    case OP_DROP_FUNCTION:
        refuse(render, "functions of its own");
        return;
    case OP_CREATE_SCHEMA:
    case OP_DROP_SCHEMA:
        ignore(render, "schemas");
        return;
    case OP_CREATE_EXTENSION:
    case OP_DROP_EXTENSION:
        ignore(render, "extensions");
        return;
    default:
        return;
    }
}

/* ---- all ---- */

typedef void (*RenderOne)(Render *render, const Operation *op);

static const RenderOne RENDERERS[OP_KIND_COUNT] = {
    [OP_CREATE_TABLE] = create_table,
    [OP_DROP_TABLE] = drop_table,
    [OP_RENAME_TABLE] = rename_table,
    [OP_ADD_COLUMN] = check_alone,
    [OP_DROP_COLUMN] = check_alone,
    [OP_ALTER_COLUMN] = check_alone,
    [OP_RENAME_COLUMN] = rename_column,
    [OP_CREATE_INDEX] = create_index_alone,
    [OP_DROP_INDEX] = drop_index_alone,
    [OP_RENAME_INDEX] = rename_index_alone,
    [OP_ADD_CONSTRAINT] = check_alone,
    [OP_DROP_CONSTRAINT] = check_alone,
    [OP_RENAME_CONSTRAINT] = check_alone,
    [OP_INSERT] = render_insert,
    [OP_DELETE_ROWS] = render_delete,
    [OP_CREATE_ENUM] = render_create_enum,
    [OP_DROP_ENUM] = render_drop_enum,
    [OP_CREATE_VIEW] = render_create_view,
    [OP_REPLACE_VIEW] = render_replace_view,
    [OP_DROP_VIEW] = render_drop_view,
    [OP_CREATE_TRIGGER] = render_create_trigger,
    [OP_REPLACE_TRIGGER] = render_create_trigger,
    [OP_DROP_TRIGGER] = render_drop_trigger,
    [OP_BACKFILL] = render_backfill,
};

/* Done with its neighbours on the same table, where the table can be seen. */
static bool
begins_run(const RenderContext *context, const Operation *op)
{
    switch ((int)op->kind) {
    case OP_ADD_COLUMN:
    case OP_DROP_COLUMN:
    case OP_ALTER_COLUMN:
    case OP_ADD_CONSTRAINT:
    case OP_DROP_CONSTRAINT:
    case OP_RENAME_CONSTRAINT:
    case OP_RENAME_INDEX:
        return context->catalog != NULL && table_of(context, op) != NULL;
    default:
        return false;
    }
}

bool
sqlite_render(const RenderContext *context, const Operation *ops, size_t count, size_t *taken,
              Renderings *out, Error *err)
{
    const size_t first = out->len;
    Error problems = {.arena = err->arena};

    *taken = 1;
    if (ops[0].kind == OP_ADD_ENUM_VALUE || ops[0].kind == OP_RENAME_ENUM_VALUE ||
        ops[0].kind == OP_DROP_ENUM_VALUE) {
        *taken = render_enum_values(context, ops, count, out, &problems);
    } else if (begins_run(context, &ops[0])) {
        *taken = render_run(context, ops, count, out, &problems);
    } else {
        Render render = render_begin(context, &ops[0], out, &problems);
        render_schema(&render, ops[0].schema);
        note_comments(context, &ops[0]);
        if (RENDERERS[ops[0].kind] != NULL)
            RENDERERS[ops[0].kind](&render, &ops[0]);
        else
            render_absent(&render, &ops[0]);
    }
    if (problems.code == ERR_NONE)
        return true;
    out->len = first;
    return error_append(err, &problems);
}
