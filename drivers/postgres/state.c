/* SPDX-License-Identifier: MIT */
/*
 * Reading: version rows, the open history row and what is around them, in one message and one
 * snapshot. A pooler may give each message another backend, so everything a read needs is in it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

static const char *
quoted_or_null(Arena *arena, const char *text)
{
    Buf buf = {.arena = arena};

    if (text == NULL)
        return "NULL";
    postgres_quote_text(&buf, text);
    return buf_text(&buf);
}

void
postgres_add_begin(Buf *text, const Connection *connection)
{
    Statements settings = {0};
    const Slice begin = connection->is_read_only
                            ? SLICE("BEGIN ISOLATION LEVEL READ COMMITTED")
                            : SLICE("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");

    buf_add_slice(text, postgres_begin(connection, begin));
    buf_add(text, ";\n");
    postgres_session_settings(connection->session, true, text->arena, &settings);
    for (size_t i = 0; i < settings.len; i++) {
        buf_add_slice(text, settings.at[i].text);
        buf_add(text, ";\n");
    }
    buf_add(text, "SET LOCAL statement_timeout TO 0;\nSET LOCAL TimeZone TO 'UTC';\n");
}

/* Who holds the lock, for people: pid, age, what runs, from where; and its pid if it is idle: then
 * nobody is behind it. */
static void
add_holder(Buf *body, int64_t key)
{
    buf_add(
        body,
        "    SELECT format('pid %s, for %s s, %s%s', l.pid, coalesce(extract(epoch FROM "
        "clock_timestamp() - coalesce(a.xact_start, a.query_start))::integer::text, '?'), "
        "coalesce(nullif(left(regexp_replace(a.query, E'\\\\s+', ' ', 'g'), 60), ''), 'idle'), "
        "coalesce(', from ' || host(a.client_addr), '')), CASE WHEN a.state = 'idle' THEN l.pid "
        "ELSE 0 END INTO holder, idle FROM pg_catalog.pg_locks l LEFT JOIN "
        "pg_catalog.pg_stat_activity a USING (pid) WHERE l.granted AND l.pid <> "
        "pg_backend_pid() AND ");
    postgres_lock_condition(body, key);
    buf_add(body, " LIMIT 1;\n"
                  "    PERFORM set_config('migrate.holder', coalesce(holder, '?'), true),\n"
                  "      set_config('migrate.idle', coalesce(idle, 0)::text, true);\n");
}

/* Nobody is in a run on the backend that answers here: what it holds was left behind. */
static void
add_lock_try(Buf *body, const TableNames *tables)
{
    const int64_t key = postgres_lock_key(tables);

    buf_add(body, "  WHILE EXISTS (SELECT FROM pg_catalog.pg_locks WHERE granted AND pid = "
                  "pg_backend_pid() AND ");
    postgres_lock_condition(body, key);
    buf_addf(body,
             ") LOOP\n"
             "    EXIT WHEN NOT pg_advisory_unlock(%" PRId64 ");\n"
             "    PERFORM set_config('migrate.idle', '-1', true);\n"
             "  END LOOP;\n"
             "  IF NOT pg_try_advisory_xact_lock(%" PRId64 ") THEN\n",
             key, key);
    add_holder(body, key);
    buf_add(body, "  END IF;\n");
}

/* What a reader sees who is kept out: that somebody holds the table, and none of its rows. Settings
 * made in the block are gone by then. */
static void
add_kept_out(Buf *body, const TableNames *tables)
{
    if (tables->schema != NULL)
        add_holder(body, postgres_lock_key(tables));
    buf_add(body,
            "  PERFORM set_config('migrate.schema', coalesce(s, ''), true),\n"
            "    set_config('migrate.version', coalesce(v::oid::text, ''), true),\n"
            "    set_config('migrate.history', coalesce(h::oid::text, ''), true),\n"
            "    set_config('migrate.holder', coalesce(holder, 'somebody has locked ' || v), "
            "true),\n"
            "    set_config('migrate.idle', coalesce(idle, 0)::text, true),\n"
            "    set_config('migrate.rows', '?', true), set_config('migrate.open', '', true);\n");
}

