/* SPDX-License-Identifier: MIT */
/*
 * Arena: memory that is released all at once. `main` makes one for each command; revisions, plans,
 * SQL and error text live in it. A loop that grows with the database uses a second one and resets
 * it. Running out of memory aborts: no caller can do better than a message and an exit.
 */
#ifndef MIGRATE_CORE_BASE_ARENA_H
#define MIGRATE_CORE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "core/base/attributes.h"
#include "core/base/slice.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct ArenaDeferred ArenaDeferred;

/* {0} is an empty arena, ready for use. */
typedef struct Arena {
    ArenaBlock *blocks; /* newest first */
    ArenaDeferred *deferred;
} Arena;

/* Frees everything; what was deferred is released first, the newest first. The arena is empty
 * afterwards and may be used again. */
void arena_release(Arena *arena);
/* As arena_release, but keeps one block for the next round. */
void arena_reset(Arena *arena);

/* Calls release(handle) when the arena is released or reset: for foreign handles that live as long
 * as what is beside them. */
void arena_defer(Arena *arena, void (*release)(void *handle), void *handle);

/* `size` zeroed bytes, aligned for anything. Never NULL. */
void *arena_alloc(Arena *arena, size_t size);
/* The block at `old` (NULL: none) of old_size bytes with room for new_size; in place where it is
 * the newest, else a copy. The room beyond old_size is zeroed. */
void *arena_grow(Arena *arena, void *old, size_t old_size, size_t new_size);

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc((arena), (count) * sizeof(type)))

/* Copies, with a NUL behind them. */
char *arena_copy(Arena *arena, Slice text);
const char *arena_text(Arena *arena, const char *text);
const char *arena_format(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
const char *arena_vformat(Arena *arena, const char *format, va_list values) PRINTF_LIKE(2, 0);

#endif
