/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/text.h"
#include "core/sql/copy.h"

/* A field in the making. */
typedef struct Field {
    Buf text;
    bool was_quoted;
} Field;

/* True at the end of a row; steps over it. */
static bool
take_line_end(SqlRows *rows)
{
    if (rows->rest.len == 0)
        return true;
    if (rows->rest.at[0] != '\n' && rows->rest.at[0] != '\r')
        return false;
    const bool is_crlf = rows->rest.len > 1 && rows->rest.at[0] == '\r' && rows->rest.at[1] == '\n';
    rows->rest = slice_after(rows->rest, is_crlf ? 2 : 1);
    rows->next_line++;
    return true;
}

static void
add_field(SqlRows *rows, const Field *field, bool is_null)
{
    *VEC_ADD(rows->arena, &rows->fields) = (SqlField){is_null, buf_slice(&field->text)};
}

/* A line end within a field: counts it. */
static void
count_line(SqlRows *rows, const char *at)
{
    const bool is_crlf = *at == '\r' && rows->rest.len > 1 && at[1] == '\n';

    if (*at == '\n' || (*at == '\r' && !is_crlf))
        rows->next_line++;
}

/* What stands between quotes, which may begin anywhere in a field. False if they do not end. */
static bool
take_quoted(SqlRows *rows, Field *field)
{
    const SqlCopy *copy = rows->copy;

    field->was_quoted = true;
    for (rows->rest = slice_after(rows->rest, 1); rows->rest.len > 0;
         rows->rest = slice_after(rows->rest, 1)) {
        const char *at = rows->rest.at;
        const bool is_escaped = *at == copy->escape && rows->rest.len > 1 &&
                                (at[1] == copy->quote || at[1] == copy->escape);
        if (is_escaped) {
            buf_add_char(&field->text, at[1]);
            rows->rest = slice_after(rows->rest, 1);
        } else if (*at == copy->quote) {
            rows->rest = slice_after(rows->rest, 1);
            return true;
        } else {
            count_line(rows, at);
            buf_add_char(&field->text, *at);
        }
    }
    return false;
}

static bool
take_csv(SqlRows *rows)
{
    const SqlCopy *copy = rows->copy;
    bool is_last = false;

    while (!is_last) {
        Field field = {.text = {.arena = rows->arena}};
        for (;;) {
            if (rows->rest.len > 0 && rows->rest.at[0] == copy->quote) {
                if (take_quoted(rows, &field))
                    continue;
                rows->error = "the quoted field does not end";
                return false;
            }
            is_last = take_line_end(rows);
            if (is_last || rows->rest.at[0] == copy->delimiter)
                break;
            buf_add_char(&field.text, rows->rest.at[0]);
            rows->rest = slice_after(rows->rest, 1);
        }
        if (!is_last)
            rows->rest = slice_after(rows->rest, 1);
        add_field(rows, &field, !field.was_quoted && slice_is(buf_slice(&field.text), copy->null));
    }
    return true;
}

/* Up to `most` digits of a base behind a backslash. */
static char
take_digits(SqlRows *rows, size_t most, unsigned base)
{
    unsigned value = 0;

    for (size_t i = 0; i < most && rows->rest.len > 0; i++) {
        const char c = ascii_lower(rows->rest.at[0]);
        const unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0')
                               : c >= 'a'           ? (unsigned)(c - 'a') + 10
                                                    : 99;
        if (digit >= base)
            break;
        value = value * base + digit;
        rows->rest = slice_after(rows->rest, 1);
    }
    return (char)(unsigned char)(value & 0xFFU);
}

/* What a backslash and what follows it stand for. */
static char
take_escape(SqlRows *rows)
{
    static const char NAMES[] = "bfnrtv";
    static const char BYTES[] = "\b\f\n\r\t\v";
    const char c = rows->rest.at[0];
    const char *name = c == '\0' ? NULL : strchr(NAMES, c);

    if (c >= '0' && c <= '7')
        return take_digits(rows, 3, 8);
    rows->rest = slice_after(rows->rest, 1);
    if (name != NULL)
        return BYTES[name - NAMES];
    const bool is_hex = c == 'x' && rows->rest.len > 0 &&
                        strchr("0123456789abcdefABCDEF", rows->rest.at[0]) != NULL &&
                        rows->rest.at[0] != '\0';
    return is_hex ? take_digits(rows, 2, 16) : c;
}

static bool
take_text(SqlRows *rows)
{
    bool is_last = false;

    while (!is_last) {
        Field field = {.text = {.arena = rows->arena}};
        const char *begin = rows->rest.at;
        const char *end = NULL;
        for (;;) {
            end = rows->rest.at;
            is_last = take_line_end(rows);
            if (is_last || rows->rest.at[0] == rows->copy->delimiter)
                break;
            const char c = rows->rest.at[0];
            rows->rest = slice_after(rows->rest, 1);
            if (c == '\\' && rows->rest.len > 0) {
                count_line(rows, rows->rest.at);
                buf_add_char(&field.text, take_escape(rows));
            } else {
                buf_add_char(&field.text, c);
            }
        }
        if (!is_last)
            rows->rest = slice_after(rows->rest, 1);
        /* as written: \N is NULL, \\N is not */
        add_field(rows, &field, slice_is((Slice){begin, (size_t)(end - begin)}, rows->copy->null));
    }
    return true;
}

void
sql_rows_init(SqlRows *rows, const SqlCopy *copy, Slice text, bool is_mapped, Arena *arena)
{
    *rows = (SqlRows){.copy = copy,
                      .rest = text,
                      .trail = trail_begin(text, is_mapped),
                      .next_line = 1,
                      .arena = arena};
    if (copy->has_header)
        (void)sql_rows_next(rows);
}

bool
sql_rows_next(SqlRows *rows)
{
    const char *begin = rows->rest.at;

    if (rows->error != NULL || rows->rest.len == 0)
        return false;
    trail_follow(&rows->trail, begin);
    arena_reset(rows->arena);
    rows->fields.at = NULL;
    rows->fields.len = 0;
    rows->fields.cap = 0;
    rows->line = rows->next_line;
    rows->source = (Slice){begin, 0};
    if (!(rows->copy->is_csv ? take_csv(rows) : take_text(rows)))
        return false;
    rows->source = (Slice){begin, (size_t)(rows->rest.at - begin)};
    if (utf8_check(rows->source) == rows->source.len &&
        memchr(begin, '\0', rows->source.len) == NULL)
        return true;
    rows->error = "the row is not valid UTF-8";
    return false;
}
