/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/table_text.h"

#include <string.h>

#include "core/base/text.h"

/* ---- names ---- */

static bool
is_quote(char c)
{
    return c == '"' || c == '`' || c == '\'' || c == '[';
}

/* The next character of a name as it is written; -1 at its end. *at goes on. */
static int
name_next(Slice written, size_t *at)
{
    const bool is_quoted = written.len >= 2 && is_quote(written.at[0]);
    const size_t end = is_quoted ? written.len - 1 : written.len;

    if (is_quoted && *at == 0)
        *at = 1;
    if (*at >= end)
        return -1;
    const char c = written.at[*at];
    *at += is_quoted && c == written.at[0] && c != '[' ? 2 : 1;
    return (unsigned char)c;
}

const char *
sqlite_name(Arena *arena, Slice written)
{
    Buf name = {.arena = arena};
    size_t at = 0;

    for (int c = name_next(written, &at); c >= 0; c = name_next(written, &at))
        buf_add_char(&name, (char)c);
    return buf_text(&name);
}

bool
sqlite_name_is(Slice written, const char *name)
{
    size_t at = 0;

    for (; *name != '\0'; name++) {
        const int c = name_next(written, &at);
        if (c < 0 || ascii_lower((char)c) != ascii_lower(*name))
            return false;
    }
    return name_next(written, &at) < 0;
}

bool
sqlite_same_name(const char *a, const char *b)
{
    while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
        a++;
        b++;
    }
    return ascii_lower(*a) == ascii_lower(*b);
}

bool
sqlite_mentions(Slice text, const char *name)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (token.kind != SQL_TOKEN_WORD && token.kind != SQL_TOKEN_NAME)
            continue;
        if (sqlite_name_is(token.text, name) &&
            (token.kind == SQL_TOKEN_NAME || sql_token_peek(&tokens).kind != SQL_TOKEN_OPEN))
            return true;
    }
    return false;
}

/* ---- reading ---- */

typedef struct Reader {
    TableText *table;
    size_t at; /* token */
} Reader;

static const SqlToken *
peek(const Reader *reader, size_t ahead)
{
    const size_t last = reader->table->tokens.len - 1;
    const size_t index = reader->at + ahead;

    return &reader->table->tokens.at[index < last ? index : last];
}

static bool
is_word(const Reader *reader, size_t ahead, const char *word)
{
    return sql_token_is(peek(reader, ahead), word);
}

static bool
take_word(Reader *reader, const char *word)
{
    if (!is_word(reader, 0, word))
        return false;
    reader->at++;
    return true;
}

static bool
is_name(const SqlToken *token)
{
    return token->kind == SQL_TOKEN_WORD || token->kind == SQL_TOKEN_NAME ||
           token->kind == SQL_TOKEN_STRING;
}

static TextRange
range_of(const Reader *reader, const SqlToken *token)
{
    const size_t at = (size_t)(token->text.at - reader->table->text.at);

    return (TextRange){at, at + token->text.len};
}

/* The range of the tokens from `first` to before the next one. */
static TextRange
range_since(const Reader *reader, size_t first)
{
    const SqlToken *tokens = reader->table->tokens.at;

    return (TextRange){range_of(reader, &tokens[first]).at,
                       range_of(reader, &tokens[reader->at - 1]).end};
}

static bool
take_name(Reader *reader, TextRange *name)
{
    const SqlToken *token = peek(reader, 0);

    if (!is_name(token))
        return false;
    *name = range_of(reader, token);
    reader->at++;
    return true;
}

/* Over an opening parenthesis and all up to its closing one. */
static bool
take_group(Reader *reader, TextRange *group)
{
    const size_t first = reader->at;
    size_t depth = 0;

    if (peek(reader, 0)->kind != SQL_TOKEN_OPEN)
        return false;
    do {
        const SqlTokenKind kind = peek(reader, 0)->kind;
        if (kind == SQL_TOKEN_END || kind == SQL_TOKEN_BROKEN)
            return false;
        if (kind == SQL_TOKEN_OPEN)
            depth++;
        else if (kind == SQL_TOKEN_CLOSE)
            depth--;
        reader->at++;
    } while (depth > 0);
    *group = range_since(reader, first);
    return true;
}

static bool
is_one_of(const SqlToken *token, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (sql_token_is(token, *words))
            return true;
    }
    return false;
}

