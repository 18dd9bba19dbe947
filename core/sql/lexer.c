/* SPDX-License-Identifier: MIT */
#include "core/sql/lexer.h"

#include <string.h>

#include "core/base/text.h"
#include "core/sql/facts.h"
#include "core/sql/token.h"

/* Bytes of COPY rows: lines are counted while the processor still has them at hand. */
enum { COUNTED_AT_ONCE = 32 * 1024 };

/* What the leading words make of a statement, as far as its end depends on it. */
typedef enum Form {
    FORM_HEAD, /* may yet become one of these */
    FORM_PLAIN,
    FORM_ROUTINE, /* CREATE FUNCTION or PROCEDURE: may have a BEGIN ATOMIC body */
    FORM_RULE,    /* CREATE RULE: semicolons stand in its parentheses */
    FORM_TRIGGER, /* SQLite's CREATE TRIGGER: ends with `; END` */
    FORM_COPY,
} Form;

/* One statement in the making. */
typedef struct Scan {
    SqlLexer *lexer;
    SqlStatement *statement;
    SqlTokens tokens;
    Form form;
    bool is_in_body;     /* of a routine or a trigger: semicolons do not end the statement */
    bool is_body_closed; /* a trigger's `; END` was the last token */
    bool words_are_over;
    size_t word_count;
    size_t depth;       /* of parentheses */
    const char *opened; /* the outermost open parenthesis */
    const char *body;   /* BEGIN of BEGIN ATOMIC, CREATE of a trigger */
    SqlToken last;
    SqlSeen seen;
} Scan;

/* A loop that compilers make many bytes a step of. */
static unsigned
count_newlines(const char *at, size_t len)
{
    unsigned count = 0;

    for (size_t i = 0; i < len; i++)
        count += at[i] == '\n';
    return count;
}

/* Counts whole lines on towards `offset` as long as there is no CR. */
static void
advance_lines(SqlLexer *lexer, size_t offset)
{
    while (lexer->mark < offset) {
        const char *const at = lexer->text.at + lexer->mark;
        size_t len = offset - lexer->mark;
        if (len > COUNTED_AT_ONCE)
            len = COUNTED_AT_ONCE;
        const unsigned count = memchr(at, '\r', len) == NULL ? count_newlines(at, len) : 0;
        if (count == 0)
            return;
        while (at[len - 1] != '\n')
            len--;
        lexer->mark += len;
        lexer->line += count;
        lexer->column = 1;
    }
}

/* Counts lines and columns on to `offset`; every byte is counted once. */
static void
advance_mark(SqlLexer *lexer, size_t offset)
{
    const char *const text = lexer->text.at;

    advance_lines(lexer, offset);
    for (; lexer->mark < offset; lexer->mark++) {
        const char c = text[lexer->mark];
        const bool is_crlf =
            c == '\r' && lexer->mark + 1 < lexer->text.len && text[lexer->mark + 1] == '\n';
        if (c == '\n' || (c == '\r' && !is_crlf)) {
            lexer->line++;
            lexer->column = 1;
        } else if (((unsigned char)c & 0xC0U) != 0x80U) {
            lexer->column++;
        }
    }
}

static bool
fail(SqlLexer *lexer, const char *message, const char *hint, const char *at)
{
    lexer->error = message;
    lexer->hint = hint;
    lexer->error_offset = (size_t)(at - lexer->text.at);
    advance_mark(lexer, lexer->error_offset);
    lexer->error_line = lexer->line;
    lexer->error_column = lexer->column;
    lexer->at = lexer->text.len;
    return false;
}

static Form
form_of_postgres(const Scan *scan, const SqlToken *token)
{
    if (scan->word_count == 0) {
        if (sql_token_is(token, "create"))
            return FORM_HEAD;
        return sql_token_is(token, "copy") ? FORM_COPY : FORM_PLAIN;
    }
    if (sql_token_is(token, "or") || sql_token_is(token, "replace"))
        return FORM_HEAD;
    if (sql_token_is(token, "function") || sql_token_is(token, "procedure"))
        return FORM_ROUTINE;
    return sql_token_is(token, "rule") ? FORM_RULE : FORM_PLAIN;
}

