/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/render_part.h"

#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/connection.h"

const char *const ONLY_POSTGRES = "say only: [postgres] at the operation";

static const char DIALECT[] = "sqlite";

Render
render_begin(const RenderContext *context, const Operation *op, Renderings *out, Error *err)
{
    return (Render){.writer = {.dialect = &DIALECT_SQLITE,
                               .op = op,
                               .arena = context->arena,
                               .out = out,
                               .err = err,
                               .text = {.arena = context->arena}},
                    .context = context};
}

static void
render_clear(Render *render)
{
    buf_clear(&render->writer.text);
    render->writer.pieces = (StatementPieces){0};
    render->is_unknown = false;
}

void
render_end(Render *render)
{
    if (render->is_unknown)
        render_clear(render);
    else
        writer_end(&render->writer, RENDER_TOGETHER);
}

TextPatch
render_patch(Render *render)
{
    const Slice text = buf_slice(&render->writer.text);
    const TextPatch patch = {.text = {arena_copy(render->writer.arena, text), text.len},
                             .pieces = render->writer.pieces};

    render_clear(render);
    return patch;
}

void
render_schema(Render *render, const char *schema)
{
    if (schema != NULL && !sqlite_same_name(schema, "main"))
        writer_refuse(&render->writer, ONLY_POSTGRES, "SQLite has no schema %s", schema);
}

/* ---- types ---- */

static const char *
strict_type(TypeKind kind)
{
    switch (kind) {
    case TYPE_BOOLEAN:
    case TYPE_SMALLINT:
    case TYPE_INTEGER:
    case TYPE_BIGINT:
        return "INTEGER";
    case TYPE_REAL:
    case TYPE_DOUBLE:
        return "REAL";
    case TYPE_BINARY:
        return "BLOB";
    case TYPE_TEXT:
    case TYPE_STRING:
    case TYPE_CHAR:
    case TYPE_DATE:
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
    case TYPE_INTERVAL:
    case TYPE_UUID:
    case TYPE_JSON:
    case TYPE_JSON_TEXT:
    case TYPE_ENUM:
        return "TEXT";
    case TYPE_ABSENT:
    case TYPE_DECIMAL:
    case TYPE_ARRAY:
    case TYPE_RAW:
        break;
    }
    return NULL;
}

static const char *
ordinary_type(TypeKind kind)
{
    switch (kind) {
    case TYPE_BOOLEAN:
        return "BOOLEAN";
    case TYPE_SMALLINT:
        return "SMALLINT";
    case TYPE_INTEGER:
        return "INTEGER";
    case TYPE_BIGINT:
        return "BIGINT";
    case TYPE_DECIMAL:
        return "NUMERIC";
    case TYPE_REAL:
        return "REAL";
    case TYPE_DOUBLE:
        return "DOUBLE";
    case TYPE_STRING:
        return "VARCHAR";
    case TYPE_CHAR:
        return "CHAR";
    case TYPE_BINARY:
        return "BLOB";
    case TYPE_DATE:
        return "DATE";
    case TYPE_TIME:
        return "TIME";
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ:
        return "TIMESTAMP";
    case TYPE_TEXT:
    case TYPE_INTERVAL:
    case TYPE_UUID:
    case TYPE_JSON:
    case TYPE_JSON_TEXT:
    case TYPE_ENUM:
        return "TEXT";
    case TYPE_ABSENT:
    case TYPE_ARRAY:
    case TYPE_RAW:
        break;
    }
    return NULL;
}

void
render_type(Render *render, const OpType *type, bool is_strict)
{
    SqlWriter *writer = &render->writer;
    const char *name = is_strict ? strict_type(type->kind) : ordinary_type(type->kind);

    if (type->kind == TYPE_RAW) {
        writer_expression(writer, &type->raw, "the type");
        return;
    }
    if (name == NULL) {
        writer_refuse(
            writer,
            type->kind == TYPE_DECIMAL ? "choose text or real, or type: {sqlite: …, postgres: …}"
                                       : ONLY_POSTGRES,
            is_strict ? "a STRICT table of SQLite has no type %s" : "SQLite has no type %s",
            type->written);
        return;
    }
    writer_add(writer, name);
    if (is_strict || !type->has_size)
        return;
    if (type->kind == TYPE_DECIMAL)
        writer_addf(writer, "(%u, %u)", type->size, type->scale);
    else if (type->kind == TYPE_STRING || type->kind == TYPE_CHAR)
        writer_addf(writer, "(%u)", type->size);
}

