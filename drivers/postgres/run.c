/* SPDX-License-Identifier: MIT */
/*
 * Running units. Transactional ones go together in one simple-protocol message, each in its own
 * BEGIN … COMMIT; results come back strictly one a statement, and the guard's INFO is flushed by
 * the server at once: that is the progress. An error's place is a character of the message.
 */
#include <string.h>

#include "core/base/mapping.h"
#include "core/base/text.h"
#include "drivers/postgres/body.h"
#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

enum {
    /* The most units of text that travel in one message, in bytes. */
    MESSAGE_BYTES = 1024 * 1024,
    /* A unit over this goes in several messages of one transaction: the server holds a message, and
     * what it parsed of it, as a whole. */
    SPLIT_BYTES = 4 * 1024 * 1024,
};

/* A statement and where it begins in its message. */
typedef struct Sent {
    const Unit *unit;
    const Statement *statement;
    size_t offset;
    size_t len;
} Sent;

typedef struct Message {
    Buf text;
    VEC(Sent) sent;
    size_t answered;   /* statements that have their result */
    size_t committed;  /* units of it that are */
    bool is_explicit;  /* BEGIN as it is written, whatever the mode */
    bool is_continued; /* the transaction began in a message before */
} Message;

/* A savepoint wants an explicit BEGIN. */
static bool
has_savepoint(const Unit *unit)
{
    for (size_t i = 0; i < unit->statements.len; i++) {
        if ((unit->statements.at[i].facts & SQL_SAVEPOINT) != 0)
            return true;
    }
    return false;
}

static Slice
text_for_mode(const Connection *connection, const Statement *statement, bool is_explicit)
{
    return statement->role == STATEMENT_BEGIN && !is_explicit
               ? postgres_begin(connection, statement->text)
               : statement->text;
}

static void
message_add_statement(Message *message, const Connection *connection, const Unit *unit,
                      const Statement *statement, Arena *arena)
{
    const Slice text = text_for_mode(connection, statement, message->is_explicit);

    *VEC_ADD(arena, &message->sent) = (Sent){unit, statement, message->text.len, text.len};
    buf_add_slice(&message->text, text);
    buf_add(&message->text, ";\n");
}

/* The statement at `index` of the unit, with a marker before it where one belongs. */
static void
message_add_marked(Message *message, const Connection *connection, const Unit *unit, size_t index,
                   Arena *arena)
{
    const Statement *marker = postgres_marker_before(connection, unit, index, arena);

    if (marker != NULL)
        message_add_statement(message, connection, unit, marker, arena);
    message_add_statement(message, connection, unit, &unit->statements.at[index], arena);
}

static void
message_add(Message *message, const Connection *connection, const Unit *unit, Arena *arena)
{
    message->is_explicit = has_savepoint(unit) || unit->is_rehearsal;
    for (size_t i = 0; i < unit->statements.len; i++)
        message_add_marked(message, connection, unit, i, arena);
}

