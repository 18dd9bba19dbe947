/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/rebuild.h"

#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/schema_guard.h"

/* ---- reading ---- */

static bool
is_generated(const TableText *table, size_t column)
{
    return table_text_part(table, (int)column, PART_GENERATED) != NULL;
}

static const char *
column_name(const TableText *table, size_t column, Arena *arena)
{
    return sqlite_name(arena, table_text_at(table, table->columns.at[column].name));
}

static const char *
column_list(const TableText *table, Arena *arena)
{
    Names names = {0};

    for (size_t i = 0; i < table->columns.len; i++)
        *VEC_ADD(arena, &names) = column_name(table, i, arena);
    return names_list(arena, &names);
}

bool
rebuild_open(Rebuild *rebuild, const RenderContext *context, const char *table, const Operation *op,
             Error *err)
{
    Arena *arena = context->arena;
    Renderings none = {0};
    Render render = render_begin(context, op, &none, err);

    *rebuild = (Rebuild){.context = context, .err = err};
    rebuild->before = catalog_of(context->catalog, table, arena);
    if (rebuild->before.len == 0) {
        writer_refuse(&render.writer, "it is made by an earlier revision, or an earlier operation",
                      "there is no table %s", table);
        return false;
    }
    const CatalogObject *first = &rebuild->before.at[0];
    rebuild->table = first->name;
    if (strcmp(first->type, "table") != 0 ||
        !table_text_parse(&rebuild->old, slice_of(first->sql), arena) ||
        !table_text_parse(&rebuild->text, slice_of(first->sql), arena)) {
        writer_refuse(&render.writer, "drop it and make it again", "%s is no table that can change",
                      table);
        return false;
    }
    for (size_t i = 0; i < rebuild->old.columns.len; i++)
        VEC_ADD(arena, &rebuild->columns)->from = column_name(&rebuild->old, i, arena);
    for (size_t i = 1; i < rebuild->before.len; i++)
        VEC_ADD(arena, &rebuild->objects)->object = rebuild->before.at[i];
    return true;
}

/* ---- small things ---- */

static void
need(Rebuild *rebuild, const Operation *op)
{
    if (rebuild->needed == NULL)
        rebuild->needed = op;
}

static void
add_patch(Render *render, const TextPatch *patch)
{
    SqlWriter *writer = &render->writer;
    const size_t at = writer->text.len;

    for (size_t i = 0; i < patch->pieces.len; i++) {
        StatementPiece *piece = VEC_ADD(writer->arena, &writer->pieces);
        *piece = patch->pieces.at[i];
        piece->at += at;
    }
    buf_add_slice(&writer->text, patch->text);
}

/* What a patch makes of the text; a problem if it makes no table of it. */
static void
edited(Render *render, bool is_done)
{
    if (!is_done && !render->writer.has_failed)
        writer_refuse(&render->writer, "look for a parenthesis or a quote that is not closed",
                      "this does not fit into the text of a table");
}

static TextPatch
text_patch(Render *render, const char *text)
{
    writer_add(&render->writer, text);
    return render_patch(render);
}

static TextPatch
name_patch(Render *render, const char *name)
{
    writer_name(&render->writer, name);
    return render_patch(render);
}

/* The number of a column that must be there; NO_COLUMN and a problem if it is not. */
static int
column_get(Rebuild *rebuild, Render *render, const char *name)
{
    const int column = table_text_column(&rebuild->text, name);

    if (column == NO_COLUMN)
        writer_refuse(&render->writer,
                      arena_format(rebuild->context->arena, "it has %s",
                                   column_list(&rebuild->text, rebuild->context->arena)),
                      "table %s has no column %s", rebuild->table, name);
    return column;
}

/* What the rows of a column are copied from so far. */
static void
add_source(Rebuild *rebuild, Render *render, size_t column)
{
    const RebuildColumn *of = &rebuild->columns.at[column];

    if (of->value.text.len > 0)
        add_patch(render, &of->value);
    else if (of->from != NULL)
        writer_name(&render->writer, of->from);
    else
        writer_add(&render->writer, "NULL");
}

/* The columns of a constraint: the one that it stands at, or those of its parenthesis. */
static Names
part_columns(const Rebuild *rebuild, size_t index)
{
    const TableText *text = &rebuild->text;
    const TablePart *part = &text->parts.at[index];
    Arena *arena = rebuild->context->arena;
    Names columns = {0};

    for (size_t i = 0; i < text->columns.len; i++) {
        const TableColumn *column = &text->columns.at[i];
        if (index >= column->first && index < column->first + column->count)
            *VEC_ADD(arena, &columns) = column_name(text, i, arena);
    }
    if (columns.len == 0 && part->kind != PART_CHECK)
        columns = table_text_names(text, part->body, arena);
    return columns;
}

/* What PostgreSQL would have called a constraint that has no name here. */
static const char *
auto_name(const Rebuild *rebuild, size_t index)
{
    const TablePart *part = &rebuild->text.parts.at[index];
    Arena *arena = rebuild->context->arena;
    const char *suffix = part->kind == PART_UNIQUE        ? "key"
                         : part->kind == PART_CHECK       ? "check"
                         : part->kind == PART_FOREIGN_KEY ? "fkey"
                                                          : NULL;

    if (part->kind == PART_PRIMARY_KEY)
        return arena_format(arena, "%s_pkey", rebuild->table);
    if (suffix == NULL)
        return "";
    const Names columns = part_columns(rebuild, index);
    if (columns.len == 0)
        return arena_format(arena, "%s_%s", rebuild->table, suffix);
    return arena_format(arena, "%s_%s_%s", rebuild->table, names_join(arena, &columns, "_"),
                        suffix);
}

