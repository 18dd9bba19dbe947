/* SPDX-License-Identifier: MIT */
/*
 * SqlTokens: the tokens of a text, without its space and comments. The lexer cuts statements with
 * it; whoever looks closer at one statement walks its tokens. PostgreSQL as psqlscan.l reads it,
 * with standard_conforming_strings on; SQLite as its tokenize.c does. Nothing is allocated.
 */
#ifndef MIGRATE_CORE_SQL_TOKEN_H
#define MIGRATE_CORE_SQL_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/slice.h"
#include "core/sql/lexer.h"

typedef enum SqlTokenKind {
    SQL_TOKEN_END,
    SQL_TOKEN_WORD,   /* a keyword or a bare name */
    SQL_TOKEN_NAME,   /* "name"; in SQLite `name` and [name] too */
    SQL_TOKEN_STRING, /* 'text', E'text' with its continuation lines, $tag$text$tag$ */
    SQL_TOKEN_NUMBER,
    SQL_TOKEN_PARAMETER, /* $1; in SQLite $name(..) too */
    SQL_TOKEN_SEMICOLON,
    SQL_TOKEN_OPEN,      /* ( */
    SQL_TOKEN_CLOSE,     /* ) */
    SQL_TOKEN_BACKSLASH, /* PostgreSQL: one backslash outside quotes */
    SQL_TOKEN_SYMBOL,    /* any other byte */
    SQL_TOKEN_BROKEN,    /* something that does not end: from where it opened to the end */
} SqlTokenKind;

typedef struct SqlToken {
    SqlTokenKind kind;
    Slice text;
} SqlToken;

typedef struct SqlTokens {
    SqlDialect dialect;
    const char *at;
    const char *end;
    const char *error; /* what does not end, once a broken token was given */
} SqlTokens;

SqlTokens sql_tokens(SqlDialect dialect, Slice text);
/* The next token. After SQL_TOKEN_END and SQL_TOKEN_BROKEN there is only SQL_TOKEN_END. */
SqlTokenKind sql_token_next(SqlTokens *tokens, SqlToken *token);
/* The next token, which stays the next one. */
SqlToken sql_token_peek(const SqlTokens *tokens);
/* True if the token is that keyword, or one of the two. */
bool sql_token_is(const SqlToken *token, const char *word);
bool sql_token_is_symbol(const SqlToken *token, char symbol);
/* Steps over the next token if it is that keyword; else stays and returns false. */
bool sql_take(SqlTokens *tokens, const char *word);
/* Steps over an opening parenthesis that comes next, and all up to its closing one. */
bool sql_take_parentheses(SqlTokens *tokens);
/* Steps over a name, with its schema and all. False, and nothing is stepped over, if none. */
bool sql_take_name(SqlTokens *tokens);
/* Steps behind the next token of that kind outside parentheses (keyword: with this text). */
bool sql_find(SqlTokens *tokens, const char *word);

#endif