/* [EXPLAIN [QUERY PLAN]] CREATE [TEMP|TEMPORARY] TRIGGER, word by word. */
static Form
form_of_sqlite(const Scan *scan, const SqlToken *token)
{
    static const struct {
        const char *last; /* NULL: none */
        const char *word;
    } HEADS[] = {
        {NULL, "create"},  {NULL, "explain"},  {"explain", "create"}, {"explain", "query"},
        {"query", "plan"}, {"plan", "create"}, {"create", "temp"},    {"create", "temporary"},
    };

    if (sql_token_is(token, "trigger"))
        return sql_token_is(&scan->last, "create") || sql_token_is(&scan->last, "temp") ||
                       sql_token_is(&scan->last, "temporary")
                   ? FORM_TRIGGER
                   : FORM_PLAIN;
    for (size_t i = 0; i < sizeof HEADS / sizeof HEADS[0]; i++) {
        const bool follows = HEADS[i].last == NULL ? scan->word_count == 0
                                                   : sql_token_is(&scan->last, HEADS[i].last);
        if (follows && sql_token_is(token, HEADS[i].word))
            return FORM_HEAD;
    }
    return FORM_PLAIN;
}

static void
find_form(Scan *scan, const SqlToken *token)
{
    if (token->kind != SQL_TOKEN_WORD)
        scan->form = FORM_PLAIN;
    else if (scan->lexer->dialect == SQL_POSTGRES)
        scan->form = form_of_postgres(scan, token);
    else
        scan->form = form_of_sqlite(scan, token);
    if (scan->form == FORM_TRIGGER) {
        scan->is_in_body = true;
        scan->body = scan->statement->text.at;
    }
}

/* Every statement of a body ends with a semicolon, so END closes it only behind one, or behind the
 * ATOMIC of an empty body: columns, aliases and CASE need no counting. */
static void
follow_body(Scan *scan, const SqlToken *token)
{
    const bool is_behind_semicolon = scan->last.kind == SQL_TOKEN_SEMICOLON;

    if (scan->form == FORM_TRIGGER) {
        scan->is_body_closed = is_behind_semicolon && sql_token_is(token, "end");
    } else if (!scan->is_in_body) {
        scan->is_in_body =
            scan->depth == 0 && sql_token_is(token, "atomic") && sql_token_is(&scan->last, "begin");
        scan->body = scan->last.text.at;
    } else if (sql_token_is(token, "end") &&
               (is_behind_semicolon || sql_token_is(&scan->last, "atomic"))) {
        scan->is_in_body = false;
        scan->form = FORM_PLAIN;
    }
}

static void
look_at_word(Scan *scan, const SqlToken *token)
{
    if (scan->form == FORM_COPY && scan->depth == 0 && sql_token_is(&scan->last, "from") &&
        (sql_token_is(token, "stdin") || sql_token_is(token, "stdout")))
        scan->statement->facts |= SQL_COPY_FROM_STDIN;
    if (token->text.len == 10 && sql_token_is(token, "set_config"))
        scan->seen.set_config = true;
    if (token->text.len == 12 && sql_token_is(token, "concurrently"))
        scan->seen.concurrently = true;
}

static void
add_token(Scan *scan, const SqlToken *token)
{
    SqlStatement *const statement = scan->statement;

    if (statement->text.at == NULL) {
        statement->text.at = token->text.at;
        scan->lexer->at = (size_t)(token->text.at - scan->lexer->text.at);
        advance_mark(scan->lexer, scan->lexer->at);
    }
    if (scan->form == FORM_HEAD)
        find_form(scan, token);
    else if (scan->form == FORM_ROUTINE || scan->form == FORM_TRIGGER)
        follow_body(scan, token);
    if (token->kind == SQL_TOKEN_WORD)
        look_at_word(scan, token);
    if (!scan->words_are_over) {
        scan->words_are_over = token->kind != SQL_TOKEN_WORD || scan->word_count == SQL_WORDS;
        if (!scan->words_are_over)
            statement->words[scan->word_count++] = token->text;
    }
    scan->last = *token;
}

/* False when the parenthesis or the semicolon cannot stand there. */
static bool
balance(Scan *scan, const SqlToken *token)
{
    if (token->kind == SQL_TOKEN_OPEN) {
        if (scan->depth++ == 0)
            scan->opened = token->text.at;
        return true;
    }
    if (token->kind == SQL_TOKEN_CLOSE) {
        if (scan->depth == 0)
            return fail(scan->lexer, "closing parenthesis without an opening one",
                        "what opens it is missing, or stands in a quoted text or a comment",
                        token->text.at);
        scan->depth--;
        return true;
    }
    if (token->kind == SQL_TOKEN_SEMICOLON && scan->depth > 0 && scan->form != FORM_RULE)
        return fail(scan->lexer, "unclosed parenthesis", NULL, scan->opened);
    return true;
}

