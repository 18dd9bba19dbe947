/* SPDX-License-Identifier: MIT */
#include "drivers/postgres/render.h"

#include <string.h>

#include "core/sql/token.h"
#include "drivers/postgres/postgres.h"

static RenderOperation *const OPERATIONS[OP_KIND_COUNT] = {
    [OP_CREATE_TABLE] = postgres_create_table,
    [OP_DROP_TABLE] = postgres_drop_table,
    [OP_RENAME_TABLE] = postgres_rename_table,
    [OP_ADD_COLUMN] = postgres_add_column,
    [OP_DROP_COLUMN] = postgres_drop_column,
    [OP_ALTER_COLUMN] = postgres_alter_column,
    [OP_RENAME_COLUMN] = postgres_rename_column,
    [OP_CREATE_INDEX] = postgres_create_index,
    [OP_DROP_INDEX] = postgres_drop_index,
    [OP_RENAME_INDEX] = postgres_rename_index,
    [OP_ADD_CONSTRAINT] = postgres_add_constraint,
    [OP_DROP_CONSTRAINT] = postgres_drop_constraint,
    [OP_RENAME_CONSTRAINT] = postgres_rename_constraint,
    [OP_VALIDATE_CONSTRAINT] = postgres_validate_constraint,
    [OP_COMMENT] = postgres_comment,
    [OP_INSERT] = postgres_insert,
    [OP_DELETE_ROWS] = postgres_delete_rows,
    [OP_CREATE_ENUM] = postgres_create_enum,
    [OP_DROP_ENUM] = postgres_drop_enum,
    [OP_ADD_ENUM_VALUE] = postgres_add_enum_value,
    [OP_RENAME_ENUM_VALUE] = postgres_rename_enum_value,
    [OP_DROP_ENUM_VALUE] = postgres_drop_enum_value,
    [OP_CREATE_SEQUENCE] = postgres_create_sequence,
    [OP_ALTER_SEQUENCE] = postgres_alter_sequence,
    [OP_DROP_SEQUENCE] = postgres_drop_sequence,
    [OP_CREATE_VIEW] = postgres_create_view,
    [OP_REPLACE_VIEW] = postgres_replace_view,
    [OP_DROP_VIEW] = postgres_drop_view,
    [OP_CREATE_FUNCTION] = postgres_create_routine,
    [OP_REPLACE_FUNCTION] = postgres_replace_function,
    [OP_DROP_FUNCTION] = postgres_drop_function,
    [OP_CREATE_TRIGGER] = postgres_create_routine,
    [OP_REPLACE_TRIGGER] = postgres_replace_trigger,
    [OP_DROP_TRIGGER] = postgres_drop_trigger,
    [OP_CREATE_SCHEMA] = postgres_create_schema,
    [OP_DROP_SCHEMA] = postgres_drop_schema,
    [OP_CREATE_EXTENSION] = postgres_create_extension,
    [OP_DROP_EXTENSION] = postgres_drop_extension,
    [OP_BACKFILL] = postgres_backfill,
};

bool
postgres_render(const RenderContext *context, const Operation *ops, size_t count, size_t *taken,
                Renderings *out, Error *err)
{
    Render render = {
        .writer = {.dialect = &DIALECT_POSTGRES, .arena = context->arena, .out = out, .err = err},
        .ops = ops,
        .count = count,
        .is_rehearsal = context->is_rehearsal};

    postgres_tables_look(&render);
    for (size_t i = 0; i < count; i++) {
        render.writer.op = &ops[i];
        OPERATIONS[ops[i].kind](&render, &ops[i]);
        postgres_tables_settle(&render, i);
    }
    if (render.begins_anew && out->len > 0)
        VEC_LAST(out)->closes = true;
    *taken = count;
    return !render.writer.has_failed;
}

/* ---- statements ---- */

void
postgres_statement_end(Render *render, RenderWhere where)
{
    if (where == RENDER_TOGETHER && render->begins_anew)
        where = RENDER_ANEW;
    render->begins_anew = where == RENDER_OUTSIDE;
    writer_end(&render->writer, where);
}

