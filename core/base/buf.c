/* SPDX-License-Identifier: MIT */
#include "core/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
reserve(Buf *buf, size_t more)
{
    size_t cap = buf->cap == 0 ? 64 : buf->cap;

    if (buf->len + more + 1 <= buf->cap)
        return;
    while (cap < buf->len + more + 1)
        cap *= 2;
    buf->at = arena_grow(buf->arena, buf->at, buf->cap, cap);
    buf->cap = cap;
}

void
buf_add_slice(Buf *buf, Slice text)
{
    if (text.len == 0)
        return;
    reserve(buf, text.len);
    memcpy(buf->at + buf->len, text.at, text.len);
    buf->len += text.len;
    buf->at[buf->len] = '\0';
}

void
buf_add(Buf *buf, const char *text)
{
    buf_add_slice(buf, slice_of(text));
}

void
buf_add_char(Buf *buf, char c)
{
    reserve(buf, 1);
    buf->at[buf->len++] = c;
    buf->at[buf->len] = '\0';
}

void
buf_addf(Buf *buf, const char *format, ...)
{
    enum { GUESS = 128 }; /* most pieces are shorter: formatting twice would cost twice */
    va_list values;

    reserve(buf, GUESS);
    const size_t room = buf->cap - buf->len;
    va_start(values, format);
    const int length = vsnprintf(buf->at + buf->len, room, format, values);
    va_end(values);
    if (length > 0 && (size_t)length >= room) {
        reserve(buf, (size_t)length);
        va_start(values, format);
        vsnprintf(buf->at + buf->len, (size_t)length + 1, format, values);
        va_end(values);
    }
    buf->len += length > 0 ? (size_t)length : 0;
}

void
buf_clear(Buf *buf)
{
    buf->len = 0;
    if (buf->at != NULL)
        buf->at[0] = '\0';
}

const char *
buf_text(const Buf *buf)
{
    return buf->at == NULL ? "" : buf->at;
}

Slice
buf_slice(const Buf *buf)
{
    return (Slice){buf_text(buf), buf->len};
}
