/* SPDX-License-Identifier: MIT */
/* The proxy and the servers, by which other tests measure, measured themselves. */
#include <libpq-fe.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"
#include "tests/support/wire.h"

static Arena arena;
static TestDatabase database;

static void
set_up(void)
{
    database = test_database_new(&arena, "proxy");
}

static void
tear_down(void)
{
    test_database_drop(&database);
    arena_release(&arena);
}

/* Through the proxy, without a try to encrypt. */
static PGconn *
connect_through(const Proxy *proxy, const char *url)
{
    const char *to = proxy_url(proxy, url, &arena);
    PGconn *connection =
        PQconnectdb(arena_format(&arena, "%s?sslmode=disable&gssencmode=disable", to));

    ck_assert_msg(PQstatus(connection) == CONNECTION_OK, "%s", PQerrorMessage(connection));
    return connection;
}

static ExecStatusType
run(PGconn *connection, const char *sql)
{
    PGresult *result = PQexec(connection, sql);
    const ExecStatusType status = PQresultStatus(result);

    PQclear(result);
    return status;
}

static int64_t
milliseconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

START_TEST(connecting_and_each_query_is_a_round_trip)
{
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port});
    PGconn *connection = connect_through(proxy, database.direct);

    ck_assert_uint_eq(proxy_counts(proxy).round_trips, 2); /* handshake, startup */
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
    ck_assert_uint_eq(proxy_counts(proxy).round_trips, 5);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(many_statements_in_a_message_are_one_round_trip)
{
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.tx_port});
    PGconn *connection = connect_through(proxy, database.tx);
    Buf sql = {.arena = &arena};

    for (size_t i = 0; i < 20000; i++)
        buf_addf(&sql, "SELECT %zu, 'some sixty bytes of text so that it is over a megabyte';", i);
    ck_assert_uint_gt(sql.len, (size_t)1024 * 1024);
    ck_assert_int_eq(run(connection, buf_text(&sql)), PGRES_TUPLES_OK);
    ck_assert_uint_eq(proxy_counts(proxy).round_trips, 3);
    ck_assert_uint_eq(proxy_counts(proxy).messages, 2);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(the_farewell_is_no_round_trip_and_each_connection_is_counted)
{
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port});

    for (size_t i = 0; i < 3; i++)
        PQfinish(connect_through(proxy, database.direct));
    proxy_cut(proxy); /* after what came before it */
    const ProxyCounts counts = proxy_counts(proxy);
    ck_assert_uint_eq(counts.connections, 3);
    ck_assert_uint_eq(counts.round_trips, 6);
    proxy_stop(proxy);
}
END_TEST

START_TEST(a_delay_costs_both_ways_at_each_round_trip)
{
    Proxy *proxy =
        proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port, .delay = 20});
    const int64_t begun = milliseconds();
    PGconn *connection = connect_through(proxy, database.direct);

    ck_assert_int_ge(milliseconds() - begun, 80);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
    ck_assert_int_ge(milliseconds() - begun, 200);
    ck_assert_int_lt(milliseconds() - begun, 2000);
    ck_assert_uint_eq(proxy_counts(proxy).round_trips, 5);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(a_pipeline_over_a_delay_is_one_round_trip)
{
    Proxy *proxy =
        proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port, .delay = 20});
    PGconn *connection = connect_through(proxy, database.direct);
    PGresult *result;

    ck_assert_int_eq(PQenterPipelineMode(connection), 1);
    for (size_t i = 0; i < 10; i++)
        ck_assert_int_eq(PQsendQueryParams(connection, "SELECT 1", 0, NULL, NULL, NULL, NULL, 0),
                         1);
    ck_assert_int_eq(PQpipelineSync(connection), 1);
    for (ExecStatusType status = PGRES_TUPLES_OK; status != PGRES_PIPELINE_SYNC;) {
        result = PQgetResult(connection);
        if (result != NULL)
            status = PQresultStatus(result);
        PQclear(result);
    }
    ck_assert_uint_eq(proxy_counts(proxy).round_trips, 3);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

/* The types of the messages in a record, startup packets as '-'. */
static const char *
types_in(const char *path)
{
    Error err = {.arena = &arena};
    Slice rest;
    WireMessage message;
    bool is_started = false;
    Buf types = {.arena = &arena};

    ck_assert_msg(file_read(path, &arena, &rest, &err), "%s", err.message);
    while (wire_next(&rest, &is_started, &message))
        buf_add_char(&types, message.type == '\0' ? '-' : message.type);
    ck_assert_uint_eq(rest.len, 0);
    remove(path);
    return buf_text(&types);
}

START_TEST(a_record_holds_every_byte_that_each_client_sent)
{
    const char *record = arena_format(&arena, "%s/%s", getenv("TMPDIR"), database.name);
    Proxy *proxy =
        proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port, .record = record});
    PGconn *connection = connect_through(proxy, database.direct);

    ck_assert_int_eq(run(connection, "SELECT 'one'"), PGRES_TUPLES_OK);
    PQclear(PQexecParams(connection, "SELECT $1", 1, NULL, (const char *[]){"two"}, NULL, NULL, 0));
    PQfinish(connection);
    PQfinish(connect_through(proxy, database.direct));
    proxy_stop(proxy);
    ck_assert_str_eq(types_in(arena_format(&arena, "%s.1", record)), "-QPBDESX");
    ck_assert_str_eq(types_in(arena_format(&arena, "%s.2", record)), "-X");
}
END_TEST

/* A row is inserted through a fault; what the client is told, and whether the row is there. */
typedef struct FaultCase {
    ProxyFaultKind kind;
    bool is_inserted;
} FaultCase;