static bool
is_item_end(const Reader *reader)
{
    const SqlToken *token = peek(reader, 0);

    return token->kind == SQL_TOKEN_CLOSE || token->kind == SQL_TOKEN_END ||
           token->kind == SQL_TOKEN_BROKEN || token->kind == SQL_TOKEN_SEMICOLON ||
           sql_token_is_symbol(token, ',');
}

/* All are words that SQLite keeps from being names. */
static const char *const TABLE_STARTS[] = {"constraint", "primary", "unique",
                                           "check",      "foreign", NULL};

static bool
begins_part(const Reader *reader, bool is_column)
{
    static const char *const COLUMN_STARTS[] = {"constraint", "primary",    "unique",  "check",
                                                "references", "not",        "null",    "default",
                                                "as",         "deferrable", "collate", NULL};

    if (!is_column)
        return is_one_of(peek(reader, 0), TABLE_STARTS);
    return is_one_of(peek(reader, 0), COLUMN_STARTS) ||
           (is_word(reader, 0, "generated") && is_word(reader, 1, "always"));
}

/* Over what belongs to the part that has begun: up to the next one, or the end of the item. */
static bool
swallow(Reader *reader, bool is_column, TablePart *part)
{
    TextRange group;

    while (!is_item_end(reader) && !begins_part(reader, is_column)) {
        if (peek(reader, 0)->kind == SQL_TOKEN_OPEN) {
            if (!take_group(reader, &group))
                return false;
            continue;
        }
        if (is_word(reader, 0, "autoincrement"))
            part->is_autoincrement = true;
        if (is_word(reader, 0, "desc"))
            part->is_descending = true;
        /* SET NULL, SET DEFAULT: of ON DELETE, not a part of its own; MATCH takes any word */
        const bool takes_next = is_word(reader, 0, "set") || is_word(reader, 0, "match");
        reader->at++;
        if (takes_next && !is_item_end(reader))
            reader->at++;
    }
    return true;
}

/* REFERENCES t (a) ON DELETE … and the DEFERRABLE behind it. */
static bool
read_references(Reader *reader, bool is_column, TablePart *part)
{
    part->kind = PART_FOREIGN_KEY;
    if (!take_name(reader, &part->parent))
        return false;
    if (peek(reader, 0)->kind == SQL_TOKEN_OPEN && !take_group(reader, &part->parent_body))
        return false;
    if (!swallow(reader, is_column, part))
        return false;
    while (is_word(reader, 0, "deferrable") ||
           (is_word(reader, 0, "not") && is_word(reader, 1, "deferrable"))) {
        reader->at += is_word(reader, 0, "not") ? 2 : 1;
        if (!swallow(reader, is_column, part))
            return false;
    }
    return true;
}

/* A sign, a literal or an expression in parentheses. NULL is one too. */
static bool
read_default(Reader *reader, TablePart *part)
{
    const size_t first = reader->at;
    TextRange group;

    part->kind = PART_DEFAULT;
    if (sql_token_is_symbol(peek(reader, 0), '-') || sql_token_is_symbol(peek(reader, 0), '+'))
        reader->at++;
    if (is_item_end(reader))
        return false;
    if (peek(reader, 0)->kind != SQL_TOKEN_OPEN)
        reader->at++;
    else if (!take_group(reader, &group))
        return false;
    if (!swallow(reader, true, part))
        return false;
    part->body = range_since(reader, first);
    return true;
}

static bool
read_group(Reader *reader, TablePartKind kind, TablePart *part)
{
    part->kind = kind;
    return take_group(reader, &part->body);
}

static bool
read_not(Reader *reader, TablePart *part)
{
    if (take_word(reader, "null"))
        part->kind = PART_NOT_NULL;
    else if (take_word(reader, "deferrable"))
        part->kind = PART_DEFERRABLE;
    else
        return false;
    return swallow(reader, true, part);
}

/* What may stand behind a column's type and nowhere else. */
static bool
read_column_part(Reader *reader, TablePart *part)
{
    if (take_word(reader, "not"))
        return read_not(reader, part);
    if (take_word(reader, "default"))
        return read_default(reader, part);
    if (take_word(reader, "references"))
        return read_references(reader, true, part);
    if (take_word(reader, "null")) {
        part->kind = PART_NULL;
    } else if (take_word(reader, "deferrable")) {
        part->kind = PART_DEFERRABLE;
    } else if (take_word(reader, "collate")) {
        part->kind = PART_COLLATE;
        if (!take_name(reader, &part->body))
            return false;
    } else {
        if (take_word(reader, "generated"))
            reader->at++;
        if (!take_word(reader, "as") || !read_group(reader, PART_GENERATED, part))
            return false;
    }
    return swallow(reader, true, part);
}