/* Collects what is there into settings of the transaction, whether or not the tables exist. */
static const char *
collect(const TableNames *tables, bool with_lock, Arena *arena)
{
    Buf body = {.arena = arena};

    buf_addf(
        &body,
        "DECLARE\n"
        "  s text := coalesce(%s, current_schema());\n"
        "  v regclass := to_regclass(quote_ident(s) || '.' || quote_ident(%s));\n"
        "  h regclass := to_regclass(quote_ident(s) || '.' || quote_ident(%s));\n"
        "  found text;\n"
        "  holder text;\n"
        "  idle integer;\n"
        "BEGIN\n"
        "  PERFORM set_config('migrate.holder', '', true), set_config('migrate.rows', '', true),\n"
        "    set_config('migrate.open', '', true), set_config('migrate.idle', '0', true);\n",
        quoted_or_null(arena, tables->schema), quoted_or_null(arena, tables->version),
        quoted_or_null(arena, tables->history));
    if (with_lock)
        add_lock_try(&body, tables);
    buf_add(
        &body,
        "  PERFORM set_config('migrate.schema', coalesce(s, ''), true),\n"
        "    set_config('migrate.version', coalesce(v::oid::text, ''), true),\n"
        "    set_config('migrate.history', coalesce(h::oid::text, ''), true),\n"
        "    set_config('lock_timeout', '100ms', true);\n"
        "  IF v IS NOT NULL THEN\n"
        "    EXECUTE format('SELECT json_agg(version_num::text)::text FROM %s', v) INTO found;\n"
        "    PERFORM set_config('migrate.rows', coalesce(found, ''), true);\n"
        "  END IF;\n"
        "  IF h IS NOT NULL THEN\n"
        "    EXECUTE format('SELECT to_jsonb(r)::text FROM %s r WHERE state IN (''running'', "
        "''failed'') ORDER BY id DESC LIMIT 1', h) INTO found;\n"
        "    PERFORM set_config('migrate.open', coalesce(found, ''), true);\n"
        "  END IF;\n"
        "EXCEPTION WHEN lock_not_available THEN\n");
    /* the unit that makes the first row keeps the table to itself: reading waits for its end, and
     * waiting is done in the client */
    add_kept_out(&body, tables);
    buf_add(&body, "END\n");
    return postgres_do(arena, buf_text(&body));
}

static void
add_answer(Buf *text, const TableNames *tables)
{
    buf_addf(
        text,
        "SELECT current_setting('migrate.schema') AS schema,\n"
        "  current_setting('migrate.version') <> '' AS has_version,\n"
        "  current_setting('migrate.history') <> '' AS has_history,\n"
        "  (SELECT CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 4 THEN a.atttypmod - 4 "
        "ELSE 0 END FROM pg_catalog.pg_attribute a WHERE a.attrelid = "
        "nullif(current_setting('migrate.version'), '')::oid AND a.attname = 'version_num') AS width,\n"
        "  nullif(current_setting('migrate.holder'), '') AS holder,\n"
        "  current_setting('migrate.idle') AS idle,\n"
        "  (SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
        "c.relnamespace WHERE c.relname = %s AND c.relkind IN ('r', 'p') AND n.nspname <> "
        "current_setting('migrate.schema') AND n.nspname !~ '^pg_' ORDER BY 1 LIMIT 1) AS elsewhere,\n"
        "  current_setting('server_version') AS server, pg_backend_pid() AS pid,\n"
        "  current_setting('migrate.rows') = '?' AS is_kept_out,\n"
        "  to_regnamespace(quote_ident(current_setting('migrate.schema'))) IS NULL AS no_schema,\n"
        "  (SELECT string_agg(DISTINCT x, chr(1)) FROM json_array_elements_text(nullif(nullif("
        "current_setting('migrate.rows'), ''), '?')::json) x) AS joined,\n"
        "  o.*\n"
        "FROM (SELECT j ->> 'id' AS id, j ->> 'revision' AS revision, j ->> 'direction' AS direction, "
        "j ->> 'state' AS state, j ->> 'rows_before' AS rows_before, j ->> 'rows_after' AS rows_after, "
        "j ->> 'checksum' AS checksum, j ->> 'done' AS done, j ->> 'total' AS total, "
        "j ->> 'done_checksum' AS done_checksum, j ->> 'error' AS error\n"
        "  FROM (SELECT nullif(current_setting('migrate.open'), '')::jsonb AS j) p) o;\nCOMMIT",
        quoted_or_null(text->arena, tables->version));
}

/* The text of a named column of one row, in `arena`; NULL for NULL and for a column not asked for.
 */
