/* SPDX-License-Identifier: MIT */
#include "core/base/ahead.h"

#include "core/base/thread.h"

/* A thread takes a batch of files at a time, so that handing over costs nothing beside reading. The
 * batches in work bound the memory: a file that is larger than its room is left to the caller. */
enum {
    BATCH = 64,
    BATCHES = 8,
    ROOM = 16 * 1024,
    MOST_THREADS = 3,      /* more would wait for the caller */
    FEW_FILES = 2 * BATCH, /* a thread takes as long to begin */
};

typedef struct Batch {
    bool is_read;
    FileText texts[BATCH]; /* `at` NULL: left to the caller */
    char *room;
} Batch;

struct Ahead {
    const FileFolder *folder;
    const Names *paths;
    size_t at;    /* the path that is asked for next */
    size_t count; /* of batches */
    pthread_t threads[MOST_THREADS];
    size_t thread_count;
    pthread_mutex_t mutex; /* what follows is everybody's */
    pthread_cond_t was_read;
    pthread_cond_t has_room;
    size_t taken; /* batches that somebody reads or has read */
    size_t used;  /* batches that the caller is done with */
    bool is_over;
    Batch batches[BATCHES]; /* batch i is in i % BATCHES */
};

static Batch *
batch_of(Ahead *ahead, size_t number)
{
    return &ahead->batches[number % BATCHES];
}

static void
read_batch(const Ahead *ahead, size_t number, Batch *batch)
{
    const size_t first = number * BATCH;
    char *room = batch->room;

    for (size_t i = 0; i < BATCH && first + i < ahead->paths->len; i++) {
        FileText *text = &batch->texts[i];
        if (file_folder_read_small(ahead->folder, ahead->paths->at[first + i], room, ROOM, text))
            room += text->text.len + 1;
        else
            *text = (FileText){0};
    }
}

/* With the mutex held: reads the next batch that nobody has, if there is one and room for it. */
static bool
take_batch(Ahead *ahead)
{
    if (ahead->taken == ahead->count || ahead->taken == ahead->used + BATCHES)
        return false;
    const size_t number = ahead->taken++;
    Batch *batch = batch_of(ahead, number);
    batch->is_read = false;
    pthread_mutex_unlock(&ahead->mutex);
    read_batch(ahead, number, batch);
    pthread_mutex_lock(&ahead->mutex);
    batch->is_read = true;
    pthread_cond_signal(&ahead->was_read);
    return true;
}

static void *
read_ahead(void *handle)
{
    Ahead *ahead = handle;

    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->is_over && ahead->taken < ahead->count) {
        if (!take_batch(ahead))
            pthread_cond_wait(&ahead->has_room, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

static void
begin_threads(Ahead *ahead)
{
    const size_t room = thread_room();
    const size_t most = room < MOST_THREADS ? room : MOST_THREADS;

    if (ahead->paths->len < FEW_FILES)
        return;
    while (ahead->thread_count < most &&
           thread_begin(&ahead->threads[ahead->thread_count], read_ahead, ahead))
        ahead->thread_count++;
}

Ahead *
ahead_new(const FileFolder *folder, const Names *paths, Arena *arena)
{
    Ahead *ahead = ARENA_NEW(arena, Ahead);

    *ahead = (Ahead){.folder = folder,
                     .paths = paths,
                     .count = (paths->len + BATCH - 1) / BATCH,
                     .mutex = PTHREAD_MUTEX_INITIALIZER,
                     .was_read = PTHREAD_COND_INITIALIZER,
                     .has_room = PTHREAD_COND_INITIALIZER};
    for (size_t i = 0; i < BATCHES && i < ahead->count; i++)
        ahead->batches[i].room = arena_alloc(arena, (size_t)BATCH * ROOM);
    begin_threads(ahead);
    return ahead;
}

/* Reads instead of waiting, as long as there is something to read. */
static void
await_batch(Ahead *ahead, size_t number)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->used = number; /* the batches before it */
    pthread_cond_broadcast(&ahead->has_room);
    const Batch *batch = batch_of(ahead, number);
    while (ahead->taken <= number || !batch->is_read) {
        if (!take_batch(ahead))
            pthread_cond_wait(&ahead->was_read, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
}

bool
ahead_next(Ahead *ahead, Arena *arena, FileText *text, Error *err)
{
    const size_t at = ahead->at++;

    if (at % BATCH == 0)
        await_batch(ahead, at / BATCH);
    *text = batch_of(ahead, at / BATCH)->texts[at % BATCH];
    return text->text.at != NULL ||
           file_folder_read(ahead->folder, ahead->paths->at[at], arena, text, err);
}

void
ahead_end(Ahead **handle)
{
    Ahead *ahead = *handle;

    if (ahead == NULL)
        return;
    pthread_mutex_lock(&ahead->mutex);
    ahead->is_over = true;
    pthread_cond_broadcast(&ahead->has_room);
    pthread_mutex_unlock(&ahead->mutex);
    for (size_t i = 0; i < ahead->thread_count; i++)
        pthread_join(ahead->threads[i], NULL);
}