static bool
read_key(Reader *reader, bool is_column, TablePart *part)
{
    if (take_word(reader, "primary")) {
        part->kind = PART_PRIMARY_KEY;
        if (!take_word(reader, "key"))
            return false;
    } else {
        reader->at++;
        part->kind = PART_UNIQUE;
    }
    if (is_column)
        return swallow(reader, true, part);
    /* AUTOINCREMENT stands in the parenthesis there */
    const size_t first = reader->at;
    if (!take_group(reader, &part->body))
        return false;
    for (size_t i = first; i < reader->at; i++) {
        if (sql_token_is(&reader->table->tokens.at[i], "autoincrement"))
            part->is_autoincrement = true;
    }
    return swallow(reader, false, part);
}

static bool
read_part_body(Reader *reader, bool is_column, TablePart *part)
{
    if (is_word(reader, 0, "primary") || is_word(reader, 0, "unique"))
        return read_key(reader, is_column, part);
    if (take_word(reader, "check"))
        return read_group(reader, PART_CHECK, part) && swallow(reader, is_column, part);
    if (is_column)
        return read_column_part(reader, part);
    return take_word(reader, "foreign") && take_word(reader, "key") &&
           read_group(reader, PART_FOREIGN_KEY, part) && take_word(reader, "references") &&
           read_references(reader, false, part);
}

static bool
read_part(Reader *reader, bool is_column)
{
    TablePart part = {0};
    const size_t first = reader->at;

    if (take_word(reader, "constraint")) {
        if (!take_name(reader, &part.name))
            return false;
        part.kind = PART_BARE_NAME;
    }
    if (part.name.end == 0 || (!is_item_end(reader) && !is_word(reader, 0, "constraint"))) {
        if (!read_part_body(reader, is_column, &part))
            return false;
    }
    part.range = range_since(reader, first);
    *VEC_ADD(reader->table->arena, &reader->table->parts) = part;
    return true;
}

static bool
read_column(Reader *reader)
{
    TableText *table = reader->table;
    TableColumn column = {.first = table->parts.len};
    const size_t first = reader->at;
    TextRange group;

    if (!take_name(reader, &column.name))
        return false;
    column.type = (TextRange){column.name.end, column.name.end};
    const size_t type = reader->at;
    while (is_name(peek(reader, 0)) && !begins_part(reader, true))
        reader->at++;
    if (reader->at > type && peek(reader, 0)->kind == SQL_TOKEN_OPEN && !take_group(reader, &group))
        return false;
    if (reader->at > type)
        column.type = range_since(reader, type);
    while (!is_item_end(reader)) {
        if (!begins_part(reader, true) || !read_part(reader, true))
            return false;
    }
    column.range = range_since(reader, first);
    column.count = table->parts.len - column.first;
    *VEC_ADD(table->arena, &table->columns) = column;
    return true;
}

/* Columns, then constraints of the table. */
static bool
read_items(Reader *reader)
{
    TableText *table = reader->table;
    TextRange comma = {0};
    bool has_constraints = false;

    do {
        const size_t first = reader->at;
        has_constraints = has_constraints || begins_part(reader, false);
        if (has_constraints && table->items.len == table->columns.len)
            table->constraints = table->parts.len;
        if (!(has_constraints ? read_part(reader, false) : read_column(reader)))
            return false;
        *VEC_ADD(table->arena, &table->items) = (TableItem){range_since(reader, first), comma};
        comma = (TextRange){0};
        if (sql_token_is_symbol(peek(reader, 0), ',')) {
            comma = range_of(reader, peek(reader, 0));
            reader->at++;
        }
    } while (comma.end > 0 || (has_constraints && begins_part(reader, false)));
    if (!has_constraints)
        table->constraints = table->parts.len;
    return table->columns.len > 0;
}

static bool
read_options(Reader *reader)
{
    while (peek(reader, 0)->kind != SQL_TOKEN_END) {
        if (is_word(reader, 0, "without") && is_word(reader, 1, "rowid")) {
            reader->table->is_without_rowid = true;
            reader->at += 2;
        } else if (take_word(reader, "strict")) {
            reader->table->is_strict = true;
        } else {
            return false;
        }
        if (sql_token_is_symbol(peek(reader, 0), ','))
            reader->at++;
    }
    return true;
}

