/* SPDX-License-Identifier: MIT */
/*
 * A unit without a transaction as ONE extended-protocol group with one Sync: guard, statements with
 * their journal between them, cleanup. No pooler can give the backend to somebody else before the
 * Sync, so a session lock and session settings are safe in it. A second small group behind it
 * cleans up after a failure; both leave in one segment, so that none can be lost alone. Never a
 * Flush, never a second Sync before a long statement.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/base/text.h"
#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

/* Milliseconds for the reply to the cleanup, once the group has its own. */
enum { CLEANUP_WITHIN = 5000 };

/* What was sent and what came of it. */
typedef struct Group {
    Connection *connection;
    const Unit *unit;
    Leftovers leftovers;
    VEC(const Statement *) sent; /* of the first Sync */
    size_t answered;
    bool has_failed;
    Failure failure;
    size_t failed; /* index into sent */
} Group;

static bool
send_text(Connection *connection, Slice text, Arena *arena)
{
    return PQsendQueryParams(connection->pg, arena_copy(arena, text), 0, NULL, NULL, NULL, NULL,
                             0) == 1;
}

/* Where BEGIN may not stand alone a group is one transaction until its first COMMIT without it, and
 * so is what follows each COMMIT. */
static bool
send_statement(Group *group, const Statement *statement, Arena *arena)
{
    Connection *connection = group->connection;
    Slice text = statement->text;

    if (statement->role == STATEMENT_BEGIN && connection->memory->pool_mode != POOL_TRANSACTION) {
        if (group->sent.len > 0)
            return true;
        text = postgres_begin(connection, text);
    }
    *VEC_ADD(arena, &group->sent) = statement;
    return send_text(connection, text, arena);
}

/* An index that is not valid is dropped right before it is built again. Nothing but a COMMIT may
 * stand before a statement that commits by itself (PostgreSQL manual, "Pipelining"). */
static bool
send_drop(Group *group, const Leftover *leftover, Arena *arena)
{
    Statement *drop = ARENA_NEW(arena, Statement);
    Statement *commit = ARENA_NEW(arena, Statement);

    log_warn(group->connection->log,
             "index %s is not valid, a build of it did not finish: it is dropped and built again",
             leftover->index);
    *drop = (Statement){.role = STATEMENT_SET,
                        .text = slice_of(arena_format(arena, "DROP INDEX CONCURRENTLY IF EXISTS %s",
                                                      leftover->index))};
    *commit = (Statement){.role = STATEMENT_SET, .text = SLICE("COMMIT")};
    return send_statement(group, drop, arena) && send_statement(group, commit, arena);
}

/* A statement of the user's, unless it has taken effect already. */
static bool
send_user_statement(Group *group, const Statement *statement, Arena *arena)
{
    for (size_t i = 0; i < group->leftovers.len; i++) {
        const Leftover *leftover = &group->leftovers.at[i];
        if (leftover->statement != statement)
            continue;
        if (leftover->effect == EFFECT_DONE) {
            log_info(group->connection->log, "statement %zu had taken effect already",
                     statement->number);
            return true;
        }
        return send_drop(group, leftover, arena) && send_statement(group, statement, arena);
    }
    return send_statement(group, statement, arena);
}

/* Markers stand in the transactions between the user's statements, since nothing else may stand
 * before one that commits by itself: behind the statement, and before the COMMIT that the next one
 * follows. */
static const Statement *
marker_before(const Group *group, size_t index, Arena *arena)
{
    const Statements *statements = &group->unit->statements;
    const StatementRole role = statements->at[index].role;
    const bool begins = role == STATEMENT_COMMIT && index + 1 < statements->len &&
                        statements->at[index + 1].role == STATEMENT_USER;

    if (!begins && role != STATEMENT_JOURNAL)
        return NULL;
    return postgres_marker(begins ? index + 1 : SIZE_MAX, arena);
}

static bool
send_part(Group *group, size_t index, bool is_told, Arena *arena)
{
    const Statement *statement = &group->unit->statements.at[index];
    const Statement *marker = is_told ? marker_before(group, index, arena) : NULL;

    if (marker != NULL && !send_statement(group, marker, arena))
        return false;
    return statement->role == STATEMENT_USER ? send_user_statement(group, statement, arena)
                                             : send_statement(group, statement, arena);
}

static bool
send_all(Group *group, Arena *arena)
{
    PGconn *pg = group->connection->pg;
    const Statements *statements = &group->unit->statements;
    const bool is_told = events_tell(group->connection->events, group->unit);

    for (size_t i = 0; i < statements->len; i++) {
        if (!send_part(group, i, is_told, arena))
            return false;
    }
    if (PQpipelineSync(pg) != 1 || !send_text(group->connection, SLICE("ROLLBACK"), arena))
        return false;
    for (size_t i = 0; i < statements->len; i++) {
        if (statements->at[i].role == STATEMENT_CLEANUP &&
            !send_text(group->connection, statements->at[i].text, arena))
            return false;
    }
    return PQpipelineSync(pg) == 1;
}

/* Holds segments back while `on`: PQpipelineSync flushes, and the two groups must leave together.
 */
