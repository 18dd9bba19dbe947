/* SPDX-License-Identifier: MIT */
/*
 * Online forms: for tables that others read and write meanwhile. Whatever has to look at all rows
 * does it under a lock that lets both go on; the locks that do not are held for a moment, each in
 * a transaction of its own. What fails half-way is gone on with at the next run.
 */
#include "drivers/postgres/render.h"

/* ---- NOT NULL ---- */

/* A check that proves it: added without a look at the rows, then validated beside other writers.
 * SET NOT NULL believes it (PostgreSQL 12 and later) and does not look again. */
static const char *
add_proof(Render *render, const Operation *op, const Names *columns)
{
    SqlWriter *writer = &render->writer;
    const char *name = postgres_joined(render, op->table, columns->len == 1 ? columns->at[0] : NULL,
                                       "not_null_check");

    postgres_statement_anew(render);
    postgres_alter_table(render, op->schema, op->table);
    writer_add(writer, "ADD ");
    writer_constraint_name(writer, name);
    writer_add(writer, "CHECK (");
    for (size_t i = 0; i < columns->len; i++) {
        writer_add(writer, i > 0 ? " AND " : "");
        writer_name(writer, columns->at[i]);
        writer_add(writer, " IS NOT NULL");
    }
    writer_add(writer, ") NOT VALID");
    postgres_statement_end(render, RENDER_TOGETHER);
    return name;
}

