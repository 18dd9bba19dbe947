/* SPDX-License-Identifier: MIT */
#include "core/sql/token.h"

#include <stdint.h>
#include <string.h>

/* What a byte begins. Those from LETTER on may also stand inside a word. */
typedef enum ByteClass {
    OTHER,
    SPACE,
    MINUS,
    SLASH,
    QUOTE,
    NAME_QUOTE,
    BACKTICK,
    BRACKET,
    SEMICOLON,
    OPEN,
    CLOSE,
    BACKSLASH,
    VARIABLE, /* SQLite: @name, :name, #name */
    LETTER,
    DIGIT,
    DOLLAR,
} ByteClass;

/* Two rows of sixteen for each letter of the alphabet, and the rows that repeat. */
#define LETTERS_4  LETTER, LETTER, LETTER, LETTER
#define LETTERS_16 LETTERS_4, LETTERS_4, LETTERS_4, LETTERS_4
#define LETTERS_64 LETTERS_16, LETTERS_16, LETTERS_16, LETTERS_16
#define LETTERS_26 LETTERS_16, LETTERS_4, LETTERS_4, LETTER, LETTER
#define OTHERS_4   OTHER, OTHER, OTHER, OTHER
#define DIGITS_5   DIGIT, DIGIT, DIGIT, DIGIT, DIGIT

/* By byte: control characters, then ASCII as it goes, then UTF-8, all of which is letters. */
static const uint8_t BYTE_CLASSES[256] = {
    OTHERS_4,   OTHERS_4,   OTHER,                                     /* 00 */
    SPACE,      SPACE,      SPACE,      SPACE,     SPACE,              /* \t \n \v \f \r */
    OTHER,      OTHER,      OTHERS_4,   OTHERS_4,  OTHERS_4, OTHERS_4, /* 0e */
    SPACE,      OTHER,      NAME_QUOTE, VARIABLE,  DOLLAR,   OTHER,
    OTHER,      QUOTE, /* space ! " # $ % & ' */
    OPEN,       CLOSE,      OTHER,      OTHER,     OTHER,    MINUS,
    OTHER,      SLASH, /* ( ) * + , - . / */
    DIGITS_5,   DIGITS_5,   VARIABLE,   SEMICOLON, OTHER,    OTHER,
    OTHER,      OTHER, /* 0 to 9 : ; < = > ? */
    VARIABLE,   LETTERS_26, BRACKET,    BACKSLASH, OTHER,    OTHER,
    LETTER,                                    /* @ A to Z [ \ ] ^ _ */
    BACKTICK,   LETTERS_26, OTHERS_4,   OTHER, /* ` a to z { | } ~ del */
    LETTERS_64, LETTERS_64,
};

static ByteClass
class_of(const char *at)
{
    return (ByteClass)BYTE_CLASSES[(unsigned char)*at];
}

static bool
is_in_word(const char *at)
{
    return class_of(at) >= LETTER;
}

static const char *
word_end(const char *at, const char *end)
{
    while (at < end && is_in_word(at))
        at++;
    return at;
}

/* Behind the next `c` at or after `at`, or NULL. */
static const char *
find_behind(const char *at, const char *end, char c)
{
    const char *found = at < end ? memchr(at, c, (size_t)(end - at)) : NULL;

    return found == NULL ? NULL : found + 1;
}

/* PostgreSQL's comments nest. `at` is behind the opening; NULL if it does not end. */
static const char *
nested_comment_end(const char *at, const char *end)
{
    size_t depth = 1;

    while (end - at >= 2) {
        if (at[0] == '*' && at[1] == '/') {
            at += 2;
            if (--depth == 0)
                return at;
        } else if (at[0] == '/' && at[1] == '*') {
            at += 2;
            depth++;
        } else {
            at++;
        }
    }
    return NULL;
}

/* SQLite's do not, and the end of the text ends one. */
static const char *
plain_comment_end(const char *at, const char *end)
{
    while ((at = find_behind(at, end, '*')) != NULL) {
        if (at < end && *at == '/')
            return at + 1;
    }
    return end;
}

