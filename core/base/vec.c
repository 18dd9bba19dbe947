/* SPDX-License-Identifier: MIT */
#include "core/base/vec.h"

#include <string.h>

void *
vec_reserve(Arena *arena, void *at, size_t len, size_t *cap, size_t size)
{
    if (len < *cap) {
        /* a vector that was cut back holds old items beyond its end */
        memset((char *)at + len * size, 0, size);
        return at;
    }
    const size_t old = *cap;
    *cap = old == 0 ? 8 : old * 2;
    return arena_grow(arena, at, old * size, *cap * size);
}
