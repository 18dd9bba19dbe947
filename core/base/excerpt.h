/* SPDX-License-Identifier: MIT */
/*
 * Excerpt: the line of a text that an error is about, with a caret below the character, and where
 * that character is. Offsets are bytes; a database that counts characters has them converted first
 * (utf8_offset). Lines end in LF, CRLF or a CR alone.
 */
#ifndef MIGRATE_CORE_BASE_EXCERPT_H
#define MIGRATE_CORE_BASE_EXCERPT_H

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/slice.h"

/* The place of the byte at `offset` in `text`, whose first byte is at `start`: a whole file at
 * {file, 1, 1}, or one statement at its own place. A start that is unknown (line 0) stays so. */
Place excerpt_place(Slice text, Place start, size_t offset);

/* Two lines with LF between them and none at the end: the line of the byte at `offset` and a caret
 * below its character. Tabs are kept in both, so that the caret stands right whatever their width;
 * of a long line only the part around the caret is shown. */
const char *excerpt_lines(Slice text, size_t offset, Arena *arena);

#endif