/* To the line's end: CR ends a comment for PostgreSQL, not for SQLite. */
static const char *
line_comment_end(const SqlTokens *tokens, const char *at)
{
    while (at < tokens->end && *at != '\n' && (*at != '\r' || tokens->dialect == SQL_SQLITE))
        at++;
    return at;
}

/* Over space and comments. False, with tokens->at where the comment opened, if one does not end. */
static bool
skip_space(SqlTokens *tokens)
{
    const char *at = tokens->at;
    const char *const end = tokens->end;

    while (at < end) {
        const ByteClass class = class_of(at);
        if (class == SPACE && (*at != '\v' || tokens->dialect == SQL_POSTGRES)) {
            at++;
        } else if (class == MINUS && end - at >= 2 && at[1] == '-') {
            at = line_comment_end(tokens, at + 2);
        } else if (class == SLASH && end - at >= 2 && at[1] == '*') {
            tokens->at = at;
            at = tokens->dialect == SQL_POSTGRES ? nested_comment_end(at + 2, end)
                                                 : plain_comment_end(at + 2, end);
            if (at == NULL)
                return false;
        } else {
            break;
        }
    }
    tokens->at = at;
    return true;
}

/* Behind the closing quote, a doubled one being text; NULL if there is none. */
static const char *
quoted_end(const char *at, const char *end, char quote)
{
    while ((at = find_behind(at, end, quote)) != NULL) {
        if (at == end || *at != quote)
            return at;
        at++;
    }
    return NULL;
}

/* As quoted_end, where a backslash takes the byte behind it along. */
static const char *
escaped_end(const char *at, const char *end)
{
    while (at < end) {
        if (*at == '\\') {
            at += end - at >= 2 ? 2 : 1;
        } else if (*at++ == '\'') {
            if (at == end || *at != '\'')
                return at;
            at++;
        }
    }
    return NULL;
}

/* A string goes on behind space that has a line end in it, comments allowed: behind the quote that
 * opens the next part, or NULL. */
static const char *
continuation(const char *at, const char *end)
{
    bool has_line_end = false;

    for (; at < end; at++) {
        if (*at == '\n' || *at == '\r') {
            has_line_end = true;
        } else if (end - at >= 2 && at[0] == '-' && at[1] == '-') {
            while (end - at >= 2 && at[1] != '\n' && at[1] != '\r')
                at++;
        } else if (class_of(at) != SPACE) {
            break;
        }
    }
    return has_line_end && at < end && *at == '\'' ? at + 1 : NULL;
}

/* The parts of E'..' are one token, because all of them know the backslash. */
static const char *
escape_string_end(const char *at, const char *end)
{
    const char *part = at;
    const char *closed = NULL;

    while (part != NULL) {
        closed = escaped_end(part, end);
        if (closed == NULL)
            return NULL;
        part = continuation(closed, end);
    }
    return closed;
}

static SqlTokenKind
give(SqlTokens *tokens, SqlToken *token, SqlTokenKind kind, const char *behind)
{
    token->kind = kind;
    token->text.len = (size_t)(behind - tokens->at);
    tokens->at = behind;
    return kind;
}

static SqlTokenKind
give_quoted(SqlTokens *tokens, SqlToken *token, SqlTokenKind kind, const char *behind)
{
    if (behind != NULL)
        return give(tokens, token, kind, behind);
    tokens->error = kind == SQL_TOKEN_NAME ? "unterminated quoted name" : "unterminated string";
    return give(tokens, token, SQL_TOKEN_BROKEN, tokens->end);
}

static SqlTokenKind
give_word(SqlTokens *tokens, SqlToken *token)
{
    const char *const at = tokens->at;
    const char *const behind = word_end(at + 1, tokens->end);

    if (behind < tokens->end && *behind == '\'' && behind - at == 1 && (*at == 'e' || *at == 'E') &&
        tokens->dialect == SQL_POSTGRES)
        return give_quoted(tokens, token, SQL_TOKEN_STRING,
                           escape_string_end(behind + 1, tokens->end));
    return give(tokens, token, SQL_TOKEN_WORD, behind);
}