bool
enum_find(Catalog *catalog, const char *name, Arena *arena, Names *values)
{
    CatalogObject view;

    if (!catalog_find(catalog, "view", arena_format(arena, ENUM_PREFIX "%s", name), arena, &view))
        return false;
    SqlTokens tokens = sql_tokens(SQL_SQLITE, slice_of(view.sql));
    SqlToken token;
    if (!sql_find(&tokens, "values"))
        return false;
    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_STRING)
            *VEC_ADD(arena, values) = sqlite_name(arena, token.text);
    }
    return true;
}

void
render_values_check(Render *render, const char *column, const Names *values)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "(");
    writer_name(writer, column);
    writer_add(writer, " IN (");
    for (size_t i = 0; i < values->len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_literal(writer, values->at[i]);
    }
    writer_add(writer, "))");
}

static void
check_begin(Render *render, const char *name)
{
    writer_add(&render->writer, " CONSTRAINT ");
    writer_name(&render->writer, name);
    writer_add(&render->writer, " CHECK ");
}

static void
enum_check(Render *render, const char *column, const OpType *type)
{
    SqlWriter *writer = &render->writer;
    Names values = {0};

    if (render->context->catalog == NULL) {
        render->is_unknown = true;
        return;
    }
    if (!enum_find(render->context->catalog, type->name, writer->arena, &values)) {
        writer_refuse(writer, "create_enum makes one; enum[a, b] needs none", "there is no enum %s",
                      type->name);
        return;
    }
    check_begin(render, arena_format(writer->arena, ENUM_PREFIX "%s", type->name));
    render_values_check(render, column, &values);
}

void
render_type_check(Render *render, const TableShape *shape, const char *column, const OpType *type)
{
    SqlWriter *writer = &render->writer;

    if (type->kind == TYPE_ENUM && type->name != NULL) {
        enum_check(render, column, type);
    } else if (type->kind == TYPE_ENUM) {
        check_begin(render, arena_format(writer->arena, "%s_%s_values", shape->table, column));
        render_values_check(render, column, &type->values);
    } else if (type->kind == TYPE_BOOLEAN && shape->is_strict) {
        check_begin(render, arena_format(writer->arena, "%s_%s_boolean", shape->table, column));
        writer_add(writer, "(");
        writer_name(writer, column);
        writer_add(writer, " IN (0, 1))");
    }
}

static bool
ends_with(const char *text, const char *ending)
{
    const size_t len = strlen(text);
    const size_t ending_len = strlen(ending);

    return len >= ending_len && strcmp(text + len - ending_len, ending) == 0;
}

/* (c IN (…)) */
static bool
is_list_check(Slice body)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, body);
    SqlToken token;

    (void)sql_token_next(&tokens, &token);
    return sql_take_name(&tokens) && sql_take(&tokens, "in") && sql_take_parentheses(&tokens) &&
           sql_token_next(&tokens, &token) == SQL_TOKEN_CLOSE;
}

bool
is_type_check(const TableText *table, const TablePart *part)
{
    if (part->kind != PART_CHECK || part->name.at == part->name.end ||
        !is_list_check(table_text_at(table, part->body)))
        return false;
    const char *name = sqlite_name(table->arena, table_text_at(table, part->name));
    return strncmp(name, ENUM_PREFIX, strlen(ENUM_PREFIX)) == 0 || ends_with(name, "_values") ||
           ends_with(name, "_boolean");
}

/* ---- defaults ---- */

/* A literal, or one of the words that SQLite takes for one. */
static bool
is_literal(Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;
    SqlToken next;

    (void)sql_token_next(&tokens, &token);
    if (sql_token_is_symbol(&token, '-') || sql_token_is_symbol(&token, '+'))
        (void)sql_token_next(&tokens, &token);
    if (sql_token_next(&tokens, &next) != SQL_TOKEN_END)
        return false;
    return token.kind == SQL_TOKEN_NUMBER || token.kind == SQL_TOKEN_STRING ||
           sql_token_is(&token, "null") || sql_token_is(&token, "true") ||
           sql_token_is(&token, "false");
}

static bool
is_time_word(Slice text)
{
    text = slice_trim(text);
    return slice_is_nocase(text, "current_timestamp") || slice_is_nocase(text, "current_date") ||
           slice_is_nocase(text, "current_time");
}

