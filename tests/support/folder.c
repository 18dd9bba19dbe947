/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* nftw; NOLINT(cert-dcl51-cpp) */

#include "tests/support/folder.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/file.h"
#include "core/base/path.h"

const char *
folder_make(Arena *arena)
{
    const char *parent = getenv("TMPDIR");
    char *path = arena_copy(
        arena, slice_of(path_join(arena, parent == NULL ? "/tmp" : parent, "migrate-test-XXXXXX")));

    ck_assert_msg(mkdtemp(path) != NULL, "cannot make %s", path);
    return path;
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void
folder_remove(const char *folder)
{
    ck_assert_int_eq(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *
folder_write(Arena *arena, const char *folder, const char *name, Slice text)
{
    Error err = {.arena = arena};
    const char *path = path_join(arena, folder, name);

    ck_assert_msg(file_make_folder(path_folder(arena, path), arena, &err) &&
                      file_write(path, text, true, &err),
                  "%s", err.message);
    return path;
}
