/* SPDX-License-Identifier: MIT */
#include "drivers/postgres/connection.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/pattern.h"
#include "core/base/url.h"
#include "drivers/postgres/sql.h"

/* Milliseconds of silence: longer than any pooler's own timeouts for a client that waits its turn.
 */
enum { WATCH_AFTER = 60000, WATCH_CANCELLED = 3000 };

void
postgres_result_clear(PGresult **result)
{
    PQclear(*result);
}

/* ---- notices ---- */

static int64_t
our_clock(void)
{
    return clock_milliseconds() * 1000;
}

void
postgres_begin_units(Connection *connection, const Unit *units, size_t count)
{
    connection->units = units;
    connection->unit_count = count;
    connection->finished = 0;
    connection->announced = 0;
    connection->server_pid = 0;
    connection->lag = 0;
    connection->has_lag = false;
    connection->unit_began = our_clock();
    connection->told = NULL;
}

static void
finish_unit(Connection *connection, int64_t time)
{
    const RunEvents *events = connection->events;
    const int64_t microseconds = time - connection->unit_began;

    if (connection->finished >= connection->unit_count)
        return;
    const Unit *unit = &connection->units[connection->finished++];
    if (events != NULL && events->unit_finished != NULL)
        events->unit_finished(events->context, unit, microseconds > 0 ? microseconds / 1000 : 0);
    connection->unit_began = time;
}

void
postgres_unit_finished(Connection *connection)
{
    finish_unit(connection, our_clock() - connection->lag);
}

/* Is it what the guard of the unit says? "migrate: upgrade 8f2c1e04a7b1 (pid 4711, …)" */
static bool
is_announcement(const Unit *unit, const char *message)
{
    const Slice said = slice_of(message);
    const char *direction = direction_name(unit->direction);
    const char *prefix = "migrate: ";

    return slice_starts_with(said, prefix) &&
           slice_starts_with(slice_after(said, strlen(prefix)), direction) &&
           strstr(message, "(pid ") != NULL;
}

/* The time of day that a guard says, in microseconds: "… (pid 4711, 14:03:11.000123 UTC)"; -1 if it
 * says none. */
static int64_t
said_time(const char *message)
{
    const char *found = strstr(message, "(pid ");
    char *at = NULL;
    int64_t time = 0;

    if (found == NULL || strtol(found + strlen("(pid "), &at, 10) == 0 || *at != ',')
        return -1;
    for (size_t i = 0; i < 3; i++)
        time = time * 60 + strtol(at + 1, &at, 10); /* hours, minutes, seconds */
    return *at == '.' ? time * 1000000 + strtol(at + 1, &at, 10) : -1;
}

/* When the server said it, by its clock. What lies between its clock and ours is the way of a
 * message, which is never shorter than the shortest that was seen. */
static int64_t
server_time(Connection *connection, const char *message)
{
    static const int64_t DAY = (int64_t)24 * 60 * 60 * 1000000;
    const int64_t now = our_clock();
    int64_t time = said_time(message);

    if (time < 0)
        return now - connection->lag;
    while (connection->has_lag && time < now - connection->lag - DAY / 2)
        time += DAY; /* midnight has passed */
    if (!connection->has_lag || now - time < connection->lag)
        connection->lag = now - time;
    connection->has_lag = true;
    return time;
}

/* The guard of the next unit of the message has spoken: then those before it are committed, though
 * the result of a COMMIT that comes with what the guard says is handed out behind it. */
static void
announce(Connection *connection, const char *message)
{
    const RunEvents *events = connection->events;

    if (connection->announced >= connection->unit_count ||
        !is_announcement(&connection->units[connection->announced], message))
        return;
    const int64_t time = server_time(connection, message);
    while (connection->finished < connection->announced)
        finish_unit(connection, time);
    const Unit *unit = &connection->units[connection->announced++];
    connection->unit_began = time;
    if (events != NULL && events->unit_started != NULL)
        events->unit_started(events->context, unit);
}

