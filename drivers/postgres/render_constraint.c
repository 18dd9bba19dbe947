/* SPDX-License-Identifier: MIT */
/* Constraints and indexes. */
#include <string.h>

#include "core/sql/token.h"
#include "drivers/postgres/render.h"

/* ---- constraints ---- */

OpConstraints
postgres_column_constraints(Render *render, const OpColumn *column)
{
    Arena *arena = render->writer.arena;
    OpConstraints list = {0};
    OpConstraint common = {.place = column->place};

    *VEC_ADD(arena, &common.columns) = column->name;
    if (column->primary_key.is_set == TRI_YES) {
        OpConstraint *key = VEC_ADD(arena, &list);
        *key = common;
        key->kind = CONSTRAINT_PRIMARY_KEY;
        key->name = column->primary_key.name;
    }
    if (column->unique.is_set == TRI_YES) {
        OpConstraint *unique = VEC_ADD(arena, &list);
        *unique = common;
        unique->kind = CONSTRAINT_UNIQUE;
        unique->name = column->unique.name;
    }
    if (op_expression_is_there(&column->check.expression))
        *VEC_ADD(arena, &list) = (OpConstraint){.place = column->place,
                                                .kind = CONSTRAINT_CHECK,
                                                .name = column->check.name,
                                                .check = column->check.expression};
    if (column->references != NULL) {
        OpConstraint *key = VEC_ADD(arena, &list);
        *key = common;
        key->kind = CONSTRAINT_FOREIGN_KEY;
        key->name = column->references->name;
        key->references = column->references;
    }
    return list;
}

/* UNIQUE or PRIMARY KEY, by columns or by an index that is there. */
static void
add_key(Render *render, const OpConstraint *constraint)
{
    SqlWriter *writer = &render->writer;
    const bool is_unique = constraint->kind == CONSTRAINT_UNIQUE;

    writer_add(writer, is_unique ? "UNIQUE " : "PRIMARY KEY ");
    if (constraint->using_index != NULL) {
        writer_add(writer, "USING INDEX ");
        writer_name(writer, constraint->using_index);
        return;
    }
    writer_add(writer, is_unique && constraint->nulls_not_distinct ? "NULLS NOT DISTINCT " : "");
    writer_names(writer, &constraint->columns);
    if (constraint->include.len > 0) {
        writer_add(writer, " INCLUDE ");
        writer_names(writer, &constraint->include);
    }
}

/* An operator class: its name, perhaps with a schema, perhaps with parameters. */
static void
add_opclass(Render *render, const char *opclass)
{
    if (opclass == NULL)
        return;
    writer_add(&render->writer, " ");
    if (strchr(opclass, '(') != NULL)
        writer_add(&render->writer, opclass);
    else
        postgres_type_name(render, opclass);
}

/* f(x): the one expression that an index takes without parentheses. */
static bool
is_call(Slice text)
{
    static const char *const OTHERS[] = {"not", "exists", "row", "array", "case", "select", NULL};
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);
    const SqlToken first = sql_token_peek(&tokens);

    for (size_t i = 0; OTHERS[i] != NULL; i++) {
        if (sql_token_is(&first, OTHERS[i]))
            return false;
    }
    return sql_take_name(&tokens) && sql_take_parentheses(&tokens) &&
           sql_token_peek(&tokens).kind == SQL_TOKEN_END;
}

static void
add_column_or_expression(SqlWriter *writer, const char *column, const OpExpression *expression)
{
    if (column != NULL) {
        writer_name(writer, column);
        return;
    }
    const bool is_bare = is_call(op_expression(expression, writer->dialect->name).text);
    writer_add(writer, is_bare ? "" : "(");
    writer_expression(writer, expression, "the expression");
    writer_add(writer, is_bare ? "" : ")");
}