void
postgres_statement_anew(Render *render)
{
    render->begins_anew = true;
}

/* A tag for dollar quotes around a text: $name$, or with a number. */
static const char *
dollar_tag(Arena *arena, const char *name, Slice text)
{
    const char *copy = arena_copy(arena, text);
    const char *tag = arena_format(arena, "$%s$", name);

    for (unsigned n = 1; strstr(copy, tag) != NULL; n++)
        tag = arena_format(arena, "$%s%u$", name, n);
    return tag;
}

void
postgres_block_end(Render *render, RenderWhere where)
{
    SqlWriter *writer = &render->writer;
    const Slice body = {arena_copy(writer->arena, buf_slice(&writer->text)), writer->text.len};
    const char *tag = dollar_tag(writer->arena, "migrate", body);
    const char *head = arena_format(writer->arena, "DO %s\n", tag);

    for (size_t i = 0; i < writer->pieces.len; i++)
        writer->pieces.at[i].at += strlen(head);
    buf_clear(&writer->text);
    writer_addf(writer, "%s", head);
    buf_add_slice(&writer->text, body);
    writer_add(writer, tag);
    postgres_statement_end(render, where);
}

SqlWriter
postgres_inner(const Render *render)
{
    SqlWriter inner = render->writer;

    inner.text = (Buf){.arena = inner.arena};
    inner.pieces = (StatementPieces){0};
    return inner;
}

void
postgres_dollar_quoted(Render *render, const SqlWriter *inner)
{
    SqlWriter *writer = &render->writer;
    const char *tag = dollar_tag(writer->arena, "sql", buf_slice(&inner->text));

    writer_add(writer, tag);
    for (size_t i = 0; i < inner->pieces.len; i++) {
        StatementPiece *piece = VEC_ADD(writer->arena, &writer->pieces);
        *piece = inner->pieces.at[i];
        piece->at += writer->text.len;
    }
    writer_addf(writer, "%s%s", buf_text(&inner->text), tag);
    writer->has_failed = writer->has_failed || inner->has_failed;
}

/* ---- clauses ---- */

void
postgres_type_name(Render *render, const char *name)
{
    const char *dot = strchr(name, '.');
    Arena *arena = render->writer.arena;

    if (dot == NULL)
        writer_name(&render->writer, name);
    else
        writer_path(&render->writer, arena_copy(arena, (Slice){name, (size_t)(dot - name)}),
                    dot + 1);
}

static const char *
simple_type(TypeKind kind)
{
    static const char *const NAMES[] = {
        [TYPE_BOOLEAN] = "boolean",
        [TYPE_SMALLINT] = "smallint",
        [TYPE_INTEGER] = "integer",
        [TYPE_BIGINT] = "bigint",
        [TYPE_DECIMAL] = "numeric",
        [TYPE_REAL] = "real",
        [TYPE_DOUBLE] = "double precision",
        [TYPE_TEXT] = "text",
        [TYPE_STRING] = "varchar",
        [TYPE_CHAR] = "char",
        [TYPE_BINARY] = "bytea",
        [TYPE_DATE] = "date",
        [TYPE_TIME] = "time",
        [TYPE_TIMESTAMP] = "timestamp",
        [TYPE_TIMESTAMPTZ] = "timestamptz",
        [TYPE_INTERVAL] = "interval",
        [TYPE_UUID] = "uuid",
        [TYPE_JSON] = "jsonb",
        [TYPE_JSON_TEXT] = "json",
        [TYPE_RAW] = NULL,
    };

    return NAMES[kind];
}

void
postgres_type(Render *render, const OpType *type)
{
    SqlWriter *writer = &render->writer;
    size_t dimensions = 0;

    for (; type->kind == TYPE_ARRAY && type->element != NULL; type = type->element)
        dimensions++;
    if (type->kind == TYPE_RAW)
        writer_expression(writer, &type->raw, "the type");
    else if (type->kind == TYPE_ENUM && type->name != NULL)
        postgres_type_name(render, type->name);
    else if (type->kind == TYPE_ENUM)
        writer_add(writer, "text");
    else
        writer_add(writer, simple_type(type->kind));
    if (type->has_size && type->kind == TYPE_DECIMAL)
        writer_addf(writer, "(%u,%u)", type->size, type->scale);
    else if (type->has_size)
        writer_addf(writer, "(%u)", type->size);
    while (dimensions-- > 0)
        writer_add(writer, "[]");
}