static bool
read_head(Reader *reader)
{
    if (!take_word(reader, "create"))
        return false;
    if (!take_word(reader, "temp"))
        (void)take_word(reader, "temporary");
    if (!take_word(reader, "table"))
        return false;
    if (is_word(reader, 0, "if") && is_word(reader, 1, "not") && is_word(reader, 2, "exists"))
        reader->at += 3;
    if (!take_name(reader, &reader->table->name))
        return false;
    if (sql_token_is_symbol(peek(reader, 0), '.')) {
        reader->at++;
        if (!take_name(reader, &reader->table->name))
            return false;
    }
    reader->table->open = range_of(reader, peek(reader, 0)).at;
    return peek(reader, 0)->kind == SQL_TOKEN_OPEN;
}

static void
tokens_read(TableText *table)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, table->text);
    SqlToken *token = NULL;

    table->tokens.len = 0;
    do {
        token = VEC_ADD(table->arena, &table->tokens);
        (void)sql_token_next(&tokens, token);
    } while (token->kind != SQL_TOKEN_END && token->kind != SQL_TOKEN_BROKEN);
}

static bool
table_read(TableText *table)
{
    Reader reader = {.table = table};

    table->columns.len = 0;
    table->parts.len = 0;
    table->items.len = 0;
    table->is_strict = false;
    table->is_without_rowid = false;
    tokens_read(table);
    if (!read_head(&reader))
        return false;
    reader.at++;
    if (!read_items(&reader) || peek(&reader, 0)->kind != SQL_TOKEN_CLOSE)
        return false;
    reader.at++;
    return read_options(&reader);
}

bool
table_text_parse(TableText *table, Slice text, Arena *arena)
{
    *table = (TableText){.arena = arena, .buffers = {{.arena = arena}, {.arena = arena}}};
    buf_add_slice(&table->buffers[0], text);
    buf_add(&table->buffers[0], "");
    table->text = buf_slice(&table->buffers[0]);
    return text.len > 0 && table_read(table);
}

/* ---- looking ---- */

Slice
table_text_at(const TableText *table, TextRange range)
{
    return (Slice){table->text.at + range.at, range.end - range.at};
}

static bool
is_empty(TextRange range)
{
    return range.at == range.end;
}

int
table_text_column(const TableText *table, const char *name)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        if (sqlite_name_is(table_text_at(table, table->columns.at[i].name), name))
            return (int)i;
    }
    return NO_COLUMN;
}

const TablePart *
table_text_part(const TableText *table, int column, TablePartKind kind)
{
    const TableColumn *of = &table->columns.at[column];

    for (size_t i = 0; i < of->count; i++) {
        if (table->parts.at[of->first + i].kind == kind)
            return &table->parts.at[of->first + i];
    }
    return NULL;
}

/* The column whose part it is; NO_COLUMN of the table's own. */
static int
part_column(const TableText *table, size_t part)
{
    for (size_t i = 0; i < table->columns.len; i++) {
        const TableColumn *column = &table->columns.at[i];
        if (part >= column->first && part < column->first + column->count)
            return (int)i;
    }
    return NO_COLUMN;
}

const TablePart *
table_text_constraint(const TableText *table, const char *name, int *column)
{
    for (size_t i = 0; i < table->parts.len; i++) {
        const TablePart *part = &table->parts.at[i];
        if (is_empty(part->name) || part->kind == PART_BARE_NAME ||
            !sqlite_name_is(table_text_at(table, part->name), name))
            continue;
        *column = part_column(table, i);
        return part;
    }
    return NULL;
}

const TablePart *
table_text_primary_key(const TableText *table, int *column)
{
    for (size_t i = 0; i < table->parts.len; i++) {
        if (table->parts.at[i].kind != PART_PRIMARY_KEY)
            continue;
        *column = part_column(table, i);
        return &table->parts.at[i];
    }
    return NULL;
}

int
table_text_rowid(const TableText *table)
{
    int column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(table, &column);

    if (key == NULL || table->is_without_rowid)
        return NO_COLUMN;
    if (column == NO_COLUMN) {
        const Names names = table_text_names(table, key->body, table->arena);
        column = names.len == 1 ? table_text_column(table, names.at[0]) : NO_COLUMN;
    } else if (key->is_descending) {
        return NO_COLUMN; /* a quirk that SQLite keeps for old files */
    }
    if (column == NO_COLUMN ||
        !sqlite_name_is(table_text_at(table, table->columns.at[column].type), "integer"))
        return NO_COLUMN;
    return column;
}

