/* SPDX-License-Identifier: MIT */
#include "drivers/render.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"

/* Words that cannot be names as they stand: all that PostgreSQL (13 to 18) does not call
 * unreserved, and what SQLite refuses. One list, so that both databases show one text. Byte order.
 */
/* clang-format off */
static const char *const WORDS[] = {
    "add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric",
    "authorization", "autoincrement", "between", "bigint", "binary", "bit", "boolean", "both",
    "case", "cast", "char", "character", "check", "coalesce", "collate", "collation", "column",
    "commit", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date",
    "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "dec",
    "decimal", "default", "deferrable", "delete", "desc", "distinct", "do", "drop", "else", "end",
    "escape", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign",
    "freeze", "from", "full", "grant", "greatest", "group", "grouping", "having", "if", "ilike",
    "in", "index", "initially", "inner", "inout", "insert", "int", "integer", "intersect",
    "interval", "into", "is", "isnull", "join", "json", "json_exists", "json_query",
    "json_scalar", "json_serialize", "json_table", "json_value", "lateral", "leading", "least",
    "left", "like", "limit", "localtime", "localtimestamp", "merge_action", "national", "natural",
    "nchar", "none", "normalize", "not", "nothing", "notnull", "null", "nullif", "numeric",
    "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing",
    "position", "precision", "primary", "raise", "real", "references", "returning", "right",
    "row", "select", "session_user", "set", "setof", "similar", "smallint", "some", "substring",
    "symmetric", "system_user", "table", "tablesample", "then", "time", "timestamp", "to",
    "trailing", "transaction", "treat", "trim", "true", "union", "unique", "update", "user",
    "using", "values", "varchar", "variadic", "verbose", "when", "where", "window", "with",
    "within", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists", "xmlforest",
    "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
};
/* clang-format on */