/* Does the text need parentheses behind DEFAULT, where not every expression may stand? */
static bool
is_one_term(Slice text)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);
    SqlToken token;
    const char *end = NULL;

    while (sql_token_peek(&tokens).kind != SQL_TOKEN_END) {
        if (sql_take_parentheses(&tokens)) {
            end = tokens.at;
            continue;
        }
        if (sql_token_next(&tokens, &token) == SQL_TOKEN_BROKEN)
            return true;
        if (end != NULL && token.text.at != end)
            return false;
        end = tokens.at;
    }
    return true;
}

void
postgres_default(Render *render, const OpDefault *value)
{
    SqlWriter *writer = &render->writer;

    switch (value->kind) {
    case DEFAULT_ABSENT:
    case DEFAULT_NONE:
        writer_add(writer, "NULL");
        return;
    case DEFAULT_STRING:
        writer_quoted(writer, value->text);
        return;
    case DEFAULT_NUMBER:
        writer_piece(writer, value->text);
        return;
    case DEFAULT_BOOLEAN:
        writer_add(writer, value->boolean ? "TRUE" : "FALSE");
        return;
    case DEFAULT_NOW:
        writer_add(writer, "now()");
        return;
    case DEFAULT_TODAY:
        writer_add(writer, "CURRENT_DATE");
        return;
    case DEFAULT_UUID:
        writer_add(writer, "gen_random_uuid()");
        return;
    case DEFAULT_EXPRESSION:
        break;
    }
    const OpText text = op_expression(&value->expression, writer->dialect->name);
    const bool is_bare = text.text.at == NULL || is_one_term(text.text);
    writer_add(writer, is_bare ? "" : "(");
    writer_expression(writer, &value->expression, "the default");
    writer_add(writer, is_bare ? "" : ")");
}

/* A value of a storage parameter: a number or a word as it is, else a literal. */
static void
add_parameter_value(SqlWriter *writer, const char *value)
{
    const size_t plain =
        strspn(value, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");

    if (value[plain] == '\0' && plain > 0)
        writer_add(writer, value);
    else
        writer_literal(writer, value);
}

/* A parameter's name may have two parts: toast.autovacuum_enabled. */
void
postgres_parameters(Render *render, const OpParameters *parameters)
{
    SqlWriter *writer = &render->writer;

    if (parameters->len == 0)
        return;
    writer_add(writer, " WITH (");
    for (size_t i = 0; i < parameters->len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        postgres_type_name(render, parameters->at[i].name);
        writer_add(writer, " = ");
        add_parameter_value(writer, parameters->at[i].value);
    }
    writer_add(writer, ")");
}

void
postgres_comment_text(Render *render, OpText text)
{
    writer_add(&render->writer, " IS ");
    if (text.text.at == NULL)
        writer_add(&render->writer, "NULL");
    else
        writer_quoted(&render->writer, text);
    postgres_statement_end(render, RENDER_TOGETHER);
}

void
postgres_alter_table(Render *render, const char *schema, const char *table)
{
    writer_add(&render->writer, "ALTER TABLE ");
    writer_path(&render->writer, schema, table);
    writer_add(&render->writer, " ");
}

const char *
postgres_joined(Render *render, const char *table, const char *column, const char *suffix)
{
    return column == NULL ? arena_format(render->writer.arena, "%s_%s", table, suffix)
                          : arena_format(render->writer.arena, "%s_%s_%s", table, column, suffix);
}

void
postgres_path_literal(Render *render, const char *schema, const char *name)
{
    SqlWriter path = postgres_inner(render);

    writer_path(&path, schema, name);
    writer_literal(&render->writer, buf_text(&path.text));
}
