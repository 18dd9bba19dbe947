/* SPDX-License-Identifier: MIT */
#include "core/sql/enums.h"

#include "core/sql/token.h"

/* The last part of a name that begins at `tokens`: the type without its schema. */
static Slice
take_type(SqlTokens *tokens)
{
    const char *const begin = sql_token_peek(tokens).text.at;
    SqlToken token = {0};

    if (!sql_take_name(tokens))
        return (Slice){NULL, 0};
    SqlTokens within = sql_tokens(SQL_POSTGRES, (Slice){begin, (size_t)(tokens->at - begin)});
    Slice last = {NULL, 0};
    while (sql_token_next(&within, &token) != SQL_TOKEN_END) {
        if (token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_NAME)
            last = token.text;
    }
    return last;
}

/* ALTER TYPE name ADD VALUE [IF NOT EXISTS] 'value'; tokens are behind TYPE */
static void
take_alter(SqlEnums *enums, SqlTokens tokens, unsigned line, Arena *arena)
{
    const Slice type = take_type(&tokens);
    unsigned *added = NULL;

    if (type.len == 0 || map_find(&enums->types, type) != NULL || !sql_take(&tokens, "add") ||
        !sql_take(&tokens, "value"))
        return;
    if (sql_take(&tokens, "if") && sql_take(&tokens, "not"))
        (void)sql_take(&tokens, "exists");
    const SqlToken value = sql_token_peek(&tokens);
    if (value.kind != SQL_TOKEN_STRING)
        return;
    added = ARENA_NEW(arena, unsigned);
    *added = line;
    map_put(&enums->values, value.text, added);
}

bool
sql_enums_find(SqlEnums *enums, const SqlStatement *statement, Arena *arena, SqlEnumUse *use)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);
    SqlToken token = {0};
    const bool is_type = slice_is_nocase(statement->words[1], "type");

    enums->types.arena = arena;
    enums->values.arena = arena;
    if (is_type && (sql_take(&tokens, "alter") || sql_take(&tokens, "create"))) {
        const bool is_new = slice_is_nocase(statement->words[0], "create");
        (void)sql_take(&tokens, "type");
        if (!is_new) {
            take_alter(enums, tokens, statement->line, arena);
            return false;
        }
        const Slice type = take_type(&tokens);
        if (type.len > 0)
            map_put(&enums->types, type, enums);
        return false;
    }
    while (enums->values.len > 0 && sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        const unsigned *line =
            token.kind == SQL_TOKEN_STRING ? map_find(&enums->values, token.text) : NULL;
        if (line == NULL)
            continue;
        *use = (SqlEnumUse){token.text, (size_t)(token.text.at - statement->text.at), *line};
        return true;
    }
    return false;
}