/* The same but for space, comments and the case of words. */
static bool
is_same_sql(Slice a, Slice b)
{
    SqlTokens left = sql_tokens(SQL_SQLITE, a);
    SqlTokens right = sql_tokens(SQL_SQLITE, b);
    SqlToken x;
    SqlToken y;

    do {
        if (sql_token_next(&left, &x) != sql_token_next(&right, &y))
            return false;
        const bool is_word = x.kind == SQL_TOKEN_WORD && x.text.len == y.text.len;
        for (size_t i = 0; is_word && i < x.text.len; i++) {
            if (ascii_lower(x.text.at[i]) != ascii_lower(y.text.at[i]))
                return false;
        }
        if (!is_word && !slice_equals(x.text, y.text))
            return false;
    } while (x.kind != SQL_TOKEN_END && x.kind != SQL_TOKEN_BROKEN);
    return true;
}

static bool
is_of_kind(const TablePart *part, ConstraintKind kind)
{
    switch (kind) {
    case CONSTRAINT_PRIMARY_KEY:
        return part->kind == PART_PRIMARY_KEY;
    case CONSTRAINT_UNIQUE:
        return part->kind == PART_UNIQUE;
    case CONSTRAINT_CHECK:
        return part->kind == PART_CHECK;
    case CONSTRAINT_FOREIGN_KEY:
        return part->kind == PART_FOREIGN_KEY;
    case CONSTRAINT_ABSENT:
    case CONSTRAINT_EXCLUDE:
        break;
    }
    return false;
}

/* A constraint without a name, by what it says. */
static bool
is_like(const Rebuild *rebuild, size_t index, const OpConstraint *like)
{
    const TablePart *part = &rebuild->text.parts.at[index];
    const OpText check = op_expression(&like->check, "sqlite");

    if (!is_of_kind(part, like->kind))
        return false;
    if (check.text.at != NULL) {
        const Slice body = table_text_at(&rebuild->text, part->body);
        return part->kind == PART_CHECK &&
               is_same_sql((Slice){body.at + 1, body.len - 2}, check.text);
    }
    const Names columns = part_columns(rebuild, index);
    if (columns.len != like->columns.len)
        return false;
    for (size_t i = 0; i < columns.len; i++) {
        if (!sqlite_same_name(columns.at[i], like->columns.at[i]))
            return false;
    }
    return true;
}

/* The constraint of that name; else one without a name that this would be the name of, or that is
 * like the other (may be NULL). NULL, and a problem unless it may be absent, if there is none. */
static const TablePart *
constraint_get(Rebuild *rebuild, Render *render, const char *name, const OpConstraint *like)
{
    int column = NO_COLUMN;
    const TableText *text = &rebuild->text;

    if (name != NULL && table_text_constraint(text, name, &column) != NULL)
        return table_text_constraint(text, name, &column);
    for (size_t i = 0; i < text->parts.len; i++) {
        const TablePart *part = &text->parts.at[i];
        if (part->name.at != part->name.end)
            continue;
        if (name != NULL ? sqlite_same_name(auto_name(rebuild, i), name)
                         : like != NULL && is_like(rebuild, i, like))
            return part;
    }
    if (!render->writer.op->if_exists)
        writer_refuse(&render->writer, NULL, "table %s has no constraint %s", rebuild->table,
                      name == NULL ? "like this" : name);
    return NULL;
}

/* ---- adding a column ---- */

bool
add_column_is_native(const Operation *op)
{
    const OpColumn *column = op->column;
    const bool is_generated = op_expression_is_there(&column->generated);
    const bool has_fill = op_expression_is_there(&op->fill);
    const bool has_default =
        column->default_value.kind != DEFAULT_ABSENT && column->default_value.kind != DEFAULT_NONE;

    if (column->primary_key.is_set == TRI_YES || column->unique.is_set == TRI_YES ||
        column->identity > IDENTITY_NONE || op->after_column != NULL)
        return false;
    if (!default_is_constant(&column->default_value) || (is_generated && column->stored == TRI_YES))
        return false;
    return column->nullable != TRI_NO || is_generated || (has_default && !has_fill);
}

/* The new column goes behind column `after`. */
static void
columns_insert(Rebuild *rebuild, int after, const TextPatch *value)
{
    const size_t at = after < 0 ? 0 : (size_t)after + 1;
    RebuildColumn *last = VEC_ADD(rebuild->context->arena, &rebuild->columns);

    memmove(rebuild->columns.at + at + 1, rebuild->columns.at + at,
            (size_t)(last - (rebuild->columns.at + at)) * sizeof *last);
    rebuild->columns.at[at] = (RebuildColumn){.value = *value};
}

static void
add_column_native(Rebuild *rebuild, Render *render, const TextPatch *column, const TextPatch *fill)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " ADD COLUMN ");
    add_patch(render, column);
    render_end(render);
    if (fill->text.len == 0)
        return;
    writer_add(writer, "UPDATE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " SET ");
    writer_name(writer, writer->op->column->name);
    writer_add(writer, " = ");
    add_patch(render, fill);
    render_end(render);
}

static TableShape
shape_now(const Rebuild *rebuild)
{
    int column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(&rebuild->text, &column);
    TableShape shape = {.table = rebuild->table,
                        .is_strict = rebuild->text.is_strict,
                        .is_without_rowid = rebuild->text.is_without_rowid};

    if (key != NULL && column == NO_COLUMN)
        shape.key = table_text_names(&rebuild->text, key->body, rebuild->context->arena);
    return shape;
}

