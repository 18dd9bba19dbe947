/* SPDX-License-Identifier: MIT */
/* Tables and their columns. */
#include <string.h>

#include "drivers/postgres/render.h"

/* A foreign key that waits for its table. */
typedef struct LaterKey {
    const Operation *op;
    const OpColumn *column; /* whose own it is, or: */
    const OpConstraint *constraint;
} LaterKey;

/* A table that the list makes. */
typedef struct Creation {
    size_t index; /* of the first operation that does */
    VEC(LaterKey) keys;
} Creation;

/* ---- who points to whom ---- */

static Slice
table_key(Arena *arena, const char *schema, const char *table)
{
    return slice_of(arena_format(arena, "%s\n%s", schema == NULL ? "" : schema, table));
}

static Creation *
creation_of(Render *render, const char *schema, const char *table)
{
    return map_find(&render->creations, table_key(render->writer.arena, schema, table));
}

static void
look_at_creation(Render *render, size_t index)
{
    const OpTable *table = render->ops[index].create;
    Arena *arena = render->writer.arena;
    const Slice key = table_key(arena, table->schema, table->name);

    if (map_find(&render->creations, key) != NULL)
        return;
    Creation *creation = ARENA_NEW(arena, Creation);
    creation->index = index;
    map_put(&render->creations, key, creation);
}

/* Whoever is pointed to by a table that goes at `index` goes with it. */
static void
look_at_reference(Render *render, size_t index, const OpReferences *references)
{
    Arena *arena = render->writer.arena;
    const Operation *op = &render->ops[index];
    const Slice key = table_key(arena, references->schema, references->table);

    if (slice_equals(key, table_key(arena, op->schema, op->table)))
        return;
    size_t *last = ARENA_NEW(arena, size_t);
    *last = index;
    map_put(&render->drops, key, last);
}

static void
look_at_drop(Render *render, size_t index)
{
    const OpTable *was = render->ops[index].was_table;

    if (was == NULL)
        return;
    if (render->together == NULL)
        render->together = ARENA_ARRAY(render->writer.arena, DropTogether, render->count);
    for (size_t i = 0; i < was->columns.len; i++) {
        if (was->columns.at[i].references != NULL)
            look_at_reference(render, index, was->columns.at[i].references);
    }
    for (size_t i = 0; i < was->constraints.len; i++) {
        if (was->constraints.at[i].references != NULL)
            look_at_reference(render, index, was->constraints.at[i].references);
    }
}

void
postgres_tables_look(Render *render)
{
    render->creations.arena = render->writer.arena;
    render->drops.arena = render->writer.arena;
    for (size_t i = 0; i < render->count; i++) {
        if (render->ops[i].kind == OP_CREATE_TABLE)
            look_at_creation(render, i);
        else if (render->ops[i].kind == OP_DROP_TABLE)
            look_at_drop(render, i);
    }
}

/* Does the key have to wait for a table that is made behind this operation? Then it is noted. */
static bool
waits(Render *render, const Operation *op, const OpReferences *references, LaterKey key)
{
    Creation *creation = creation_of(render, references->schema, references->table);

    if (creation == NULL || creation->index <= (size_t)(op - render->ops))
        return false;
    if (op->if_exists) {
        writer_refuse(&render->writer,
                      "make that table first, or write the key as an add_constraint behind both",
                      "a foreign key to %s, which is made further down, does not go with "
                      "if_not_exists",
                      references->table);
        return true;
    }
    *VEC_ADD(render->writer.arena, &creation->keys) = key;
    return true;
}

