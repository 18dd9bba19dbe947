/* SPDX-License-Identifier: MIT */
/*
 * VEC(T): a growing array in an arena. `at` is NULL while it is empty; growing may move it, so a
 * pointer into it lasts until the next VEC_ADD. {0} is an empty one.
 *
 *     VEC(Revision) revisions = {0};
 *     *VEC_ADD(arena, &revisions) = revision;
 */
#ifndef MIGRATE_CORE_BASE_VEC_H
#define MIGRATE_CORE_BASE_VEC_H

#include <stddef.h>

#include "core/base/arena.h"

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *at;                                                                                     \
        size_t len;                                                                                \
        size_t cap;                                                                                \
    }

/* A pointer to one more item at the end, zeroed. */
#define VEC_ADD(arena, vec)                                                                        \
    ((vec)->at = vec_reserve((arena), (vec)->at, (vec)->len, &(vec)->cap, sizeof *(vec)->at),      \
     (vec)->at + (vec)->len++)

/* The last item; the vector is not empty. */
#define VEC_LAST(vec) ((vec)->at + (vec)->len - 1)

/* Room for one more item of `size` bytes behind the first `len`; returns the array. */
void *vec_reserve(Arena *arena, void *at, size_t len, size_t *cap, size_t size);

#endif
