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
/* The whole file, with a NUL behind it that is not counted, on the heap. */
MUST_CHECK bool file_read(const char *path, Arena *arena, Slice *text, Error *err);

/* Which file it was, and how it was: another stamp means that it may hold something else now. */
typedef struct FileStamp {
    uint64_t identity[2]; /* device and inode: what tells two names of one file */
    int64_t size;
    int64_t modified; /* nanoseconds since 1970 */
    int64_t changed;
} FileStamp;

/* A file that may be too large for the heap. */
typedef struct FileText {
    Slice text;     /* the whole, with a NUL behind it that is not counted */
    bool is_mapped; /* a gigabyte need not be in memory: go through it with a Trail */
    FileStamp stamp;
} FileText;

/* Reads a small file, maps a large one, until the arena is reset. */
MUST_CHECK bool file_text_read(const char *path, Arena *arena, FileText *text, Error *err);
/* Where a file really is: absolute, with no link on its way. */
MUST_CHECK bool file_resolve(const char *path, Arena *arena, const char **resolved, Error *err);
bool file_stamps_equal(const FileStamp *a, const FileStamp *b);

/* A folder held open, so that its files are read without a walk along its path for each. */
typedef struct FileFolder {
    int fd;
    size_t prefix; /* bytes of a path of file_list that name the folder */
} FileFolder;

MUST_CHECK bool file_folder_open(const char *path, FileFolder *folder, Error *err);
/* For AUTO; {.fd = -1} is closed. */
void file_folder_close(const FileFolder *folder);
/* As file_text_read, for a path that file_list gave for the folder. */
MUST_CHECK bool file_folder_read(const FileFolder *folder, const char *path, Arena *arena,
                                 FileText *text, Error *err);
/* The same for a file with its NUL in the `size` bytes of `room`, without an arena: for threads.
 * False if it is larger, no regular file or cannot be read: file_folder_read says what is so. */
MUST_CHECK bool file_folder_read_small(const FileFolder *folder, const char *path, char *room,
                                       size_t size, FileText *text);

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
