/* SPDX-License-Identifier: MIT */
#include "core/yaml_write.h"

#include <stdbool.h>
#include <string.h>

#include "core/base/text.h"

static bool
is_word_of_yaml(Slice text)
{
    static const char *const WORDS[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (slice_is_nocase(text, WORDS[i]))
            return true;
    }
    return false;
}

/* Begins as a number, and nothing in it says that it is none. */
static bool
may_be_number(Slice text)
{
    const char second = text.len > 1 ? ascii_lower(text.at[1]) : '\0';

    if (!ascii_is_digit(text.at[0]))
        return false;
    if (text.at[0] == '0' && (second == 'x' || second == 'o' || second == 'b'))
        return true;
    for (size_t i = 0; i < text.len; i++) {
        if (ascii_is_letter(text.at[i]) && ascii_lower(text.at[i]) != 'e')
            return false;
    }
    return true;
}

static bool
is_plain(Slice text)
{
    if (text.len == 0 || text.at[text.len - 1] == ' ' ||
        !(ascii_is_letter(text.at[0]) || ascii_is_digit(text.at[0]) || text.at[0] == '_'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (!ascii_is_letter(c) && !ascii_is_digit(c) && strchr("_ .()/-+*=<>", c) == NULL)
            return false;
    }
    return !is_word_of_yaml(text) && !may_be_number(text);
}

/* A character that cannot stand in single quotes: a control character, or what YAML takes for the
 * end of a line or passes over. Its bytes, and its code; 0: it is none. */
static size_t
special_at(Slice rest, unsigned *code)
{
    const unsigned char *at = (const unsigned char *)rest.at;

    if (at[0] < 0x20 || at[0] == 0x7F) {
        *code = at[0];
        return 1;
    }
    if (rest.len >= 2 && at[0] == 0xC2 && at[1] < 0xA0) {
        *code = at[1];
        return 2;
    }
    if (rest.len < 3 || (at[0] != 0xE2 && at[0] != 0xEF))
        return 0;
    *code = (at[0] & 0x0FU) << 12U | (at[1] & 0x3FU) << 6U | (at[2] & 0x3FU);
    return *code == 0x2028 || *code == 0x2029 || *code == 0xFEFF || *code >= 0xFFFE ? 3 : 0;
}

static bool
needs_escapes(Slice text)
{
    unsigned code = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (special_at(slice_after(text, i), &code) > 0)
            return true;
    }
    return false;
}

static void
write_escaped(Buf *out, Slice text)
{
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len;) {
        const char c = text.at[i];
        unsigned code = 0;
        const size_t len = special_at(slice_after(text, i), &code);
        if (code == '\n' && len == 1)
            buf_add(out, "\\n");
        else if (code == '\t' && len == 1)
            buf_add(out, "\\t");
        else if (len > 0)
            buf_addf(out, "\\u%04X", code);
        else if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", c);
        else
            buf_add_char(out, c);
        i += len > 0 ? len : 1;
    }
    buf_add_char(out, '"');
}

void
yaml_write_quoted(Buf *out, const char *text)
{
    const Slice slice = slice_of(text);

    if (needs_escapes(slice)) {
        write_escaped(out, slice);
        return;
    }
    buf_add_char(out, '\'');
    for (size_t i = 0; i < slice.len; i++) {
        if (slice.at[i] == '\'')
            buf_add_char(out, '\'');
        buf_add_char(out, slice.at[i]);
    }
    buf_add_char(out, '\'');
}

void
yaml_write_text(Buf *out, const char *text)
{
    if (is_plain(slice_of(text)))
        buf_add(out, text);
    else
        yaml_write_quoted(out, text);
}
