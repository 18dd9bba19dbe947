/* SPDX-License-Identifier: MIT */
#include "core/sql/copy.h"

#include <string.h>

#include "core/base/text.h"
#include "core/sql/token.h"

static const char *const KEYS[] = {"format", "header", "delimiter", "null",
                                   "quote",  "escape", "encoding",  NULL};

typedef enum Key {
    KEY_FORMAT,
    KEY_HEADER,
    KEY_DELIMITER,
    KEY_NULL,
    KEY_QUOTE,
    KEY_ESCAPE,
    KEY_ENCODING,
    KEY_COUNT,
} Key;

typedef struct Parser {
    Slice rest;
    Arena *arena;
    SqlCopy *copy;
    SqlCopyProblem *problem;
    const char *given[KEY_COUNT]; /* where a key stands, NULL if it does not */
} Parser;

static bool
refuse(Parser *parser, const char *at, const char *message, const char *hint)
{
    *parser->problem = (SqlCopyProblem){at, message, hint};
    return false;
}

static void
skip_space(Parser *parser)
{
    while (parser->rest.len > 0 && ascii_is_space(parser->rest.at[0]))
        parser->rest = slice_after(parser->rest, 1);
}

/* Up to a blank, or between single quotes, of which two stand for one. NULL for a quote that is not
 * closed, or is closed within a word. */
static const char *
take_value(Parser *parser)
{
    Buf value = {.arena = parser->arena};
    Slice rest = parser->rest;
    const bool is_quoted = rest.len > 0 && rest.at[0] == '\'';

    if (is_quoted)
        rest = slice_after(rest, 1);
    while (rest.len > 0 && (is_quoted || !ascii_is_space(rest.at[0]))) {
        if (is_quoted && rest.at[0] == '\'') {
            rest = slice_after(rest, 1);
            if (rest.len == 0 || rest.at[0] != '\'') {
                parser->rest = rest;
                return rest.len == 0 || ascii_is_space(rest.at[0]) ? buf_text(&value) : NULL;
            }
        }
        buf_add_char(&value, rest.at[0]);
        rest = slice_after(rest, 1);
    }
    parser->rest = rest;
    return is_quoted ? NULL : buf_text(&value);
}

/* TABLE, perhaps with its schema, perhaps with (columns), and the word FROM. */
static bool
take_table(Parser *parser)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, parser->rest);
    SqlCopy *copy = parser->copy;
    const char *begin = sql_token_peek(&tokens).text.at;

    if (!sql_take_name(&tokens))
        return refuse(parser, parser->rest.at, "the name of a table is missing",
                      "-- migrate:copy account(id, name) from accounts.csv format:csv");
    copy->table =
        (Slice){arena_copy(parser->arena, (Slice){begin, (size_t)(tokens.at - begin)}), 0};
    copy->table.len = strlen(copy->table.at);
    const SqlToken open = sql_token_peek(&tokens);
    if (open.kind == SQL_TOKEN_OPEN) {
        if (!sql_take_parentheses(&tokens))
            return refuse(parser, open.text.at, "the list of columns is not closed", NULL);
        const Slice columns = {open.text.at, (size_t)(tokens.at - open.text.at)};
        copy->columns = (Slice){arena_copy(parser->arena, columns), columns.len};
    }
    if (!sql_take(&tokens, "from"))
        return refuse(parser, tokens.at, "\"from FILE\" is missing behind the table", NULL);
    parser->rest = slice_after(parser->rest, (size_t)(tokens.at - parser->rest.at));
    return true;
}

/* A path that cannot leave the folder, as far as its text tells. */
static bool
leads_out(const char *path)
{
    Slice rest = slice_of(path);

    if (path[0] == '/')
        return true;
    while (rest.at != NULL) {
        if (slice_is(slice_cut(rest, '/', &rest), ".."))
            return true;
    }
    return false;
}

static bool
take_file(Parser *parser)
{
    skip_space(parser);
    const char *at = parser->rest.at;
    const char *file = take_value(parser);

    if (file == NULL)
        return refuse(parser, at, "the quote is not closed", NULL);
    if (file[0] == '\0')
        return refuse(parser, at, "the name of the file is missing behind \"from\"", NULL);
    if (leads_out(file))
        return refuse(parser, at, "the file must lie in the folder of the revision, or below it",
                      "write its name relative to the revision, without \"..\"");
    parser->copy->file = file;
    return true;
}

/* One byte; "tab" for what cannot be seen. */
static bool
take_byte(Parser *parser, const char *at, const char *value, char *byte)
{
    if (strcmp(value, "tab") == 0 || strcmp(value, "\\t") == 0)
        value = "\t";
    if (value[0] == '\0' || value[1] != '\0' || value[0] == '\n' || value[0] == '\r')
        return refuse(parser, at, "this must be a single character", NULL);
    *byte = value[0];
    return true;
}

