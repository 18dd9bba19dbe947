/* SPDX-License-Identifier: MIT */
#include "drivers/postgres/body.h"

#include <string.h>

#include "core/base/text.h"
#include "core/sql/token.h"

/* The text between the quotes of the block. */
static bool
find_body(const Statement *statement, Slice *body)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);
    SqlToken token = {0};

    if (!sql_take(&tokens, "do"))
        return false;
    while (token.kind != SQL_TOKEN_STRING) {
        if (sql_token_next(&tokens, &token) == SQL_TOKEN_END)
            return false;
    }
    size_t quote = 1;
    if (token.text.at[0] == '$')
        quote = (size_t)((const char *)memchr(token.text.at + 1, '$', token.text.len - 1) -
                         token.text.at) +
                1;
    else if (token.text.at[0] != '\'')
        return false; /* E'..': its lines are not the file's */
    *body = (Slice){token.text.at + quote, token.text.len - 2 * quote};
    return true;
}

/* The line of the block in a context such as "PL/pgSQL function inline_code_block line 4 at RAISE",
 * whatever the language of the messages; 0: none. *is_innermost: no other function is inside. */
static unsigned
block_line(const char *context, bool *is_innermost)
{
    static const char BLOCK[] = "inline_code_block";
    const char *at = context == NULL ? NULL : strstr(context, BLOCK);
    unsigned line = 0;

    if (at == NULL)
        return 0;
    const char *digits = at + sizeof BLOCK - 1;
    while (*digits != '\0' && *digits != '\n' && !ascii_is_digit(*digits))
        digits++;
    const size_t len = strspn(digits, "0123456789");
    if (!slice_to_number((Slice){digits, len}, &line))
        return 0;
    const char *other = strstr(context, "PL/pgSQL");
    while (other != NULL && other < at && strncmp(other, "PL/pgSQL assignment", 19) == 0)
        other = strstr(other + 1, "PL/pgSQL");
    *is_innermost =
        other != NULL && other < at && memchr(other, '\n', (size_t)(at - other)) == NULL;
    return line;
}

/* `needle` in `hay`, NULL if it is not there. */
static const char *
find(Slice hay, Slice needle)
{
    while (needle.len > 0 && hay.len >= needle.len) {
        const char *at = memchr(hay.at, needle.at[0], hay.len - needle.len + 1);
        if (at == NULL)
            return NULL;
        if (memcmp(at, needle.at, needle.len) == 0)
            return at;
        hay = slice_after(hay, (size_t)(at - hay.at) + 1);
    }
    return NULL;
}

/* Where the character of the query that the server ran stands in the block, from `rest` on. PERFORM
 * x is run as SELECT x: then what is behind the first word is looked for. */
static const char *
find_inner(Slice rest, const Failure *failure)
{
    const Slice query = slice_of(failure->inner_query == NULL ? "" : failure->inner_query);
    Slice tail = {0};

    if (query.len == 0 || failure->inner_position == 0)
        return NULL;
    const size_t within = utf8_offset(query, failure->inner_position - 1);
    const char *at = find(rest, query);
    if (at != NULL)
        return at + within;
    const Slice word = slice_cut(query, ' ', &tail);
    at = tail.at == NULL ? NULL : find(rest, tail);
    return at == NULL || within <= word.len ? NULL : at + (within - word.len - 1);
}

/* Does the failure speak of an expression, not of a table, a name or a right? Of ALTER TABLE the
 * server often does not say where. */
static bool
is_of_expression(const char *sqlstate)
{
    static const char *const STATES[] = {
        "42703", /* undefined column */
        "42702", /* ambiguous column */
        "42883", /* undefined function */
        "42725", /* ambiguous function */
        "42804", /* another type */
        "42803", /* grouping */
        "0A000", /* not possible there */
        "23514", /* check violation */
        NULL,
    };

    for (size_t i = 0; STATES[i] != NULL; i++) {
        if (strcmp(sqlstate, STATES[i]) == 0)
            return true;
    }
    return strncmp(sqlstate, "22", 2) == 0; /* a value that cannot be */
}

/* Where a block of ours, which makes its queries of pieces of the file, has the piece that the
 * server means; 0: none. */
static size_t
find_piece(const Statement *statement, const Failure *failure)
{
    const Slice query = slice_of(failure->inner_query == NULL ? "" : failure->inner_query);

    if (query.len == 0 || failure->inner_position == 0)
        return 0;
    const size_t meant = utf8_offset(query, failure->inner_position - 1);
    for (size_t i = 0; i < statement->pieces.len; i++) {
        const StatementPiece *piece = &statement->pieces.at[i];
        const Slice text = {statement->text.at + piece->at, piece->len};
        const char *at = find(query, text);
        for (; at != NULL && (size_t)(at - query.at) <= meant;
             at = find(slice_after(query, (size_t)(at - query.at) + 1), text)) {
            const size_t within = meant - (size_t)(at - query.at);
            if (within < piece->len)
                return piece->at + within;
        }
    }
    return 0;
}

unsigned
postgres_copy_line(const Failure *failure)
{
    const char *context = failure->context == NULL ? "" : failure->context;
    unsigned line = 0;

    /* COPY account, line 4, column id: "x", in the language of the server */
    const char *comma = strstr(context, ", ");
    if (strncmp(context, "COPY ", 5) != 0 || comma == NULL)
        return 0;
    const char *digits = comma + strcspn(comma, "0123456789\n");
    return slice_to_number((Slice){digits, strspn(digits, "0123456789")}, &line) ? line : 0;
}

size_t
postgres_body_offset(const Statement *statement, const Failure *failure)
{
    bool is_innermost = false;
    const unsigned line = block_line(failure->context, &is_innermost);
    const size_t piece = find_piece(statement, failure);
    Slice body = {0};

    if (piece > 0)
        return piece;
    if (statement->pieces.len == 1 && line == 0 && is_of_expression(failure->sqlstate))
        return statement->pieces.at[0].at;
    if (line == 0 || !find_body(statement, &body))
        return 0;
    for (unsigned i = 1; i < line; i++) {
        const char *newline = memchr(body.at, '\n', body.len);
        if (newline == NULL)
            return 0;
        body = slice_after(body, (size_t)(newline - body.at) + 1);
    }
    const char *at = is_innermost ? find_inner(body, failure) : NULL;
    if (at == NULL) {
        const Slice trimmed = slice_trim(body);
        at = trimmed.len > 0 ? trimmed.at : body.at;
    }
    return (size_t)(at - statement->text.at);
}