/* "migrate: upgrade 8f2c1e04a7b1 (pid 4711, …)" */
static void
take_pid(Connection *connection, const char *message)
{
    const char *found = strstr(message, "(pid ");

    if (found != NULL)
        connection->server_pid = strtol(found + strlen("(pid "), NULL, 10);
}

/* What the server says, on one line: without control characters, line ends as "; ". */
static void
add_said(Buf *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;
        const unsigned char next = (unsigned char)at[1];
        const bool is_c1 = c == 0xc2 && next >= 0x80 && next < 0xa0; /* in UTF-8 */

        if (c == '\n')
            buf_add(out, "; ");
        else
            buf_add_char(out, c < 0x20 || c == 0x7f || is_c1 ? '?' : *at);
        at += is_c1;
    }
}

/* The user statement at or behind `index`, or before it; NULL: none. */
static const Statement *
user_statement(const Unit *unit, size_t index, bool is_forward)
{
    while (index < unit->statements.len && unit->statements.at[index].role != STATEMENT_USER)
        index = is_forward ? index + 1 : index - 1;
    return index < unit->statements.len ? &unit->statements.at[index] : NULL;
}

/* Where the statement stands that made a notice. In a message libpq hands out notices before the
 * result that they follow, so there a marker tells which statement it is, or that there is but one;
 * otherwise only the file is known. */
static const char *
speaker_place(const Connection *connection, Arena *arena)
{
    const Statement *speaker = connection->told != NULL ? connection->told : connection->running;

    if (speaker == NULL && connection->announced > 0 &&
        connection->announced <= connection->unit_count) {
        const Unit *unit = &connection->units[connection->announced - 1];
        const Statement *first = user_statement(unit, 0, true);
        const Statement *last = user_statement(unit, unit->statements.len - 1, false);
        if (first == NULL || first->place.file == NULL || first->place.file != last->place.file)
            return "";
        if (first != last)
            return arena_format(arena, "%s: ", first->place.file);
        speaker = first;
    }
    if (speaker == NULL || speaker->role != STATEMENT_USER || speaker->place.file == NULL)
        return "";
    return arena_format(arena, "%s:%u: ", speaker->place.file, speaker->place.line);
}

/* Passes on a notice or a warning, with the place of the statement that made it. */
static void
pass_on(const Connection *connection, const PGresult *notice, const char *severity)
{
    const char *detail = PQresultErrorField(notice, PG_DIAG_MESSAGE_DETAIL);
    const bool is_warning = strcmp(severity, "WARNING") == 0;
    Arena scratch = {0};
    Buf line = {.arena = &scratch};

    const char *place = speaker_place(connection, &scratch);
    buf_add(&line, place);
    if (!is_warning)
        buf_add(&line, strcmp(severity, "INFO") == 0 ? "info: " : "notice: ");
    add_said(&line, PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
    if (detail != NULL) {
        buf_add(&line, " (");
        add_said(&line, detail);
        buf_add(&line, ")");
    }
    if (is_warning)
        log_warn(connection->log, "%s", buf_text(&line));
    else if (place[0] != '\0' && (strcmp(severity, "NOTICE") == 0 || strcmp(severity, "INFO") == 0))
        log_info(connection->log, "%s", buf_text(&line));
    else
        log_debug(connection->log, "%s", buf_text(&line));
    arena_release(&scratch);
}

/* "there is no transaction in progress": our COMMIT in statement mode, our ROLLBACK in a group. */
static bool
is_expected(const char *state)
{
    return state != NULL && strcmp(state, "25P01") == 0;
}

static void
take_notice(void *context, const PGresult *notice)
{
    Connection *connection = context;
    const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *message = PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY);
    const bool is_info = severity != NULL && strcmp(severity, "INFO") == 0;

    if (message == NULL || (is_info && postgres_take_marker(connection, message)))
        return;
    if (is_info && strncmp(message, "migrate: ", 9) == 0) {
        take_pid(connection, message);
        announce(connection, message);
        return;
    }
    /* a pooler's own notices have no unlocalised severity */
    if (!is_expected(PQresultErrorField(notice, PG_DIAG_SQLSTATE)))
        pass_on(connection, notice, severity == NULL ? "NOTICE" : severity);
}

/* ---- connecting ---- */

