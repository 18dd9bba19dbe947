/* SPDX-License-Identifier: MIT */
/* File: reading whole files, writing them atomically, listing folders. Errors are ERR_FAILED and
 * name the file; a caller that knows better wraps or recodes. */
#ifndef MIGRATE_CORE_BASE_FILE_H
#define MIGRATE_CORE_BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/slice.h"

bool file_exists(const char *path);
bool file_is_folder(const char *path);
/* The whole file, with a NUL behind it that is not counted. */
MUST_CHECK bool file_read(const char *path, Arena *arena, Slice *text, Error *err);

/* A folder held open, so that its files are read without a walk along its path for each. */
typedef struct FileFolder {
    int fd;
    size_t prefix; /* bytes of a path of file_list that name the folder */
} FileFolder;

MUST_CHECK bool file_folder_open(const char *path, FileFolder *folder, Error *err);
/* For AUTO; {.fd = -1} is closed. */
void file_folder_close(const FileFolder *folder);
/* Reads the file at a path that file_list gave for the folder, and what tells two names of one file
 * (device and inode). */
MUST_CHECK bool file_folder_read(const FileFolder *folder, const char *path, Arena *arena,
                                 Slice *text, uint64_t identity[2], Error *err);

/* Writes beside `path` and renames, so that a reader sees the old file or the whole new one; a file
 * that is there is replaced only with may_replace. Mode 0666 less the umask. */
MUST_CHECK bool file_write(const char *path, Slice text, bool may_replace, Error *err);
/* Makes the folder and those above it; one that is there is no error. */
MUST_CHECK bool file_make_folder(const char *path, Arena *arena, Error *err);
/* Paths (folder/name) of the regular files in `folder` and, if recursive, below it, in byte order
 * of the path below `folder`; links are followed, names that begin with a dot are passed over. */
MUST_CHECK bool file_list(const char *folder, bool is_recursive, Arena *arena, Names *paths,
                          Error *err);
/* What tells two names of one file (device and inode). */
MUST_CHECK bool file_identity(const char *path, uint64_t identity[2], Error *err);

#endif