static int
compare_word(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool
needs_quotes(const char *name)
{
    if ((*name < 'a' || *name > 'z') && *name != '_')
        return true;
    for (const char *c = name; *c != '\0'; c++) {
        if ((*c < 'a' || *c > 'z') && !ascii_is_digit(*c) && *c != '_')
            return true;
    }
    return bsearch(name, WORDS, sizeof WORDS / sizeof *WORDS, sizeof *WORDS, compare_word) != NULL;
}

void
writer_add(SqlWriter *writer, const char *text)
{
    writer->text.arena = writer->arena;
    buf_add(&writer->text, text);
}

void
writer_addf(SqlWriter *writer, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    writer_add(writer, arena_vformat(writer->arena, format, args));
    va_end(args);
}

void
writer_name(SqlWriter *writer, const char *name)
{
    writer->text.arena = writer->arena;
    if (needs_quotes(name))
        writer->dialect->quote_name(&writer->text, name);
    else
        buf_add(&writer->text, name);
}

void
writer_path(SqlWriter *writer, const char *schema, const char *name)
{
    if (schema != NULL) {
        writer_name(writer, schema);
        writer_add(writer, ".");
    }
    writer_name(writer, name);
}

void
writer_names(SqlWriter *writer, const Names *names)
{
    writer_add(writer, "(");
    for (size_t i = 0; i < names->len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_name(writer, names->at[i]);
    }
    writer_add(writer, ")");
}

void
writer_literal(SqlWriter *writer, const char *text)
{
    writer->text.arena = writer->arena;
    writer->dialect->quote_text(&writer->text, text);
}

void
writer_piece(SqlWriter *writer, OpText text)
{
    writer->text.arena = writer->arena;
    if (text.origin != NULL)
        *VEC_ADD(writer->arena, &writer->pieces) =
            (StatementPiece){.at = writer->text.len, .len = text.text.len, .from = text};
    buf_add_slice(&writer->text, text.text);
}

void
writer_expression(SqlWriter *writer, const OpExpression *expression, const char *what)
{
    const OpText text = op_expression(expression, writer->dialect->name);

    if (text.text.at == NULL)
        writer_refuse(writer, "write one for this database, or say only: at the operation",
                      "%s has no text for %s", what, writer->dialect->name);
    else
        writer_piece(writer, text);
}

void
writer_quoted(SqlWriter *writer, OpText text)
{
    writer_literal(writer, arena_copy(writer->arena, text.text));
}

void
writer_end(SqlWriter *writer, RenderWhere where)
{
    const Slice text = {arena_copy(writer->arena, buf_slice(&writer->text)), writer->text.len};

    *VEC_ADD(writer->arena, writer->out) =
        (Rendering){.statement = {.role = STATEMENT_USER,
                                  .text = text,
                                  .place = writer->op->place,
                                  .source = writer->op->source,
                                  .source_offset = writer->op->offset,
                                  .is_rendered = true,
                                  .pieces = writer->pieces},
                    .where = where};
    buf_clear(&writer->text);
    writer->pieces = (StatementPieces){0};
}

void
writer_refuse(SqlWriter *writer, const char *hint, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    error_add_at(writer->err, ERR_REVISION, writer->op->place, "%s: %s", writer->op->path,
                 arena_vformat(writer->arena, format, args));
    va_end(args);
    if (hint != NULL)
        error_hint(writer->err, "%s", hint);
    writer->has_failed = true;
}

/* ---- clauses ---- */

void
writer_constraint_name(SqlWriter *writer, const char *name)
{
    if (name == NULL)
        return;
    writer_add(writer, "CONSTRAINT ");
    writer_name(writer, name);
    writer_add(writer, " ");
}

static const char *
action_text(KeyAction action)
{
    switch (action) {
    case KEY_ACTION_ABSENT:
        return "";
    case KEY_NO_ACTION:
        return "NO ACTION";
    case KEY_RESTRICT:
        return "RESTRICT";
    case KEY_CASCADE:
        return "CASCADE";
    case KEY_SET_NULL:
        return "SET NULL";
    case KEY_SET_DEFAULT:
        return "SET DEFAULT";
    }
    return "";
}

void
writer_references(SqlWriter *writer, const OpReferences *references)
{
    writer_add(writer, "REFERENCES ");
    writer_path(writer, references->schema, references->table);
    if (references->columns.len > 0) {
        writer_add(writer, " ");
        writer_names(writer, &references->columns);
    }
    if (references->match != MATCH_ABSENT)
        writer_addf(writer, " MATCH %s", references->match == MATCH_FULL ? "FULL" : "SIMPLE");
    if (references->on_delete != KEY_ACTION_ABSENT)
        writer_addf(writer, " ON DELETE %s", action_text(references->on_delete));
    if (references->on_update != KEY_ACTION_ABSENT)
        writer_addf(writer, " ON UPDATE %s", action_text(references->on_update));
    writer_deferrable(writer, references->deferrable, references->initially_deferred);
}

void
writer_deferrable(SqlWriter *writer, Tristate deferrable, Tristate initially_deferred)
{
    if (deferrable == TRI_NO)
        writer_add(writer, " NOT DEFERRABLE");
    else if (deferrable == TRI_YES || initially_deferred == TRI_YES)
        writer_add(writer, " DEFERRABLE");
    if (initially_deferred != TRI_UNSET)
        writer_add(writer,
                   initially_deferred == TRI_YES ? " INITIALLY DEFERRED" : " INITIALLY IMMEDIATE");
}

void
writer_value(SqlWriter *writer, const OpValue *value)
{
    switch (value->kind) {
    case VALUE_IS_NULL:
        writer_add(writer, "NULL");
        return;
    case VALUE_IS_TEXT:
        writer_quoted(writer, value->text);
        return;
    case VALUE_IS_NUMBER:
        writer_piece(writer, value->text);
        return;
    case VALUE_IS_BOOLEAN:
        writer_add(writer, value->boolean ? "TRUE" : "FALSE");
        return;
    case VALUE_IS_EXPRESSION:
        writer_expression(writer, &value->expression, value->column);
        return;
    }
}

void
writer_row_columns(SqlWriter *writer, const OpRow *row)
{
    writer_add(writer, "(");
    for (size_t i = 0; i < row->values.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_name(writer, row->values.at[i].column);
    }
    writer_add(writer, ")");
}

void
writer_row_values(SqlWriter *writer, const OpRow *row)
{
    writer_add(writer, "(");
    for (size_t i = 0; i < row->values.len; i++) {
        writer_add(writer, i > 0 ? ", " : "");
        writer_value(writer, &row->values.at[i]);
    }
    writer_add(writer, ")");
}
