/* SPDX-License-Identifier: MIT */
/*
 * Map: text to pointer, in the order of insertion, so that what is printed from it is the same on
 * every run. Open addressing; nothing is ever removed. {.arena = arena} is an empty one.
 */
#ifndef MIGRATE_CORE_BASE_MAP_H
#define MIGRATE_CORE_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

typedef struct MapEntry {
    Slice key; /* borrowed from whoever put it */
    void *value;
    uint64_t hash;
} MapEntry;

typedef struct Map {
    Arena *arena;
    MapEntry *entries;
    size_t len;
    size_t cap;
    size_t *slots; /* index + 1 into entries, 0: free */
    size_t slot_count;
} Map;

/* The value of `key`, NULL if absent. */
void *map_find(const Map *map, Slice key);
/* Sets it; returns the value it had before, NULL if none. */
void *map_put(Map *map, Slice key, void *value);

/* FNV-1a, 64 bit (Fowler, Noll, Vo). */
uint64_t fnv1a64(Slice text);

#endif