static void
add_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpColumn *column = op->column;
    const TableShape shape = shape_now(rebuild);
    int after = (int)rebuild->text.columns.len - 1;
    TextPatch fill = {0};

    if (table_text_column(&rebuild->text, column->name) != NO_COLUMN) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has a column %s already", rebuild->table,
                          column->name);
        return;
    }
    if (op->after_column != NULL)
        after =
            *op->after_column == '\0' ? NO_COLUMN : column_get(rebuild, render, op->after_column);
    render_column(render, column, &shape);
    const TextPatch patch = render_patch(render);
    if (op_expression_is_there(&op->fill)) {
        writer_expression(&render->writer, &op->fill, "fill");
        fill = render_patch(render);
    }
    if (render->writer.has_failed)
        return;
    edited(render, table_text_add_column(&rebuild->text, after, &patch));
    columns_insert(rebuild, after, &fill);
    if (add_column_is_native(op))
        add_column_native(rebuild, render, &patch, &fill);
    else
        need(rebuild, op);
}

/* ---- dropping a column ---- */

/* True if the piece mentions a column other than this one. */
static bool
mentions_others(const Rebuild *rebuild, Slice piece, const char *name)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, piece);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind != SQL_TOKEN_WORD && token.kind != SQL_TOKEN_NAME &&
            token.kind != SQL_TOKEN_STRING)
            continue;
        const char *word = sqlite_name(rebuild->context->arena, token.text);
        if (!sqlite_same_name(word, name) && table_text_column(&rebuild->text, word) != NO_COLUMN &&
            (token.kind != SQL_TOKEN_WORD || sql_token_peek(&tokens).kind != SQL_TOKEN_OPEN))
            return true;
    }
    return false;
}

static bool
list_has(const Rebuild *rebuild, TextRange list, const char *name)
{
    const Names names = table_text_names(&rebuild->text, list, rebuild->context->arena);

    for (size_t i = 0; i < names.len; i++) {
        if (sqlite_same_name(names.at[i], name))
            return true;
    }
    return false;
}

static bool
is_own_key(const Rebuild *rebuild, const TablePart *part)
{
    return part->kind == PART_FOREIGN_KEY &&
           sqlite_name_is(table_text_at(&rebuild->text, part->parent), rebuild->table);
}

/* Does a constraint that is not the column's own need the column? */
static bool
part_needs(const Rebuild *rebuild, const TablePart *part, const char *name)
{
    switch (part->kind) {
    case PART_CHECK:
    case PART_GENERATED:
        return sqlite_mentions(table_text_at(&rebuild->text, part->body), name);
    case PART_PRIMARY_KEY:
    case PART_UNIQUE:
    case PART_FOREIGN_KEY:
        return list_has(rebuild, part->body, name) ||
               (is_own_key(rebuild, part) && list_has(rebuild, part->parent_body, name));
    case PART_BARE_NAME:
    case PART_NOT_NULL:
    case PART_NULL:
    case PART_DEFAULT:
    case PART_COLLATE:
    case PART_DEFERRABLE:
        break;
    }
    return false;
}

static const char *
part_text(const Rebuild *rebuild, const TablePart *part)
{
    return arena_copy(rebuild->context->arena, table_text_at(&rebuild->text, part->range));
}

/* Takes away what only this column is in; refuses where others are too. False: nothing was there.
 */
static bool
drop_constraints(Rebuild *rebuild, Render *render, int column, const char *name)
{
    TableText *text = &rebuild->text;
    bool found = false;

    for (size_t i = text->parts.len; i-- > 0;) {
        const TablePart *part = &text->parts.at[i];
        const TableColumn *own = &text->columns.at[column];
        if ((i >= own->first && i < own->first + own->count) || !part_needs(rebuild, part, name))
            continue;
        found = true;
        const bool is_shared =
            part->kind == PART_GENERATED ||
            (is_own_key(rebuild, part) && list_has(rebuild, part->parent_body, name)) ||
            (part->kind == PART_PRIMARY_KEY && text->is_without_rowid) ||
            mentions_others(rebuild, table_text_at(text, part->body), name);
        if (is_shared || i < text->constraints) {
            writer_refuse(&render->writer, "drop or change that first",
                          "column %s of %s is needed by: %s", name, rebuild->table,
                          part_text(rebuild, part));
            return true;
        }
        log_info(rebuild->context->log, "%s: %s goes with the column %s", render->writer.op->path,
                 part_text(rebuild, part), name);
        edited(render, table_text_remove_part(text, part));
    }
    return found;
}

/* What an index says of its columns: from the parenthesis on. */
static Slice
index_body(const char *sql)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, slice_of(sql));
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_OPEN)
            return slice_of(token.text.at);
    }
    return SLICE("");
}

static void
object_remove(Rebuild *rebuild, size_t index)
{
    rebuild->objects.len--;
    memmove(rebuild->objects.at + index, rebuild->objects.at + index + 1,
            (rebuild->objects.len - index) * sizeof *rebuild->objects.at);
}

/* As drop_constraints, for indexes; of triggers it only says whether one mentions the column. */
static bool
drop_indexes(Rebuild *rebuild, Render *render, const char *name)
{
    bool found = false;

    for (size_t i = rebuild->objects.len; i-- > 0;) {
        const CatalogObject *object = &rebuild->objects.at[i].object;
        const bool is_index = strcmp(object->type, "index") == 0;
        const Slice body = is_index ? index_body(object->sql) : slice_of(object->sql);
        if (!sqlite_mentions(body, name))
            continue;
        found = true;
        if (!is_index)
            continue;
        if (mentions_others(rebuild, body, name)) {
            writer_refuse(&render->writer,
                          "drop it first, and create it as it is to be behind this",
                          "column %s of %s is needed by: %s", name, rebuild->table, object->sql);
            return true;
        }
        log_info(rebuild->context->log, "%s: index %s goes with the column %s",
                 render->writer.op->path, object->name, name);
        object_remove(rebuild, i);
    }
    return found;
}