static void
parameters_add(ConnInfo *info, Arena *arena, const char *name, const char *value)
{
    for (size_t i = 0; i < info->parameters.len; i++) {
        if (strcmp(info->parameters.at[i].name, name) == 0)
            return;
    }
    *VEC_ADD(arena, &info->parameters) = (Setting){name, value};
}

/* What every connection gets unless the URL says otherwise: a dead link is noticed within seconds,
 * whether we wait or send. */
static void
add_defaults(ConnInfo *info, const OpenOptions *options, Arena *arena)
{
    const int64_t seconds = (options->session->connect_timeout + 999) / 1000;

    parameters_add(info, arena, "connect_timeout", arena_format(arena, "%lld", (long long)seconds));
    parameters_add(info, arena, "keepalives_idle", "5");
    parameters_add(info, arena, "keepalives_interval", "2");
    parameters_add(info, arena, "keepalives_count", "3");
    parameters_add(info, arena, "tcp_user_timeout", "10000");
    parameters_add(info, arena, "gssencmode", "disable");
    parameters_add(info, arena, "application_name", options->session->application_name);
    /* behind the URL's own: our text is UTF-8 whatever it says */
    *VEC_ADD(arena, &info->parameters) = (Setting){"client_encoding", "UTF8"};
}

/* libpq's own words, without the password that some of them repeat. */
static const char *
libpq_message(const char *text, const char *url, Arena *arena)
{
    Url parts = {0};
    const char *message = arena_copy(arena, slice_trim(slice_of(text)));
    const bool has_password = url_split(slice_of(url), &parts) && parts.password.len > 0;

    if (has_password && strstr(message, arena_copy(arena, parts.password)) != NULL)
        return "its message is not shown, because it holds the password";
    return message;
}

/* libpq 15 hands out no SQLSTATE for a failed start, but writes it behind the severity when it is
 * told to be verbose: "FATAL:  3D000: database …". False when the server said nothing at all. */
static bool
start_state(const char *message, Slice *state, Slice *text)
{
    PatternMatch match;

    if (!pattern_match("\\b((?=[A-Z]*[0-9])[0-9A-Z]{5}): ([^\n]*)", slice_of(message), &match))
        return false;
    *state = match.group[1];
    *text = match.group[2];
    return true;
}

/* Wrong names, passwords and settings do not pass; a server that is full or starting does. */
static bool
start_can_pass(Slice state)
{
    return slice_starts_with(state, "57P") || slice_starts_with(state, "53") ||
           slice_starts_with(state, "08") || slice_starts_with(state, "XX");
}

/* libpq says one line for each address it tried, and guesses below it, behind a tab. */
static const char *
without_guesses(const char *message, Arena *arena)
{
    Buf kept = {.arena = arena};
    Slice rest = slice_of(message);

    while (rest.at != NULL) {
        const Slice line = slice_cut(rest, '\n', &rest);
        if (line.len == 0 || line.at[0] == '\t')
            continue;
        buf_add(&kept, kept.len > 0 ? "\n" : "");
        buf_add_slice(&kept, line);
    }
    return buf_text(&kept);
}

static const char *
start_hint(PGconn *pg, Slice state)
{
    if (PQconnectionNeedsPassword(pg))
        return "it wants a password: in the URL, in PGPASSWORD or in ~/.pgpass";
    if (slice_starts_with(state, "28"))
        return "the user or the password is wrong, or the server does not let this user in from "
               "here (pg_hba.conf)";
    if (slice_is(state, "3D000"))
        return "make it (createdb), or name another in the URL";
    if (slice_starts_with(state, "53"))
        return "the server has no connection left; a pooler before it helps";
    if (state.len > 0)
        return "the server, or the pooler before it, said so";
    return "check host and port in the URL, and that the server runs there";
}