static const FaultCase FAULTS[] = {
    {PROXY_CUT_BEFORE, false},
    {PROXY_CUT_AFTER_SEND, true},
    {PROXY_CUT_AFTER_REPLY, true},
};

/* What the server has done is there when its backend is gone. */
static void
wait_for_backends(const char *url)
{
    const char *sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                      " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";

    while (strcmp(test_database_read(&arena, url, sql), "0\n") != 0)
        ;
}

START_TEST(a_connection_is_cut_at_the_message_that_was_chosen)
{
    const FaultCase *expected = &FAULTS[_i];
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port});
    PGconn *connection = connect_through(proxy, database.direct);

    test_database_run(database.direct, "CREATE TABLE t (n int)");
    proxy_set_fault(proxy, &(ProxyFault){expected->kind, 2, "INSERT"});
    ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (1)"), PGRES_COMMAND_OK);
    ck_assert_int_eq(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
    ck_assert(!proxy_fault_happened(proxy));
    ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (2)"), PGRES_FATAL_ERROR);
    ck_assert_int_eq(PQstatus(connection), CONNECTION_BAD);
    ck_assert(proxy_fault_happened(proxy));
    PQfinish(connection);
    wait_for_backends(database.direct);
    ck_assert_str_eq(test_database_read(&arena, database.direct, "SELECT n FROM t ORDER BY n"),
                     expected->is_inserted ? "1\n2\n" : "1\n");
    /* only once: the next connection works */
    connection = connect_through(proxy, database.direct);
    ck_assert_int_eq(run(connection, "INSERT INTO t VALUES (3)"), PGRES_COMMAND_OK);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(a_black_hole_answers_nothing_and_stays_open)
{
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.direct_port});
    PGconn *connection = connect_through(proxy, database.direct);

    proxy_set_fault(proxy, &(ProxyFault){PROXY_BLACKHOLE, 1, NULL});
    test_database_run(database.direct, "CREATE TABLE t (n int)");
    ck_assert_int_eq(PQsendQuery(connection, "INSERT INTO t VALUES (1)"), 1);
    while (strcmp(test_database_read(&arena, database.direct, "SELECT count(*) FROM t"), "1\n") !=
           0)
        ;
    ck_assert_int_eq(PQconsumeInput(connection), 1);
    ck_assert_int_eq(PQisBusy(connection), 1);
    proxy_cut(proxy);
    PQclear(PQgetResult(connection));
    ck_assert_int_eq(PQstatus(connection), CONNECTION_BAD);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(a_cut_ends_what_is_open_and_nothing_else)
{
    Proxy *proxy = proxy_start(&arena, &(ProxyOptions){.target_port = database.statement_port});
    PGconn *connection = connect_through(proxy, database.statement);

    proxy_cut(proxy);
    ck_assert_int_eq(run(connection, "SELECT 1"), PGRES_FATAL_ERROR);
    PQreset(connection);
    ck_assert_int_eq(run(connection, "SELECT 1"), PGRES_TUPLES_OK);
    PQfinish(connection);
    proxy_stop(proxy);
}
END_TEST

START_TEST(a_client_is_refused_when_nobody_listens_behind_the_proxy)
{
    Proxy *nobody = proxy_start(&arena, &(ProxyOptions){.target_port = 1});
    PGconn *connection = PQconnectdb(proxy_url(nobody, database.direct, &arena));

    ck_assert_int_eq(PQstatus(connection), CONNECTION_BAD);
    PQfinish(connection);
    proxy_stop(nobody);
}
END_TEST

static size_t
count_lines(const char *text)
{
    size_t lines = 0;

    for (; *text != '\0'; text++)
        lines += *text == '\n' ? 1 : 0;
    return lines;
}

START_TEST(a_warm_pooler_takes_its_server_connections_in_turn)
{
    const char *const urls[] = {database.tx, database.statement};
    const char *pooled = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND"
                         " backend_type = 'client backend' AND pid <> pg_backend_pid()";

    test_database_warm(&database);
    ck_assert_uint_ge(count_lines(test_database_read(&arena, database.direct, pooled)),
                      (size_t)2 * WARM_CONNECTIONS);
    for (size_t i = 0; i < 2; i++) {
        const char *sql = "SELECT pg_backend_pid()";
        const char *first = test_database_read(&arena, urls[i], sql);
        for (size_t n = 1; n < 4; n++)
            ck_assert_str_ne(test_database_read(&arena, urls[i], sql), first);
    }
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, connecting_and_each_query_is_a_round_trip);
    tcase_add_test(tcase, many_statements_in_a_message_are_one_round_trip);
    tcase_add_test(tcase, the_farewell_is_no_round_trip_and_each_connection_is_counted);
    tcase_add_test(tcase, a_delay_costs_both_ways_at_each_round_trip);
    tcase_add_test(tcase, a_pipeline_over_a_delay_is_one_round_trip);
    tcase_add_test(tcase, a_record_holds_every_byte_that_each_client_sent);
    tcase_add_loop_test(tcase, a_connection_is_cut_at_the_message_that_was_chosen, 0,
                        sizeof FAULTS / sizeof FAULTS[0]);
    tcase_add_test(tcase, a_black_hole_answers_nothing_and_stays_open);
    tcase_add_test(tcase, a_cut_ends_what_is_open_and_nothing_else);
    tcase_add_test(tcase, a_client_is_refused_when_nobody_listens_behind_the_proxy);
    tcase_add_test(tcase, a_warm_pooler_takes_its_server_connections_in_turn);
}

int
main(void)
{
    return servers_main("support/proxy", add);
}
