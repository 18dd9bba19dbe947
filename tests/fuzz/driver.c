/* SPDX-License-Identifier: MIT */
/*
 * Replays a corpus under any compiler: every file named, or in a folder named, goes once through
 * LLVMFuzzerTestOneInput; with -mutations=N each also in N changed forms, the same ones on every
 * run. A violation aborts, and the file at fault is the last one printed.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"

enum { EDITS = 8 };

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* xorshift64 (Marsaglia 2003) */
static size_t
random_below(uint64_t *state, size_t limit)
{
    *state ^= *state << 13U;
    *state ^= *state >> 7U;
    *state ^= *state << 17U;
    return (size_t)(*state % limit);
}

/* Copies, drops or overwrites a few pieces of `bytes` in place; returns the new length. */
static size_t
mutate(uint64_t *state, char *bytes, size_t len, size_t cap)
{
    static const char ODD[] = "'\"$;()\\/*-\n\r[]`eE0.";

    for (size_t edits = 1 + random_below(state, EDITS); edits > 0 && len > 0; edits--) {
        const size_t from = random_below(state, len);
        const size_t to = random_below(state, len);
        const size_t n = 1 + random_below(state, len - (from > to ? from : to));
        switch (random_below(state, 3)) {
        case 0:
            bytes[to] = ODD[random_below(state, sizeof ODD - 1)];
            break;
        case 1:
            memmove(bytes + to, bytes + to + n, len - to - n);
            len -= n;
            break;
        default:
            if (len + n <= cap) {
                memmove(bytes + to + n, bytes + to, len - to);
                memmove(bytes + to, bytes + (from >= to ? from + n : from), n);
                len += n;
            }
            break;
        }
    }
    return len;
}

static bool
replay(const char *path, size_t mutations, uint64_t *state, Error *err)
{
    Arena arena = {0};
    Slice text;

    if (!file_read(path, &arena, &text, err))
        return false;
    (void)printf("%s\n", path);
    (void)fflush(stdout);
    for (size_t i = 0; i <= mutations; i++) {
        const size_t cap = text.len * 2 + 1;
        char *const bytes = arena_alloc(&arena, cap);
        size_t len = text.len;
        memcpy(bytes, text.at, len);
        if (i > 0)
            len = mutate(state, bytes, len, cap);
        /* an exact block, so that a read behind it is seen */
        uint8_t *const exact = arena_alloc(&arena, len + (len == 0));
        memcpy(exact, bytes, len);
        (void)LLVMFuzzerTestOneInput(exact, len);
    }
    arena_release(&arena);
    return true;
}

static bool
replay_all(const char *path, size_t mutations, uint64_t *state, Arena *arena, Error *err)
{
    Names paths = {0};

    if (!file_is_folder(path))
        return replay(path, mutations, state, err);
    if (!file_list(path, false, arena, &paths, err))
        return false;
    if (paths.len == 0)
        return error_set(err, ERR_FAILED, "no file in %s", path);
    for (size_t i = 0; i < paths.len; i++) {
        if (!replay(paths.at[i], mutations, state, err))
            return false;
    }
    return true;
}

int
main(int argc, char **argv)
{
    Arena arena = {0};
    Error err = {.arena = &arena};
    uint64_t state = 0x9E3779B97F4A7C15U;
    unsigned mutations = 0;
    bool is_ok = true;

    for (int i = 1; i < argc && is_ok; i++) {
        const Slice argument = slice_of(argv[i]);
        if (slice_starts_with(argument, "-mutations="))
            is_ok = slice_to_number(slice_after(argument, strlen("-mutations=")), &mutations);
        else
            is_ok = replay_all(argv[i], mutations, &state, &arena, &err);
    }
    if (!is_ok)
        (void)fprintf(stderr, "%s\n", err.message == NULL ? "-mutations: no number" : err.message);
    arena_release(&arena);
    return is_ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
