/* SPDX-License-Identifier: MIT */
/*
 * What is behind a URL and what there may hinder a run: which server, which way to it (proven by
 * which backends answer, not guessed from names), what this user may do, what others hold. Only
 * reads.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

enum {
    OLDEST = 130000, /* server_version_num */
    NEWEST = 190000,
};

typedef struct Examination {
    Connection *connection;
    const OpenOptions *options;
    const DatabaseState *state;
    Arena *arena;
    Findings *findings;
} Examination;

static void
found(Examination *exam, FindingLevel level, const char *topic, const char *text,
      const char *advice)
{
    *VEC_ADD(exam->arena, exam->findings) = (Finding){level, topic, text, advice};
}

/* The column of the only row; "" for NULL. */
static const char *
value(const Examination *exam, const PGresult *answer, const char *name)
{
    const int field = PQfnumber(answer, name);

    return field < 0 ? "" : arena_text(exam->arena, PQgetvalue(answer, 0, field));
}

static bool
is_true(const PGresult *answer, const char *name)
{
    return PQgetvalue(answer, 0, PQfnumber(answer, name))[0] == 't';
}

/* ---- the server and the session ---- */

static void
look_at_server(Examination *exam, const PGresult *answer)
{
    Arena *arena = exam->arena;
    const long version = strtol(value(exam, answer, "version"), NULL, 10);
    const char *text = arena_format(arena, "%s, up since %s, database %s, user %s",
                                    exam->state->server, value(exam, answer, "started"),
                                    value(exam, answer, "database"), value(exam, answer, "user"));

    if (version < OLDEST || version >= NEWEST)
        found(exam, FINDING_WARNING, "server", text, "supported are PostgreSQL 13 to 18");
    else
        found(exam, FINDING_FACT, "server", text, NULL);
    if (is_true(answer, "recovery"))
        found(exam, FINDING_PROBLEM, "standby", "the server is in recovery: it takes no writes",
              "name the primary, or all hosts with target_session_attrs=read-write");
}

static void
look_at_transport(Examination *exam)
{
    PGconn *pg = exam->connection->pg;
    const char *host = PQhost(pg);
    const bool is_local = host == NULL || host[0] == '/' || strcmp(host, "localhost") == 0 ||
                          strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;

    if (PQsslInUse(pg))
        found(exam, FINDING_FACT, "encryption",
              arena_format(exam->arena, "TLS, %s", PQsslAttribute(pg, "protocol")), NULL);
    else if (!is_local)
        found(exam, FINDING_WARNING, "encryption", "the connection is not encrypted",
              "sslmode=verify-full in the URL, with the server's certificate authority");
}

static const char *
limit_text(const Examination *exam, int64_t milliseconds)
{
    return milliseconds <= 0 ? "none"
                             : arena_format(exam->arena, "%lldms", (long long)milliseconds);
}

/* Timeouts and defaults of the role are replaced in every unit; that they are there is good to know
 * for whoever runs a printed script by hand. */
static void
look_at_settings(Examination *exam, const PGresult *answer)
{
    const char *timeouts = value(exam, answer, "timeouts");
    const char *defaults = value(exam, answer, "defaults");
    const Session *session = exam->connection->session;

    found(exam, FINDING_FACT, "timeouts",
          arena_format(exam->arena,
                       "in every unit: lock_timeout %s, statement_timeout %s; the role's own: %s",
                       limit_text(exam, session->lock_timeout),
                       limit_text(exam, session->statement_timeout),
                       timeouts[0] == '\0' ? "none" : timeouts),
          NULL);
    if (defaults[0] != '\0')
        found(exam, FINDING_FACT, "defaults",
              arena_format(exam->arena, "%s; migrate overrides them in every unit", defaults),
              NULL);
}

static void
look_at_rights(Examination *exam, const PGresult *answer)
{
    Arena *arena = exam->arena;
    const char *schema = exam->state->tables.schema;
    const char *foreign = value(exam, answer, "foreign_tables");

    if (!is_true(answer, "may_create"))
        found(exam, FINDING_PROBLEM, "rights",
              arena_format(arena, "the user may not create anything in schema %s", schema),
              arena_format(arena,
                           "GRANT USAGE, CREATE ON SCHEMA %s TO %s (since PostgreSQL 15 "
                           "public is closed), or connect as its owner",
                           schema, value(exam, answer, "user")));
    if (exam->state->has_version_table && !is_true(answer, "may_write"))
        found(exam, FINDING_PROBLEM, "rights",
              arena_format(arena, "the user may not change %s.%s", schema,
                           exam->state->tables.version),
              "connect as the user who made it, or grant INSERT, UPDATE and DELETE on it");
    if (foreign[0] != '\0')
        found(
            exam, FINDING_WARNING, "rights",
            arena_format(arena, "tables in %s belong to others: %s", schema, foreign),
            "only an owner may alter a table: connect as the owner, or set role: in migrate.yaml");
}

