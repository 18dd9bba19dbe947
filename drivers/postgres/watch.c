/* SPDX-License-Identifier: MIT */
/*
 * Watching over a long silence. A statement may take hours, and then nothing comes; but a pooler
 * that hangs while its kernel still acknowledges is silent too, and no timeout of TCP notices. A
 * second connection asks the server whether anybody works for us.
 */
#include <poll.h>
#include <stdlib.h>

#include "drivers/postgres/connection.h"

enum {
    ANSWER_WITHIN = 10000, /* milliseconds; a pool with one slot, ours, never answers */
    UNREACHABLE_TWICE = 2,
};

static void
connection_finish(PGconn **pg)
{
    PQfinish(*pg);
}

PGresult *
postgres_ask_beside(PGconn *pg, const char *question)
{
    const int64_t deadline = clock_milliseconds() + ANSWER_WITHIN;

    if (PQsendQuery(pg, question) != 1)
        return NULL;
    while (PQisBusy(pg)) {
        struct pollfd readable = {.fd = PQsocket(pg), .events = POLLIN};
        const int64_t left = deadline - clock_milliseconds();
        if (left <= 0)
            return NULL;
        if (poll(&readable, 1, (int)left) > 0 && PQconsumeInput(pg) != 1)
            return NULL;
    }
    return PQgetResult(pg);
}

/* A backend is at work for us: the one whose guard has spoken; before that, any of this user's that
 * runs a text of ours. Whose state may not be seen is taken for one at work. */
static const char *
question(const Connection *connection, Arena *arena)
{
    const char *which = connection->server_pid != 0
                            ? arena_format(arena, "pid = %ld", connection->server_pid)
                            : "query LIKE '%migrate.%' AND usename = current_user";

    return arena_format(arena,
                        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE %s AND pid <> "
                        "pg_backend_pid() AND coalesce(state, '') <> 'idle'",
                        which);
}

bool
postgres_is_hung(Connection *connection)
{
    Arena scratch = {0};
    bool has_spoken = false;
    AUTO(connection_finish) PGconn *beside = postgres_connect_beside(connection, &has_spoken);

    connection->unreachable = beside == NULL && !has_spoken ? connection->unreachable + 1 : 0;
    if (beside == NULL)
        return connection->unreachable >= UNREACHABLE_TWICE;
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_ask_beside(beside, question(connection, &scratch));
    arena_release(&scratch);
    if (answer == NULL || PQresultStatus(answer) != PGRES_TUPLES_OK)
        return false;
    if (strtol(PQgetvalue(answer, 0, 0), NULL, 10) > 0)
        return false;
    log_warn(connection->log, "no answer for %lld s, and the server has nothing of ours at work",
             (long long)(connection->watch_after / 1000));
    return true;
}
