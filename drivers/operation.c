/* SPDX-License-Identifier: MIT */
#include "drivers/operation.h"

#include <string.h>

const char *const OPERATION_NAMES[OP_KIND_COUNT + 1] = {
    [OP_CREATE_TABLE] = "create_table",
    [OP_DROP_TABLE] = "drop_table",
    [OP_RENAME_TABLE] = "rename_table",
    [OP_ADD_COLUMN] = "add_column",
    [OP_DROP_COLUMN] = "drop_column",
    [OP_ALTER_COLUMN] = "alter_column",
    [OP_RENAME_COLUMN] = "rename_column",
    [OP_CREATE_INDEX] = "create_index",
    [OP_DROP_INDEX] = "drop_index",
    [OP_RENAME_INDEX] = "rename_index",
    [OP_ADD_CONSTRAINT] = "add_constraint",
    [OP_DROP_CONSTRAINT] = "drop_constraint",
    [OP_RENAME_CONSTRAINT] = "rename_constraint",
    [OP_VALIDATE_CONSTRAINT] = "validate_constraint",
    [OP_COMMENT] = "comment",
    [OP_INSERT] = "insert",
    [OP_DELETE_ROWS] = "delete_rows",
    [OP_SQL] = "sql",
    [OP_CREATE_ENUM] = "create_enum",
    [OP_DROP_ENUM] = "drop_enum",
    [OP_ADD_ENUM_VALUE] = "add_enum_value",
    [OP_RENAME_ENUM_VALUE] = "rename_enum_value",
    [OP_DROP_ENUM_VALUE] = "drop_enum_value",
    [OP_CREATE_SEQUENCE] = "create_sequence",
    [OP_ALTER_SEQUENCE] = "alter_sequence",
    [OP_DROP_SEQUENCE] = "drop_sequence",
    [OP_CREATE_VIEW] = "create_view",
    [OP_REPLACE_VIEW] = "replace_view",
    [OP_DROP_VIEW] = "drop_view",
    [OP_CREATE_FUNCTION] = "create_function",
    [OP_REPLACE_FUNCTION] = "replace_function",
    [OP_DROP_FUNCTION] = "drop_function",
    [OP_CREATE_TRIGGER] = "create_trigger",
    [OP_REPLACE_TRIGGER] = "replace_trigger",
    [OP_DROP_TRIGGER] = "drop_trigger",
    [OP_CREATE_SCHEMA] = "create_schema",
    [OP_DROP_SCHEMA] = "drop_schema",
    [OP_CREATE_EXTENSION] = "create_extension",
    [OP_DROP_EXTENSION] = "drop_extension",
    [OP_BACKFILL] = "backfill",
};

OpText
op_expression(const OpExpression *expression, const char *dialect)
{
    const OpText *own =
        strcmp(dialect, "postgres") == 0 ? &expression->postgres : &expression->sqlite;

    return own->text.at != NULL ? *own : expression->all;
}

bool
op_expression_is_there(const OpExpression *expression)
{
    return expression->all.text.at != NULL || expression->postgres.text.at != NULL ||
           expression->sqlite.text.at != NULL;
}

bool
op_applies(const Operation *op, const char *dialect)
{
    return op->only.len == 0 || names_contain(&op->only, dialect);
}
