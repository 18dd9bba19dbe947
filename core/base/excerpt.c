/* SPDX-License-Identifier: MIT */
#include "core/base/excerpt.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

enum {
    SHOWN_WHOLE = 100, /* characters: such a line is not cut */
    SHOWN_BEFORE = 60, /* characters of a long line on either side of the caret */
    SHOWN_BEHIND = 40,
};

static bool
is_continuation(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

/* `offset`, within the text and at the first byte of its character. */
static size_t
character_start(Slice text, size_t offset)
{
    if (offset >= text.len)
        return text.len;
    while (offset > 0 && is_continuation(text.at[offset]))
        offset--;
    return offset;
}

/* LF, or a CR that none follows. */
static bool
ends_line(Slice text, size_t at)
{
    return text.at[at] == '\n' ||
           (text.at[at] == '\r' && (at + 1 == text.len || text.at[at + 1] != '\n'));
}

static size_t
line_start(Slice text, size_t offset)
{
    while (offset > 0 && !ends_line(text, offset - 1))
        offset--;
    return offset;
}

static size_t
line_end(Slice text, size_t offset)
{
    while (offset < text.len && text.at[offset] != '\n' && text.at[offset] != '\r')
        offset++;
    return offset;
}

Place
excerpt_place(Slice text, Place start, size_t offset)
{
    Place place = start;

    if (start.line == 0)
        return place;
    offset = character_start(text, offset);
    const size_t begin = line_start(text, offset);
    const Slice before = {text.at + begin, offset - begin};

    for (size_t i = 0; i < begin; i++)
        place.line += ends_line(text, i);
    place.column = (unsigned)utf8_count(before) + (begin == 0 ? start.column : 1);
    return place;
}

/* The start of the part of a line that is shown before the caret. */
static size_t
shown_from(Slice text, size_t begin, size_t at)
{
    const size_t chars = utf8_count((Slice){text.at + begin, at - begin});

    if (chars <= SHOWN_BEFORE)
        return begin;
    return begin + utf8_offset((Slice){text.at + begin, at - begin}, chars - SHOWN_BEFORE);
}

static size_t
shown_until(Slice text, size_t at, size_t end)
{
    return at + utf8_offset((Slice){text.at + at, end - at}, SHOWN_BEHIND);
}

const char *
excerpt_lines(Slice text, size_t offset, Arena *arena)
{
    Buf buf = {.arena = arena};
    const size_t at = character_start(text, offset);
    const size_t begin = line_start(text, at);
    const size_t end = line_end(text, at);
    const bool is_whole = utf8_count((Slice){text.at + begin, end - begin}) <= SHOWN_WHOLE;
    const size_t from = is_whole ? begin : shown_from(text, begin, at);
    const size_t until = is_whole ? end : shown_until(text, at, end);

    buf_add(&buf, from > begin ? "…" : "");
    buf_add_slice(&buf, (Slice){text.at + from, until - from});
    buf_add(&buf, until < end ? "…\n" : "\n");
    buf_add(&buf, from > begin ? " " : "");
    for (size_t i = from; i < at; i++) {
        if (!is_continuation(text.at[i]))
            buf_add_char(&buf, text.at[i] == '\t' ? '\t' : ' ');
    }
    buf_add_char(&buf, '^');
    return buf_text(&buf);
}