/* The text stops here, by a semicolon or for good. */
static bool
finish(Scan *scan)
{
    SqlStatement *const statement = scan->statement;
    SqlLexer *const lexer = scan->lexer;
    const char *const behind = scan->last.text.at + scan->last.text.len;

    if (scan->depth > 0)
        return fail(lexer, "unclosed parenthesis", NULL, scan->opened);
    if (scan->is_in_body && !scan->is_body_closed)
        return fail(lexer,
                    scan->form == FORM_TRIGGER ? "unterminated trigger: no END behind a semicolon"
                                               : "unterminated BEGIN ATOMIC",
                    NULL, scan->body);
    statement->text.len = (size_t)(behind - statement->text.at);
    statement->offset = lexer->at;
    statement->line = lexer->line;
    statement->column = lexer->column;
    statement->facts |= sql_facts(statement, lexer->dialect, scan->seen);
    lexer->at = (size_t)(scan->tokens.at - lexer->text.at);
    return true;
}

/* A psql command: to the end of its line, whatever it holds. */
static void
finish_backslash(Scan *scan, const SqlToken *token)
{
    SqlStatement *const statement = scan->statement;
    const char *end = token->text.at;

    while (end < scan->tokens.end && *end != '\n' && *end != '\r')
        end++;
    scan->tokens.at = end;
    while (ascii_is_space(end[-1]))
        end--;
    scan->lexer->at = (size_t)(token->text.at - scan->lexer->text.at);
    advance_mark(scan->lexer, scan->lexer->at);
    *statement = (SqlStatement){
        .text = {token->text.at, (size_t)(end - token->text.at)},
        .offset = scan->lexer->at,
        .line = scan->lexer->line,
        .column = scan->lexer->column,
        .facts = SQL_BACKSLASH,
    };
    scan->lexer->at = (size_t)(scan->tokens.at - scan->lexer->text.at);
}

/* Behind the line of a COPY's semicolon, on which nothing but a comment may stand: psql would run
 * that after the rows. NULL at the end of the text; *line_end is the byte that ended the line. */
static bool
find_data(SqlLexer *lexer, const char **data, char *line_end)
{
    const char *at = lexer->text.at + lexer->at;
    const char *const end = lexer->text.at + lexer->text.len;
    bool is_comment = false;

    for (; at < end && *at != '\n' && *at != '\r'; at++) {
        is_comment = is_comment || (end - at >= 2 && at[0] == '-' && at[1] == '-');
        if (!is_comment && !ascii_is_space(*at))
            return fail(lexer, "text behind COPY FROM STDIN on its line",
                        "the rows begin on the next line", at);
    }
    *data = at < end ? at + 1 : NULL;
    *line_end = '\n';
    if (at < end && *at == '\r') {
        if (end - at >= 2 && at[1] == '\n')
            *data = at + 2;
        else
            *line_end = '\r';
    }
    return true;
}

/* The text behind a COPY, up to the line `\.`, which ends the rows even inside a quoted field. */
typedef struct DataScan {
    const char *data;
    const char *end; /* of the text */
    char line_end;
} DataScan;

/* True for a backslash that begins that line; it may be one of CRLF, and the last of the text. */
static bool
is_data_end(const DataScan *scan, const char *at)
{
    if (scan->end - at < 2 || at[1] != '.' || (at > scan->data && at[-1] != scan->line_end))
        return false;
    at += 2;
    if (at < scan->end && *at == '\r' && scan->line_end == '\n')
        at++;
    return at == scan->end || *at == scan->line_end;
}

/* As known from before; NULL if it is not. */
static const char *
known_data_end(SqlLexer *lexer, const DataScan *scan)
{
    const size_t data = lexer->offset + (size_t)(scan->data - lexer->text.at);

    for (size_t i = 0; lexer->ends != NULL && i < lexer->ends->len; i++) {
        const SqlEnd *known = &lexer->ends->at[i];
        if (known->data != data)
            continue;
        lexer->mark = known->end - lexer->offset;
        lexer->line = known->line;
        lexer->column = 1;
        return lexer->text.at + lexer->mark;
    }
    return NULL;
}

/* The backslash of the line that ends the rows; the end of the text if there is none. Line for line
 * it would take twice as long. */
