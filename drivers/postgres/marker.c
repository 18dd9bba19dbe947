/* SPDX-License-Identifier: MIT */
/*
 * Markers: the live progress inside a unit. All results of a message come at its end, unless the
 * server flushes, and RAISE INFO makes it. A marker carries the server's clock, so that neither the
 * way nor a busy client counts in the time of a statement.
 */
#include <stdlib.h>
#include <string.h>

#include "drivers/postgres/connection.h"

#define MARKER "migrate: marker "

const Statement *
postgres_marker(size_t begins, Arena *arena)
{
    Statement *marker = ARENA_NEW(arena, Statement);
    const char *which = begins == SIZE_MAX ? "-" : arena_format(arena, "%zu", begins);

    *marker = (Statement){
        .role = STATEMENT_MARKER,
        .text = slice_of(arena_format(
            arena,
            "DO $migrate$ BEGIN RAISE INFO '" MARKER
            "%s %%', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint; END $migrate$",
            which))};
    return marker;
}

/* Every how many statements a marker stands: one costs about as much as a small INSERT, so that a
 * long dump would take twice as long for those who only watch. With -v each has its time. */
static size_t
stride(const Connection *connection, const Unit *unit)
{
    enum { MARKERS = 1000 };

    return connection->events->told_from == 1 ? 1 : unit->count / MARKERS + 1;
}

const Statement *
postgres_marker_before(const Connection *connection, const Unit *unit, size_t index, Arena *arena)
{
    const Statements *statements = &unit->statements;
    const bool begins = statements->at[index].role == STATEMENT_USER;
    const bool ends = index > 0 && statements->at[index - 1].role == STATEMENT_USER;

    if ((!begins && !ends) || !events_tell(connection->events, unit))
        return NULL;
    const size_t every = stride(connection, unit);
    if (every > 1 && (!begins || index % every != 0))
        return NULL;
    return postgres_marker(begins ? index : SIZE_MAX, arena);
}

/* The statement that ran until now has ended. */
static void
tell_end(Connection *connection, const Unit *unit, int64_t now)
{
    const int64_t microseconds = now - connection->told_since;

    if (connection->told != NULL)
        events_statement_finished(connection->events, unit, connection->told,
                                  microseconds > 0 ? microseconds / 1000 : 0);
}

bool
postgres_take_marker(Connection *connection, const char *message)
{
    if (strncmp(message, MARKER, sizeof MARKER - 1) != 0)
        return false;
    if (connection->announced == 0 || connection->announced > connection->unit_count ||
        connection->events == NULL)
        return true;
    const Unit *unit = &connection->units[connection->announced - 1];
    char *rest = NULL;
    const char *which = message + sizeof MARKER - 1;
    const bool begins = which[0] != '-';
    const size_t index = strtoul(begins ? which : which + 1, &rest, 10);
    const int64_t now = strtoll(begins ? rest : which + 1, NULL, 10);

    if (stride(connection, unit) == 1)
        tell_end(connection, unit, now);
    connection->told = NULL;
    if (!begins || index >= unit->statements.len)
        return true;
    connection->told = &unit->statements.at[index];
    connection->told_since = now;
    events_statement_started(connection->events, unit, connection->told);
    return true;
}