static bool
refuse_connection(Connection *connection, bool *may_retry, Error *err)
{
    const char *url = connection->url;
    const char *message = libpq_message(PQerrorMessage(connection->pg), url, err->arena);
    Slice state = {0};
    Slice text = {0};
    const bool has_state = start_state(message, &state, &text);

    *may_retry = !has_state ? !PQconnectionNeedsPassword(connection->pg) : start_can_pass(state);
    error_set(err, ERR_CONNECT, "cannot connect to \"%s\"", url_redact(url, err->arena));
    err->detail = has_state ? arena_copy(err->arena, text) : without_guesses(message, err->arena);
    if (has_state)
        memcpy(err->sqlstate, state.at, state.len);
    if (PQstatus(connection->pg) != CONNECTION_BAD) /* it was we who gave up */
        err->detail = arena_format(err->arena, "%s no answer within %.1f s", message,
                                   (double)connection->connect_timeout / 1000);
    return error_hint(err, "%s", start_hint(connection->pg, state));
}

/* ---- asking ---- */

static bool
is_interrupted(const Connection *connection)
{
    return connection->interrupted != NULL && *connection->interrupted != 0;
}

void
postgres_heed_signals(Connection *connection, bool heeds)
{
    connection->heeds_signals = heeds;
    connection->is_cancelled = false;
    connection->is_given_up = false;
    connection->stopping_since = 0;
}

bool
postgres_is_asked_to_stop(const Connection *connection)
{
    return connection->heeds_signals && is_interrupted(connection);
}

/* Asks the server itself, where a pooler does not pass a cancel on; the backend is ours as long as
 * its answer is wanted. */
static void
cancel_beside(Connection *connection)
{
    Arena scratch = {0};
    bool has_spoken = false;
    PGconn *beside = postgres_connect_beside(connection, &has_spoken);

    if (beside != NULL) {
        PQclear(postgres_ask_beside(
            beside, arena_format(&scratch,
                                 "SELECT pg_cancel_backend(pid) FROM pg_catalog.pg_stat_activity "
                                 "WHERE pid = %ld AND datname = current_database() AND state = "
                                 "'active'",
                                 connection->server_pid)));
        log_debug(connection->log, "asked the server to cancel what backend %ld runs",
                  connection->server_pid);
    }
    PQfinish(beside);
    arena_release(&scratch);
}

static void
cancel(Connection *connection)
{
    char message[256];
    PGcancel *handle = PQgetCancel(connection->pg);
    const bool was_cancelled = connection->is_cancelled;

    connection->is_cancelled = true;
    if (handle != NULL && PQcancel(handle, message, sizeof message) != 1)
        log_debug(connection->log, "cancel: %s", message);
    PQfreeCancel(handle);
    if (was_cancelled && connection->server_pid != 0)
        cancel_beside(connection);
    connection->cancelled = clock_milliseconds();
}

/* Cuts the connection: libpq finds it lost. */
static void
cut(Connection *connection)
{
    (void)shutdown(PQsocket(connection->pg), SHUT_RDWR);
}

/* A signal came while something is still to be sent: nobody runs what has not arrived, so there is
 * nothing to cancel. A way on which it does not arrive soon is given up. */
static void
stop_sending(Connection *connection, int64_t now)
{
    enum { GIVE_UP_AFTER = 500 };

    if (connection->stopping_since == 0)
        connection->stopping_since = now;
    if (now - connection->stopping_since < GIVE_UP_AFTER)
        return;
    /* of a group a part may have run */
    connection->is_given_up = PQpipelineStatus(connection->pg) == PQ_PIPELINE_OFF;
    cut(connection);
}

/* After a signal silence is not borne for long. */
static int64_t
watch_after(const Connection *connection)
{
    const bool is_short = connection->is_cancelled && connection->watch_after > WATCH_CANCELLED;

    return is_short ? WATCH_CANCELLED : connection->watch_after;
}

/* What is to be done while nothing comes; *silent_since is when the silence began, or was last
 * looked into. */
static void
look_around(Connection *connection, bool is_sending, int64_t *silent_since)
{
    enum { CANCEL_EVERY = 1000 }; /* a cancel that comes before its statement does nothing */
    const int64_t now = clock_milliseconds();

    events_waiting(connection->events);
    if (postgres_is_asked_to_stop(connection)) {
        if (is_sending)
            stop_sending(connection, now);
        else if (!connection->is_cancelled || now - connection->cancelled > CANCEL_EVERY)
            cancel(connection);
    }
    if (connection->deadline != 0 && now > connection->deadline)
        cut(connection);
    if (now - *silent_since < watch_after(connection))
        return;
    if (postgres_is_hung(connection))
        cut(connection);
    *silent_since = clock_milliseconds();
}