static void
add_later_key(Render *render, const LaterKey *key)
{
    SqlWriter *writer = &render->writer;
    const OpTable *table = key->op->create;
    const Operation *own = writer->op;

    writer->op = key->op;
    if (key->constraint != NULL) {
        postgres_add_constraint_to(render, table->schema, table->name, key->constraint, false);
        writer->op = own;
        return;
    }
    postgres_alter_table(render, table->schema, table->name);
    writer_add(writer, "ADD ");
    writer_constraint_name(writer, key->column->references->name);
    writer_add(writer, "FOREIGN KEY (");
    writer_name(writer, key->column->name);
    writer_add(writer, ") ");
    writer_references(writer, key->column->references);
    postgres_statement_end(render, RENDER_TOGETHER);
    writer->op = own;
}

void
postgres_tables_settle(Render *render, size_t index)
{
    const Operation *op = &render->ops[index];

    if (op->kind != OP_CREATE_TABLE)
        return;
    const Creation *creation = creation_of(render, op->create->schema, op->create->name);
    for (size_t i = 0; creation->index == index && i < creation->keys.len; i++)
        add_later_key(render, &creation->keys.at[i]);
}

const OpColumn *
postgres_numbered_column(Render *render, const Operation *op, const OpRow *row)
{
    const Creation *creation = creation_of(render, op->schema, op->table);

    if (creation == NULL || creation->index > (size_t)(op - render->ops))
        return NULL;
    const OpColumns *columns = &render->ops[creation->index].create->columns;
    for (size_t i = 0; i < columns->len; i++) {
        for (size_t j = 0; columns->at[i].identity > IDENTITY_NONE && j < row->values.len; j++) {
            if (strcmp(row->values.at[j].column, columns->at[i].name) == 0)
                return &columns->at[i];
        }
    }
    return NULL;
}

/* ---- columns ---- */

bool
postgres_has_list(const OpType *type)
{
    return type->kind == TYPE_ENUM && type->name == NULL;
}

void
postgres_list_check(Render *render, const char *table, const char *column, const OpType *type)
{
    SqlWriter *writer = &render->writer;

    writer_constraint_name(writer, postgres_joined(render, table, column, "values"));
    writer_add(writer, "CHECK (");
    writer_name(writer, column);
    writer_add(writer, " IN (");
    for (size_t i = 0; i < type->values.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_literal(writer, type->values.at[i]);
    }
    writer_add(writer, "))");
}

static void
add_value(Render *render, const OpColumn *column)
{
    SqlWriter *writer = &render->writer;

    if (op_expression_is_there(&column->generated)) {
        writer_add(writer, " GENERATED ALWAYS AS (");
        writer_expression(writer, &column->generated, "the generated column");
        writer_add(writer, column->stored == TRI_NO ? ") VIRTUAL" : ") STORED");
    } else if (column->identity == IDENTITY_ALWAYS) {
        writer_add(writer, " GENERATED ALWAYS AS IDENTITY");
    } else if (column->identity == IDENTITY_BY_DEFAULT ||
               column->identity == IDENTITY_AUTOINCREMENT) {
        writer_add(writer, " GENERATED BY DEFAULT AS IDENTITY");
    } else if (column->default_value.kind > DEFAULT_NONE) {
        writer_add(writer, " DEFAULT ");
        postgres_default(render, &column->default_value);
    }
}

static void
add_checks(Render *render, const char *table, const OpColumn *column)
{
    SqlWriter *writer = &render->writer;

    if (postgres_has_list(&column->type)) {
        writer_add(writer, " ");
        postgres_list_check(render, table, column->name, &column->type);
    }
    if (!op_expression_is_there(&column->check.expression))
        return;
    writer_add(writer, " ");
    writer_constraint_name(writer, column->check.name);
    writer_add(writer, "CHECK (");
    writer_expression(writer, &column->check.expression, "the check");
    writer_add(writer, ")");
}