/* The statement that holds byte `offset` of the message; the last before it otherwise. */
static const Sent *
sent_at(const Message *message, size_t offset)
{
    size_t low = 0;
    size_t high = message->sent.len;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (message->sent.at[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return &message->sent.at[low];
}

static FailedAt
failed_at(const Message *message, const Failure *failure)
{
    if (message->sent.len == 0)
        return (FailedAt){.offset = SIZE_MAX, .nothing_ran = true};
    const size_t next =
        message->answered < message->sent.len ? message->answered : message->sent.len - 1;
    FailedAt at = {.statement = message->sent.at[next].statement,
                   .offset = SIZE_MAX,
                   .nothing_ran = message->answered == 0 && !message->is_continued};

    if (failure->position == 0)
        return at;
    const size_t offset = utf8_offset(buf_slice(&message->text), failure->position - 1);
    const Sent *sent = sent_at(message, offset);
    at.statement = sent->statement;
    if (offset - sent->offset <= sent->len)
        at.offset = offset - sent->offset;
    return at;
}

/* Puts the place of a failure in a revision file into *err. */
static void
show_place(const FailedAt *at, const Failure *failure, Error *err)
{
    if (at->statement == NULL)
        return;
    if ((at->statement->facts & SQL_COPY_FROM_STDIN) != 0 && at->offset == SIZE_MAX &&
        statement_locate_row(at->statement, postgres_copy_line(failure), err))
        return;
    statement_locate(
        at->statement,
        at->offset != SIZE_MAX ? at->offset : postgres_body_offset(at->statement, failure), err);
}

static RunOutcome
outcome_of(const Connection *connection, const Failure *failure, const FailedAt *at)
{
    const char *state = failure->sqlstate;
    const bool is_ours = at->statement != NULL && at->statement->role != STATEMENT_USER;

    if (connection->is_given_up || (connection->is_cancelled && strcmp(state, "57014") == 0))
        return RUN_INTERRUPTED;
    if (postgres_is_lost(connection, failure) ||
        (at->statement != NULL && at->statement->role == STATEMENT_BEGIN &&
         postgres_is_standby(state)))
        return RUN_LOST;
    if (strcmp(state, STATE_MOVED) == 0)
        return RUN_MOVED;
    if (strcmp(state, STATE_BUSY) == 0)
        return RUN_BUSY;
    if (strcmp(state, "55P03") == 0) /* lock_not_available */
        return is_ours ? RUN_BUSY : RUN_LOCK_TIMEOUT;
    if (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0)
        return RUN_RETRY;
    if (at->nothing_ran)
        return RUN_NOT_PARSED;
    return RUN_FAILED;
}

static ErrorCode
code_of(RunOutcome outcome)
{
    switch (outcome) {
    case RUN_LOST:
        return ERR_CONNECT;
    case RUN_BUSY:
    case RUN_LOCK_TIMEOUT:
        return ERR_LOCKED;
    case RUN_MOVED:
        return ERR_STATE;
    case RUN_INTERRUPTED:
        return ERR_INTERRUPTED;
    case RUN_DONE:
    case RUN_FAILED:
    case RUN_NOT_PARSED:
    case RUN_RETRY:
        return ERR_FAILED;
    }
    return ERR_FAILED;
}

bool
postgres_run_failed(Connection *connection, const Failure *failure, FailedAt at, RunResult *result,
                    Error *err)
{
    result->outcome = outcome_of(connection, failure, &at);
    result->failed =
        at.statement != NULL && at.statement->role == STATEMENT_MARKER ? NULL : at.statement;
    result->is_of_rows = strncmp(failure->sqlstate, "22", 2) == 0 || /* values */
                         strncmp(failure->sqlstate, "23", 2) == 0;   /* constraints */
    postgres_error(failure, code_of(result->outcome), err);
    show_place(&at, failure, err);
    return false;
}

/* Streams the rows of the COPY that the server now asks for, from the revision file. A signal ends
 * it in between: the server is told that no more will come. A failure shows in the result that
 * follows. */
static void
send_rows(Connection *connection, const Message *message)
{
    const char *stopped = NULL;

    if (message->answered < message->sent.len) {
        const Statement *statement = message->sent.at[message->answered].statement;
        Trail trail = trail_begin(statement->data, statement->is_mapped);

        for (Slice rest = statement->data; rest.len > 0; trail_follow(&trail, rest.at)) {
            const Slice piece = trail_piece(&rest);
            if (PQputCopyData(connection->pg, piece.at, (int)piece.len) != 1)
                break;
            if (!postgres_send_rest(connection)) {
                /* without its rows the transaction comes to nothing, whatever becomes of the way */
                connection->is_given_up = postgres_is_asked_to_stop(connection);
                connection->is_cancelled = connection->is_given_up;
                stopped = "the client stopped";
                break;
            }
        }
    }
    PQputCopyEnd(connection->pg, stopped);
}

static void
drop_rows(Connection *connection)
{
    char *row = NULL;

    while (PQgetCopyData(connection->pg, &row, 0) > 0)
        PQfreemem(row);
}

static void
take_success(Message *message, RunResult *result)
{
    if (message->answered >= message->sent.len)
        return;
    const Sent *sent = &message->sent.at[message->answered++];
    if (sent->statement->role != STATEMENT_COMMIT)
        return;
    result->units_done++;
    message->committed++;
}

/* All others have ended where the guard behind them spoke. */
static void
finish_committed(Connection *connection, const Message *message)
{
    while (connection->finished < message->committed)
        postgres_unit_finished(connection);
}

/* Reads every result of a message. The first failure with a SQLSTATE is the one that counts: a
 * dying connection gives up to three. */
static bool
read_results(Connection *connection, Message *message, RunResult *result, Arena *arena,
             Failure *failure)
{
    bool has_failed = false;

    for (;;) {
        AUTO(postgres_result_clear) PGresult *answer = postgres_next(connection);
        if (answer == NULL) {
            finish_committed(connection, message);
            return !has_failed;
        }
        switch (PQresultStatus(answer)) {
        case PGRES_COPY_IN:
            send_rows(connection, message);
            break;
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH:
            drop_rows(connection);
            break;
        case PGRES_FATAL_ERROR:
        case PGRES_BAD_RESPONSE:
            if (!has_failed || failure->sqlstate[0] == '\0')
                *failure = postgres_failure(connection, answer, arena);
            has_failed = true;
            break;
        case PGRES_EMPTY_QUERY:
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
        case PGRES_NONFATAL_ERROR:
        case PGRES_SINGLE_TUPLE:
        case PGRES_PIPELINE_SYNC:
        case PGRES_PIPELINE_ABORTED:
        default:
            take_success(message, result);
            break;
        }
    }
}

/* Who may be in the way of a lock: other transactions that were open for longer than was waited. */
static void
add_blockers(Connection *connection, Error *err)
{
    Error ignored = {.arena = err->arena};
    const int64_t waited = connection->session->lock_timeout;
    const char *question = arena_format(
        err->arena,
        "SELECT string_agg(DISTINCT format('blocker: pid %%s (%%s, open for %%s s%%s) holds %%s on %%s', "
        "a.pid, a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::integer, coalesce("
        "', from ' || host(a.client_addr), ''), l.mode, l.relation::regclass), E'\\n') "
        "FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid) JOIN "
        "pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = "
        "c.relnamespace WHERE l.granted AND l.locktype = 'relation' AND c.relkind IN ('r', 'p', "
        "'m', 'v') AND n.nspname !~ '^pg_' AND l.pid <> pg_backend_pid() AND a.datname = "
        "current_database() AND a.xact_start < clock_timestamp() - '%lldms'::interval",
        (long long)(waited > 0 ? waited / 2 : 0));
    AUTO(postgres_result_clear) PGresult *answer = postgres_query(connection, question, &ignored);

    if (answer == NULL || PQgetisnull(answer, 0, 0))
        return;
    const char *blockers = arena_text(err->arena, PQgetvalue(answer, 0, 0));
    err->detail =
        err->detail == NULL ? blockers : arena_format(err->arena, "%s\n%s", err->detail, blockers);
}

/* Sends a message and reads what comes of it. */
static bool
run_message(Connection *connection, Message *message, Arena *arena, RunResult *result, Error *err)
{
    Failure failure = {0};

    postgres_heed_signals(connection, connection->is_watched);
    if (PQsendQuery(connection->pg, buf_text(&message->text)) != 1) {
        failure = postgres_failure(connection, NULL, arena);
        return postgres_run_failed(connection, &failure, (FailedAt){0}, result, err);
    }
    if (read_results(connection, message, result, arena, &failure))
        return true;
    postgres_run_failed(connection, &failure, failed_at(message, &failure), result, err);
    connection->unit_count = 0;
    postgres_rollback(connection);
    if (result->outcome == RUN_LOCK_TIMEOUT)
        add_blockers(connection, err);
    return false;
}

/* What a revision may do behind the COMMIT of another, and a rehearsal cannot. */
static void
hint_at_rehearsal(const Unit *unit, Error *err)
{
    if (unit->is_rehearsal && strcmp(err->sqlstate, "55P04") == 0)
        error_hint(err,
                   "a rehearsal is one transaction, in which an enum value that it adds cannot "
                   "be used: name a database where that value has been added, -u URL");
}

/* Units in one message. */
static bool
run_together(Connection *connection, const Unit *units, size_t count, Arena *arena,
             RunResult *result, Error *err)
{
    Message message = {.text = {.arena = arena}};

    for (size_t i = 0; i < count; i++)
        message_add(&message, connection, &units[i], arena);
    postgres_begin_units(connection, units, count);
    const bool is_done = run_message(connection, &message, arena, result, err);
    connection->unit_count = 0;
    if (!is_done)
        hint_at_rehearsal(&units[0], err);
    return is_done;
}

/* A large unit in several messages, cut between statements. Its transaction stays open between
 * them, and a pooler keeps the server connection for it. */
static bool
run_split(Connection *connection, const Unit *unit, RunResult *result, Error *err)
{
    Arena arena = {0};
    Message message = {.text = {.arena = &arena}};
    bool is_done = true;

    postgres_begin_units(connection, unit, 1);
    for (size_t i = 0; is_done && i < unit->statements.len; i++) {
        message_add_marked(&message, connection, unit, i, &arena);
        if (message.text.len < SPLIT_BYTES && i + 1 < unit->statements.len)
            continue;
        is_done = run_message(connection, &message, err->arena, result, err);
        arena_reset(&arena);
        message = (Message){.text = {.arena = &arena}, .is_continued = true};
    }
    connection->unit_count = 0;
    arena_release(&arena);
    return is_done;
}

static bool
lost(RunResult *result)
{
    result->outcome = RUN_LOST;
    return false;
}

static bool
refuse_rehearsal(RunResult *result, Error *err)
{
    result->outcome = RUN_FAILED;
    error_set(err, ERR_CONFIG,
              "the pooler is in statement mode: a transaction that is rolled back, with questions "
              "in between, does not get through");
    return error_hint(err, "name a way past it, or one in transaction mode: -u URL");
}

/* Transactional units that go together. */
static bool
run_transactional(Connection *connection, const Unit *units, size_t count, Arena *arena,
                  RunResult *result, Error *err)
{
    const bool is_large = units[0].bytes > SPLIT_BYTES;
    bool asks = is_large || units[0].is_rehearsal;

    for (size_t i = 0; i < count; i++)
        asks = asks || has_savepoint(&units[i]);
    if (asks && !postgres_find_mode(connection, err))
        return lost(result);
    if (units[0].is_rehearsal && connection->memory->pool_mode == POOL_STATEMENT)
        return refuse_rehearsal(result, err);
    if (is_large && connection->memory->pool_mode == POOL_TRANSACTION)
        return run_split(connection, &units[0], result, err);
    return run_together(connection, units, count, arena, result, err);
}

/* How many of the units go together: those with COPY rows and those without a transaction travel
 * by themselves. */
static size_t
together(const Unit *units, size_t count)
{
    size_t bytes = units[0].bytes;
    size_t n = 1;

    if (units[0].has_data || !units[0].is_transactional)
        return 1;
    while (n < count && units[n].is_transactional && !units[n].has_data &&
           bytes + units[n].bytes <= MESSAGE_BYTES)
        bytes += units[n++].bytes;
    return n;
}

static bool
run_units(Connection *connection, const Unit *units, size_t count, Arena *arena, RunResult *result,
          Error *err)
{
    for (size_t i = 0; i < count;) {
        const size_t n = together(units + i, count - i);
        const bool is_done = units[i].is_transactional
                                 ? run_transactional(connection, units + i, n, arena, result, err)
                                 : postgres_run_group(connection, &units[i], arena, result, err);
        if (!is_done)
            return false;
        i += n;
    }
    return true;
}

bool
postgres_run(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
             Arena *arena, RunResult *result, Error *err)
{
    static const RunEvents NO_EVENTS = {0};

    *result = (RunResult){.outcome = RUN_DONE};
    connection->events = events == NULL ? &NO_EVENTS : events;
    if (connection->interrupted == NULL)
        connection->interrupted = connection->events->interrupted;
    connection->is_watched = events != NULL;
    const bool is_done = run_units(connection, units, count, arena, result, err);
    connection->events = NULL;
    return is_done;
}
