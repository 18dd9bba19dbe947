/* SPDX-License-Identifier: MIT */
#include "core/base/origin.h"

#include <string.h>

#include "core/base/excerpt.h"

/* Lines that end before `at`; *line is the offset behind the last of them. */
static size_t
lines_before(Slice text, size_t at, size_t *line)
{
    size_t count = 0;

    *line = 0;
    for (size_t i = 0; i < at; i++) {
        if (text.at[i] == '\n') {
            count++;
            *line = i + 1;
        }
    }
    return count;
}

size_t
origin_offset(const Origin *origin, Slice text, size_t at)
{
    const Slice source = origin->source;
    size_t line = 0;
    size_t offset = origin->offset;

    if (!origin->is_whole)
        return offset;
    if (at > text.len)
        at = text.len;
    const size_t lines = lines_before(text, at, &line);
    for (size_t i = 0; i < lines; i++) {
        const char *newline = memchr(source.at + offset, '\n', source.len - offset);
        if (newline == NULL)
            return origin->offset;
        offset = (size_t)(newline - source.at) + 1;
    }
    if (lines == 0)
        return offset + at;
    /* a blank line may be shorter than the indentation */
    for (size_t i = 0; i < origin->indent && offset < source.len && source.at[offset] == ' '; i++)
        offset++;
    offset += at - line;
    return offset < source.len ? offset : source.len;
}

Place
origin_place(const Origin *origin, Slice text, size_t at)
{
    const Slice there = slice_after(origin->source, origin->offset);

    return excerpt_place(there, origin->place, origin_offset(origin, text, at) - origin->offset);
}