static const char *
find_data_end(SqlLexer *lexer, const DataScan *scan)
{
    Trail trail = trail_begin((Slice){scan->data, 1}, lexer->is_mapped);
    const char *at = known_data_end(lexer, scan);

    if (at != NULL)
        return at;
    at = scan->data;

    while (at < scan->end) {
        const size_t left = (size_t)(scan->end - at);
        const char *const stop = at + (left < COUNTED_AT_ONCE ? left : COUNTED_AT_ONCE);
        for (; at < stop; at++) {
            at = memchr(at, '\\', (size_t)(stop - at));
            if (at == NULL)
                break;
            if (is_data_end(scan, at))
                return at;
        }
        at = stop;
        advance_mark(lexer, (size_t)(at - lexer->text.at));
        trail_follow(&trail, at);
    }
    return scan->end;
}

/* As psql takes the rows: up to that line, or the end of the text. Unlike psql we know it without a
 * line end too. */
static bool
take_data(SqlLexer *lexer, SqlStatement *statement)
{
    DataScan scan = {.end = lexer->text.at + lexer->text.len};

    if (!find_data(lexer, &scan.data, &scan.line_end))
        return false;
    lexer->at = lexer->text.len;
    statement->facts |= SQL_DATA_OPEN;
    if (scan.data == NULL)
        return true;
    advance_mark(lexer, (size_t)(scan.data - lexer->text.at));
    statement->data_line = lexer->line;
    const char *const last = find_data_end(lexer, &scan);
    statement->data = (Slice){scan.data, (size_t)(last - scan.data)};
    if (last == scan.end)
        return true;
    statement->facts &= ~(unsigned)SQL_DATA_OPEN;
    const char *const next = memchr(last, scan.line_end, (size_t)(scan.end - last));
    if (next != NULL)
        lexer->at = (size_t)(next + 1 - lexer->text.at);
    return true;
}

SqlEnd
sql_rows_end(SqlLexer *lexer, const SqlStatement *statement)
{
    const size_t data = (size_t)(statement->data.at - lexer->text.at);
    const size_t end = data + statement->data.len;

    advance_mark(lexer, end);
    return (SqlEnd){lexer->offset + data, lexer->offset + end, lexer->line};
}

size_t
sql_data_end(Slice text, bool is_mapped, unsigned *line)
{
    SqlLexer lexer = {.text = text, .line = 1, .column = 1, .is_mapped = is_mapped};
    const DataScan scan = {.data = text.at, .end = text.at + text.len, .line_end = '\n'};
    const char *const end = find_data_end(&lexer, &scan);

    advance_mark(&lexer, (size_t)(end - text.at));
    *line = lexer.line;
    return (size_t)(end - text.at);
}

void
sql_init(SqlLexer *lexer, SqlDialect dialect, Slice text, unsigned line)
{
    *lexer = (SqlLexer){.dialect = dialect, .text = text, .line = line, .column = 1};
    if (text.len == 0)
        lexer->text.at = "";
    if (slice_starts_with(text, "\xEF\xBB\xBF")) {
        lexer->at = 3;
        lexer->mark = 3;
    }
}

bool
sql_next(SqlLexer *lexer, SqlStatement *statement)
{
    Scan scan = {
        .lexer = lexer,
        .statement = statement,
        .tokens = sql_tokens(lexer->dialect, slice_after(lexer->text, lexer->at)),
    };
    SqlToken token = {0};

    *statement = (SqlStatement){0};
    while (sql_token_next(&scan.tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_BROKEN)
            return fail(lexer, scan.tokens.error, NULL, token.text.at);
        if (token.kind == SQL_TOKEN_SEMICOLON && statement->text.at == NULL)
            continue;
        if (token.kind == SQL_TOKEN_BACKSLASH) {
            if (statement->text.at != NULL)
                return fail(lexer, "backslash outside quotes",
                            "SQL has none there: a text stands in quotes, and psql's own commands "
                            "are no SQL",
                            token.text.at);
            finish_backslash(&scan, &token);
            return true;
        }
        if (!balance(&scan, &token))
            return false;
        if (token.kind == SQL_TOKEN_SEMICOLON && scan.depth == 0 &&
            (!scan.is_in_body || scan.is_body_closed))
            break;
        add_token(&scan, &token);
    }
    if (statement->text.at == NULL) {
        lexer->at = lexer->text.len;
        return false;
    }
    if (!finish(&scan))
        return false;
    return (statement->facts & SQL_COPY_FROM_STDIN) == 0 || take_data(lexer, statement);
}

void
sql_locate(const SqlStatement *statement, size_t offset, unsigned *line, unsigned *column)
{
    SqlLexer counter = {
        .text = statement->text,
        .line = statement->line,
        .column = statement->column,
    };

    advance_mark(&counter, offset < statement->text.len ? offset : statement->text.len);
    *line = counter.line;
    *column = counter.column;
}