Names
table_text_names(const TableText *table, TextRange parenthesis, Arena *arena)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, table_text_at(table, parenthesis));
    SqlToken token;
    Names names = {0};
    bool is_first = false; /* of an element */
    size_t depth = 0;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        if (is_first && is_name(&token))
            *VEC_ADD(arena, &names) = sqlite_name(arena, token.text);
        if (token.kind == SQL_TOKEN_OPEN)
            depth++;
        else if (token.kind == SQL_TOKEN_CLOSE && depth > 0)
            depth--;
        is_first = depth == 1 && (token.kind == SQL_TOKEN_OPEN || sql_token_is_symbol(&token, ','));
    }
    return names;
}

/* ---- editing ---- */

/* A piece of the text before an edit, as far as the edit leaves it whole. */
static void
piece_keep(TableText *table, StatementPieces *pieces, StatementPiece piece, TextRange range,
           size_t inserted)
{
    if (piece.at >= range.end)
        piece.at = piece.at - (range.end - range.at) + inserted;
    else if (piece.at + piece.len > range.at)
        return;
    *VEC_ADD(table->arena, pieces) = piece;
}

static StatementPieces
pieces_after(TableText *table, TextRange range, const TextPatch *patch)
{
    StatementPieces pieces = {0};
    size_t i = 0;

    if (table->pieces.len == 0 && patch->pieces.len == 0)
        return pieces;
    for (; i < table->pieces.len && table->pieces.at[i].at < range.at; i++)
        piece_keep(table, &pieces, table->pieces.at[i], range, patch->text.len);
    for (size_t j = 0; j < patch->pieces.len; j++) {
        StatementPiece piece = patch->pieces.at[j];
        piece.at += range.at;
        *VEC_ADD(table->arena, &pieces) = piece;
    }
    for (; i < table->pieces.len; i++)
        piece_keep(table, &pieces, table->pieces.at[i], range, patch->text.len);
    return pieces;
}

bool
table_text_replace(TableText *table, TextRange range, const TextPatch *patch)
{
    const Slice before = table->text;
    Buf *out = &table->buffers[1 - table->used];

    buf_clear(out);
    buf_add_slice(out, (Slice){before.at, range.at});
    buf_add_slice(out, patch->text);
    buf_add_slice(out, slice_after(before, range.end));
    table->text = buf_slice(out);
    if (!table_read(table)) {
        table->text = before;
        (void)table_read(table);
        return false;
    }
    table->used = 1 - table->used;
    table->pieces = pieces_after(table, range, patch);
    return true;
}

static bool
remove_range(TableText *table, TextRange range)
{
    return table_text_replace(table, range, &(TextPatch){.text = SLICE("")});
}

static bool
is_blank(const TableText *table, size_t at, size_t end)
{
    for (; at < end; at++) {
        if (!ascii_is_space(table->text.at[at]))
            return false;
    }
    return true;
}

/* Over the blanks in front of a place; a line end may be that of a comment. */
static size_t
blank_start(const TableText *table, size_t at)
{
    while (at > 0 && (table->text.at[at - 1] == ' ' || table->text.at[at - 1] == '\t'))
        at--;
    return at;
}

/* What the layout puts between a comma and an item such as item `like`: a line end and its
 * indentation, or a blank. */
static Slice
item_gap(const TableText *table, size_t like)
{
    const TableItem *item = &table->items.at[like];
    const size_t from = is_empty(item->comma) ? table->open + 1 : item->comma.end;
    const Slice gap = {table->text.at + from, item->range.at - from};

    if (!is_blank(table, from, item->range.at) || memchr(gap.at, '\n', gap.len) == NULL)
        return SLICE(" ");
    return gap;
}

/* The patch with texts of the table around it. */
static TextPatch
patch_between(TableText *table, Slice before, const TextPatch *patch, Slice after)
{
    Buf text = {.arena = table->arena};
    TextPatch made = {0};

    buf_add_slice(&text, before);
    buf_add_slice(&text, patch->text);
    buf_add_slice(&text, after);
    made.text = buf_slice(&text);
    for (size_t i = 0; i < patch->pieces.len; i++) {
        StatementPiece *piece = VEC_ADD(table->arena, &made.pieces);
        *piece = patch->pieces.at[i];
        piece->at += before.len;
    }
    return made;
}