/* Digits and letters, such as 1e10, 0x1F, 1_000; the point and the sign are symbols to us. */
static SqlTokenKind
give_number(SqlTokens *tokens, SqlToken *token)
{
    const char *at = tokens->at + 1;

    while (at < tokens->end && is_in_word(at) && *at != '$')
        at++;
    return give(tokens, token, SQL_TOKEN_NUMBER, at);
}

/* SQLite's bind parameters, with the (..) that those of Tcl may have. */
static SqlTokenKind
give_variable(SqlTokens *tokens, SqlToken *token)
{
    const char *at = tokens->at + 1;

    while (at < tokens->end &&
           (is_in_word(at) || (*at == ':' && tokens->end - at >= 2 && at[1] == ':')))
        at += *at == ':' ? 2 : 1;
    if (at == tokens->at + 1)
        return give(tokens, token, SQL_TOKEN_SYMBOL, at);
    if (at == tokens->end || *at != '(')
        return give(tokens, token, SQL_TOKEN_PARAMETER, at);
    while (at < tokens->end && *at != ')' && class_of(at) != SPACE)
        at++;
    if (at < tokens->end && *at == ')')
        return give(tokens, token, SQL_TOKEN_PARAMETER, at + 1);
    tokens->error = "unterminated parameter";
    return give(tokens, token, SQL_TOKEN_BROKEN, tokens->end);
}

/* PostgreSQL: $tag$, $1, or a dollar that begins neither. */
static SqlTokenKind
give_dollar(SqlTokens *tokens, SqlToken *token)
{
    const char *const at = tokens->at;
    const char *const end = tokens->end;
    const char *tag = at + 1;

    if (tag < end && class_of(tag) == DIGIT) {
        while (tag < end && class_of(tag) == DIGIT)
            tag++;
        return give(tokens, token, SQL_TOKEN_PARAMETER, tag);
    }
    while (tag < end && is_in_word(tag) && *tag != '$')
        tag++;
    if (tag == end || *tag != '$')
        return give(tokens, token, SQL_TOKEN_SYMBOL, at + 1);

    /* The tag holds no dollar, so no comparison reads beyond the next one: linear. */
    const size_t len = (size_t)(tag - at) + 1;
    const char *dollar = tag + 1;
    while ((dollar = find_behind(dollar, end, '$')) != NULL) {
        if ((size_t)(end - dollar) + 1 >= len && memcmp(dollar, at + 1, len - 1) == 0)
            return give(tokens, token, SQL_TOKEN_STRING, dollar + len - 1);
    }
    tokens->error = "unterminated dollar-quoted string";
    return give(tokens, token, SQL_TOKEN_BROKEN, end);
}

static SqlTokenKind
give_postgres(SqlTokens *tokens, SqlToken *token, ByteClass class)
{
    if (class == DOLLAR)
        return give_dollar(tokens, token);
    return give(tokens, token, class == BACKSLASH ? SQL_TOKEN_BACKSLASH : SQL_TOKEN_SYMBOL,
                tokens->at + 1);
}

static SqlTokenKind
give_sqlite(SqlTokens *tokens, SqlToken *token, ByteClass class)
{
    const char *const next = tokens->at + 1;

    if (class == DOLLAR || class == VARIABLE)
        return give_variable(tokens, token);
    if (class == BACKTICK)
        return give_quoted(tokens, token, SQL_TOKEN_NAME, quoted_end(next, tokens->end, '`'));
    if (class == BRACKET)
        return give_quoted(tokens, token, SQL_TOKEN_NAME, find_behind(next, tokens->end, ']'));
    return give(tokens, token, SQL_TOKEN_SYMBOL, next);
}

SqlTokens
sql_tokens(SqlDialect dialect, Slice text)
{
    const char *const at = text.len == 0 ? "" : text.at;

    return (SqlTokens){.dialect = dialect, .at = at, .end = at + text.len};
}

