/* SPDX-License-Identifier: MIT */
#include "core/base/text.h"

#include <stdint.h>
#include <string.h>

enum { LONGEST_WORD = 64 };

/* The length of the UTF-8 sequence that begins with `lead`, and the least and greatest value its
 * second byte may have (RFC 3629 section 4). 0: no sequence begins so. */
static size_t
sequence_length(unsigned char lead, unsigned char *least, unsigned char *greatest)
{
    *least = 0x80;
    *greatest = 0xBF;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF) {
        *least = lead == 0xE0 ? 0xA0 : 0x80;
        *greatest = lead == 0xED ? 0x9F : 0xBF;
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        *least = lead == 0xF0 ? 0x90 : 0x80;
        *greatest = lead == 0xF4 ? 0x8F : 0xBF;
        return 4;
    }
    return 0;
}

static bool
is_continuation(char c)
{
    return ((unsigned char)c & 0xC0U) == 0x80U;
}

static bool
sequence_is_valid(const char *at, size_t available, size_t *length)
{
    unsigned char least = 0;
    unsigned char greatest = 0;

    *length = sequence_length((unsigned char)at[0], &least, &greatest);
    if (*length == 0 || *length > available)
        return false;
    if (*length > 1 && ((unsigned char)at[1] < least || (unsigned char)at[1] > greatest))
        return false;
    for (size_t i = 2; i < *length; i++) {
        if (!is_continuation(at[i]))
            return false;
    }
    return true;
}

enum { ASCII_RUN = 64 };

/* ASCII_RUN bytes at `at` that are all ASCII. */
static bool
is_ascii_run(const char *at)
{
    uint64_t words[ASCII_RUN / sizeof(uint64_t)];
    uint64_t all = 0;

    memcpy(words, at, sizeof words);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        all |= words[i];
    return (all & UINT64_C(0x8080808080808080)) == 0;
}

size_t
utf8_check(Slice text)
{
    size_t i = 0;

    while (i < text.len) {
        while (text.len - i >= ASCII_RUN && is_ascii_run(text.at + i))
            i += ASCII_RUN;
        /* a character that is none of them, and the few up to it */
        for (size_t n = 0; n < ASCII_RUN && i < text.len; n++) {
            size_t length = 1;
            if ((unsigned char)text.at[i] >= 0x80 &&
                !sequence_is_valid(text.at + i, text.len - i, &length))
                return i;
            i += length;
        }
    }
    return text.len;
}

size_t
utf8_count(Slice text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += !is_continuation(text.at[i]);
    return count;
}

size_t
utf8_offset(Slice text, size_t chars)
{
    size_t i = 0;

    while (i < text.len && chars > 0) {
        i++;
        while (i < text.len && is_continuation(text.at[i]))
            i++;
        chars--;
    }
    return i;
}

static size_t
least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t
text_distance(Slice a, Slice b, size_t limit)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t *before = rows[0];
    size_t *above = rows[1];
    size_t *here = rows[2];

    if (a.len > LONGEST_WORD || b.len > LONGEST_WORD)
        return slice_equals(a, b) ? 0 : limit + 1;
    if (a.len > b.len + limit || b.len > a.len + limit)
        return limit + 1;
    memset(rows, 0, sizeof rows);
    for (size_t j = 0; j <= b.len; j++)
        above[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        here[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            const bool same = ascii_lower(a.at[i - 1]) == ascii_lower(b.at[j - 1]);
            here[j] = least_of(above[j - 1] + !same, least_of(above[j], here[j - 1]) + 1);
            if (i > 1 && j > 1 && ascii_lower(a.at[i - 1]) == ascii_lower(b.at[j - 2]) &&
                ascii_lower(a.at[i - 2]) == ascii_lower(b.at[j - 1]))
                here[j] = least_of(here[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = above;
        above = here;
        here = oldest;
    }
    return least_of(above[b.len], limit + 1);
}

const char *
text_nearest(Slice word, const char *const *words)
{
    const char *nearest = NULL;
    size_t limit = word.len <= 3 ? 1 : 2;

    for (; *words != NULL; words++) {
        const size_t distance = text_distance(word, slice_of(*words), limit);
        if (distance <= limit && (nearest == NULL || distance < limit)) {
            nearest = *words;
            limit = distance;
        }
    }
    return nearest;
}