static bool
take_truth(Parser *parser, const char *at, const char *value, bool *truth)
{
    *truth = strcmp(value, "true") == 0;
    return *truth || strcmp(value, "false") == 0 ||
           refuse(parser, at, "this is neither \"true\" nor \"false\"", NULL);
}

static bool
set_option(Parser *parser, Key key, const char *at, const char *value)
{
    SqlCopy *copy = parser->copy;

    switch (key) {
    case KEY_FORMAT:
        copy->is_csv = strcmp(value, "csv") == 0;
        return copy->is_csv || strcmp(value, "text") == 0 ||
               refuse(parser, at, "the format is neither \"csv\" nor \"text\"", NULL);
    case KEY_HEADER:
        return take_truth(parser, at, value, &copy->has_header);
    case KEY_DELIMITER:
        return take_byte(parser, at, value, &copy->delimiter);
    case KEY_NULL:
        copy->null = value;
        return true;
    case KEY_QUOTE:
        return take_byte(parser, at, value, &copy->quote);
    case KEY_ESCAPE:
        return take_byte(parser, at, value, &copy->escape);
    case KEY_ENCODING:
        copy->encoding = value;
        return true;
    case KEY_COUNT:
        break;
    }
    return true;
}

static bool
refuse_key(Parser *parser, Slice name)
{
    const char *nearest = text_nearest(name, KEYS);

    return refuse(parser, name.at,
                  arena_format(parser->arena, "unknown option \"%.*s\"", SLICE_ARGS(name)),
                  nearest != NULL ? arena_format(parser->arena, "did you mean \"%s:\"?", nearest)
                                  : "the options are format:, header:, delimiter:, null:, quote:, "
                                    "escape: and encoding:");
}

static bool
take_option(Parser *parser)
{
    Slice name = {parser->rest.at, 0};
    Key key = KEY_FORMAT;

    while (name.len < parser->rest.len && parser->rest.at[name.len] != ':' &&
           !ascii_is_space(parser->rest.at[name.len]))
        name.len++;
    while (key < KEY_COUNT && !slice_is(name, KEYS[key]))
        key++;
    if (key == KEY_COUNT || name.len == parser->rest.len || parser->rest.at[name.len] != ':')
        return refuse_key(parser, name);
    if (parser->given[key] != NULL)
        return refuse(parser, name.at,
                      arena_format(parser->arena, "\"%s\" is there twice", KEYS[key]), NULL);
    parser->given[key] = name.at;
    parser->rest = slice_after(parser->rest, name.len + 1);
    const char *at = parser->rest.at;
    const char *value = take_value(parser);
    if (value == NULL)
        return refuse(parser, at, "the quote is not closed", NULL);
    return set_option(parser, key, at, value);
}

/* What the options are to each other, as COPY has it. */
static bool
check_options(Parser *parser)
{
    static const char TEXT_BYTES[] = "\\.abcdefghijklmnopqrstuvwxyz0123456789";
    SqlCopy *copy = parser->copy;
    const char *const *given = parser->given;

    for (Key key = KEY_QUOTE; key <= KEY_ESCAPE && !copy->is_csv; key++) {
        if (given[key] != NULL)
            return refuse(parser, given[key], "only CSV has quotes", "add format:csv");
    }
    if (copy->delimiter == '\0')
        copy->delimiter = copy->is_csv ? ',' : '\t';
    if (copy->quote == '\0')
        copy->quote = '"';
    if (copy->escape == '\0')
        copy->escape = copy->quote;
    if (copy->null == NULL)
        copy->null = copy->is_csv ? "" : "\\N";
    if (copy->is_csv && copy->delimiter == copy->quote)
        return refuse(parser, given[KEY_QUOTE] != NULL ? given[KEY_QUOTE] : given[KEY_DELIMITER],
                      "delimiter and quote are the same", NULL);
    if (!copy->is_csv && strchr(TEXT_BYTES, copy->delimiter) != NULL)
        return refuse(parser, given[KEY_DELIMITER], "this cannot be a delimiter of text", NULL);
    if (strpbrk(copy->null, "\r\n") != NULL || strchr(copy->null, copy->delimiter) != NULL ||
        (copy->is_csv && strchr(copy->null, copy->quote) != NULL))
        return refuse(parser, given[KEY_NULL], "null holds a delimiter, a quote or a line end",
                      NULL);
    return true;
}

bool
sql_copy_parse(Slice text, Arena *arena, SqlCopy *copy, SqlCopyProblem *problem)
{
    Parser parser = {.rest = slice_trim(text), .arena = arena, .copy = copy, .problem = problem};

    *copy = (SqlCopy){.file = ""};
    if (parser.rest.len == 0)
        parser.rest.at = text.at;
    if (!take_table(&parser) || !take_file(&parser))
        return false;
    for (skip_space(&parser); parser.rest.len > 0; skip_space(&parser)) {
        if (!take_option(&parser))
            return false;
    }
    return check_options(&parser);
}