static void
use_proof(Render *render, const Operation *op, const Names *columns, const char *name)
{
    SqlWriter *writer = &render->writer;

    postgres_statement_anew(render);
    postgres_validate(render, op->schema, op->table, name);
    postgres_statement_anew(render);
    postgres_alter_table(render, op->schema, op->table);
    for (size_t i = 0; i < columns->len; i++) {
        writer_add(writer, i > 0 ? ",\n    ALTER COLUMN " : "ALTER COLUMN ");
        writer_name(writer, columns->at[i]);
        writer_add(writer, " SET NOT NULL");
    }
    postgres_statement_end(render, RENDER_TOGETHER);
    postgres_alter_table(render, op->schema, op->table);
    writer_add(writer, "DROP CONSTRAINT ");
    writer_name(writer, name);
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* ---- constraints ---- */

/* By an index that is built beside other writers. */
static void
add_key(Render *render, const Operation *op, const OpConstraint *constraint)
{
    SqlWriter *writer = &render->writer;
    const bool is_primary = constraint->kind == CONSTRAINT_PRIMARY_KEY;
    const char *name =
        constraint->name != NULL
            ? constraint->name
            : postgres_joined(render, op->table, is_primary ? NULL : constraint->columns.at[0],
                              is_primary ? "pkey" : "key");
    OpIndex index = {.schema = op->schema,
                     .table = op->table,
                     .name = name,
                     .is_unique = true,
                     .nulls_not_distinct = constraint->nulls_not_distinct,
                     .include = constraint->include};
    OpConstraint attached = *constraint;

    for (size_t i = 0; i < constraint->columns.len; i++)
        *VEC_ADD(writer->arena, &index.parts) = (OpIndexPart){.column = constraint->columns.at[i]};
    if (is_primary && constraint->columns.len > 0)
        use_proof(render, op, &constraint->columns, add_proof(render, op, &constraint->columns));
    if (constraint->using_index == NULL) {
        postgres_index(render, &index, true, false);
        attached.name = name;
        attached.using_index = name;
    }
    postgres_statement_anew(render);
    postgres_add_constraint_to(render, op->schema, op->table, &attached, false);
}

void
postgres_constraint_online(Render *render, const Operation *op, const OpConstraint *constraint)
{
    switch (constraint->kind) {
    case CONSTRAINT_ABSENT:
        return;
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
        add_key(render, op, constraint);
        break;
    case CONSTRAINT_EXCLUDE:
        writer_refuse(&render->writer, "leave online: out, and run it at a quiet time",
                      "an exclusion constraint cannot be added online");
        return;
    case CONSTRAINT_CHECK:
    case CONSTRAINT_FOREIGN_KEY:
        postgres_statement_anew(render);
        postgres_add_constraint_to(render, op->schema, op->table, constraint, true);
        if (constraint->not_valid)
            break;
        postgres_statement_anew(render);
        postgres_validate(render, op->schema, op->table, constraint->name);
        break;
    }
    postgres_statement_anew(render);
}

/* ---- columns ---- */

/* NOT NULL for a column that is filled first; `has_default`: nobody adds NULLs meanwhile. */
static void
make_not_null(Render *render, const Operation *op, const char *column, PostgresFill fill,
              bool has_default)
{
    Names columns = {0};

    *VEC_ADD(render->writer.arena, &columns) = column;
    if (fill != FILL_NOTHING)
        postgres_fill_online(render, op, column, fill);
    const char *name = add_proof(render, op, &columns);
    if (fill != FILL_NOTHING && !has_default)
        postgres_fill_online(render, op, column, fill);
    use_proof(render, op, &columns, name);
}

/* The name that PostgreSQL itself would choose. */
static const char *
chosen_name(Render *render, const char *table, const char *column, ConstraintKind kind)
{
    if (kind == CONSTRAINT_PRIMARY_KEY)
        return postgres_joined(render, table, NULL, "pkey");
    if (kind == CONSTRAINT_CHECK)
        return postgres_joined(render, table, column, "check");
    return postgres_joined(render, table, column, kind == CONSTRAINT_UNIQUE ? "key" : "fkey");
}

static void
add_own_constraints(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpColumn *column = op->column;
    const OpConstraints constraints = postgres_column_constraints(render, column);

    if (postgres_has_list(&column->type)) {
        postgres_statement_anew(render);
        postgres_alter_table(render, op->schema, op->table);
        writer_add(writer, "ADD ");
        postgres_list_check(render, op->table, column->name, &column->type);
        writer_add(writer, " NOT VALID");
        postgres_statement_end(render, RENDER_TOGETHER);
        postgres_statement_anew(render);
        postgres_validate(render, op->schema, op->table,
                          postgres_joined(render, op->table, column->name, "values"));
    }
    for (size_t i = 0; i < constraints.len; i++) {
        OpConstraint *constraint = &constraints.at[i];
        if (constraint->name == NULL)
            constraint->name = chosen_name(render, op->table, column->name, constraint->kind);
        postgres_constraint_online(render, op, constraint);
    }
}

/* Is the default the same for all rows, so that they need not be written? */
static bool
is_constant(const OpDefault *value)
{
    return value->kind != DEFAULT_EXPRESSION && value->kind != DEFAULT_UUID;
}

/* Adds the column without a value for the rows that are there, but with its default for others. */
static void
add_unfilled(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpColumn *column = op->column;

    postgres_alter_table(render, op->schema, op->table);
    writer_add(writer, op->if_exists ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ");
    postgres_column(render, op->table, column, 0);
    if (column->default_value.kind > DEFAULT_NONE) {
        writer_add(writer, ",\n    ALTER COLUMN ");
        writer_name(writer, column->name);
        writer_add(writer, " SET DEFAULT ");
        postgres_default(render, &column->default_value);
    }
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_add_column_online(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const OpColumn *column = op->column;
    const bool is_filled = op_expression_is_there(&op->fill);
    const bool is_at_once = !is_filled && is_constant(&column->default_value);
    const bool is_generated =
        op_expression_is_there(&column->generated) && column->stored != TRI_NO;

    if (is_generated || column->identity > IDENTITY_NONE) {
        writer_refuse(writer, "leave online: out, and run it at a quiet time",
                      "%s column makes the database write the whole table anew",
                      is_generated ? "a generated" : "an identity");
        return;
    }
    postgres_statement_anew(render);
    if (is_at_once) {
        postgres_alter_table(render, op->schema, op->table);
        writer_add(writer, op->if_exists ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ");
        postgres_column(render, op->table, column, COLUMN_VALUE | COLUMN_NOT_NULL);
        postgres_statement_end(render, RENDER_TOGETHER);
    } else {
        add_unfilled(render, op);
    }
    postgres_column_comment(render, op->schema, op->table, column);
    const PostgresFill fill = is_filled ? FILL_GIVEN : FILL_DEFAULT;
    if (!is_at_once && column->nullable == TRI_NO)
        make_not_null(render, op, column->name, fill, column->default_value.kind > DEFAULT_NONE);
    else if (!is_at_once)
        postgres_fill_online(render, op, column->name, fill);
    add_own_constraints(render, op);
    postgres_statement_anew(render);
}

/* Is every value of the one type one of the other, as it is stored? */
static bool
is_wider(const OpType *from, const OpType *to)
{
    if (from->kind == TYPE_STRING && to->kind == TYPE_STRING)
        return !to->has_size || (from->has_size && from->size <= to->size);
    if (from->kind == TYPE_DECIMAL && to->kind == TYPE_DECIMAL)
        return !to->has_size ||
               (from->has_size && from->scale == to->scale && from->size <= to->size);
    return (from->kind == TYPE_STRING || from->kind == TYPE_TEXT) && to->kind == TYPE_TEXT;
}

/* The part of the operation that takes no more than a moment. */
static void
alter_at_once(Render *render, const Operation *op, const OpColumn *column)
{
    Operation part = *op;

    part.is_online = false;
    part.column = column;
    part.fill = (OpExpression){0};
    postgres_alter_column(render, &part);
}

/* A downgrade to a narrower type: there is no careful form, and no other way back. */
static void
alter_plainly(Render *render, const Operation *op)
{
    Operation plain = *op;

    plain.is_online = false;
    postgres_alter_column(render, &plain);
}

void
postgres_alter_column_online(Render *render, const Operation *op)
{
    OpColumn first = *op->column;
    const bool is_set = op->column->default_value.kind > DEFAULT_NONE;
    const bool has_fill = op_expression_is_there(&op->fill);

    const bool is_rewritten =
        op->column->type.kind != TYPE_ABSENT &&
        (op->was_column == NULL || op_expression_is_there(&op->using_expression) ||
         !is_wider(&op->was_column->type, &op->column->type));

    if (is_rewritten && op->is_inverse) {
        alter_plainly(render, op);
        return;
    }
    if (is_rewritten) {
        writer_refuse(&render->writer,
                      "add a column, backfill it and drop this one; or leave online: out, and "
                      "run it at a quiet time",
                      "the database may write the whole table anew for another type");
        return;
    }
    postgres_statement_anew(render);
    if (first.nullable == TRI_NO) {
        first.nullable = TRI_UNSET;
        first.identity = IDENTITY_ABSENT;
    }
    alter_at_once(render, op, &first);
    if (op->column->nullable == TRI_NO) {
        make_not_null(render, op, op->name, has_fill ? FILL_GIVEN : FILL_NOTHING, is_set);
        alter_at_once(render, op, &(OpColumn){.identity = op->column->identity});
    }
    postgres_statement_anew(render);
}
