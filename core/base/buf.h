/* SPDX-License-Identifier: MIT */
/*
 * Buf: text being built. `at` is always NUL-terminated and never NULL once something was added;
 * buf_text() gives "" for an empty one. {.arena = arena} is an empty one.
 */
#ifndef MIGRATE_CORE_BASE_BUF_H
#define MIGRATE_CORE_BASE_BUF_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/attributes.h"
#include "core/base/slice.h"

typedef struct Buf {
    Arena *arena;
    char *at;
    size_t len;
    size_t cap;
} Buf;

void buf_add(Buf *buf, const char *text);
void buf_add_char(Buf *buf, char c);
void buf_add_slice(Buf *buf, Slice text);
void buf_addf(Buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/* Keeps the room for the next text. */
void buf_clear(Buf *buf);
/* Borrowed: valid until the buffer grows or its arena goes. */
const char *buf_text(const Buf *buf);
Slice buf_slice(const Buf *buf);

#endif
