/* SPDX-License-Identifier: MIT */
#include "core/base/map.h"

uint64_t
fnv1a64(Slice text)
{
    uint64_t hash = UINT64_C(14695981039346656037);

    for (size_t i = 0; i < text.len; i++) {
        hash ^= (unsigned char)text.at[i];
        hash *= UINT64_C(1099511628211);
    }
    return hash;
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t *
slot_find(const Map *map, Slice key, uint64_t hash)
{
    size_t i = (size_t)(hash ^ (hash >> 32)) & (map->slot_count - 1);

    for (;; i = (i + 1) & (map->slot_count - 1)) {
        size_t *slot = &map->slots[i];
        if (*slot == 0)
            return slot;
        const MapEntry *entry = &map->entries[*slot - 1];
        if (entry->hash == hash && slice_equals(entry->key, key))
            return slot;
    }
}

static void
slots_grow(Map *map)
{
    map->slot_count = map->slot_count == 0 ? 16 : map->slot_count * 2;
    map->slots = ARENA_ARRAY(map->arena, size_t, map->slot_count);
    for (size_t i = 0; i < map->len; i++)
        *slot_find(map, map->entries[i].key, map->entries[i].hash) = i + 1;
}

void *
map_find(const Map *map, Slice key)
{
    if (map->len == 0)
        return NULL;
    const size_t *slot = slot_find(map, key, fnv1a64(key));
    return *slot == 0 ? NULL : map->entries[*slot - 1].value;
}

void *
map_put(Map *map, Slice key, void *value)
{
    if (map->len * 4 >= map->slot_count * 3)
        slots_grow(map);
    const uint64_t hash = fnv1a64(key);
    size_t *slot = slot_find(map, key, hash);
    if (*slot != 0) {
        void *before = map->entries[*slot - 1].value;
        map->entries[*slot - 1].value = value;
        return before;
    }
    if (map->len == map->cap) {
        const size_t cap = map->cap == 0 ? 8 : map->cap * 2;
        map->entries = arena_grow(map->arena, map->entries, map->cap * sizeof *map->entries,
                                  cap * sizeof *map->entries);
        map->cap = cap;
    }
    map->entries[map->len++] = (MapEntry){.key = key, .value = value, .hash = hash};
    *slot = map->len;
    return NULL;
}