static void
add_where(SqlWriter *writer, const OpExpression *where, bool in_parentheses)
{
    if (!op_expression_is_there(where))
        return;
    writer_add(writer, in_parentheses ? " WHERE (" : " WHERE ");
    writer_expression(writer, where, "where");
    writer_add(writer, in_parentheses ? ")" : "");
}

static void
add_exclusion(Render *render, const OpConstraint *constraint)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "EXCLUDE USING ");
    writer_name(writer, constraint->method == NULL ? "gist" : constraint->method);
    writer_add(writer, " (");
    for (size_t i = 0; i < constraint->elements.len; i++) {
        const OpExcludeElement *element = &constraint->elements.at[i];
        writer_add(writer, i > 0 ? ", " : "");
        add_column_or_expression(writer, element->column, &element->expression);
        add_opclass(render, element->opclass);
        writer_addf(writer, " WITH %s", element->operator_name);
    }
    writer_add(writer, ")");
    add_where(writer, &constraint->where, true);
}

static void
add_foreign_key(SqlWriter *writer, const OpConstraint *constraint)
{
    OpReferences references = *constraint->references;

    if (constraint->deferrable != TRI_UNSET)
        references.deferrable = constraint->deferrable;
    if (constraint->initially_deferred != TRI_UNSET)
        references.initially_deferred = constraint->initially_deferred;
    writer_add(writer, "FOREIGN KEY ");
    writer_names(writer, &constraint->columns);
    writer_add(writer, " ");
    writer_references(writer, &references);
}

void
postgres_constraint(Render *render, const OpConstraint *constraint)
{
    SqlWriter *writer = &render->writer;

    writer_constraint_name(writer, constraint->name);
    switch (constraint->kind) {
    case CONSTRAINT_ABSENT:
        return;
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
        add_key(render, constraint);
        break;
    case CONSTRAINT_CHECK:
        writer_add(writer, "CHECK (");
        writer_expression(writer, &constraint->check, "check");
        writer_add(writer, constraint->no_inherit ? ") NO INHERIT" : ")");
        return;
    case CONSTRAINT_FOREIGN_KEY:
        add_foreign_key(writer, constraint);
        return;
    case CONSTRAINT_EXCLUDE:
        add_exclusion(render, constraint);
        break;
    }
    writer_deferrable(writer, constraint->deferrable, constraint->initially_deferred);
}

void
postgres_constraint_comment(Render *render, const char *schema, const char *table,
                            const OpConstraint *constraint)
{
    SqlWriter *writer = &render->writer;

    if (constraint->comment.text.at == NULL || constraint->name == NULL)
        return;
    writer_add(writer, "COMMENT ON CONSTRAINT ");
    writer_name(writer, constraint->name);
    writer_add(writer, " ON ");
    writer_path(writer, schema, table);
    postgres_comment_text(render, constraint->comment);
}