/* Behind item `after`. */
static bool
add_item(TableText *table, size_t after, const TextPatch *patch)
{
    const size_t at = table->items.at[after].range.end;
    Buf comma = {.arena = table->arena};

    buf_add_char(&comma, ',');
    buf_add_slice(&comma, item_gap(table, after));
    const TextPatch made = patch_between(table, buf_slice(&comma), patch, SLICE(""));
    return table_text_replace(table, (TextRange){at, at}, &made);
}

bool
table_text_add_column(TableText *table, int after, const TextPatch *patch)
{
    if (after >= 0)
        return add_item(table, (size_t)after, patch);
    const size_t at = table->items.at[0].range.at;
    Buf comma = {.arena = table->arena};
    buf_add_char(&comma, ',');
    buf_add_slice(&comma, item_gap(table, 0));
    const TextPatch made = patch_between(table, SLICE(""), patch, buf_slice(&comma));
    return table_text_replace(table, (TextRange){at, at}, &made);
}

bool
table_text_add_constraint(TableText *table, const TextPatch *patch)
{
    return add_item(table, table->items.len - 1, patch);
}

/* Replaces a range and an earlier one by nothing, in one edit, so that the text between them stays.
 */
static bool
remove_two(TableText *table, TextRange first, TextRange second)
{
    const TextPatch between = {
        .text = {arena_copy(table->arena, table_text_at(table, (TextRange){first.end, second.at})),
                 second.at - first.end}};

    return table_text_replace(table, (TextRange){first.at, second.end}, &between);
}

/* The first item goes with the comma behind it. */
static bool
remove_first(TableText *table)
{
    const TextRange range = table->items.at[0].range;

    if (table->items.len == 1)
        return false;
    const TableItem *next = &table->items.at[1];
    if (!is_blank(table, range.end, next->comma.at))
        return remove_two(table, range, next->comma);
    if (!is_blank(table, next->comma.end, next->range.at))
        return remove_range(table, (TextRange){range.at, next->comma.end});
    return remove_range(table, (TextRange){range.at, next->range.at});
}

/* An item goes with the comma in front of it; comments stay. */
static bool
remove_item(TableText *table, size_t index)
{
    const TableItem item = table->items.at[index];

    if (index == 0)
        return remove_first(table);
    /* without a comma the next constraint would be one of the column in front */
    if (is_empty(item.comma) ||
        (index + 1 < table->items.len && is_empty(table->items.at[index + 1].comma)))
        return remove_range(table, item.range);
    if (is_blank(table, item.comma.end, item.range.at))
        return remove_range(table, (TextRange){item.comma.at, item.range.end});
    return remove_two(table, item.comma, item.range);
}

bool
table_text_remove_column(TableText *table, int column)
{
    return table->columns.len > 1 && remove_item(table, (size_t)column);
}

/* True if no byte in front of this place can run together with what is there. */
static bool
stands_apart(const TableText *table, size_t at)
{
    const char next = table->text.at[at];

    return ascii_is_space(next) || next == ',' || next == ')';
}

bool
table_text_set_type(TableText *table, int column, const TextPatch *patch)
{
    const TextRange type = table->columns.at[column].type;
    const Slice before = is_empty(type) ? SLICE(" ") : SLICE("");
    const Slice after = stands_apart(table, type.end) ? SLICE("") : SLICE(" ");
    const TextPatch made = patch_between(table, before, patch, after);

    return table_text_replace(table, type, &made);
}

bool
table_text_add_part(TableText *table, int column, const TextPatch *patch)
{
    const size_t at = table->columns.at[column].type.end;
    const Slice after = stands_apart(table, at) ? SLICE("") : SLICE(" ");
    const TextPatch made = patch_between(table, SLICE(" "), patch, after);

    return table_text_replace(table, (TextRange){at, at}, &made);
}

bool
table_text_remove_part(TableText *table, const TablePart *part)
{
    TextRange range = part->range;
    const size_t index = (size_t)(part - table->parts.at);

    if (index >= table->constraints)
        return remove_item(table, table->columns.len + index - table->constraints);
    /* the space in front of it goes too, where what is left stays apart without it */
    if (stands_apart(table, range.end))
        range.at = blank_start(table, range.at);
    return remove_range(table, range);
}
