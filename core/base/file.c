/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE 1 /* glibc: d_type of readdir's entries; NOLINT(cert-dcl51-cpp) */

#include "core/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mapping.h"
#include "core/base/path.h"

/* Files from this size on are mapped: below it a copy is cheaper. */
enum { LARGE = 512 * 1024 };

static void
close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void
close_folder(DIR **folder)
{
    if (*folder != NULL)
        closedir(*folder);
}

bool
file_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

bool
file_is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool
file_identity(const char *path, uint64_t identity[2], Error *err)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return error_set_errno(err, ERR_FAILED, "cannot read \"%s\"", path);
    identity[0] = (uint64_t)status.st_dev;
    identity[1] = (uint64_t)status.st_ino;
    return true;
}

static bool
look(int fd, const char *path, struct stat *status, Error *err)
{
    return (fd >= 0 && fstat(fd, status) == 0) ||
           error_set_errno(err, ERR_FAILED, "cannot read \"%s\"", path);
}

/* The whole of an open file; `path` is for messages. */
static bool
read_open(int fd, const char *path, Arena *arena, Slice *text, const struct stat *status,
          Error *err)
{
    if (S_ISDIR(status->st_mode))
        return error_set(err, ERR_FAILED, "cannot read \"%s\": it is a folder", path);
    size_t cap = status->st_size > 0 ? (size_t)status->st_size + 1 : 4096;
    size_t len = 0;
    char *at = arena_alloc(arena, cap);
    for (;;) {
        const ssize_t got = read(fd, at + len, cap - 1 - len);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(err, ERR_FAILED, "cannot read \"%s\"", path);
        len += (size_t)got;
        if (got == 0 || (S_ISREG(status->st_mode) && len == (size_t)status->st_size))
            break;
        if (len == cap - 1) {
            at = arena_grow(arena, at, cap, cap * 2);
            cap *= 2;
        }
    }
    at[len] = '\0';
    *text = (Slice){at, len};
    return true;
}

static int64_t
nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static FileStamp
stamp_of(const struct stat *status)
{
    return (FileStamp){.identity = {(uint64_t)status->st_dev, (uint64_t)status->st_ino},
                       .size = (int64_t)status->st_size,
#ifdef __APPLE__
                       .modified = nanoseconds(status->st_mtimespec),
                       .changed = nanoseconds(status->st_ctimespec)};
#else
                       .modified = nanoseconds(status->st_mtim),
                       .changed = nanoseconds(status->st_ctim)};
#endif
}

bool
file_stamps_equal(const FileStamp *a, const FileStamp *b)
{
    return a->identity[0] == b->identity[0] && a->identity[1] == b->identity[1] &&
           a->size == b->size && a->modified == b->modified && a->changed == b->changed;
}

static bool
text_open(int fd, const char *path, Arena *arena, FileText *text, Error *err)
{
    struct stat status = {0};

    *text = (FileText){0};
    if (!look(fd, path, &status, err))
        return false;
    text->is_mapped = S_ISREG(status.st_mode) && status.st_size >= LARGE &&
                      mapping_new(fd, (size_t)status.st_size, arena, &text->text);
    if (!text->is_mapped && !read_open(fd, path, arena, &text->text, &status, err))
        return false;
    text->stamp = stamp_of(&status);
    return true;
}

bool
file_resolve(const char *path, Arena *arena, const char **resolved, Error *err)
{
    char *found = realpath(path[0] == '\0' ? "." : path, NULL);

    if (found == NULL)
        return error_set_errno(err, ERR_FAILED, "cannot read \"%s\"", path);
    *resolved = arena_text(arena, found);
    free(found);
    return true;
}

bool
file_text_read(const char *path, Arena *arena, FileText *text, Error *err)
{
    AUTO(close_fd) const int fd = open(path, O_RDONLY | O_CLOEXEC);

    return text_open(fd, path, arena, text, err);
}

bool
file_read(const char *path, Arena *arena, Slice *text, Error *err)
{
    struct stat status;
    AUTO(close_fd) const int fd = open(path, O_RDONLY | O_CLOEXEC);

    return look(fd, path, &status, err) && read_open(fd, path, arena, text, &status, err);
}

bool
file_folder_open(const char *path, FileFolder *folder, Error *err)
{
    const size_t len = strlen(path);

    *folder = (FileFolder){.fd = -1};
    /* as path_join: what is in the working folder has no prefix */
    if (len > 0 && strcmp(path, ".") != 0)
        folder->prefix = path[len - 1] == '/' ? len : len + 1;
    folder->fd = open(len == 0 ? "." : path, O_RDONLY | O_CLOEXEC);
    return folder->fd >= 0 ||
           error_set_errno(err, ERR_FAILED, "cannot read the folder \"%s\"", path);
}

void
file_folder_close(const FileFolder *folder)
{
    close_fd(&folder->fd);
}

bool
file_folder_read(const FileFolder *folder, const char *path, Arena *arena, FileText *text,
                 Error *err)
{
    AUTO(close_fd)
    const int fd = openat(folder->fd, path + folder->prefix, O_RDONLY | O_CLOEXEC);

    return text_open(fd, path, arena, text, err);
}

