/* SPDX-License-Identifier: MIT */
#include "core/base/mapping.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "tests/support/folder.h"
#include "tests/support/suite.h"

enum { SIZE = 32 << 20 };

static Arena arena;
static const char *folder;

static void
begin(void)
{
    folder = folder_make(&arena);
}

static void
end(void)
{
    folder_remove(folder);
    arena_release(&arena);
}

/* Resident pages of the mapping at `text`, in KB, as the system says. */
static unsigned long
resident(Slice text)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    char line[512];
    bool is_in = false;
    unsigned long kilobytes = 0;

    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        char *end = line;
        const unsigned long from = strtoul(line, &end, 16);
        if (*end == '-')
            is_in = from <= (unsigned long)text.at &&
                    (unsigned long)text.at < strtoul(end + 1, NULL, 16);
        else if (is_in && strncmp(line, "Rss:", 4) == 0)
            kilobytes = strtoul(line + 4, NULL, 10);
    }
    fclose(maps);
    return kilobytes;
}

START_TEST(who_follows_a_trail_holds_a_few_megabytes)
{
    FileText text = {0};
    Error err = {.arena = &arena};
    char *bytes = arena_alloc(&arena, SIZE);
    unsigned long most = 0;

    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (char)('a' + i % 23);
    ck_assert(file_text_read(folder_write(&arena, folder, "large", (Slice){bytes, SIZE}), &arena,
                             &text, &err));
    ck_assert(text.is_mapped);
    for (size_t round = 0; round < 2; round++) {
        Trail trail = trail_begin(text.text, text.is_mapped);
        Slice rest = text.text;
        size_t at = 0;
        while (rest.len > 0) {
            const Slice piece = trail_piece(&rest);
            ck_assert(memcmp(piece.at, bytes + at, piece.len) == 0);
            at += piece.len;
            trail_follow(&trail, rest.at);
            const unsigned long now = resident(text.text);
            most = now > most ? now : most;
        }
        ck_assert_uint_eq(at, SIZE);
    }
    ck_assert_uint_gt(most, 0);
    ck_assert_uint_lt(most, (size_t)8 * 1024);
}
END_TEST

/* The first look at a page brings its neighbours in too, those that were given back as well. */
START_TEST(nothing_is_left_behind_on_a_long_trail)
{
    enum { AROUND = 64 << 10, LONG = 256 << 20, LEFT_KILOBYTES = 512 };
    const char *path = folder_write(&arena, folder, "long", SLICE("x"));
    FileText text = {0};
    Error err = {.arena = &arena};
    size_t sum = 0;

    ck_assert_int_eq(truncate(path, LONG + 2 * AROUND), 0);
    ck_assert(file_text_read(path, &arena, &text, &err));
    /* every stride ends in the middle of what comes together */
    const size_t begin_at = AROUND + AROUND / 2 - (size_t)((uintptr_t)text.text.at % AROUND);
    Slice rest = {text.text.at + begin_at, LONG};
    Trail trail = trail_begin(rest, text.is_mapped);
    while (rest.len > 0) {
        const Slice piece = trail_piece(&rest);
        for (size_t i = 0; i < piece.len; i += 4096)
            sum += (unsigned char)piece.at[i];
        trail_follow(&trail, rest.at);
    }
    ck_assert_uint_eq(sum, 0);
    ck_assert_uint_lt(resident(text.text), LEFT_KILOBYTES);
}
END_TEST

START_TEST(a_text_on_the_heap_is_left_alone)
{
    char *bytes = arena_alloc(&arena, SIZE);
    Trail trail = trail_begin((Slice){bytes, SIZE}, false);

    memset(bytes, 'x', SIZE);
    trail_follow(&trail, bytes + SIZE);
    for (size_t i = 0; i < SIZE; i += 4096)
        ck_assert_int_eq(bytes[i], 'x');
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, begin, end);
#ifdef __linux__
    tcase_add_test(tcase, who_follows_a_trail_holds_a_few_megabytes);
    tcase_add_test(tcase, nothing_is_left_behind_on_a_long_trail);
#endif
    tcase_add_test(tcase, a_text_on_the_heap_is_left_alone);
}

int
main(void)
{
    return suite_main("core/base/mapping", add);
}
