/* SPDX-License-Identifier: MIT */
#include "tests/support/scratch.h"

#include <check.h>
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

/* Files, and folders that are empty: what tests leave behind. */
static void
folder_remove(void *handle)
{
    const char *folder = handle;
    Arena arena = {0};
    DIR *listing = opendir(folder);

    if (listing != NULL) {
        for (const struct dirent *entry = readdir(listing); entry != NULL;
             entry = readdir(listing)) {
            const char *path = arena_format(&arena, "%s/%s", folder, entry->d_name);
            if (unlink(path) != 0)
                (void)rmdir(path);
        }
        (void)closedir(listing);
    }
    (void)rmdir(folder);
    arena_release(&arena);
}

const char *
scratch_folder(Arena *arena)
{
    const char *parent = getenv("TMPDIR");
    char *folder = arena_copy(
        arena, slice_of(arena_format(arena, "%s/migrate-test-XXXXXX",
                                     parent == NULL || *parent == '\0' ? "/tmp" : parent)));

    ck_assert_ptr_nonnull(mkdtemp(folder));
    arena_defer(arena, folder_remove, folder);
    return folder;
}