/* A foreign key of another table to this column. */
static bool
refers(Rebuild *rebuild, const CatalogObject *other, const char *name, bool is_key)
{
    TableText text;

    if (sqlite_same_name(other->name, rebuild->table) ||
        !table_text_parse(&text, slice_of(other->sql), rebuild->context->arena))
        return false;
    for (size_t i = 0; i < text.parts.len; i++) {
        const TablePart *part = &text.parts.at[i];
        if (part->kind != PART_FOREIGN_KEY ||
            !sqlite_name_is(table_text_at(&text, part->parent), rebuild->table))
            continue;
        if (part->parent_body.at == part->parent_body.end
                ? is_key
                : sqlite_mentions(table_text_at(&text, part->parent_body), name))
            return true;
    }
    return false;
}

static void
refuse_referred(Rebuild *rebuild, Render *render, int column, const char *name)
{
    Arena *arena = rebuild->context->arena;
    const CatalogObjects others = catalog_with(rebuild->context->catalog, rebuild->table, arena);
    int key_column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(&rebuild->text, &key_column);
    const bool is_key =
        key != NULL &&
        (key_column == column || (key_column == NO_COLUMN && list_has(rebuild, key->body, name)));

    for (size_t i = 0; i < others.len; i++) {
        if (!refers(rebuild, &others.at[i], name, is_key))
            continue;
        writer_refuse(&render->writer, "drop that constraint first",
                      "column %s of %s is what a foreign key of table %s refers to", name,
                      rebuild->table, others.at[i].name);
        return;
    }
}

/* What stands in the way of ALTER TABLE DROP COLUMN in the column itself. */
static bool
has_hard_parts(const TableText *text, int column)
{
    return table_text_part(text, column, PART_PRIMARY_KEY) != NULL ||
           table_text_part(text, column, PART_UNIQUE) != NULL ||
           table_text_part(text, column, PART_FOREIGN_KEY) != NULL;
}

static void
drop_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;

    if (op->if_exists && table_text_column(text, op->name) == NO_COLUMN)
        return;
    const int column = column_get(rebuild, render, op->name);
    if (column == NO_COLUMN)
        return;
    if (text->columns.len == 1 ||
        (text->is_without_rowid && table_text_part(text, column, PART_PRIMARY_KEY) != NULL)) {
        writer_refuse(writer, "drop the table", "table %s cannot be without its column %s",
                      rebuild->table, op->name);
        return;
    }
    refuse_referred(rebuild, render, column, op->name);
    bool is_native = !has_hard_parts(text, column);
    is_native = !drop_constraints(rebuild, render, column, op->name) && is_native;
    is_native = !drop_indexes(rebuild, render, op->name) && is_native;
    is_native =
        is_native && !catalog_is_used(rebuild->context->catalog, op->name, rebuild->context->arena);
    if (writer->has_failed)
        return;
    edited(render, table_text_remove_column(text, column));
    rebuild->columns.len--;
    memmove(rebuild->columns.at + column, rebuild->columns.at + column + 1,
            (rebuild->columns.len - (size_t)column) * sizeof *rebuild->columns.at);
    rebuild->drops = op;
    if (!is_native) {
        need(rebuild, op);
        return;
    }
    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, rebuild->table);
    writer_add(writer, " DROP COLUMN ");
    writer_name(writer, op->name);
    render_end(render);
}

/* ---- altering a column ---- */

/* A new type brings its own checks. */
static void
remove_type_checks(Rebuild *rebuild, Render *render, int column)
{
    TableText *text = &rebuild->text;

    for (size_t i = text->columns.at[column].count; i-- > 0;) {
        const TablePart *part = &text->parts.at[text->columns.at[column].first + i];
        if (is_type_check(text, part))
            edited(render, table_text_remove_part(text, part));
    }
}

static void
set_value(Rebuild *rebuild, Render *render, int column)
{
    rebuild->columns.at[column].value = render_patch(render);
}

/* SQLite converts what it stores, as far as nothing is lost; STRICT refuses the rest, as it should
 * not when the type is changed on purpose. */
static void
alter_type(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const TableShape shape = shape_now(rebuild);
    const bool is_strict = shape.is_strict;

    render_type(render, &op->column->type, is_strict);
    const TextPatch type = render_patch(render);
    render_type_check(render, &shape, op->name, &op->column->type);
    const TextPatch check = render_patch(render);
    if (writer->has_failed)
        return;
    remove_type_checks(rebuild, render, column);
    edited(render, table_text_set_type(&rebuild->text, column, &type));
    if (check.text.len > 0) {
        const size_t at = rebuild->text.columns.at[column].range.end;
        edited(render, table_text_replace(&rebuild->text, (TextRange){at, at}, &check));
    }
    if (op_expression_is_there(&op->using_expression)) {
        writer_expression(writer, &op->using_expression, "using");
        set_value(rebuild, render, column);
    } else if (is_strict && !slice_is_nocase(type.text, "any")) {
        writer_add(writer, "CAST(");
        add_source(rebuild, render, (size_t)column);
        writer_add(writer, " AS ");
        add_patch(render, &type);
        writer_add(writer, ")");
        set_value(rebuild, render, column);
    }
}

static void
alter_default(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    TableText *text = &rebuild->text;
    const OpDefault *value = &op->column->default_value;
    const TablePart *part = table_text_part(text, column, PART_DEFAULT);

    if (value->kind == DEFAULT_NONE) {
        if (part != NULL)
            edited(render, table_text_remove_part(text, part));
        return;
    }
    if (part == NULL)
        writer_add(&render->writer, "DEFAULT ");
    render_default_value(render, value, &op->column->type);
    const TextPatch patch = render_patch(render);
    if (render->writer.has_failed)
        return;
    edited(render, part == NULL ? table_text_add_part(text, column, &patch)
                                : table_text_replace(text, part->body, &patch));
}

