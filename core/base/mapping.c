/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE 1 /* glibc: madvise, MAP_ANONYMOUS; NOLINT(cert-dcl51-cpp) */

#include "core/base/mapping.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    PIECE = 256 * 1024,
    STRIDE = 4 * 1024 * 1024, /* what is given back at once */
};

typedef struct Mapping {
    void *at;
    size_t len;
} Mapping;

static size_t
page_size(void)
{
    const long size = sysconf(_SC_PAGESIZE);

    return size > 0 ? (size_t)size : STRIDE;
}

static void
mapping_release(void *handle)
{
    const Mapping *mapping = handle;

    munmap(mapping->at, mapping->len);
}

bool
mapping_new(int fd, size_t size, Arena *arena, Slice *text)
{
    const size_t page = page_size();
    const size_t len = size / page * page + page; /* always a byte more than the file has */

    /* nothing but zeroes first, so that there is a NUL where the file ends with its page */
    void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return false;
    if (mmap(at, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED) {
        munmap(at, len);
        return false;
    }
    (void)madvise(at, size, MADV_SEQUENTIAL);
    Mapping *mapping = ARENA_NEW(arena, Mapping);
    *mapping = (Mapping){at, len};
    arena_defer(arena, mapping_release, mapping);
    *text = (Slice){at, size};
    return true;
}

Trail
trail_begin(Slice text, bool is_mapped)
{
    return (Trail){text.at, is_mapped ? text.at : NULL};
}

void
trail_follow(Trail *trail, const char *at)
{
    if (trail->from == NULL || at < trail->from + STRIDE)
        return;
    const uintptr_t page = page_size();
    /* the first look at a page may bring all of a folio, what was given back before it too */
    const bool is_far = trail->from - trail->begin > STRIDE;
    const char *first = is_far ? trail->from - STRIDE : trail->begin;
    const char *last = at - (uintptr_t)at % page;
    first -= (uintptr_t)first % page;
    void *pages = NULL;
    memcpy(&pages, &first, sizeof pages); /* madvise wants no const, though it writes nothing */
    /* the pages are those of the file, unchanged: nothing is lost */
    (void)madvise(pages, (size_t)(last - first), MADV_DONTNEED);
    trail->from = last;
}

Slice
trail_piece(Slice *rest)
{
    const Slice piece = {rest->at, rest->len < PIECE ? rest->len : PIECE};

    *rest = slice_after(*rest, piece.len);
    return piece;
}
