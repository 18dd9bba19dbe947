/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/render.h"

enum { ROWS_TOGETHER = 500 };

/* The same columns in the same order? */
static bool
is_alike(const OpRow *a, const OpRow *b)
{
    if (a->values.len != b->values.len)
        return false;
    for (size_t i = 0; i < a->values.len; i++) {
        if (!sqlite_same_name(a->values.at[i].column, b->values.at[i].column))
            return false;
    }
    return true;
}

static void
insert_begin(SqlWriter *writer, const Operation *op, const OpRow *row)
{
    writer_add(writer, "INSERT INTO ");
    writer_name(writer, op->table);
    writer_add(writer, " ");
    writer_row_columns(writer, row);
    writer_add(writer, " VALUES");
}

void
render_insert(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    size_t in_statement = 0;

    for (size_t i = 0; i < op->rows->len; i++) {
        const OpRow *row = &op->rows->at[i];
        if (in_statement > 0 &&
            (in_statement == ROWS_TOGETHER || !is_alike(row, &op->rows->at[i - 1]))) {
            render_end(render);
            in_statement = 0;
        }
        if (row->values.len == 0) {
            writer_add(writer, "INSERT INTO ");
            writer_name(writer, op->table);
            writer_add(writer, " DEFAULT VALUES");
            render_end(render);
            continue;
        }
        if (in_statement == 0)
            insert_begin(writer, op, row);
        writer_add(writer, in_statement++ > 0 ? ",\n    " : "\n    ");
        writer_row_values(writer, row);
    }
    if (in_statement > 0)
        render_end(render);
}

static bool
tells(const Operation *op, const OpValue *value)
{
    for (size_t i = 0; i < op->key.len; i++) {
        if (sqlite_same_name(op->key.at[i], value->column))
            return true;
    }
    return op->key.len == 0;
}

static void
row_condition(SqlWriter *writer, const Operation *op, const OpRow *row)
{
    const char *separator = "";

    for (size_t i = 0; i < row->values.len; i++) {
        const OpValue *value = &row->values.at[i];
        if (!tells(op, value))
            continue;
        writer_add(writer, separator);
        writer_name(writer, value->column);
        if (value->kind == VALUE_IS_NULL) {
            writer_add(writer, " IS NULL");
        } else {
            writer_add(writer, " = ");
            writer_value(writer, value);
        }
        separator = " AND ";
    }
}

void
render_delete(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    for (size_t i = 0; i < op->rows->len; i++) {
        writer_add(writer, "DELETE FROM ");
        writer_name(writer, op->table);
        writer_add(writer, " WHERE ");
        const size_t len = writer->text.len;
        row_condition(writer, op, &op->rows->at[i]);
        if (writer->text.len == len) {
            writer_refuse(writer, "give the columns of `key` their values",
                          "nothing tells row %zu from others", i + 1);
            return;
        }
        render_end(render);
    }
}

void
render_backfill(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "UPDATE ");
    writer_name(writer, op->table);
    writer_add(writer, " SET ");
    for (size_t i = 0; i < op->set->values.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_name(writer, op->set->values.at[i].column);
        writer_add(writer, " = ");
        writer_value(writer, &op->set->values.at[i]);
    }
    if (op_expression_is_there(&op->where)) {
        writer_add(writer, " WHERE ");
        writer_expression(writer, &op->where, "the condition");
    }
    render_end(render);
}