static const char *
session_question(const Examination *exam)
{
    const TableNames *tables = &exam->state->tables;
    Buf text = {.arena = exam->arena};
    Buf table = {.arena = exam->arena};
    Buf schema = {.arena = exam->arena};

    postgres_quote_table(&table, tables, tables->version);
    postgres_quote_text(&schema, tables->schema);
    postgres_add_begin(&text, exam->connection);
    buf_add(
        &text,
        "SELECT current_setting('server_version_num') AS version, pg_is_in_recovery() AS "
        "recovery, to_char(pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD "
        "HH24:MI:SS') AS started, current_database() AS database, current_user AS user,\n"
        "(SELECT string_agg(name || ' ' || reset_val || coalesce(unit, ''), ', ' ORDER BY name) "
        "FROM pg_catalog.pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', "
        "'idle_in_transaction_session_timeout', 'transaction_timeout', 'idle_session_timeout') "
        "AND reset_val <> '0') AS timeouts,\n"
        "(SELECT string_agg(name || ' ' || reset_val, ', ' ORDER BY name) FROM "
        "pg_catalog.pg_settings WHERE name = 'default_transaction_read_only' AND reset_val = "
        "'on' OR name = 'default_transaction_isolation' AND reset_val <> 'read committed' OR "
        "name = 'default_transaction_deferrable' AND reset_val = 'on') AS defaults,\n");
    buf_addf(&text, "has_schema_privilege(%s, 'CREATE') AS may_create, ", buf_text(&schema));
    if (exam->state->has_version_table) {
        buf_add(&text, "has_table_privilege(");
        postgres_quote_text(&text, buf_text(&table));
        buf_add(&text, ", 'INSERT') AND has_table_privilege(");
        postgres_quote_text(&text, buf_text(&table));
        buf_add(&text, ", 'UPDATE')");
    } else {
        buf_add(&text, "true");
    }
    buf_addf(&text,
             " AS may_write,\n(SELECT string_agg(relname, ', ' ORDER BY relname) FROM (SELECT "
             "c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
             "c.relnamespace WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT "
             "pg_has_role(c.relowner, 'USAGE') AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d "
             "WHERE d.objid = c.oid AND d.deptype = 'e') LIMIT 5) t) AS foreign_tables;\nCOMMIT",
             buf_text(&schema));
    return buf_text(&text);
}

/* ---- what others hold ---- */

/* A finding for each row: its first column is the text. */
static bool
look_for(Examination *exam, const char *question, Finding finding, Error *err)
{
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(exam->connection, question, err);

    if (answer == NULL)
        return false;
    for (int i = 0; i < PQntuples(answer); i++)
        found(exam, finding.level, finding.topic, arena_text(exam->arena, PQgetvalue(answer, i, 0)),
              finding.advice);
    return true;
}

static bool
look_at_lock(Examination *exam, Error *err)
{
    Buf text = {.arena = exam->arena};

    buf_add(&text,
            "SELECT format(CASE WHEN a.state = 'idle' THEN 'the lock of the runs is left on the "
            "idle backend %s%s' ELSE 'a run holds the lock: pid %s%s' END, l.pid, coalesce(', from "
            "' || host(a.client_addr), '')) FROM pg_catalog.pg_locks l LEFT JOIN "
            "pg_catalog.pg_stat_activity a USING (pid) WHERE l.granted AND ");
    postgres_lock_condition(&text, postgres_lock_key(&exam->state->tables));
    return look_for(exam, buf_text(&text),
                    (Finding){FINDING_WARNING, "lock", NULL,
                              "a run waits for it; one that is left over is freed by the next run"},
                    err);
}

