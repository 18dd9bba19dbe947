/* SPDX-License-Identifier: MIT */
/*
 * What text is to us: bytes of UTF-8, with ASCII classes that no locale changes, and the distance
 * between two words for "did you mean".
 */
#ifndef MIGRATE_CORE_BASE_TEXT_H
#define MIGRATE_CORE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/slice.h"

static inline char
ascii_lower(char c)
{
    if (c < 'A' || c > 'Z')
        return c;
    return (char)(c - 'A' + 'a');
}

static inline bool
ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool
ascii_is_letter(char c)
{
    const char lower = ascii_lower(c);

    return lower >= 'a' && lower <= 'z';
}

static inline bool
ascii_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* The first byte that is not part of valid UTF-8 (RFC 3629), or text.len. */
size_t utf8_check(Slice text);

/* Characters in valid UTF-8, and the bytes that the first `chars` of them take (at most len). */
size_t utf8_count(Slice text);
size_t utf8_offset(Slice text, size_t chars);

/* Edits (insert, delete, replace, swap neighbours) from a to b, letters without case; words over
 * 64 bytes, and distances over `limit`, count as limit + 1. */
size_t text_distance(Slice a, Slice b, size_t limit);

/* The word of `words` (NULL-terminated) nearest to `word` within two edits (one for words of up to
 * three bytes), or NULL. */
const char *text_nearest(Slice word, const char *const *words);

#endif
