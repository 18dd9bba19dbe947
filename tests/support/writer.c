/* SPDX-License-Identifier: MIT */
#include "tests/support/writer.h"

#include <check.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdbool.h>

struct Writer {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t has_run;
    PGconn *connection;
    const char *sql;
    Arena *arena;
    size_t runs;
    bool is_stopping;
    const char *failure; /* NULL: none */
};

/* One run; false when there is to be no other. */
static bool
run_once(Writer *writer)
{
    PGresult *result = PQexec(writer->connection, writer->sql);
    const ExecStatusType status = PQresultStatus(result);
    const bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    pthread_mutex_lock(&writer->mutex);
    writer->runs++;
    if (!is_done)
        writer->failure = arena_text(writer->arena, PQresultErrorMessage(result));
    const bool goes_on = is_done && !writer->is_stopping;
    pthread_cond_broadcast(&writer->has_run);
    pthread_mutex_unlock(&writer->mutex);
    PQclear(result);
    return goes_on;
}

static void *
work(void *context)
{
    while (run_once(context))
        ;
    return NULL;
}

static void
wait_for(Writer *writer, size_t runs)
{
    pthread_mutex_lock(&writer->mutex);
    while (writer->runs < runs && writer->failure == NULL)
        pthread_cond_wait(&writer->has_run, &writer->mutex);
    pthread_mutex_unlock(&writer->mutex);
}

Writer *
writer_start(Arena *arena, const char *url, const char *sql)
{
    Writer *writer = ARENA_NEW(arena, Writer);

    writer->arena = ARENA_NEW(arena, Arena);
    writer->sql = sql;
    writer->connection = PQconnectdb(url);
    ck_assert_int_eq(PQstatus(writer->connection), CONNECTION_OK);
    ck_assert_int_eq(pthread_mutex_init(&writer->mutex, NULL), 0);
    ck_assert_int_eq(pthread_cond_init(&writer->has_run, NULL), 0);
    ck_assert_int_eq(pthread_create(&writer->thread, NULL, work, writer), 0);
    wait_for(writer, 1);
    return writer;
}

void
writer_wait(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    const size_t before = writer->runs;
    pthread_mutex_unlock(&writer->mutex);
    wait_for(writer, before + 2);
}

size_t
writer_stop(Writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->is_stopping = true;
    pthread_mutex_unlock(&writer->mutex);
    pthread_join(writer->thread, NULL);
    PQfinish(writer->connection);
    pthread_cond_destroy(&writer->has_run);
    pthread_mutex_destroy(&writer->mutex);
    const char *failure = writer->failure;
    const size_t runs = writer->runs;
    if (failure != NULL)
        ck_abort_msg("another connection's %s: %s", writer->sql, failure);
    arena_release(writer->arena);
    return runs;
}