bool
default_is_constant(const OpDefault *value)
{
    switch (value->kind) {
    case DEFAULT_ABSENT:
    case DEFAULT_NONE:
    case DEFAULT_STRING:
    case DEFAULT_NUMBER:
    case DEFAULT_BOOLEAN:
        return true;
    case DEFAULT_EXPRESSION:
        return is_literal(op_expression(&value->expression, DIALECT).text);
    case DEFAULT_NOW:
    case DEFAULT_TODAY:
    case DEFAULT_UUID:
        break;
    }
    return false;
}

static void
default_expression(Render *render, const OpExpression *expression)
{
    const Slice text = op_expression(expression, DIALECT).text;
    const bool is_bare = text.at != NULL && (is_literal(text) || is_time_word(text));

    writer_add(&render->writer, is_bare ? "" : "(");
    writer_expression(&render->writer, expression, "the default");
    writer_add(&render->writer, is_bare ? "" : ")");
}

static const char *
now_word(const OpType *type)
{
    if (type->kind == TYPE_DATE)
        return "CURRENT_DATE";
    return type->kind == TYPE_TIME ? "CURRENT_TIME" : "CURRENT_TIMESTAMP";
}

void
render_default_value(Render *render, const OpDefault *value, const OpType *type)
{
    SqlWriter *writer = &render->writer;

    switch (value->kind) {
    case DEFAULT_ABSENT:
    case DEFAULT_NONE:
        return;
    case DEFAULT_STRING:
        writer_quoted(writer, value->text);
        return;
    case DEFAULT_NUMBER:
        writer_piece(writer, value->text);
        return;
    case DEFAULT_BOOLEAN:
        /* as a number: ADD COLUMN of older versions takes no TRUE for a constant */
        writer_add(writer, value->boolean ? "1" : "0");
        return;
    case DEFAULT_EXPRESSION:
        default_expression(render, &value->expression);
        return;
    case DEFAULT_NOW:
        writer_add(writer, now_word(type));
        return;
    case DEFAULT_TODAY:
        writer_add(writer, "CURRENT_DATE");
        return;
    case DEFAULT_UUID:
        /* version 4, variant 1 (RFC 9562) */
        writer_add(writer, "(lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || "
                           "substr(hex(randomblob(2)), 2) || '-' || "
                           "substr('89AB', 1 + (random() & 3), 1) || "
                           "substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))))");
        return;
    }
}

void
render_default(Render *render, const OpDefault *value, const OpType *type)
{
    if (value->kind == DEFAULT_ABSENT || value->kind == DEFAULT_NONE)
        return;
    writer_add(&render->writer, " DEFAULT ");
    render_default_value(render, value, type);
}

/* ---- columns ---- */

void
render_collation(Render *render, const char *name)
{
    static const char *const KNOWN[] = {"BINARY", "NOCASE", "RTRIM", NULL};

    for (size_t i = 0; KNOWN[i] != NULL; i++) {
        if (sqlite_same_name(KNOWN[i], name)) {
            writer_add(&render->writer, KNOWN[i]);
            return;
        }
    }
    writer_refuse(&render->writer, "it has BINARY, NOCASE and RTRIM; say only: at the operation",
                  "SQLite has no collation %s", name);
}

static bool
has_identity(const OpColumn *column)
{
    return column->identity != IDENTITY_ABSENT && column->identity != IDENTITY_NONE;
}

static bool
is_in_key(const OpColumn *column, const TableShape *shape)
{
    if (column->primary_key.is_set == TRI_YES)
        return true;
    for (size_t i = 0; i < shape->key.len; i++) {
        if (sqlite_same_name(shape->key.at[i], column->name))
            return true;
    }
    return false;
}

/* A number that SQLite gives is its rowid, so that it is the key. */
static void
identity_check(Render *render, const OpColumn *column, const TableShape *shape)
{
    SqlWriter *writer = &render->writer;
    const bool is_key =
        column->primary_key.is_set == TRI_YES || (shape->key.len == 1 && is_in_key(column, shape));

    if (shape->is_without_rowid)
        writer_refuse(writer, "leave without_rowid or identity out",
                      "a table without rowids has no identity column %s", column->name);
    else if (!is_key)
        writer_refuse(writer, "write primary_key: true, or leave identity out",
                      "identity column %s is not the primary key, as SQLite needs it",
                      column->name);
}

