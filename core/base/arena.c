/* SPDX-License-Identifier: MIT */
#include "core/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 16, FIRST_BLOCK = 16 * 1024, LARGEST_STEP = 4 * 1024 * 1024 };

struct ArenaBlock {
    ArenaBlock *next;
    size_t size; /* bytes behind this header */
    size_t used;
    size_t last; /* where the newest item begins */
};

struct ArenaDeferred {
    ArenaDeferred *next;
    void (*release)(void *handle);
    void *handle;
};

static char *
block_bytes(ArenaBlock *block)
{
    return (char *)block + sizeof *block;
}

/* The room that an item of `size` bytes takes. */
static size_t
item_size(size_t size)
{
    const size_t least = size == 0 ? 1 : size;
#ifdef MIGRATE_ARENA_ITEMS
    return least; /* exact, so that one byte too many is seen */
#else
    return (least + (ALIGNMENT - 1)) & ~(size_t)(ALIGNMENT - 1);
#endif
}

static void
out_of_memory(size_t size)
{
    fprintf(stderr, "migrate: out of memory (%zu bytes wanted)\n", size);
    abort();
}

static ArenaBlock *
block_new(Arena *arena, size_t size)
{
    if (size > SIZE_MAX - sizeof(ArenaBlock) - ALIGNMENT)
        out_of_memory(size);
    ArenaBlock *block = calloc(1, sizeof *block + size);
    if (block == NULL) {
        out_of_memory(size);
        return NULL;
    }
    block->size = size;
    block->next = arena->blocks;
    arena->blocks = block;
    return block;
}

static void
run_deferred(Arena *arena)
{
    /* the entries live in the arena's own blocks: take each off before it runs */
    while (arena->deferred != NULL) {
        ArenaDeferred *deferred = arena->deferred;
        arena->deferred = deferred->next;
        deferred->release(deferred->handle);
    }
}

static void
free_blocks(ArenaBlock *block)
{
    while (block != NULL) {
        ArenaBlock *next = block->next;
        free(block);
        block = next;
    }
}

void
arena_release(Arena *arena)
{
    run_deferred(arena);
    free_blocks(arena->blocks);
    arena->blocks = NULL;
}

void
arena_reset(Arena *arena)
{
    ArenaBlock *kept = arena->blocks;

    run_deferred(arena);
#ifdef MIGRATE_ARENA_ITEMS
    kept = NULL;
#endif
    if (kept == NULL || kept->size > LARGEST_STEP) {
        arena_release(arena);
        return;
    }
    free_blocks(kept->next);
    kept->next = NULL;
    memset(block_bytes(kept), 0, kept->used);
    kept->used = 0;
    kept->last = 0;
}

void
arena_defer(Arena *arena, void (*release)(void *handle), void *handle)
{
    ArenaDeferred *deferred = ARENA_NEW(arena, ArenaDeferred);

    *deferred = (ArenaDeferred){.next = arena->deferred, .release = release, .handle = handle};
    arena->deferred = deferred;
}

/* A block for `size` more bytes: each block is twice the one before it, up to a limit, so that the
 * number of blocks stays small and the slack too. */
static ArenaBlock *
block_for(Arena *arena, size_t size)
{
    ArenaBlock *block = arena->blocks;
    size_t wanted = FIRST_BLOCK;

#ifdef MIGRATE_ARENA_ITEMS
    return block_new(arena, size);
#endif
    if (block != NULL && block->size - block->used >= size)
        return block;
    if (block != NULL)
        wanted = block->size >= LARGEST_STEP / 2 ? LARGEST_STEP : block->size * 2;
    if (size > wanted / 4 && block != NULL) {
        /* a large item gets a block of its own behind the current one, which stays in use */
        block_new(arena, size);
        ArenaBlock *own = arena->blocks;
        arena->blocks = own->next;
        own->next = block->next;
        block->next = own;
        return own;
    }
    return block_new(arena, wanted > size ? wanted : size);
}

void *
arena_alloc(Arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory(size);
    const size_t rounded = item_size(size);
    ArenaBlock *block = block_for(arena, rounded);
    block->last = block->used;
    block->used += rounded;
    return block_bytes(block) + block->last;
}

void *
arena_grow(Arena *arena, void *old, size_t old_size, size_t new_size)
{
#ifndef MIGRATE_ARENA_ITEMS
    ArenaBlock *block = arena->blocks;
    if (old != NULL && block != NULL && block_bytes(block) + block->last == (char *)old &&
        new_size <= block->size - block->last) {
        /* past `used` the block is zero still: it is zeroed when it is made and when it is reset */
        const size_t end = block->last + item_size(new_size);
        block->used = end > block->used ? end : block->used;
        return old;
    }
#endif
    void *grown = arena_alloc(arena, new_size);
    if (old != NULL && old_size > 0)
        memcpy(grown, old, old_size < new_size ? old_size : new_size);
    return grown;
}

char *
arena_copy(Arena *arena, Slice text)
{
    char *copy = arena_alloc(arena, text.len + 1);

    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    return copy;
}

const char *
arena_text(Arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, slice_of(text));
}

const char *
arena_vformat(Arena *arena, const char *format, va_list values)
{
    char guess[256]; /* most texts are shorter: formatting twice would cost twice */
    va_list again;

    va_copy(again, values);
    const int length = vsnprintf(guess, sizeof guess, format, values);
    const size_t len = length < 0 ? 0 : (size_t)length;
    char *text = arena_alloc(arena, len + 1);
    if (len < sizeof guess)
        memcpy(text, guess, len);
    else
        vsnprintf(text, len + 1, format, again);
    va_end(again);
    return text;
}

const char *
arena_format(Arena *arena, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    const char *text = arena_vformat(arena, format, values);
    va_end(values);
    return text;
}
