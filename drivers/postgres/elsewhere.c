/* SPDX-License-Identifier: MIT */
/*
 * Where groups do not get through, because what stands in between knows only simple queries: their
 * statements go over direct_url, with the same guard, the same lock and the same journal. Sent one
 * by one they would be at the mercy of a pooler: no lock, no timeout and no search_path would hold
 * from one message to the next.
 */
#include <string.h>

#include "drivers/postgres/connection.h"

const char *
postgres_identify(Connection *connection, Arena *arena)
{
    Error ignored = {.arena = arena};
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(
        connection,
        "SELECT c.system_identifier || '/' || d.oid FROM pg_catalog.pg_control_system() c, "
        "pg_catalog.pg_database d WHERE d.datname = current_database()",
        &ignored);

    return answer == NULL ? NULL : arena_text(arena, PQgetvalue(answer, 0, 0));
}

static bool
no_way(RunResult *result, Error *err)
{
    *result = (RunResult){.outcome = RUN_FAILED, .units_done = result->units_done};
    error_set(err, ERR_FAILED,
              "statements without a transaction do not get through on this way to the database");
    return error_hint(err, "name a way past the pooler: direct_url in migrate.yaml");
}

/* Both ways must lead to one database: what the other has is none of our business. */
static bool
is_same(Connection *connection, Connection *direct, RunResult *result, Error *err)
{
    const char *here = postgres_identify(connection, err->arena);
    const char *there = postgres_identify(direct, err->arena);

    if (here != NULL && there != NULL && strcmp(here, there) == 0)
        return true;
    result->outcome = RUN_FAILED;
    error_set(err, ERR_STATE, "direct_url %s",
              here == NULL || there == NULL ? "cannot be proven to lead to the same database"
                                            : "leads to another database");
    return error_hint(err, "migrate doctor shows what is behind both");
}

static bool
run_over(Connection *connection, Connection *direct, const Unit *unit, Arena *arena,
         RunResult *result, Error *err)
{
    if (!is_same(connection, direct, result, err))
        return false;
    direct->tables = connection->tables;
    direct->rows = connection->rows;
    direct->open = connection->open;
    direct->events = connection->events;
    direct->is_watched = connection->is_watched;
    const bool is_done = postgres_run_group(direct, unit, arena, result, err);
    direct->events = NULL;
    return is_done;
}

bool
postgres_run_elsewhere(Connection *connection, const Unit *unit, Arena *arena, RunResult *result,
                       Error *err)
{
    Connection *direct = NULL;
    bool may_retry = false;
    const OpenOptions options = {.url = connection->direct_url,
                                 .session = connection->session,
                                 .interrupted = connection->interrupted,
                                 .log = connection->log};

    if (connection->direct_url == NULL)
        return no_way(result, err);
    log_warn(connection->log, "statements without a transaction do not get through on this way to "
                              "the database: they go over direct_url");
    if (!postgres_open(&options, arena, &direct, &may_retry, err)) {
        result->outcome = RUN_FAILED;
        return false;
    }
    const bool is_done = run_over(connection, direct, unit, arena, result, err);
    postgres_close(direct);
    return is_done;
}