static void
alter_nullable(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;
    const TablePart *part = table_text_part(text, column, PART_NOT_NULL);

    if (op->column->nullable == TRI_YES) {
        if (part != NULL)
            edited(render, table_text_remove_part(text, part));
        return;
    }
    if (part == NULL) {
        const TextPatch patch = text_patch(render, "NOT NULL");
        part = table_text_part(text, column, PART_NULL);
        edited(render, part != NULL ? table_text_replace(text, part->range, &patch)
                                    : table_text_add_part(text, column, &patch));
    }
    if (!op_expression_is_there(&op->fill))
        return;
    writer_add(writer, "coalesce(");
    add_source(rebuild, render, (size_t)column);
    writer_add(writer, ", ");
    writer_expression(writer, &op->fill, "fill");
    writer_add(writer, ")");
    set_value(rebuild, render, column);
}

static void
alter_collation(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    TableText *text = &rebuild->text;
    const TablePart *part = table_text_part(text, column, PART_COLLATE);

    if (part == NULL)
        writer_add(&render->writer, "COLLATE ");
    render_collation(render, op->column->collate);
    const TextPatch patch = render_patch(render);
    if (!render->writer.has_failed)
        edited(render, part == NULL ? table_text_add_part(text, column, &patch)
                                    : table_text_replace(text, part->body, &patch));
}

/* INTEGER as a primary key is the rowid, which SQLite gives by itself; AUTOINCREMENT is beside it.
 */
static void
alter_identity(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    TableText *text = &rebuild->text;
    const bool wants_word = op->column->identity == IDENTITY_AUTOINCREMENT;
    const TextPatch type = text_patch(render, "INTEGER");
    int key_column = NO_COLUMN;

    if (op->column->identity != IDENTITY_NONE)
        edited(render, table_text_set_type(text, column, &type));
    const TablePart *key = table_text_primary_key(text, &key_column);
    if (op->column->identity != IDENTITY_NONE && table_text_rowid(text) != column) {
        writer_refuse(writer, NULL, "identity column %s is not the primary key, as SQLite needs it",
                      op->name);
        return;
    }
    if (key == NULL || key->is_autoincrement == wants_word)
        return;
    if (key_column == NO_COLUMN) {
        writer_add(writer, "(");
        writer_name(writer, op->name);
        writer_add(writer, wants_word ? " AUTOINCREMENT)" : ")");
    } else {
        writer_constraint_name(writer,
                               key->name.at == key->name.end
                                   ? NULL
                                   : sqlite_name(writer->arena, table_text_at(text, key->name)));
        writer_add(writer, wants_word ? "PRIMARY KEY AUTOINCREMENT" : "PRIMARY KEY");
    }
    const TextPatch patch = render_patch(render);
    edited(render,
           table_text_replace(text, key_column == NO_COLUMN ? key->body : key->range, &patch));
}

static void
alter_generated(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    const TablePart *part = table_text_part(&rebuild->text, column, PART_GENERATED);

    if (part == NULL) {
        writer_refuse(&render->writer, "drop the column and add it again",
                      "column %s is not generated", op->name);
        return;
    }
    writer_add(&render->writer, "(");
    writer_expression(&render->writer, &op->column->generated, "the generated column");
    writer_add(&render->writer, ")");
    const TextPatch patch = render_patch(render);
    edited(render, table_text_replace(&rebuild->text, part->body, &patch));
}

static void
alter_column(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpColumn *change = op->column;
    const int column = column_get(rebuild, render, op->name);

    if (column == NO_COLUMN)
        return;
    if (change->type.kind != TYPE_ABSENT)
        alter_type(rebuild, render, column, op);
    if (change->identity != IDENTITY_ABSENT)
        alter_identity(rebuild, render, column, op);
    if (op_expression_is_there(&change->generated))
        alter_generated(rebuild, render, column, op);
    if (change->default_value.kind != DEFAULT_ABSENT)
        alter_default(rebuild, render, column, op);
    if (change->nullable != TRI_UNSET)
        alter_nullable(rebuild, render, column, op);
    if (change->collate != NULL)
        alter_collation(rebuild, render, column, op);
    need(rebuild, op);
}

/* ---- constraints ---- */

/* As PostgreSQL has it, and SQLite only for tables without rowids. */
static void
key_not_null(Rebuild *rebuild, Render *render, const Names *columns)
{
    const TextPatch patch = text_patch(render, "NOT NULL");

    for (size_t i = 0; i < columns->len; i++) {
        const int column = table_text_column(&rebuild->text, columns->at[i]);
        if (column != NO_COLUMN && table_text_part(&rebuild->text, column, PART_NOT_NULL) == NULL)
            edited(render, table_text_add_part(&rebuild->text, column, &patch));
    }
}

static void
add_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *constraint = op->constraint;
    int column = NO_COLUMN;

    for (size_t i = 0; i < constraint->columns.len; i++)
        (void)column_get(rebuild, render, constraint->columns.at[i]);
    if (constraint->kind == CONSTRAINT_PRIMARY_KEY) {
        if (table_text_primary_key(&rebuild->text, &column) != NULL)
            writer_refuse(&render->writer, "drop that first", "table %s has a primary key already",
                          rebuild->table);
        key_not_null(rebuild, render, &constraint->columns);
    }
    if (constraint->name != NULL &&
        table_text_constraint(&rebuild->text, constraint->name, &column) != NULL)
        writer_refuse(&render->writer, NULL, "table %s has a constraint %s already", rebuild->table,
                      constraint->name);
    render_constraint(render, constraint, NULL);
    const TextPatch patch = render_patch(render);
    if (!render->writer.has_failed)
        edited(render, table_text_add_constraint(&rebuild->text, &patch));
    need(rebuild, op);
}