/* Waits until something has come, or more can be sent. False: the connection is of no use. */
static bool
wait_for_peer(Connection *connection, bool is_sending, int64_t *silent_since)
{
    enum { LOOK_EVERY = 200 }; /* milliseconds: a signal before the poll is seen late */
    struct pollfd socket = {.fd = PQsocket(connection->pg),
                            .events = (short)(is_sending ? POLLIN | POLLOUT : POLLIN)};

    look_around(connection, is_sending, silent_since);
    const int ready = poll(&socket, 1, LOOK_EVERY);
    if (ready > 0)
        *silent_since = clock_milliseconds();
    if (ready > 0 && (socket.revents & ~POLLOUT) != 0)
        return PQconsumeInput(connection->pg) == 1;
    return ready >= 0 || errno == EINTR;
}

PGresult *
postgres_next(Connection *connection)
{
    int64_t silent_since = clock_milliseconds();

    while (PQisBusy(connection->pg)) {
        const bool is_sending = PQflush(connection->pg) == 1;
        if (!wait_for_peer(connection, is_sending, &silent_since))
            break;
    }
    return PQgetResult(connection->pg);
}

bool
postgres_send_rest(Connection *connection)
{
    int64_t silent_since = clock_milliseconds();

    for (;;) {
        const int left = PQflush(connection->pg);
        if (left != 1 || postgres_is_asked_to_stop(connection))
            return left == 0 && !postgres_is_asked_to_stop(connection);
        if (!wait_for_peer(connection, true, &silent_since))
            return false;
    }
}

static void
add_line(Buf *lines, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_addf(lines, "%s%s: %s", lines->len > 0 ? "\n" : "", label, text);
}

static size_t
position_field(const PGresult *result, int field)
{
    const char *text = PQresultErrorField(result, field);
    unsigned number = 0;

    return text != NULL && slice_to_number(slice_of(text), &number) ? number : 0;
}

Failure
postgres_failure(const Connection *connection, const PGresult *result, Arena *arena)
{
    Failure failure = {0};
    Buf detail = {.arena = arena};
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);

    if (state == NULL) {
        /* libpq's first line says what happened, the others guess why */
        Slice rest = slice_of(PQerrorMessage(connection->pg));
        failure.message = arena_copy(arena, slice_trim(slice_cut(rest, '\n', &rest)));
        return failure;
    }
    memcpy(failure.sqlstate, state, strnlen(state, 5));
    failure.is_pooler = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED) == NULL;
    failure.message = arena_text(arena, PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
    failure.hint = arena_text(arena, PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    add_line(&detail, "detail", PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
    add_line(&detail, "context", PQresultErrorField(result, PG_DIAG_CONTEXT));
    failure.detail = detail.len > 0 ? buf_text(&detail) : NULL;
    failure.context = arena_text(arena, PQresultErrorField(result, PG_DIAG_CONTEXT));
    failure.inner_query = arena_text(arena, PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY));
    failure.position = position_field(result, PG_DIAG_STATEMENT_POSITION);
    failure.inner_position = position_field(result, PG_DIAG_INTERNAL_POSITION);
    return failure;
}

/* Sends `text` and reads every result; the last one with rows is kept. The first failure with a
 * SQLSTATE is the one that counts: a pooler that hangs up behind an error gives two. */
static bool
exchange(Connection *connection, const char *text, PGresult **kept, Failure *failure, Arena *arena)
{
    bool has_failed = false;

    connection->unit_count = 0;
    connection->server_pid = 0;
    postgres_heed_signals(connection, !is_interrupted(connection));
    if (PQsendQuery(connection->pg, text) != 1) {
        *failure = postgres_failure(connection, NULL, arena);
        return false;
    }
    for (;;) {
        PGresult *answer = postgres_next(connection);
        if (answer == NULL)
            break;
        const ExecStatusType status = PQresultStatus(answer);
        if (status == PGRES_FATAL_ERROR && (!has_failed || failure->sqlstate[0] == '\0')) {
            *failure = postgres_failure(connection, answer, arena);
            has_failed = true;
        }
        if (status != PGRES_TUPLES_OK) {
            PQclear(answer);
            continue;
        }
        PQclear(*kept);
        *kept = answer;
    }
    return !has_failed;
}

/* Drives libpq's connecting to its end, a deadline or a signal. */
static PostgresPollingStatusType
connect_poll(PGconn *pg, int64_t deadline, const volatile int *interrupted)
{
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;

    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        const short wanted = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        struct pollfd socket = {.fd = PQsocket(pg), .events = wanted};
        const int64_t left = deadline - clock_milliseconds();
        if (left <= 0 || (interrupted != NULL && *interrupted != 0))
            return PGRES_POLLING_FAILED;
        const int ready = poll(&socket, 1, left < 200 ? (int)left : 200);
        if (ready > 0)
            status = PQconnectPoll(pg);
    }
    return status;
}

