/* SPDX-License-Identifier: MIT */
/*
 * Origin: where in a file a text was written that is not simply a piece of it: a YAML text loses
 * its quotes, its indentation, its escapes. Maps a byte of the text back to the file.
 */
#ifndef MIGRATE_CORE_BASE_ORIGIN_H
#define MIGRATE_CORE_BASE_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/slice.h"

typedef struct Origin {
    Slice source;  /* the whole file */
    size_t offset; /* in it, of the text's first byte */
    Place place;   /* of that byte */
    size_t indent; /* bytes that each further line has lost at its start */
    bool is_whole; /* the bytes are those of the file, but for the indentation; else every byte of
                      the text stands for `place` */
} Origin;

/* The offset in origin->source of the byte at `at` of `text`, the text as it was read. */
size_t origin_offset(const Origin *origin, Slice text, size_t at);
/* Its place. */
Place origin_place(const Origin *origin, Slice text, size_t at);

#endif