static void
generated_add(Render *render, const OpColumn *column)
{
    SqlWriter *writer = &render->writer;

    if (!op_expression_is_there(&column->generated))
        return;
    writer_add(writer, " GENERATED ALWAYS AS (");
    writer_expression(writer, &column->generated, "the generated column");
    writer_add(writer, column->stored == TRI_YES ? ") STORED" : ") VIRTUAL");
}

static void
key_add(Render *render, const OpColumn *column)
{
    SqlWriter *writer = &render->writer;

    if (column->primary_key.is_set != TRI_YES)
        return;
    writer_add(writer, " ");
    writer_constraint_name(writer, column->primary_key.name);
    writer_add(writer, "PRIMARY KEY");
    if (column->identity == IDENTITY_AUTOINCREMENT)
        writer_add(writer, " AUTOINCREMENT");
}

static void
references_add(Render *render, const OpReferences *references)
{
    OpReferences here = *references;

    render_schema(render, references->schema);
    here.schema = NULL; /* a key stays in its schema, which is not named */
    writer_references(&render->writer, &here);
}

static void
column_constraints(Render *render, const OpColumn *column, const TableShape *shape)
{
    SqlWriter *writer = &render->writer;

    if (column->unique.is_set == TRI_YES) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->unique.name);
        writer_add(writer, "UNIQUE");
    }
    if (op_expression_is_there(&column->check.expression)) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->check.name);
        writer_add(writer, "CHECK (");
        writer_expression(writer, &column->check.expression, "the check");
        writer_add(writer, ")");
    }
    render_type_check(render, shape, column->name, &column->type);
    if (column->references != NULL) {
        writer_add(writer, " ");
        writer_constraint_name(writer, column->references->name);
        references_add(render, column->references);
    }
}

void
render_column(Render *render, const OpColumn *column, const TableShape *shape)
{
    SqlWriter *writer = &render->writer;
    const bool is_key_alone = has_identity(column);
    const bool is_not_null =
        column->nullable == TRI_NO || (is_in_key(column, shape) && column->nullable != TRI_YES);

    writer_name(writer, column->name);
    writer_add(writer, " ");
    if (is_key_alone) {
        identity_check(render, column, shape);
        writer_add(writer, "INTEGER");
    } else {
        render_type(render, &column->type, shape->is_strict);
    }
    if (column->collate != NULL) {
        writer_add(writer, " COLLATE ");
        render_collation(render, column->collate);
    }
    generated_add(render, column);
    if (is_not_null && !is_key_alone)
        writer_add(writer, " NOT NULL");
    render_default(render, &column->default_value, &column->type);
    key_add(render, column);
    column_constraints(render, column, shape);
}

/* ---- constraints ---- */

/* What PostgreSQL has and SQLite has not. */
static const char *
constraint_excess(const OpConstraint *constraint)
{
    const bool is_key =
        constraint->kind == CONSTRAINT_PRIMARY_KEY || constraint->kind == CONSTRAINT_UNIQUE;

    if (constraint->kind == CONSTRAINT_EXCLUDE)
        return "exclusion constraints";
    if (constraint->using_index != NULL)
        return "constraints that use an index";
    if (constraint->include.len > 0)
        return "included columns";
    if (constraint->nulls_not_distinct)
        return "nulls_not_distinct";
    if (is_key && (constraint->deferrable == TRI_YES || constraint->initially_deferred == TRI_YES))
        return "keys that are checked later";
    return NULL;
}

static void
key_columns(Render *render, const OpConstraint *constraint, const char *autoincrement)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, constraint->kind == CONSTRAINT_UNIQUE ? "UNIQUE " : "PRIMARY KEY ");
    if (constraint->kind == CONSTRAINT_UNIQUE || autoincrement == NULL) {
        writer_names(writer, &constraint->columns);
        return;
    }
    writer_add(writer, "(");
    writer_name(writer, autoincrement);
    writer_add(writer, " AUTOINCREMENT)");
}

void
render_constraint(Render *render, const OpConstraint *constraint, const char *autoincrement)
{
    SqlWriter *writer = &render->writer;
    const char *excess = constraint_excess(constraint);

    if (excess != NULL) {
        writer_refuse(writer, ONLY_POSTGRES, "SQLite has no %s", excess);
        return;
    }
    writer_constraint_name(writer, constraint->name);
    if (constraint->kind == CONSTRAINT_CHECK) {
        writer_add(writer, "CHECK (");
        writer_expression(writer, &constraint->check, "the check");
        writer_add(writer, ")");
    } else if (constraint->kind == CONSTRAINT_FOREIGN_KEY && constraint->references != NULL) {
        writer_add(writer, "FOREIGN KEY ");
        writer_names(writer, &constraint->columns);
        writer_add(writer, " ");
        references_add(render, constraint->references);
        writer_deferrable(writer, constraint->deferrable, constraint->initially_deferred);
    } else {
        key_columns(render, constraint, autoincrement);
    }
}