/* Begins to connect; NULL if there is no memory for it. */
static PGconn *
connect_start(const Connection *connection)
{
    Arena scratch = {0};
    const ConnInfo *info = &connection->info;
    const size_t count = info->parameters.len;
    const char **names = ARENA_ARRAY(&scratch, const char *, count + 1);
    const char **values = ARENA_ARRAY(&scratch, const char *, count + 1);

    for (size_t i = 0; i < count; i++) {
        names[i] = info->parameters.at[i].name;
        values[i] = info->parameters.at[i].value;
    }
    PGconn *pg = PQconnectStartParams(names, values, 1);
    arena_release(&scratch);
    if (pg != NULL)
        PQsetErrorVerbosity(pg, PQERRORS_VERBOSE);
    return pg;
}

static bool
connect_once(Connection *connection, bool *may_retry, Error *err)
{
    PQfinish(connection->pg);
    connection->pg = connect_start(connection);
    if (connection->pg == NULL)
        return error_set(err, ERR_CONNECT, "libpq could not begin to connect");
    const int64_t deadline = clock_milliseconds() + connection->connect_timeout;
    if (PQstatus(connection->pg) == CONNECTION_BAD ||
        connect_poll(connection->pg, deadline, connection->interrupted) != PGRES_POLLING_OK)
        return refuse_connection(connection, may_retry, err);
    PQsetErrorVerbosity(connection->pg, PQERRORS_DEFAULT);
    PQsetNoticeReceiver(connection->pg, take_notice, connection);
    PQsetnonblocking(connection->pg, 1); /* a signal is seen also while something is sent */
    return true;
}

bool
postgres_reconnect(Connection *connection, Error *err)
{
    bool may_retry = false;

    return connect_once(connection, &may_retry, err);
}

static void
ignore_notice(void *context, const PGresult *notice)
{
    (void)context;
    (void)notice;
}

PGconn *
postgres_connect_beside(Connection *connection, bool *has_spoken)
{
    const int64_t deadline = clock_milliseconds() + connection->connect_timeout;
    PGconn *pg = connect_start(connection);
    Slice state = {0};
    Slice text = {0};

    *has_spoken = false;
    if (pg != NULL && PQstatus(pg) != CONNECTION_BAD &&
        connect_poll(pg, deadline, connection->is_cancelled ? NULL : connection->interrupted) ==
            PGRES_POLLING_OK) {
        *has_spoken = true;
        PQsetNoticeReceiver(pg, ignore_notice, NULL);
        return pg;
    }
    *has_spoken = pg != NULL && start_state(PQerrorMessage(pg), &state, &text);
    PQfinish(pg);
    return NULL;
}