static void
drop_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *like = op->constraint != NULL ? op->constraint : op->was_constraint;
    const TablePart *part = constraint_get(rebuild, render, op->name, like);

    if (part == NULL)
        return;
    if (part->kind == PART_PRIMARY_KEY && rebuild->text.is_without_rowid) {
        writer_refuse(&render->writer, NULL, "table %s has no rowids, and needs its primary key",
                      rebuild->table);
        return;
    }
    edited(render, table_text_remove_part(&rebuild->text, part));
    need(rebuild, op);
}

static void
rename_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const TablePart *part = constraint_get(rebuild, render, op->from, NULL);

    if (part == NULL)
        return;
    if (part->name.at != part->name.end) {
        const TextPatch patch = name_patch(render, op->to);
        edited(render, table_text_replace(&rebuild->text, part->name, &patch));
    } else {
        writer_constraint_name(&render->writer, op->to);
        const TextPatch patch = render_patch(render);
        edited(render, table_text_replace(&rebuild->text,
                                          (TextRange){part->range.at, part->range.at}, &patch));
    }
    need(rebuild, op);
}

/* ---- indexes ---- */

static size_t
object_find(const Rebuild *rebuild, const char *name)
{
    size_t i = 0;

    while (i < rebuild->objects.len &&
           (strcmp(rebuild->objects.at[i].object.type, "index") != 0 ||
            !sqlite_same_name(rebuild->objects.at[i].object.name, name)))
        i++;
    return i;
}

/* Indexes stand in front of triggers. */
static void
object_add(Rebuild *rebuild, const RebuildObject *object)
{
    size_t at = 0;
    RebuildObject *last = VEC_ADD(rebuild->context->arena, &rebuild->objects);

    while (&rebuild->objects.at[at] < last &&
           strcmp(rebuild->objects.at[at].object.type, "index") == 0)
        at++;
    memmove(rebuild->objects.at + at + 1, rebuild->objects.at + at,
            (size_t)(last - (rebuild->objects.at + at)) * sizeof *last);
    rebuild->objects.at[at] = *object;
}

static void
create_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const char *name = op->create_index->name;

    if (op->if_exists && object_find(rebuild, name) < rebuild->objects.len)
        return;
    render_index(render, op->create_index, op->if_exists);
    const TextPatch patch = render_patch(render);
    const RebuildObject made = {
        .object = {.type = "index", .name = name, .table = rebuild->table, .sql = patch.text.at},
        .pieces = patch.pieces,
        .op = op};
    object_add(rebuild, &made);
    add_patch(render, &patch);
    render_end(render);
}

static void
drop_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const size_t at = object_find(rebuild, op->name);

    if (at == rebuild->objects.len) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has no index %s", rebuild->table,
                          op->name);
        return;
    }
    object_remove(rebuild, at);
    writer_add(&render->writer, "DROP INDEX ");
    writer_name(&render->writer, op->name);
    render_end(render);
}

/* The text with another name behind INDEX [IF NOT EXISTS]. */
static const char *
index_renamed(Render *render, const char *sql, const char *to)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, slice_of(sql));
    SqlToken token;

    (void)sql_find(&tokens, "index");
    if (sql_take(&tokens, "if"))
        (void)(sql_take(&tokens, "not") && sql_take(&tokens, "exists"));
    (void)sql_token_next(&tokens, &token);
    const TextPatch name = name_patch(render, to);
    return arena_format(render->writer.arena, "%.*s%s%s", (int)(token.text.at - sql), sql,
                        name.text.at, token.text.at + token.text.len);
}

static void
rename_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const size_t at = object_find(rebuild, op->from);

    if (at == rebuild->objects.len) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has no index %s", rebuild->table,
                          op->from);
        return;
    }
    RebuildObject renamed = rebuild->objects.at[at];
    if (renamed.op == NULL)
        schema_guard_one(render, &renamed.object);
    renamed.object.sql = index_renamed(render, renamed.object.sql, op->to);
    renamed.object.name = op->to;
    renamed.pieces = (StatementPieces){0};
    renamed.op = op;
    object_remove(rebuild, at);
    object_add(rebuild, &renamed);
    writer_add(&render->writer, "DROP INDEX ");
    writer_name(&render->writer, op->from);
    render_end(render);
    writer_add(&render->writer, renamed.object.sql);
    render_end(render);
}

/* ---- all of them ---- */

void
rebuild_apply(Rebuild *rebuild, const Operation *op)
{
    Render render = render_begin(rebuild->context, op, &rebuild->natives, rebuild->err);

    render_schema(&render, op->schema);
    if (op->kind == OP_ADD_COLUMN)
        add_column(rebuild, &render, op);
    else if (op->kind == OP_DROP_COLUMN)
        drop_column(rebuild, &render, op);
    else if (op->kind == OP_ALTER_COLUMN)
        alter_column(rebuild, &render, op);
    else if (op->kind == OP_ADD_CONSTRAINT)
        add_constraint(rebuild, &render, op);
    else if (op->kind == OP_DROP_CONSTRAINT)
        drop_constraint(rebuild, &render, op);
    else if (op->kind == OP_RENAME_CONSTRAINT)
        rename_constraint(rebuild, &render, op);
    else if (op->kind == OP_CREATE_INDEX)
        create_index(rebuild, &render, op);
    else if (op->kind == OP_DROP_INDEX)
        drop_index(rebuild, &render, op);
    else if (op->kind == OP_RENAME_INDEX)
        rename_index(rebuild, &render, op);
    rebuild->has_failed = rebuild->has_failed || render.writer.has_failed;
}

