/* SPDX-License-Identifier: MIT */
/* A throw-away folder for tests that touch the file system, and files in it. */
#ifndef MIGRATE_TESTS_SUPPORT_FOLDER_H
#define MIGRATE_TESTS_SUPPORT_FOLDER_H

#include "core/base/arena.h"
#include "core/base/slice.h"

/* Makes an empty folder below $TMPDIR or /tmp; absolute. A failure fails the test. */
const char *folder_make(Arena *arena);
/* Removes it with all that is in it. */
void folder_remove(const char *folder);
/* Writes folder/name, making the folders in `name`; replaces one that is there. The path. */
const char *folder_write(Arena *arena, const char *folder, const char *name, Slice text);

#endif