static const char *
column(const PGresult *result, int row, const char *name, Arena *arena)
{
    const int field = PQfnumber(result, name);

    if (field < 0 || PQgetisnull(result, row, field))
        return NULL;
    return arena_text(arena, PQgetvalue(result, row, field));
}

static bool
is_true(const PGresult *result, const char *name, Arena *arena)
{
    const char *text = column(result, 0, name, arena);

    return text != NULL && text[0] == 't';
}

static size_t
number(const PGresult *result, int row, const char *name, Arena *arena)
{
    const char *text = column(result, row, name, arena);

    return text == NULL ? 0 : (size_t)strtoull(text, NULL, 10);
}

static HistoryRow
history_row(const PGresult *result, int row, Arena *arena)
{
    HistoryRow found = {
        .id = column(result, row, "id", arena),
        .revision = column(result, row, "revision", arena),
        .direction = column(result, row, "direction", arena),
        .state = column(result, row, "state", arena),
        .rows_before = column(result, row, "rows_before", arena),
        .rows_after = column(result, row, "rows_after", arena),
        .checksum = column(result, row, "checksum", arena),
        .done = number(result, row, "done", arena),
        .total = number(result, row, "total", arena),
        .done_checksum = column(result, row, "done_checksum", arena),
        .started = column(result, row, "started", arena),
        .finished = column(result, row, "finished", arena),
        .duration = -1,
        .run_by = column(result, row, "run_by", arena),
        .run_from = column(result, row, "run_from", arena),
        .program = column(result, row, "program", arena),
        .error = column(result, row, "error", arena),
    };
    const char *duration = column(result, row, "duration", arena);
    if (duration != NULL)
        found.duration = strtoll(duration, NULL, 10);
    return found;
}

/* Version rows come as one text, joined by a byte that no row of ours can hold. */
static void
take_rows(const char *joined, Arena *arena, Names *rows)
{
    Slice rest = slice_of(joined);

    *rows = (Names){0};
    while (rest.at != NULL) {
        const Slice row = slice_cut(rest, '\1', &rest);
        *VEC_ADD(arena, rows) = arena_copy(arena, row);
    }
    names_sort(rows);
}

/* Ends a backend that holds the lock though nobody is behind it, as far as that is still so. */
static void
end_leak(Connection *connection, const TableNames *tables, long pid, Arena *arena)
{
    Buf text = {.arena = arena};
    Error ignored = {.arena = arena};

    buf_addf(&text,
             "SELECT pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a WHERE a.pid = "
             "%ld AND a.state = 'idle' AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = "
             "a.pid AND ",
             pid);
    postgres_lock_condition(&text, postgres_lock_key(tables));
    buf_add(&text, ")");
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, buf_text(&text), &ignored);
    if (answer == NULL)
        log_warn(connection->log,
                 "the lock is left on the idle backend %ld, which may not be "
                 "ended: %s",
                 pid, ignored.message);
    else if (PQntuples(answer) > 0)
        log_warn(connection->log, "the lock was left on the idle backend %ld, which has been ended",
                 pid);
}

/* A lock on an idle backend, the same at two looks a second apart, is nobody's: poolers keep the
 * connections of clients that have gone. */
static void
heal_leak(Connection *connection, const TableNames *tables, long idle, Arena *arena)
{
    enum { APART = 1000 };
    const int64_t now = clock_milliseconds();

    if (idle == -1)
        log_warn(connection->log, "the lock was left on a pooled connection and has been freed");
    if (idle <= 0 || idle != connection->leak_pid) {
        connection->leak_pid = idle > 0 ? idle : 0;
        connection->leak_seen = now;
        return;
    }
    if (now - connection->leak_seen < APART)
        return;
    connection->leak_pid = 0;
    end_leak(connection, tables, idle, arena);
}

/* Who only reads finds nothing in a schema that is not there; a table elsewhere says more. */
static bool
refuse_no_schema(const Connection *connection, const DatabaseState *state, bool is_absent,
                 Error *err)
{
    const char *schema = state->tables.schema;

    if (schema == NULL || schema[0] == '\0') {
        error_set(err, ERR_STATE, "no schema of the search path exists in the database");
        return error_hint(err, "name one: version_table_schema: app, and search_path: app");
    }
    if (!is_absent || connection->is_read_only || state->elsewhere != NULL)
        return true;
    error_set(err, ERR_STATE, "there is no schema \"%s\" for the version table", schema);
    return error_hint(err, "make it first (CREATE SCHEMA), or name another: version_table_schema");
}