/* Rows and defaults have the value by its name too. */
static void
enum_rename(Rebuild *rebuild, Render *render, int column, const Operation *op)
{
    SqlWriter *writer = &render->writer;
    const TablePart *value = table_text_part(&rebuild->text, column, PART_DEFAULT);
    const char *from = op->kind == OP_DROP_ENUM_VALUE ? op->value : op->from;

    if (value != NULL) {
        const Slice text = table_text_at(&rebuild->text, value->body);
        if (slice_starts_with(text, "'") && strcmp(sqlite_name(writer->arena, text), from) == 0) {
            writer_literal(writer, op->to);
            const TextPatch patch = render_patch(render);
            edited(render, table_text_replace(&rebuild->text, value->body, &patch));
        }
    }
    writer_add(writer, "CASE ");
    add_source(rebuild, render, (size_t)column);
    writer_add(writer, " WHEN ");
    writer_literal(writer, from);
    writer_add(writer, " THEN ");
    writer_literal(writer, op->to);
    writer_add(writer, " ELSE ");
    add_source(rebuild, render, (size_t)column);
    writer_add(writer, " END");
    set_value(rebuild, render, column);
}

void
rebuild_enum(Rebuild *rebuild, const Operation *op, const char *name, const Names *values)
{
    Render render = render_begin(rebuild->context, op, &rebuild->natives, rebuild->err);
    const char *check = arena_format(rebuild->context->arena, ENUM_PREFIX "%s", name);
    TableText *text = &rebuild->text;

    for (size_t i = 0; i < text->columns.len; i++) {
        for (size_t j = 0; j < text->columns.at[i].count; j++) {
            const TablePart *part = &text->parts.at[text->columns.at[i].first + j];
            if (part->kind != PART_CHECK || part->name.at == part->name.end ||
                !sqlite_name_is(table_text_at(text, part->name), check))
                continue;
            render_values_check(&render, column_name(text, i, rebuild->context->arena), values);
            const TextPatch patch = render_patch(&render);
            edited(&render, table_text_replace(text, part->body, &patch));
            if (op->kind == OP_RENAME_ENUM_VALUE ||
                (op->kind == OP_DROP_ENUM_VALUE && op->to != NULL))
                enum_rename(rebuild, &render, (int)i, op);
            need(rebuild, op);
        }
    }
    rebuild->has_failed = rebuild->has_failed || render.writer.has_failed;
}

bool
rebuild_is_read(const Rebuild *rebuild, const Operation *op)
{
    const OpText texts[] = {op_expression(&op->fill, "sqlite"),
                            op_expression(&op->using_expression, "sqlite")};

    for (size_t i = 0; i < rebuild->columns.len; i++) {
        const RebuildColumn *column = &rebuild->columns.at[i];
        if (column->from != NULL && column->value.text.len == 0)
            continue;
        const char *name = column_name(&rebuild->text, i, rebuild->context->arena);
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            if (texts[j].text.at != NULL && sqlite_mentions(texts[j].text, name))
                return true;
        }
    }
    return false;
}

/* ---- writing ---- */

/* A name for the rowid that no column has taken, in either table; NULL: its numbers are a column's,
 * or there are none, or none that can be named. */
static const char *
rowid_name(const Rebuild *rebuild)
{
    static const char *const NAMES[] = {"rowid", "_rowid_", "oid"};

    if (rebuild->old.is_without_rowid || rebuild->text.is_without_rowid ||
        table_text_rowid(&rebuild->text) != NO_COLUMN)
        return NULL;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (table_text_column(&rebuild->old, NAMES[i]) == NO_COLUMN &&
            table_text_column(&rebuild->text, NAMES[i]) == NO_COLUMN)
            return NAMES[i];
    }
    return NULL;
}

static bool
is_copied(const Rebuild *rebuild, size_t column)
{
    const RebuildColumn *of = &rebuild->columns.at[column];

    return (of->from != NULL || of->value.text.len > 0) && !is_generated(&rebuild->text, column);
}

/* A column that was generated can be read all the same. */
static void
write_copy(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;
    const char *rowid = rowid_name(rebuild);
    const char *separator = "";
    /* ON CONFLICT of a constraint would drop rows without a word */
    const bool has_conflicts = sqlite_mentions(rebuild->text.text, "conflict");

    writer_add(writer, has_conflicts ? "INSERT OR ABORT INTO " : "INSERT INTO ");
    writer_name(writer, new_name);
    writer_add(writer, " (");
    if (rowid != NULL) {
        writer_add(writer, rowid);
        separator = ", ";
    }
    for (size_t i = 0; i < rebuild->columns.len; i++) {
        if (!is_copied(rebuild, i))
            continue;
        writer_add(writer, separator);
        writer_name(writer, column_name(&rebuild->text, i, writer->arena));
        separator = ", ";
    }
    writer_add(writer, ") SELECT ");
    writer_add(writer, rowid != NULL ? rowid : "");
    separator = rowid != NULL ? ", " : "";
    for (size_t i = 0; i < rebuild->columns.len; i++) {
        if (!is_copied(rebuild, i))
            continue;
        writer_add(writer, separator);
        add_source(rebuild, render, i);
        separator = ", ";
    }
    writer_add(writer, " FROM ");
    writer_name(writer, rebuild->table);
    render_end(render);
}

static bool
counts_on(const TableText *table)
{
    int column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(table, &column);

    return key != NULL && key->is_autoincrement;
}

/* The highest number ever given, which may be of a row that is gone. */
static void
write_sequence(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;

    if (!counts_on(&rebuild->old) || !counts_on(&rebuild->text))
        return;
    writer_add(writer, "DELETE FROM sqlite_sequence WHERE name = ");
    writer_literal(writer, new_name);
    render_end(render);
    writer_add(writer, "INSERT INTO sqlite_sequence (name, seq) SELECT ");
    writer_literal(writer, new_name);
    writer_add(writer, ", seq FROM sqlite_sequence WHERE name = ");
    writer_literal(writer, rebuild->table);
    render_end(render);
}

