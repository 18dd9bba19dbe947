/* SPDX-License-Identifier: MIT */
#include "core/sql/shell.h"

#include <string.h>

#include "core/base/text.h"
#include "core/sql/token.h"

/* What may stand behind a colon that psql looks at: a letter, a digit, '_' or a byte that is not
 * ASCII, a quote, or the brace of :{?name}. */
static bool
begins_variable(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '_' || ((unsigned char)c & 0x80) != 0 ||
           c == '\'' || c == '"' || c == '{';
}

void
sql_add_for_psql(Slice text, Buf *out)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);
    const char *added = text.at;
    SqlToken token = {0};

    if (memchr(text.at, ':', text.len) == NULL) {
        buf_add_slice(out, text);
        return;
    }
    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        const char *behind = token.text.at + 1;

        if (!sql_token_is_symbol(&token, ':') || behind == tokens.end)
            continue;
        if (*behind == ':' || *behind == '=') { /* a cast or an assignment: one token to psql */
            tokens.at = behind + 1;
            continue;
        }
        if (!begins_variable(*behind))
            continue;
        buf_add_slice(out, (Slice){added, (size_t)(token.text.at - added)});
        buf_add_char(out, '\\');
        added = token.text.at;
    }
    buf_add_slice(out, (Slice){added, (size_t)(text.at + text.len - added)});
}

/* The token stands alone on its line: blanks before it, blanks or comments behind it. */
static bool
is_alone(Slice text, const SqlToken *token, const SqlTokens *tokens)
{
    const char *line = token->text.at;
    const SqlToken next = sql_token_peek(tokens);
    const char *behind = token->text.at + token->text.len;

    while (line > text.at && line[-1] != '\n' && ascii_is_space(line[-1]))
        line--;
    if (line > text.at && line[-1] != '\n')
        return false;
    /* behind the last one the semicolon is printed */
    return next.kind != SQL_TOKEN_END &&
           memchr(behind, '\n', (size_t)(next.text.at - behind)) != NULL;
}

/* Some line begins with such a token: only then the tokens are worth looking at. */
static bool
has_such_line(Slice text)
{
    while (text.len > 0) {
        const Slice line = slice_trim(slice_cut(text, '\n', &text));

        if (line.len > 0 && line.at[0] == '/' && (line.len == 1 || line.at[1] != '*'))
            return true;
        if (line.len > 1 && (line.at[0] | 0x20) == 'g' && (line.at[1] | 0x20) == 'o')
            return true;
    }
    return false;
}

bool
sql_is_misread_by_sqlite3(Slice text, size_t *offset)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, text);
    SqlToken token = {0};

    *offset = 0;
    if (text.len > 0 && (text.at[0] == '.' || text.at[0] == '#'))
        return true;
    if (!has_such_line(text))
        return false;
    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        *offset = (size_t)(token.text.at - text.at);
        if ((sql_token_is_symbol(&token, '/') || sql_token_is(&token, "go")) &&
            is_alone(text, &token, &tokens))
            return true;
    }
    return false;
}