/* ---- tables and indexes ---- */

static TableShape
shape_of(const OpTable *table)
{
    TableShape shape = {.table = table->name,
                        .is_strict = table->is_strict,
                        .is_without_rowid = table->is_without_rowid};

    for (size_t i = 0; i < table->constraints.len; i++) {
        if (table->constraints.at[i].kind == CONSTRAINT_PRIMARY_KEY)
            shape.key = table->constraints.at[i].columns;
    }
    return shape;
}

/* The column of the table's own key that counts on for ever. */
static const char *
autoincrement_of(const OpTable *table, const TableShape *shape)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        const OpColumn *column = &table->columns.at[i];
        if (column->identity == IDENTITY_AUTOINCREMENT && shape->key.len == 1 &&
            is_in_key(column, shape))
            return column->name;
    }
    return NULL;
}

void
render_table(Render *render, const OpTable *table, bool if_not_exists)
{
    SqlWriter *writer = &render->writer;
    const TableShape shape = shape_of(table);

    render_schema(render, table->schema);
    if (op_expression_is_there(&table->partition_by))
        writer_refuse(writer, ONLY_POSTGRES, "SQLite has no partitioned tables");
    writer_addf(writer, "CREATE TABLE %s", if_not_exists ? "IF NOT EXISTS " : "");
    writer_name(writer, table->name);
    writer_add(writer, " (");
    for (size_t i = 0; i < table->columns.len; i++) {
        writer_add(writer, i > 0 ? ",\n    " : "\n    ");
        render_column(render, &table->columns.at[i], &shape);
    }
    for (size_t i = 0; i < table->constraints.len; i++) {
        writer_add(writer, ",\n    ");
        render_constraint(render, &table->constraints.at[i], autoincrement_of(table, &shape));
    }
    writer_add(writer, "\n)");
    if (table->is_strict)
        writer_add(writer, " STRICT");
    if (table->is_without_rowid)
        writer_add(writer, table->is_strict ? ", WITHOUT ROWID" : " WITHOUT ROWID");
}

static const char *
index_excess(const OpIndex *index)
{
    if (index->method != NULL && !sqlite_same_name(index->method, "btree"))
        return "index methods";
    if (index->include.len > 0)
        return "included columns";
    if (index->nulls_not_distinct)
        return "nulls_not_distinct";
    for (size_t i = 0; i < index->parts.len; i++) {
        if (index->parts.at[i].opclass != NULL)
            return "operator classes";
        if (index->parts.at[i].nulls != NULLS_ABSENT)
            return "nulls: in indexes";
    }
    return NULL;
}

static void
index_part(Render *render, const OpIndexPart *part)
{
    SqlWriter *writer = &render->writer;

    if (part->column != NULL)
        writer_name(writer, part->column);
    else
        writer_expression(writer, &part->expression, "the index expression");
    if (part->collate != NULL) {
        writer_add(writer, " COLLATE ");
        render_collation(render, part->collate);
    }
    if (part->order != ORDER_ABSENT)
        writer_add(writer, part->order == ORDER_DESC ? " DESC" : " ASC");
}

void
render_index(Render *render, const OpIndex *index, bool if_not_exists)
{
    SqlWriter *writer = &render->writer;
    const char *excess = index_excess(index);

    render_schema(render, index->schema);
    if (excess != NULL)
        writer_refuse(writer, ONLY_POSTGRES, "SQLite has no %s", excess);
    writer_addf(writer, "CREATE %sINDEX %s", index->is_unique ? "UNIQUE " : "",
                if_not_exists ? "IF NOT EXISTS " : "");
    writer_name(writer, index->name);
    writer_add(writer, " ON ");
    writer_name(writer, index->table);
    writer_add(writer, " (");
    for (size_t i = 0; i < index->parts.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        index_part(render, &index->parts.at[i]);
    }
    writer_add(writer, ")");
    if (op_expression_is_there(&index->where)) {
        writer_add(writer, " WHERE ");
        writer_expression(writer, &index->where, "the index condition");
    }
}