static void
write_switch(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "DROP TABLE ");
    writer_name(writer, rebuild->table);
    render_end(render);
    writer_add(writer, "PRAGMA legacy_alter_table = ON");
    render_end(render);
    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, new_name);
    writer_add(writer, " RENAME TO ");
    writer_name(writer, rebuild->table);
    render_end(render);
    writer_add(writer, "PRAGMA legacy_alter_table = OFF");
    render_end(render);
}

static void
write_objects(Rebuild *rebuild, Renderings *out)
{
    for (size_t i = 0; i < rebuild->objects.len; i++) {
        const RebuildObject *made = &rebuild->objects.at[i];
        Render render = render_begin(
            rebuild->context, made->op == NULL ? rebuild->needed : made->op, out, rebuild->err);
        const TextPatch patch = {.text = slice_of(made->object.sql), .pieces = made->pieces};
        add_patch(&render, &patch);
        render_end(&render);
    }
}

static void
write_rebuild(Rebuild *rebuild, Renderings *out)
{
    Render render = render_begin(rebuild->context, rebuild->needed, out, rebuild->err);
    const char *new_name =
        arena_format(rebuild->context->arena, REBUILD_PREFIX "%s", rebuild->table);

    schema_guard(&render, &rebuild->before);
    const TextPatch name = name_patch(&render, new_name);
    edited(&render, table_text_replace(&rebuild->text, rebuild->text.name, &name));
    const TextPatch text = {.text = rebuild->text.text, .pieces = rebuild->text.pieces};
    add_patch(&render, &text);
    render_end(&render);
    write_copy(rebuild, &render, new_name);
    write_sequence(rebuild, &render, new_name);
    write_switch(rebuild, &render, new_name);
    write_objects(rebuild, out);
}

/* ---- trying ---- */

/* Views and triggers that compiled before and do not any more. */
static void
refuse_broken(const Rebuild *rebuild, Render *render, const Names *before)
{
    const Names after = catalog_broken(rebuild->context->catalog, NULL, rebuild->context->arena);

    for (size_t i = 0; i < after.len; i++) {
        if (!names_contain(before, after.at[i]))
            writer_refuse(&render->writer,
                          "drop or replace it first, and make it as it is to be behind this",
                          "this breaks %s", after.at[i]);
    }
}

/* Shown at the piece of the file that SQLite means, if it is one. */
static void
refuse_problem(Rebuild *rebuild, Render *render, const Statement *statement,
               const CatalogProblem *problem)
{
    writer_refuse(&render->writer, NULL, "table %s: %s", rebuild->table, problem->message);
    if (problem->offset > 0)
        statement_locate(statement, problem->offset,
                         rebuild->err->last == NULL ? rebuild->err : rebuild->err->last);
}

/* Whether SQLite takes the new text: all that there is to try when no code can break. */
static void
try_text(Rebuild *rebuild, Render *render, const Renderings *out, size_t first)
{
    Catalog *catalog = rebuild->context->catalog;
    Arena *arena = rebuild->context->arena;
    CatalogProblem problem = {0};

    while (first < out->len && out->at[first].statement.role != STATEMENT_USER)
        first++;
    const Statement *statement = &out->at[first].statement;
    if (!catalog_run(catalog, statement->text, &problem, arena)) {
        refuse_problem(rebuild, render, statement, &problem);
        return;
    }
    writer_add(&render->writer, "DROP TABLE ");
    writer_name(&render->writer, arena_format(arena, REBUILD_PREFIX "%s", rebuild->table));
    (void)catalog_run(catalog, render_patch(render).text, &problem, arena);
}

/* Plays the statements in the catalog, and takes them back. */
static void
try_all(Rebuild *rebuild, Render *render, const Renderings *out, size_t first)
{
    Catalog *catalog = rebuild->context->catalog;
    const Names before = catalog_broken(catalog, NULL, rebuild->context->arena);

    catalog_try(catalog);
    for (size_t i = first; i < out->len && !render->writer.has_failed; i++) {
        const Statement *statement = &out->at[i].statement;
        CatalogProblem problem = {0};
        if (statement->role == STATEMENT_USER &&
            !catalog_run(catalog, statement->text, &problem, rebuild->context->arena))
            refuse_problem(rebuild, render, statement, &problem);
    }
    if (!render->writer.has_failed) {
        render->writer.op = rebuild->drops;
        refuse_broken(rebuild, render, &before);
    }
    catalog_undo(catalog);
}

static void
try_out(Rebuild *rebuild, const Renderings *out, size_t first)
{
    const Operation *op = rebuild->needed == NULL ? rebuild->drops : rebuild->needed;
    Renderings none = {0};
    Render render = render_begin(rebuild->context, op, &none, rebuild->err);

    if (rebuild->drops != NULL && catalog_has_code(rebuild->context->catalog))
        try_all(rebuild, &render, out, first);
    else if (rebuild->needed != NULL)
        try_text(rebuild, &render, out, first);
}

void
rebuild_write(Rebuild *rebuild, Renderings *out)
{
    const size_t first = out->len;

    if (rebuild->has_failed)
        return;
    if (rebuild->needed != NULL) {
        write_rebuild(rebuild, out);
    } else {
        for (size_t i = 0; i < rebuild->natives.len; i++)
            *VEC_ADD(rebuild->context->arena, out) = rebuild->natives.at[i];
    }
    if (rebuild->needed != NULL || rebuild->drops != NULL)
        try_out(rebuild, out, first);
}