Slice
postgres_begin(const Connection *connection, Slice statement)
{
    if (connection->memory->pool_mode == POOL_TRANSACTION)
        return statement;
    if (connection->is_read_only)
        return SLICE("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    return SLICE("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE");
}

bool
postgres_find_mode(Connection *connection, Error *err)
{
    Failure failure = {0};
    AUTO(postgres_result_clear) PGresult *none = NULL;

    if (connection->memory->pool_mode != POOL_UNKNOWN)
        return true;
    if (exchange(connection, "BEGIN", &none, &failure, err->arena)) {
        connection->memory->pool_mode = POOL_TRANSACTION;
        return exchange(connection, "ROLLBACK", &none, &failure, err->arena) ||
               postgres_error(&failure, ERR_CONNECT, err);
    }
    if (!failure.is_pooler || strcmp(failure.sqlstate, "08P01") != 0)
        return postgres_error(&failure, ERR_CONNECT, err);
    connection->memory->pool_mode = POOL_STATEMENT;
    return postgres_reconnect(connection, err);
}

void
postgres_rollback(Connection *connection)
{
    if (PQtransactionStatus(connection->pg) == PQTRANS_INERROR ||
        PQtransactionStatus(connection->pg) == PQTRANS_INTRANS)
        PQclear(PQexec(connection->pg, "ROLLBACK"));
}

void
postgres_close(Connection *connection)
{
    if (connection->pg != NULL)
        postgres_rollback(connection);
    PQfinish(connection->pg);
    connection->pg = NULL;
}

bool
postgres_open(const OpenOptions *options, Arena *arena, Connection **connection, bool *may_retry,
              Error *err)
{
    Connection *opened = ARENA_NEW(arena, Connection);
    Session *session = ARENA_NEW(arena, Session);

    *may_retry = false;
    *session = *options->session;
    *opened = (Connection){
        .arena = arena,
        .url = arena_text(arena, options->url),
        .direct_url = arena_text(arena, options->direct_url),
        .connect_timeout =
            options->session->connect_timeout > 0 ? options->session->connect_timeout : INT32_MAX,
        .interrupted = options->interrupted,
        .memory = options->memory != NULL ? options->memory : ARENA_NEW(arena, DriverMemory),
        .log = options->log,
        .is_read_only = options->is_read_only,
        .watch_after = WATCH_AFTER};
    if (!postgres_conninfo(options->url, options->log, arena, &opened->info, err))
        return false;
    add_defaults(&opened->info, options, arena);
    if (!postgres_adapt(options->url, session, arena, err))
        return false;
    opened->session = session;
    if (!connect_once(opened, may_retry, err)) {
        postgres_close(opened);
        return false;
    }
    *connection = opened;
    return true;
}

/* ---- talking ---- */

bool
postgres_is_lost(const Connection *connection, const Failure *failure)
{
    static const char *const LOST[] = {"57P01", "57P02", "57P03", "57P05",
                                       "25P03", "25P04", "53300", NULL};

    if (failure->sqlstate[0] == '\0' || strncmp(failure->sqlstate, "08", 2) == 0)
        return failure->sqlstate[0] == '\0' || failure->is_pooler ||
               PQstatus(connection->pg) != CONNECTION_OK;
    for (size_t i = 0; LOST[i] != NULL; i++) {
        if (strcmp(failure->sqlstate, LOST[i]) == 0)
            return true;
    }
    return false;
}

bool
postgres_error(const Failure *failure, ErrorCode code, Error *err)
{
    error_set(err, code, "%s",
              failure->message == NULL || failure->message[0] == '\0' ? "the connection was lost"
                                                                      : failure->message);
    memcpy(err->sqlstate, failure->sqlstate, sizeof err->sqlstate);
    err->detail = arena_text(err->arena, failure->detail);
    err->hint = arena_text(err->arena, failure->hint);
    return false;
}

bool
postgres_is_standby(const char *sqlstate)
{
    return strcmp(sqlstate, "0A000") == 0 || strcmp(sqlstate, "25006") == 0;
}

PGresult *
postgres_query(Connection *connection, const char *text, Error *err)
{
    PGresult *kept = NULL;
    Failure failure = {0};

    if (exchange(connection, text, &kept, &failure, err->arena) && kept != NULL)
        return kept;
    PQclear(kept);
    postgres_error(&failure, postgres_is_lost(connection, &failure) ? ERR_CONNECT : ERR_FAILED,
                   err);
    postgres_rollback(connection);
    return NULL;
}