static void
cork(PGconn *pg, int on)
{
#if defined(TCP_CORK)
    setsockopt(PQsocket(pg), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
#elif defined(TCP_NOPUSH)
    setsockopt(PQsocket(pg), IPPROTO_TCP, TCP_NOPUSH, &on, sizeof on);
#else
    (void)pg;
    (void)on;
#endif
}

static void
take_failure(Group *group, const PGresult *answer, Arena *arena)
{
    if (group->has_failed && group->failure.sqlstate[0] != '\0')
        return;
    group->failure = postgres_failure(group->connection, answer, arena);
    if (!group->has_failed)
        group->failed = group->answered;
    group->has_failed = true;
}

/* The statement whose result comes next. */
static const Statement *
running_in(const Group *group, size_t syncs)
{
    return syncs == 0 && group->answered < group->sent.len ? group->sent.at[group->answered] : NULL;
}

/* Reads to the second Sync, or to the end of the connection. What the cleanup says is of no
 * interest, and some poolers lose it. */
static void
read_group(Group *group, Arena *arena)
{
    size_t syncs = 0;
    size_t nothing = 0;

    while (syncs < 2) {
        AUTO(postgres_result_clear) PGresult *answer = postgres_next(group->connection);
        if (answer == NULL) {
            /* one NULL ends each statement's results; more in a row mean that no more will come */
            if (PQstatus(group->connection->pg) != CONNECTION_OK || ++nothing > 16)
                break;
            continue;
        }
        nothing = 0;
        const ExecStatusType status = PQresultStatus(answer);
        if (status == PGRES_PIPELINE_SYNC && ++syncs == 1)
            group->connection->deadline = clock_milliseconds() + CLEANUP_WITHIN;
        if (status == PGRES_PIPELINE_SYNC)
            continue;
        if (status == PGRES_FATAL_ERROR && syncs == 0)
            take_failure(group, answer, arena);
        if (syncs == 0)
            group->answered++;
        group->connection->running = running_in(group, syncs);
    }
    group->connection->running = NULL;
    group->connection->deadline = 0;
    if (syncs == 0 && !group->has_failed) {
        group->has_failed = true;
        group->failed = group->answered;
        group->failure = postgres_failure(group->connection, NULL, arena);
    }
}

static FailedAt
failed_at(const Group *group)
{
    FailedAt at = {.offset = SIZE_MAX};

    if (group->failed >= group->sent.len)
        return at;
    at.statement = group->sent.at[group->failed];
    if (group->failure.position > 0)
        at.offset = utf8_offset(at.statement->text, group->failure.position - 1);
    return at;
}

static bool
lost_behind(RunResult *result)
{
    result->outcome = RUN_LOST;
    return false;
}

/* Sends the group and reads what comes of it. */
static void
exchange(Group *group, Arena *arena)
{
    PGconn *pg = group->connection->pg;

    if (PQenterPipelineMode(pg) == 1) {
        cork(pg, 1);
        const bool is_sent = send_all(group, arena) && PQflush(pg) >= 0;
        cork(pg, 0);
        group->connection->running = running_in(group, 0);
        if (is_sent)
            read_group(group, arena);
        PQexitPipelineMode(pg);
    }
    if (group->answered > 0 || group->has_failed)
        return;
    group->has_failed = true;
    group->failure = postgres_failure(group->connection, NULL, arena);
}

/* Behind a group that did not get through. */
static bool
group_failed(Group *group, Arena *arena, RunResult *result, Error *err)
{
    Connection *connection = group->connection;
    const Failure *failure = &group->failure;
    const bool is_unheard =
        group->failed == 0 && (failure->sqlstate[0] == '\0' || failure->is_pooler);

    postgres_run_failed(connection, failure, failed_at(group), result, err);
    connection->memory->groups_lost = is_unheard ? connection->memory->groups_lost + 1 : 0;
    if (is_unheard && result->outcome == RUN_FAILED)
        result->outcome = RUN_LOST; /* a pooler's word for "not this protocol" */
    postgres_rollback(connection);
    result->had_no_effect = result->outcome == RUN_FAILED && result->failed != NULL &&
                            postgres_left_nothing(connection, result->failed, failure, arena);
    return false;
}

bool
postgres_run_group(Connection *connection, const Unit *unit, Arena *arena, RunResult *result,
                   Error *err)
{
    enum { LOST_TWICE = 2 };
    Group group = {.connection = connection, .unit = unit};

    if (connection->memory->groups_lost >= LOST_TWICE)
        return postgres_run_elsewhere(connection, unit, arena, result, err);
    if (!postgres_leftovers(connection, unit, arena, &group.leftovers, result, err))
        return false;
    postgres_begin_units(connection, unit, 1);
    postgres_heed_signals(connection, connection->is_watched);
    exchange(&group, arena);
    if (!group.has_failed)
        postgres_unit_finished(connection);
    connection->unit_count = 0;
    if (group.has_failed)
        return group_failed(&group, arena, result, err);
    connection->memory->groups_lost = 0;
    result->units_done++;
    /* the cleanup's reply was lost: the group is done all the same */
    return PQstatus(connection->pg) == CONNECTION_OK || postgres_reconnect(connection, err) ||
           lost_behind(result);
}