bool
file_folder_read_small(const FileFolder *folder, const char *path, char *room, size_t size,
                       FileText *text)
{
    struct stat status;
    size_t len = 0;
    AUTO(close_fd)
    const int fd = openat(folder->fd, path + folder->prefix, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_size >= (off_t)size)
        return false;
    while (len < (size_t)status.st_size) {
        const ssize_t got = read(fd, room + len, (size_t)status.st_size - len);
        if (got < 0 && errno != EINTR)
            return false;
        if (got == 0)
            break;
        len += got > 0 ? (size_t)got : 0;
    }
    room[len] = '\0';
    *text = (FileText){.text = {room, len}, .stamp = stamp_of(&status)};
    return true;
}

static bool
write_all(int fd, Slice text)
{
    while (text.len > 0) {
        const ssize_t written = write(fd, text.at, text.len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text = slice_after(text, (size_t)written);
    }
    return fsync(fd) == 0 || errno == EINVAL;
}

/* Gives the finished `part` its name: link refuses one that is taken, in one step; rename would
 * replace it. */
static bool
publish(const char *part, const char *path, Slice text, bool may_replace)
{
    if (may_replace)
        return rename(part, path) == 0;
    if (link(part, path) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    /* a file system without links: at least never over a file that is there */
    AUTO(close_fd) const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    return fd >= 0 && write_all(fd, text);
}

/* A new file in `folder`, for what is not finished. A run that was killed has left its own behind,
 * and in containers all processes have the same few numbers. */
static int
open_part(const char *folder, Arena *arena, const char **part)
{
    enum { MOST_LEFT_BEHIND = 100 };
    int fd = -1;

    for (unsigned i = 0; fd < 0 && i < MOST_LEFT_BEHIND; i++) {
        *part =
            path_join(arena, folder, arena_format(arena, ".migrate.%ld.%u.tmp", (long)getpid(), i));
        fd = open(*part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

bool
file_write(const char *path, Slice text, bool may_replace, Error *err)
{
    const char *part = NULL;
    AUTO(close_fd) const int fd = open_part(path_folder(err->arena, path), err->arena, &part);

    if (fd < 0)
        return error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", path);
    const bool is_done = write_all(fd, text) && publish(part, path, text, may_replace);
    const int reason = errno;
    if (!is_done || !may_replace)
        unlink(part);
    errno = reason;
    return is_done || error_set_errno(err, ERR_FAILED, "cannot write \"%s\"", path);
}

static bool
make_one_folder(const char *path)
{
    if (mkdir(path, 0777) == 0)
        return true;
    const int reason = errno;
    const bool is_there = file_is_folder(path);
    errno = reason;
    return is_there;
}

bool
file_make_folder(const char *path, Arena *arena, Error *err)
{
    char *each = arena_copy(arena, slice_of(path));

    for (size_t i = each[0] == '/'; each[0] != '\0'; i++) {
        if (each[i] != '/' && each[i] != '\0')
            continue;
        const char ended_by = each[i];
        each[i] = '\0';
        if (each[0] != '\0' && !make_one_folder(each))
            return error_set_errno(err, ERR_FAILED, "cannot make the folder \"%s\"", each);
        each[i] = ended_by;
        if (ended_by == '\0')
            break;
    }
    return true;
}

typedef enum EntryKind {
    ENTRY_OTHER,
    ENTRY_FILE,
    ENTRY_FOLDER,
} EntryKind;

static EntryKind
entry_kind(const struct dirent *entry, const char *path)
{
    struct stat status;

#ifdef DT_REG
    /* most systems tell with the name: no call for each file */
    if (entry->d_type == DT_REG)
        return ENTRY_FILE;
    if (entry->d_type == DT_DIR)
        return ENTRY_FOLDER;
#else
    (void)entry;
#endif
    if (stat(path, &status) != 0)
        return ENTRY_OTHER; /* gone meanwhile, or a link to nowhere: an editor's lock file */
    if (S_ISREG(status.st_mode))
        return ENTRY_FILE;
    return S_ISDIR(status.st_mode) ? ENTRY_FOLDER : ENTRY_OTHER;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Adds the files directly in `folder` to `paths` and its folders to `folders`. */
static bool
list_one(const char *folder, Arena *arena, Names *paths, Names *folders, Error *err)
{
    AUTO(close_folder) DIR *dir = opendir(folder[0] == '\0' ? "." : folder);

    if (dir == NULL)
        return error_set_errno(err, ERR_FAILED, "cannot read the folder \"%s\"", folder);
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (entry == NULL)
            break;
        if (entry->d_name[0] == '.')
            continue;
        const char *path = path_join(arena, folder, entry->d_name);
        const EntryKind kind = entry_kind(entry, path);
        if (kind == ENTRY_FILE)
            *VEC_ADD(arena, paths) = path;
        else if (kind == ENTRY_FOLDER)
            *VEC_ADD(arena, folders) = path;
    }
    return errno == 0 || error_set_errno(err, ERR_FAILED, "cannot read the folder \"%s\"", folder);
}

bool
file_list(const char *folder, bool is_recursive, Arena *arena, Names *paths, Error *err)
{
    Names folders = {0};
    const size_t first = paths->len;

    *VEC_ADD(arena, &folders) = folder;
    for (size_t i = 0; i < folders.len; i++) {
        if (!list_one(folders.at[i], arena, paths, &folders, err))
            return false;
        if (!is_recursive)
            break;
        if (folders.len > 100000) {
            error_set(err, ERR_FAILED, "\"%s\" holds a loop of folders", folder);
            return error_hint(err, "a link in it leads back to a folder above: take it away");
        }
    }
    if (paths->len > first)
        qsort(paths->at + first, paths->len - first, sizeof *paths->at, compare_names);
    return true;
}