static bool
look_at_others(Examination *exam, Error *err)
{
    static const char *const INDEXES =
        "SELECT format('index %s is not valid', i.indexrelid::regclass) FROM pg_catalog.pg_index i "
        "WHERE NOT i.indisvalid AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index "
        "p WHERE p.index_relid = i.indexrelid) AND i.indexrelid::regclass::text !~ "
        "'_cc(new|old)[0-9]*\"?$' ORDER BY 1 LIMIT 20";
    static const char *const LEFT =
        "SELECT format('index %s is left from a REINDEX CONCURRENTLY', i.indexrelid::regclass) FROM "
        "pg_catalog.pg_index i WHERE NOT i.indisvalid AND NOT EXISTS (SELECT FROM "
        "pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid) AND "
        "i.indexrelid::regclass::text ~ '_cc(new|old)[0-9]*\"?$' ORDER BY 1 LIMIT 20";
    static const char *const TRANSACTIONS =
        "SELECT format('a transaction is open for %s s: pid %s, %s%s', extract(epoch FROM "
        "clock_timestamp() - xact_start)::integer, pid, state, coalesce(', from ' || "
        "host(client_addr), '')) FROM pg_catalog.pg_stat_activity WHERE datname = "
        "current_database() AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - "
        "interval '1 minute' ORDER BY xact_start LIMIT 5";
    static const char *const PREPARED =
        "SELECT format('the prepared transaction %L is open since %s', gid, "
        "date_trunc('second', prepared)) FROM pg_catalog.pg_prepared_xacts WHERE database = "
        "current_database() ORDER BY prepared LIMIT 5";

    return look_at_lock(exam, err) &&
           look_for(exam, INDEXES,
                    (Finding){FINDING_WARNING, "index", NULL,
                              "a concurrent build of it did not finish: DROP INDEX CONCURRENTLY, "
                              "or run its revision again"},
                    err) &&
           look_for(exam, LEFT,
                    (Finding){FINDING_WARNING, "index", NULL,
                              "DROP INDEX CONCURRENTLY it; the index it was made for is as it was"},
                    err) &&
           look_for(exam, TRANSACTIONS,
                    (Finding){FINDING_WARNING, "transaction", NULL,
                              "what changes tables it has read waits for it, and so does every "
                              "concurrent index build"},
                    err) &&
           look_for(exam, PREPARED,
                    (Finding){FINDING_WARNING, "transaction", NULL,
                              "it holds its locks until COMMIT PREPARED or ROLLBACK PREPARED"},
                    err);
}

/* ---- the way ---- */

static long
ask_pid(PGconn *pg)
{
    AUTO(postgres_result_clear) PGresult *answer = PQexec(pg, "SELECT pg_backend_pid()");

    return PQresultStatus(answer) == PGRES_TUPLES_OK ? strtol(PQgetvalue(answer, 0, 0), NULL, 10)
                                                     : 0;
}

static void
connection_finish(PGconn **pg)
{
    PQfinish(*pg);
}

/* Does a second client, in a transaction, get the backend that answers the first, or does the first
 * get another one meanwhile? Then none has a backend of its own. */
static const char *
pool_mode(Examination *exam)
{
    enum { LOOKS = 8 };
    PGconn *first = exam->connection->pg;
    bool has_spoken = false;
    AUTO(connection_finish)
    PGconn *second = postgres_connect_beside(exam->connection, &has_spoken);
    const long before = ask_pid(first);

    if (second == NULL)
        return "a pooler; a second connection was refused, so its mode is not known";
    PGresult *begun = PQexec(second, "BEGIN");
    const bool is_refused = PQresultStatus(begun) != PGRES_COMMAND_OK;
    PQclear(begun);
    if (is_refused)
        return "a pooler in statement mode: a transaction must be one message, and migrate sends "
               "each as one";
    bool is_proven = false;
    for (unsigned i = 0; i < LOOKS && !is_proven; i++) {
        const long beside = ask_pid(second);
        const long after = ask_pid(first);
        PQclear(PQexec(second, "ROLLBACK"));
        /* the one that has just become free may be given out next; where two are given out in turn
         * the second question meets the other */
        is_proven = beside == before || after != before || ask_pid(first) != before ||
                    ask_pid(first) != before;
        PQclear(PQexec(second, "BEGIN"));
    }
    PQclear(PQexec(second, "ROLLBACK"));
    if (is_proven)
        return "a pooler in transaction mode, proven: backends change between transactions";
    return "a pooler in session mode, as far as two connections can tell";
}

static void
look_at_way(Examination *exam)
{
    PGconn *pg = exam->connection->pg;

    if (ask_pid(pg) == PQbackendPID(pg))
        found(exam, FINDING_FACT, "way", "a direct connection", NULL);
    else
        found(exam, FINDING_FACT, "way", pool_mode(exam), NULL);
}

bool
postgres_examine(Connection *connection, const OpenOptions *options, const DatabaseState *state,
                 const Statements *pending, Arena *arena, Findings *findings, Error *err)
{
    Examination exam = {connection, options, state, arena, findings};
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, session_question(&exam), err);

    if (answer == NULL)
        return false;
    look_at_server(&exam, answer);
    look_at_way(&exam);
    look_at_transport(&exam);
    look_at_settings(&exam, answer);
    look_at_rights(&exam, answer);
    return postgres_check_rights(connection, pending, arena, findings, err) &&
           look_at_others(&exam, err);
}