void
postgres_column(Render *render, const char *table, const OpColumn *column, unsigned parts)
{
    SqlWriter *writer = &render->writer;

    writer_name(writer, column->name);
    writer_add(writer, " ");
    postgres_type(render, &column->type);
    if (column->collate != NULL) {
        writer_add(writer, " COLLATE ");
        writer_name(writer, column->collate);
    }
    if ((parts & COLUMN_VALUE) != 0)
        add_value(render, column);
    if ((parts & COLUMN_NOT_NULL) != 0 && column->nullable == TRI_NO)
        writer_add(writer, " NOT NULL");
    if ((parts & COLUMN_PRIMARY_KEY) != 0 && column->primary_key.is_set == TRI_YES) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->primary_key.name);
        writer_add(writer, "PRIMARY KEY");
    }
    if ((parts & COLUMN_UNIQUE) != 0 && column->unique.is_set == TRI_YES) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->unique.name);
        writer_add(writer, "UNIQUE");
    }
    if ((parts & COLUMN_CHECK) != 0)
        add_checks(render, table, column);
    if ((parts & COLUMN_REFERENCES) != 0 && column->references != NULL) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->references->name);
        writer_references(writer, column->references);
    }
}

void
postgres_column_comment(Render *render, const char *schema, const char *table,
                        const OpColumn *column)
{
    if (column->comment.text.at == NULL && !column->drops_comment)
        return;
    writer_add(&render->writer, "COMMENT ON COLUMN ");
    writer_path(&render->writer, schema, table);
    writer_add(&render->writer, ".");
    writer_name(&render->writer, column->name);
    postgres_comment_text(render, column->comment);
}

/* ---- create_table ---- */

/* Columns that say `primary_key: true`: of two or more the table has the key. */
static size_t
count_key_columns(const OpTable *table)
{
    size_t count = 0;

    for (size_t i = 0; i < table->columns.len; i++)
        count += table->columns.at[i].primary_key.is_set == TRI_YES;
    return count;
}

static void
add_common_key(Render *render, const OpTable *table)
{
    SqlWriter *writer = &render->writer;
    Names columns = {0};
    const char *name = NULL;

    for (size_t i = 0; i < table->columns.len; i++) {
        const OpColumn *column = &table->columns.at[i];
        if (column->primary_key.is_set != TRI_YES)
            continue;
        *VEC_ADD(writer->arena, &columns) = column->name;
        name = name == NULL ? column->primary_key.name : name;
    }
    writer_add(writer, ",\n    ");
    writer_constraint_name(writer, name);
    writer_add(writer, "PRIMARY KEY ");
    writer_names(writer, &columns);
}

static void
add_columns(Render *render, const Operation *op, bool has_common_key)
{
    const OpTable *table = op->create;

    for (size_t i = 0; i < table->columns.len; i++) {
        const OpColumn *column = &table->columns.at[i];
        unsigned parts =
            has_common_key ? COLUMN_WHOLE & ~(unsigned)COLUMN_PRIMARY_KEY : (unsigned)COLUMN_WHOLE;
        if (column->references != NULL &&
            waits(render, op, column->references, (LaterKey){.op = op, .column = column}))
            parts &= ~(unsigned)COLUMN_REFERENCES;
        writer_add(&render->writer, i > 0 ? ",\n    " : "\n    ");
        postgres_column(render, table->name, column, parts);
    }
}

static void
add_constraints(Render *render, const Operation *op)
{
    const OpTable *table = op->create;
    bool is_first = table->columns.len == 0;

    for (size_t i = 0; i < table->constraints.len; i++) {
        const OpConstraint *constraint = &table->constraints.at[i];
        if (constraint->references != NULL && waits(render, op, constraint->references,
                                                    (LaterKey){.op = op, .constraint = constraint}))
            continue;
        writer_add(&render->writer, is_first ? "\n    " : ",\n    ");
        postgres_constraint(render, constraint);
        is_first = false;
    }
}

static void
add_table_options(Render *render, const OpTable *table)
{
    SqlWriter *writer = &render->writer;

    if (op_expression_is_there(&table->partition_by)) {
        writer_add(writer, " PARTITION BY ");
        writer_expression(writer, &table->partition_by, "partition_by");
    }
    postgres_parameters(render, &table->with);
    if (table->tablespace != NULL) {
        writer_add(writer, " TABLESPACE ");
        writer_name(writer, table->tablespace);
    }
}