/* What was asked is ours and is known to be fine on a primary. */
static bool
refuse_standby(const Connection *connection, Error *err)
{
    if (connection->is_read_only || !postgres_is_standby(err->sqlstate))
        return false;
    err->code = ERR_CONNECT;
    return error_hint(err, "this is a standby: name the primary, or all hosts with "
                           "target_session_attrs=read-write");
}

bool
postgres_state_read(Connection *connection, const TableNames *tables, bool with_lock, Arena *arena,
                    DatabaseState *state, Error *err)
{
    Buf text = {.arena = arena};

    postgres_add_begin(&text, connection);
    buf_addf(&text, "%s;\n", collect(tables, with_lock, arena));
    add_answer(&text, tables);
    AUTO(postgres_result_clear) PGresult *answer = postgres_query(connection, buf_text(&text), err);
    if (answer == NULL)
        return refuse_standby(connection, err);
    /* a pooler hands out a key of its own for cancelling: this one is the backend's */
    if ((int)number(answer, 0, "pid", arena) == PQbackendPID(connection->pg))
        connection->memory->pool_mode = POOL_TRANSACTION;
    *state = (DatabaseState){.tables = *tables};
    state->tables.schema = column(answer, 0, "schema", arena);
    state->has_version_table = is_true(answer, "has_version", arena);
    state->has_history_table = is_true(answer, "has_history", arena);
    state->version_width = number(answer, 0, "width", arena);
    state->holder = column(answer, 0, "holder", arena);
    state->is_busy = state->holder != NULL;
    state->elsewhere = column(answer, 0, "elsewhere", arena);
    state->server = arena_format(arena, "PostgreSQL %s", column(answer, 0, "server", arena));
    if (is_true(answer, "is_kept_out", arena)) {
        state->rows = connection->rows;
        state->open = connection->open == NULL ? NULL : ARENA_NEW(arena, HistoryRow);
        if (state->open != NULL)
            *state->open = *connection->open;
    } else {
        take_rows(column(answer, 0, "joined", arena), arena, &state->rows);
    }
    if (column(answer, 0, "id", arena) != NULL) {
        state->open = ARENA_NEW(arena, HistoryRow);
        *state->open = history_row(answer, 0, arena);
    }
    connection->tables = state->tables;
    connection->rows = state->rows;
    connection->open = state->open;
    const char *idle = column(answer, 0, "idle", arena);
    if (with_lock)
        heal_leak(connection, &state->tables, strtol(idle, NULL, 10), arena);
    return refuse_no_schema(connection, state, is_true(answer, "no_schema", arena), err);
}

bool
postgres_history_read(Connection *connection, const DatabaseState *state, Arena *arena,
                      HistoryRows *rows, Error *err)
{
    Buf text = {.arena = arena};
    Buf table = {.arena = arena};

    *rows = (HistoryRows){0};
    if (!state->has_history_table)
        return true;
    postgres_quote_table(&table, &state->tables, state->tables.history);
    postgres_add_begin(&text, connection);
    buf_addf(
        &text,
        "SELECT j ->> 'id' AS id, j ->> 'revision' AS revision, j ->> 'direction' AS direction, "
        "j ->> 'state' AS state, j ->> 'rows_before' AS rows_before, j ->> 'rows_after' AS "
        "rows_after, j ->> 'checksum' AS checksum, j ->> 'done' AS done, j ->> 'total' AS total, "
        "j ->> 'done_checksum' AS done_checksum,\n"
        "  to_char((j ->> 'started')::timestamptz, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS started,\n"
        "  to_char((j ->> 'finished')::timestamptz, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS "
        "finished,\n"
        "  round(extract(epoch FROM (j ->> 'finished')::timestamptz - (j ->> "
        "'started')::timestamptz) * 1000)::bigint AS duration,\n"
        "  j ->> 'run_by' AS run_by, j ->> 'run_from' AS run_from, j ->> 'program' AS program, "
        "j ->> 'error' AS error\n"
        "FROM (SELECT to_jsonb(r) AS j FROM %s r ORDER BY r.id) h;\nCOMMIT",
        buf_text(&table));
    AUTO(postgres_result_clear) PGresult *answer = postgres_query(connection, buf_text(&text), err);
    if (answer == NULL)
        return false;
    for (int i = 0; i < PQntuples(answer); i++)
        *VEC_ADD(arena, rows) = history_row(answer, i, arena);
    return true;
}
