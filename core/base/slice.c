/* SPDX-License-Identifier: MIT */
#include "core/base/slice.h"

#include <string.h>

#include "core/base/text.h"

Slice
slice_of(const char *text)
{
    return (Slice){text, text == NULL ? 0 : strlen(text)};
}

bool
slice_equals(Slice a, Slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool
slice_is(Slice a, const char *text)
{
    return slice_equals(a, slice_of(text));
}

bool
slice_is_nocase(Slice a, const char *text)
{
    size_t i = 0;

    for (; i < a.len && text[i] != '\0'; i++) {
        if (ascii_lower(a.at[i]) != ascii_lower(text[i]))
            return false;
    }
    return i == a.len && text[i] == '\0';
}

bool
slice_starts_with(Slice a, const char *prefix)
{
    const size_t len = strlen(prefix);

    return a.len >= len && memcmp(a.at, prefix, len) == 0;
}

Slice
slice_trim(Slice a)
{
    while (a.len > 0 && ascii_is_space(a.at[0])) {
        a.at++;
        a.len--;
    }
    while (a.len > 0 && ascii_is_space(a.at[a.len - 1]))
        a.len--;
    return a;
}

Slice
slice_cut(Slice a, char separator, Slice *rest)
{
    const char *found = a.len == 0 ? NULL : memchr(a.at, separator, a.len);

    if (found == NULL) {
        *rest = (Slice){NULL, 0};
        return a;
    }
    const size_t before = (size_t)(found - a.at);
    *rest = slice_after(a, before + 1);
    return (Slice){a.at, before};
}

Slice
slice_after(Slice a, size_t n)
{
    return (Slice){a.at + n, a.len - n};
}

bool
slice_to_number(Slice a, unsigned *number)
{
    unsigned value = 0;

    if (a.len == 0 || a.len > 9)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (!ascii_is_digit(a.at[i]))
            return false;
        value = value * 10 + (unsigned)(a.at[i] - '0');
    }
    *number = value;
    return true;
}