static void
add_comments(Render *render, const OpTable *table)
{
    SqlWriter *writer = &render->writer;

    if (table->comment.text.at != NULL) {
        writer_add(writer, "COMMENT ON TABLE ");
        writer_path(writer, table->schema, table->name);
        postgres_comment_text(render, table->comment);
    }
    for (size_t i = 0; i < table->columns.len; i++)
        postgres_column_comment(render, table->schema, table->name, &table->columns.at[i]);
    for (size_t i = 0; i < table->constraints.len; i++)
        postgres_constraint_comment(render, table->schema, table->name, &table->constraints.at[i]);
}

void
postgres_create_table(Render *render, const Operation *op)
{
    const OpTable *table = op->create;
    SqlWriter *writer = &render->writer;
    const bool has_common_key = count_key_columns(table) > 1;

    writer_add(writer, table->is_unlogged ? "CREATE UNLOGGED TABLE " : "CREATE TABLE ");
    writer_add(writer, op->if_exists ? "IF NOT EXISTS " : "");
    writer_path(writer, table->schema, table->name);
    writer_add(writer, " (");
    add_columns(render, op, has_common_key);
    if (has_common_key)
        add_common_key(render, table);
    add_constraints(render, op);
    writer_add(writer, "\n)");
    add_table_options(render, table);
    postgres_statement_end(render, RENDER_TOGETHER);
    add_comments(render, table);
    for (size_t i = 0; i < table->indexes.len; i++) {
        OpIndex index = table->indexes.at[i];
        index.schema = table->schema;
        index.table = table->name;
        postgres_index(render, &index, false, op->if_exists);
    }
}

/* ---- drop_table, rename_table ---- */

/* The operation of the list with which a table has to go that is pointed to: alone, the foreign key
 * would be in the way; 0: none. */
static size_t
goes_with(const Render *render, const Operation *op)
{
    const size_t *last =
        map_find(&render->drops, table_key(render->writer.arena, op->schema, op->table));

    if (last == NULL || *last <= (size_t)(op - render->ops))
        return 0;
    const Operation *other = &render->ops[*last];
    return other->if_exists == op->if_exists && other->cascades == op->cascades ? *last : 0;
}

/* Puts the operation behind those that wait for it; the chain becomes that of `to`, if there is
 * one.
 */
static DropTogether
chain(Render *render, size_t at, size_t to)
{
    DropTogether *all = render->together;
    DropTogether own = all[at];

    if (own.last == 0)
        own.first = at + 1;
    else
        all[own.last - 1].next = at + 1;
    own.last = at + 1;
    if (to == 0)
        return own;
    if (all[to].last == 0)
        all[to].first = own.first;
    else
        all[all[to].last - 1].next = own.first;
    all[to].last = own.last;
    return own;
}

void
postgres_drop_table(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const size_t with = goes_with(render, op);

    if (with > 0) {
        (void)chain(render, (size_t)(op - render->ops), with);
        return;
    }
    writer_add(writer, op->if_exists ? "DROP TABLE IF EXISTS " : "DROP TABLE ");
    if (render->together != NULL) {
        const DropTogether tables = chain(render, (size_t)(op - render->ops), 0);
        for (size_t i = tables.first; i != tables.last; i = render->together[i - 1].next) {
            writer_path(writer, render->ops[i - 1].schema, render->ops[i - 1].table);
            writer_add(writer, ", ");
        }
    }
    writer_path(writer, op->schema, op->table);
    writer_add(writer, op->cascades ? " CASCADE" : "");
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_rename_table(Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TABLE ");
    writer_path(writer, op->schema, op->from);
    writer_add(writer, " RENAME TO ");
    writer_name(writer, op->to);
    postgres_statement_end(render, RENDER_TOGETHER);
}
