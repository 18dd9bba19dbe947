/* SPDX-License-Identifier: MIT */
#include "core/checksum.h"

#include <string.h>

#include "core/base/mapping.h"
#include "core/base/thread.h"
#include "core/base/vec.h"

struct Checksums {
    Arena *arena;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t mutex; /* what follows is both threads', and every Checksum */
    pthread_cond_t has_changed;
    VEC(Checksum *) wanted; /* the last is the next; one may be there twice, or be known by now */
    bool is_over;
};

/* True if nobody wants it any more. */
typedef bool IsOver(void *handle);

/* False if it was given up on the way. */
static bool
take(Slice text, bool is_mapped, IsOver *is_over, void *handle, char hex[SHA256_HEX_SIZE])
{
    Sha256 sha;
    Trail trail = trail_begin(text, is_mapped);

    sha256_init(&sha);
    if (slice_starts_with(text, "\xEF\xBB\xBF"))
        text = slice_after(text, 3);
    while (text.len > 0) {
        Slice rest = text;
        Slice piece = trail_piece(&rest);
        const char *cr = memchr(piece.at, '\r', piece.len);
        if (cr != NULL)
            piece.len = (size_t)(cr - piece.at);
        sha256_add(&sha, piece);
        text = slice_after(text, piece.len);
        if (cr != NULL && (text.len == 1 || cr[1] != '\n'))
            sha256_add(&sha, SLICE("\r"));
        if (cr != NULL)
            text = slice_after(text, 1);
        else if (is_over != NULL && is_over(handle))
            return false;
        trail_follow(&trail, text.at);
    }
    sha256_hex(&sha, hex);
    return true;
}

static bool
are_over(void *handle)
{
    Checksums *sums = handle;

    pthread_mutex_lock(&sums->mutex);
    const bool is_over = sums->is_over;
    pthread_mutex_unlock(&sums->mutex);
    return is_over;
}

/* The thread maps the file for itself: the caller's may go at any time. */
static bool
take_from_file(Checksums *sums, const char *path, const FileStamp *stamp, char hex[SHA256_HEX_SIZE])
{
    Arena arena = {0};
    FileText file = {0};
    Error err = {.arena = &arena};
    const bool is_taken = file_text_read(path, &arena, &file, &err) &&
                          file_stamps_equal(&file.stamp, stamp) &&
                          take(file.text, file.is_mapped, are_over, sums, hex);

    arena_release(&arena);
    return is_taken;
}

static void
take_next(Checksums *sums)
{
    Checksum *sum = sums->wanted.at[--sums->wanted.len];
    char hex[SHA256_HEX_SIZE];

    if (sum->state != CHECKSUM_WANTED)
        return;
    sum->state = CHECKSUM_IN_WORK;
    const FileStamp stamp = sum->stamp;
    pthread_mutex_unlock(&sums->mutex);
    const bool is_taken = take_from_file(sums, sum->path, &stamp, hex);
    pthread_mutex_lock(&sums->mutex);
    sum->state = is_taken ? CHECKSUM_KNOWN : CHECKSUM_UNKNOWN;
    if (is_taken)
        memcpy(sum->hex, hex, sizeof sum->hex);
    pthread_cond_broadcast(&sums->has_changed);
}

static void *
take_all(void *handle)
{
    Checksums *sums = handle;

    pthread_mutex_lock(&sums->mutex);
    while (!sums->is_over) {
        if (sums->wanted.len > 0)
            take_next(sums);
        else
            pthread_cond_wait(&sums->has_changed, &sums->mutex);
    }
    pthread_mutex_unlock(&sums->mutex);
    return NULL;
}

static void
end(void *handle)
{
    Checksums *sums = handle;

    pthread_mutex_lock(&sums->mutex);
    sums->is_over = true;
    pthread_cond_broadcast(&sums->has_changed);
    pthread_mutex_unlock(&sums->mutex);
    if (sums->has_thread)
        pthread_join(sums->thread, NULL);
}

Checksums *
checksums_new(Arena *arena)
{
    Checksums *sums = ARENA_NEW(arena, Checksums);

    *sums = (Checksums){.arena = arena,
                        .mutex = PTHREAD_MUTEX_INITIALIZER,
                        .has_changed = PTHREAD_COND_INITIALIZER};
    arena_defer(arena, end, sums);
    return sums;
}

void
checksums_begin(Checksums *sums, Checksum *sum, const FileStamp *stamp)
{
    if (!sums->has_thread && thread_room() > 0)
        sums->has_thread = thread_begin(&sums->thread, take_all, sums);
    if (!sums->has_thread)
        return;
    pthread_mutex_lock(&sums->mutex);
    const bool is_begun = file_stamps_equal(&sum->stamp, stamp) &&
                          (sum->state == CHECKSUM_IN_WORK || sum->state == CHECKSUM_KNOWN);
    if (!is_begun && sum->state != CHECKSUM_IN_WORK) {
        sum->stamp = *stamp;
        sum->state = CHECKSUM_WANTED;
        *VEC_ADD(sums->arena, &sums->wanted) = sum;
        pthread_cond_broadcast(&sums->has_changed);
    }
    pthread_mutex_unlock(&sums->mutex);
}

/* With the mutex held, as the next one. What nobody has begun is not waited for. */
static bool
find(Checksums *sums, Checksum *sum, const FileStamp *stamp, char hex[SHA256_HEX_SIZE])
{
    while (sum->state == CHECKSUM_IN_WORK)
        pthread_cond_wait(&sums->has_changed, &sums->mutex);
    if (sum->state == CHECKSUM_KNOWN && file_stamps_equal(&sum->stamp, stamp)) {
        memcpy(hex, sum->hex, sizeof sum->hex);
        return true;
    }
    sum->state = CHECKSUM_UNKNOWN;
    return false;
}

static void
keep(Checksum *sum, const FileStamp *stamp, const char hex[SHA256_HEX_SIZE])
{
    sum->state = CHECKSUM_KNOWN;
    sum->stamp = *stamp;
    memcpy(sum->hex, hex, sizeof sum->hex);
}

void
checksums_take(Checksums *sums, Checksum *sum, const FileText *file, char hex[SHA256_HEX_SIZE])
{
    if (sum == NULL || !file->is_mapped) {
        take(file->text, file->is_mapped, NULL, NULL, hex);
        return;
    }
    pthread_mutex_lock(&sums->mutex);
    const bool is_found = find(sums, sum, &file->stamp, hex);
    pthread_mutex_unlock(&sums->mutex);
    if (is_found)
        return;
    /* unknown: the thread leaves it alone */
    take(file->text, true, NULL, NULL, hex);
    pthread_mutex_lock(&sums->mutex);
    keep(sum, &file->stamp, hex);
    pthread_mutex_unlock(&sums->mutex);
}