SqlTokenKind
sql_token_next(SqlTokens *tokens, SqlToken *token)
{
    const bool is_whole = skip_space(tokens);
    const char *const at = tokens->at;

    token->text.at = at;
    if (!is_whole) {
        tokens->error = "unterminated comment";
        return give(tokens, token, SQL_TOKEN_BROKEN, tokens->end);
    }
    if (at == tokens->end)
        return give(tokens, token, SQL_TOKEN_END, at);

    const ByteClass class = class_of(at);
    switch (class) {
    case LETTER:
        return give_word(tokens, token);
    case DIGIT:
        return give_number(tokens, token);
    case QUOTE:
        return give_quoted(tokens, token, SQL_TOKEN_STRING, quoted_end(at + 1, tokens->end, '\''));
    case NAME_QUOTE:
        return give_quoted(tokens, token, SQL_TOKEN_NAME, quoted_end(at + 1, tokens->end, '"'));
    case SEMICOLON:
        return give(tokens, token, SQL_TOKEN_SEMICOLON, at + 1);
    case OPEN:
        return give(tokens, token, SQL_TOKEN_OPEN, at + 1);
    case CLOSE:
        return give(tokens, token, SQL_TOKEN_CLOSE, at + 1);
    case OTHER:
    case SPACE:
    case MINUS:
    case SLASH:
        return give(tokens, token, SQL_TOKEN_SYMBOL, at + 1);
    case BACKTICK:
    case BRACKET:
    case BACKSLASH:
    case VARIABLE:
    case DOLLAR:
        break;
    }
    return tokens->dialect == SQL_POSTGRES ? give_postgres(tokens, token, class)
                                           : give_sqlite(tokens, token, class);
}

SqlToken
sql_token_peek(const SqlTokens *tokens)
{
    SqlTokens copy = *tokens;
    SqlToken token = {0};

    (void)sql_token_next(&copy, &token);
    return token;
}

bool
sql_token_is(const SqlToken *token, const char *word)
{
    return token->kind == SQL_TOKEN_WORD && slice_is_nocase(token->text, word);
}

bool
sql_token_is_symbol(const SqlToken *token, char symbol)
{
    return token->kind == SQL_TOKEN_SYMBOL && token->text.at[0] == symbol;
}

bool
sql_take(SqlTokens *tokens, const char *word)
{
    SqlTokens copy = *tokens;
    SqlToken token = {0};

    (void)sql_token_next(&copy, &token);
    if (!sql_token_is(&token, word))
        return false;
    *tokens = copy;
    return true;
}

bool
sql_take_parentheses(SqlTokens *tokens)
{
    SqlTokens copy = *tokens;
    SqlToken token = {0};
    size_t depth = 0;

    do {
        (void)sql_token_next(&copy, &token);
        if (token.kind == SQL_TOKEN_OPEN)
            depth++;
        else if (depth == 0 || token.kind == SQL_TOKEN_END)
            return false;
        else if (token.kind == SQL_TOKEN_CLOSE)
            depth--;
    } while (depth > 0);
    *tokens = copy;
    return true;
}

bool
sql_take_name(SqlTokens *tokens)
{
    SqlTokens copy = *tokens;
    SqlToken token = {0};

    for (;;) {
        (void)sql_token_next(&copy, &token);
        if (token.kind != SQL_TOKEN_WORD && token.kind != SQL_TOKEN_NAME)
            return false;
        *tokens = copy;
        (void)sql_token_next(&copy, &token);
        if (!sql_token_is_symbol(&token, '.'))
            return true;
    }
}

bool
sql_find(SqlTokens *tokens, const char *word)
{
    SqlToken token = {0};

    while (sql_token_next(tokens, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_OPEN) {
            tokens->at = token.text.at;
            if (!sql_take_parentheses(tokens))
                return false;
        } else if (sql_token_is(&token, word)) {
            return true;
        }
    }
    return false;
}
