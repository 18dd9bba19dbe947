/* SPDX-License-Identifier: MIT */
#include "cmd/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/path.h"

/* A run that was killed has left its own behind, and in containers all processes have the same few
 * numbers. */
enum { MOST_LEFT_BEHIND = 100 };

static const char *
part_of(const char *path, unsigned number, Arena *arena)
{
    return path_join(arena, path_folder(arena, path),
                     arena_format(arena, ".migrate.%ld.%u.tmp", (long)getpid(), number));
}

/* A device or a pipe has no place of its own to be renamed to. */
static bool
is_special(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

/* Takes the descriptor, or the failure to get one. */
static bool
take_stream(OutFile *file, int fd, Error *err)
{
    file->stream = fd < 0 ? NULL : fdopen(fd, "w");
    if (file->stream != NULL)
        return true;
    file->part = NULL;
    return error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", file->path);
}

static int
open_part(OutFile *file, Arena *arena)
{
    int fd = -1;

    for (unsigned i = 0; fd < 0 && i < MOST_LEFT_BEHIND; i++) {
        file->part = part_of(file->path, i, arena);
        fd = open(file->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

bool
outfile_open(const char *path, Arena *arena, OutFile *file, Error *err)
{
    struct stat status;

    *file = (OutFile){.path = path};
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        error_set(err, ERR_FAILED, "cannot write \"%s\": it is a folder", path);
        return error_hint(err, "for a file for each revision: --output %s/", path);
    }
    const int fd = is_special(path) ? open(path, O_WRONLY | O_CLOEXEC) : open_part(file, arena);
    return take_stream(file, fd, err);
}

/* Everything is with the system, and of a file that is renamed on the disk. */
static bool
settle(const OutFile *file)
{
    if (ferror(file->stream) != 0 || fflush(file->stream) != 0)
        return false;
    return file->part == NULL || fsync(fileno(file->stream)) == 0 || errno == EINVAL;
}

bool
outfile_keep(OutFile *file, Error *err)
{
    bool is_kept = settle(file);
    int reason = errno;

    if (fclose(file->stream) != 0 && is_kept) {
        is_kept = false;
        reason = errno;
    }
    file->stream = NULL;
    errno = reason;
    if (is_kept && file->part != NULL)
        is_kept = rename(file->part, file->path) == 0;
    if (!is_kept) {
        error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", file->path);
        return false;
    }
    file->part = NULL;
    return true;
}

void
outfile_drop(OutFile *file)
{
    if (file->stream != NULL)
        fclose(file->stream);
    if (file->part != NULL)
        unlink(file->part);
    *file = (OutFile){0};
}

static void
close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
}

static bool
is_empty(const char *path)
{
    AUTO(close_folder) DIR *folder = opendir(path);

    if (folder == NULL)
        return false;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            return false;
    }
    return true;
}

bool
outfolder_open(const char *path, Arena *arena, OutFolder *folder, Error *err)
{
    size_t len = strlen(path);
    struct stat status;

    while (len > 1 && path[len - 1] == '/')
        len--;
    path = arena_copy(arena, (Slice){path, len});
    *folder = (OutFolder){.arena = arena, .path = path};
    if (stat(path, &status) == 0 && !is_empty(path)) {
        error_set(err, ERR_FAILED, "\"%s\" is there and not an empty folder", path);
        return error_hint(err,
                          "empty it, or name another one: old files between the new ones would be "
                          "run with them");
    }
    for (unsigned i = 0; i < MOST_LEFT_BEHIND; i++) {
        const char *part = part_of(path, i, arena);
        if (mkdir(part, 0777) == 0) {
            folder->part = part;
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    return error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", path);
}

bool
outfolder_add(OutFolder *folder, const char *name, OutFile *file, Error *err)
{
    const char *path = path_join(folder->arena, folder->part, name);

    *VEC_ADD(folder->arena, &folder->files) = path;
    *file = (OutFile){.path = path_join(folder->arena, folder->path, name)};
    return take_stream(file, open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), err);
}

bool
outfolder_keep(OutFolder *folder, Error *err)
{
    if (rename(folder->part, folder->path) != 0)
        return error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", folder->path);
    folder->part = NULL;
    return true;
}

void
outfolder_drop(OutFolder *folder)
{
    if (folder->part == NULL)
        return;
    for (size_t i = 0; i < folder->files.len; i++)
        unlink(folder->files.at[i]);
    rmdir(folder->part);
    folder->part = NULL;
}