void
postgres_add_constraint_to(Render *render, const char *schema, const char *table,
                           const OpConstraint *constraint, bool is_not_valid)
{
    SqlWriter *writer = &render->writer;

    postgres_alter_table(render, schema, table);
    writer_add(writer, "ADD ");
    postgres_constraint(render, constraint);
    writer_add(writer, is_not_valid ? " NOT VALID" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
    postgres_constraint_comment(render, schema, table, constraint);
}

void
postgres_add_constraint(Render *render, const Operation *op)
{
    if (op->is_online)
        postgres_constraint_online(render, op, op->constraint);
    else
        postgres_add_constraint_to(render, op->schema, op->table, op->constraint,
                                   op->constraint->not_valid);
}

void
postgres_drop_constraint(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    postgres_alter_table(render, op->schema, op->table);
    writer_add(writer, op->if_exists ? "DROP CONSTRAINT IF EXISTS " : "DROP CONSTRAINT ");
    writer_name(writer, op->name);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_rename_constraint(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    postgres_alter_table(render, op->schema, op->table);
    writer_add(writer, "RENAME CONSTRAINT ");
    writer_name(writer, op->from);
    writer_add(writer, " TO ");
    writer_name(writer, op->to);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_validate_constraint(Render *render, const Operation *op)
{
    if (op->is_online)
        postgres_statement_anew(render);
    postgres_validate(render, op->schema, op->table, op->name);
    if (op->is_online)
        postgres_statement_anew(render);
}

void
postgres_validate(Render *render, const char *schema, const char *table, const char *name)
{
    postgres_alter_table(render, schema, table);
    writer_add(&render->writer, "VALIDATE CONSTRAINT ");
    writer_name(&render->writer, name);
    postgres_statement_end(render, RENDER_TOGETHER);
}

/* ---- indexes ---- */

static void
add_part(Render *render, const OpIndexPart *part)
{
    SqlWriter *writer = &render->writer;

    add_column_or_expression(writer, part->column, &part->expression);
    if (part->collate != NULL) {
        writer_add(writer, " COLLATE ");
        writer_name(writer, part->collate);
    }
    add_opclass(render, part->opclass);
    if (part->order != ORDER_ABSENT)
        writer_add(writer, part->order == ORDER_DESC ? " DESC" : " ASC");
    if (part->nulls != NULLS_ABSENT)
        writer_add(writer, part->nulls == NULLS_FIRST ? " NULLS FIRST" : " NULLS LAST");
}

static void
add_index_options(Render *render, const OpIndex *index)
{
    SqlWriter *writer = &render->writer;

    if (index->include.len > 0) {
        writer_add(writer, " INCLUDE ");
        writer_names(writer, &index->include);
    }
    writer_add(writer, index->nulls_not_distinct ? " NULLS NOT DISTINCT" : "");
    postgres_parameters(render, &index->with);
    if (index->tablespace != NULL) {
        writer_add(writer, " TABLESPACE ");
        writer_name(writer, index->tablespace);
    }
    add_where(writer, &index->where, false);
}

void
postgres_index(Render *render, const OpIndex *index, bool is_online, bool if_not_exists)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, index->is_unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    writer_add(writer, is_online ? "CONCURRENTLY " : "");
    writer_add(writer, if_not_exists ? "IF NOT EXISTS " : "");
    writer_name(writer, index->name);
    writer_add(writer, " ON ");
    writer_path(writer, index->schema, index->table);
    if (index->method != NULL) {
        writer_add(writer, " USING ");
        writer_name(writer, index->method);
    }
    writer_add(writer, " (");
    for (size_t i = 0; i < index->parts.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        add_part(render, &index->parts.at[i]);
    }
    writer_add(writer, ")");
    add_index_options(render, index);
    postgres_statement_end(render, is_online ? RENDER_OUTSIDE : RENDER_TOGETHER);
    if (index->comment.text.at == NULL)
        return;
    writer_add(writer, "COMMENT ON INDEX ");
    writer_path(writer, index->schema, index->name);
    postgres_comment_text(render, index->comment);
}

void
postgres_create_index(Render *render, const Operation *op)
{
    postgres_index(render, op->create_index, op->is_online, op->if_exists);
}

void
postgres_drop_index(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    if (op->is_online && op->cascades) {
        writer_refuse(writer, "drop what depends on it first, or leave online: out",
                      "an index is not dropped online with what depends on it");
        return;
    }
    writer_add(writer, op->is_online ? "DROP INDEX CONCURRENTLY " : "DROP INDEX ");
    writer_add(writer, op->if_exists ? "IF EXISTS " : "");
    writer_path(writer, op->schema, op->name);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, op->is_online ? RENDER_OUTSIDE : RENDER_TOGETHER);
}

void
postgres_rename_index(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER INDEX ");
    writer_path(writer, op->schema, op->from);
    writer_add(writer, " RENAME TO ");
    writer_name(writer, op->to);
    postgres_statement_end(render, RENDER_TOGETHER);
}
