/* SPDX-License-Identifier: MIT */
/* Coming in: TLS and its certificates, passwords and where they stand, service files, what is set
 * on a socket. On a server of its own, which lets one user in by TLS and password only. */
#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "drivers/postgres/connection.h"
#include "tests/support/scratch.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static const char *server;
static const char *port;
static const char *certificate;
static const char *scratch;

/* The server's user does it, in the server's folder. */
static void
let_server_run(const char *command)
{
    Buf sql = {.arena = &arena};

    buf_addf(&sql, "COPY (SELECT 1) TO PROGRAM $run$cat >/dev/null; %s$run$", command);
    test_database_run(server, buf_text(&sql));
}

static void
require_tls(void)
{
    test_database_run(server,
                      "SET password_encryption TO 'scram-sha-256';"
                      "DO $$ BEGIN CREATE ROLE keeper LOGIN PASSWORD 's3cret:/@'; EXCEPTION WHEN "
                      "duplicate_object THEN NULL; END $$");
    let_server_run(
        "[ -e server.crt ] || { openssl req -new -x509 -days 2 -nodes -subj /CN=localhost "
        "-addext subjectAltName=DNS:localhost -out server.crt -keyout server.key "
        "2>/dev/null && chmod 600 server.key; }");
    let_server_run(
        "printf '%s\\n' 'hostssl all keeper all scram-sha-256' 'hostnossl all keeper all "
        "reject' 'host all all all trust' >pg_hba.conf");
    test_database_run(server, "ALTER SYSTEM SET ssl TO on");
    test_database_run(server, "SELECT pg_reload_conf()");
    while (strcmp(test_database_read(&arena, server, "SHOW ssl"), "on\n") != 0)
        clock_sleep(10);
}

static void
set_up(void)
{
    error = (Error){.arena = &arena};
    server = getenv("MIGRATE_TEST_PG");
    port = getenv("MIGRATE_TEST_PG_PORT");
    certificate = arena_format(&arena, "%s/data/server.crt", getenv("MIGRATE_TEST_SERVERS"));
    scratch = scratch_folder(&arena);
    setenv("PGPASSFILE", "/nowhere", 1);
    setenv("HOME", scratch, 1);
    require_tls();
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static const char *
write_file(const char *name, const char *text)
{
    const char *path = arena_format(&arena, "%s/%s", scratch, name);

    ck_assert_msg(file_write(path, slice_of(text), true, &error), "%s", error.message);
    ck_assert_int_eq(chmod(path, S_IRUSR | S_IWUSR), 0); /* others may not read a password file */
    return path;
}

static bool
open_url(const char *url, Connection **connection, bool *may_retry)
{
    Session *session = ARENA_NEW(&arena, Session);
    const OpenOptions options = {.url = url, .session = session};

    *session = (Session){.application_name = "test", .connect_timeout = 10000};
    error = (Error){.arena = &arena};
    return postgres_open(&options, &arena, connection, may_retry, &error);
}

static void
require_no_password(void)
{
    const char *const texts[] = {error.message, error.detail, error.hint};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(texts[i] == NULL || strstr(texts[i], "cret") == NULL, "%s", texts[i]);
}

/* "keeper TLS", or what was said instead. */
static const char *
come_in(const char *url)
{
    Connection *connection = NULL;
    bool may_retry = false;

    if (!open_url(url, &connection, &may_retry)) {
        ck_assert_int_eq(error.code, ERR_CONNECT);
        require_no_password();
        return arena_format(&arena, "%s%s %s", may_retry ? "" : "never: ", error.sqlstate,
                            error.detail);
    }
    PGresult *answer =
        PQexec(connection->pg, "SELECT session_user || CASE WHEN ssl THEN ' TLS' ELSE "
                               "'' END FROM pg_stat_ssl WHERE pid = "
                               "pg_backend_pid()");
    const char *who = arena_text(&arena, PQgetvalue(answer, 0, 0));
    PQclear(answer);
    postgres_close(connection);
    return who;
}

/* Of 'keeper', with the password; `host` may be the one that the certificate does not name. */
static const char *
keeper(const char *host, const char *parameters)
{
    return arena_format(&arena, "postgres://keeper:s3cret%%3A%%2F%%40@%s:%s/postgres?%s", host,
                        port, parameters);
}

START_TEST(tls_is_as_strict_as_the_url_says)
{
    const char *rooted = arena_format(&arena, "sslrootcert=%s", certificate);

    ck_assert_str_eq(come_in(keeper("localhost", "sslmode=require")), "keeper TLS");
    ck_assert_str_eq(come_in(keeper("127.0.0.1", "")), "keeper TLS");
    ck_assert_str_eq(come_in(keeper("127.0.0.1", "ssl=true")), "keeper TLS");
    ck_assert_str_eq(come_in(keeper("127.0.0.1", "channel_binding=require")), "keeper TLS");
    ck_assert_str_eq(
        come_in(keeper("localhost", arena_format(&arena, "sslmode=verify-full&%s", rooted))),
        "keeper TLS");
    ck_assert_str_eq(
        come_in(keeper("localhost", arena_format(&arena, "ssl=verify-full&%s", rooted))),
        "keeper TLS");
    ck_assert_str_eq(
        come_in(keeper("127.0.0.1", arena_format(&arena, "sslmode=verify-ca&%s", rooted))),
        "keeper TLS");
    ck_assert_ptr_nonnull(
        strstr(come_in(keeper("127.0.0.1", arena_format(&arena, "sslmode=verify-full&%s", rooted))),
               "does not match host name"));
    ck_assert_ptr_nonnull(
        strstr(come_in(keeper("localhost", "sslmode=verify-full")), "root certificate file"));
    ck_assert_ptr_nonnull(strstr(come_in(keeper("localhost", "sslmode=disable")), "never: 28000 "));
}
END_TEST

START_TEST(passwords_come_from_where_libpq_looks_for_them)
{
    const char *bare = arena_format(&arena, "postgres://keeper@localhost:%s/postgres", port);
    const char *file = write_file("pass", "*:*:*:keeper:s3cret\\:/@\n");

    ck_assert_ptr_nonnull(strstr(come_in(bare), "never: "));
    ck_assert_str_eq(error.hint, "it wants a password: in the URL, in PGPASSWORD or in ~/.pgpass");
    ck_assert_str_eq(come_in(arena_format(&arena, "%s?passfile=%s", bare, file)), "keeper TLS");
    setenv("PGPASSFILE", file, 1);
    ck_assert_str_eq(come_in(bare), "keeper TLS");
    setenv("PGPASSFILE", "/nowhere", 1);
    setenv("PGPASSWORD", "s3cret:/@", 1);
    ck_assert_str_eq(come_in(bare), "keeper TLS");
    setenv("PGPASSWORD", "another s3cret", 1);
    ck_assert_str_eq(come_in(bare),
                     "never: 28P01 password authentication failed for user \"keeper\"");
    unsetenv("PGPASSWORD");
}
END_TEST

START_TEST(services_are_known)
{
    const char *file = write_file(
        "services", arena_format(&arena,
                                 "[main]\nhost=localhost\nport=%s\nuser=keeper\ndbname=postgres\n"
                                 "password=s3cret:/@\nsslmode=verify-full\nsslrootcert=%s\n",
                                 port, certificate));

    setenv("PGSERVICEFILE", file, 1);
    ck_assert_str_eq(come_in("postgres://?service=main"), "keeper TLS");
    ck_assert_str_eq(come_in("service=main"), "keeper TLS");
    ck_assert_str_eq(come_in("postgres://postgres@/?service=main"), "postgres TLS");
    setenv("PGSERVICE", "main", 1);
    ck_assert_str_eq(come_in("postgres://"), "keeper TLS");
    unsetenv("PGSERVICE");
    ck_assert_ptr_nonnull(
        strstr(come_in("postgres://?service=other"), "definition of service \"other\" not found"));
    unsetenv("PGSERVICEFILE");
}
END_TEST

static int
option_of(const Connection *connection, int level, int name)
{
    int value = -1;
    socklen_t len = sizeof value;

    ck_assert_int_eq(getsockopt(PQsocket(connection->pg), level, name, &value, &len), 0);
    return value;
}

START_TEST(a_dead_link_is_noticed_within_seconds_unless_the_url_says_otherwise)
{
#if defined(TCP_KEEPIDLE) && defined(TCP_USER_TIMEOUT)
    static const struct {
        const char *parameters;
        int idle, interval, count, timeout;
    } CASES[] = {
        {"", 5, 2, 3, 10000},
        {"?keepalives_idle=60&tcp_user_timeout=20000&keepalives_count=9&keepalives_interval=7", 60,
         7, 9, 20000},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Connection *connection = NULL;
        bool may_retry = false;
        ck_assert_msg(open_url(arena_format(&arena, "%s%s", server, CASES[i].parameters),
                               &connection, &may_retry),
                      "%s", error.message);
        ck_assert_int_eq(option_of(connection, SOL_SOCKET, SO_KEEPALIVE), 1);
        ck_assert_int_eq(option_of(connection, IPPROTO_TCP, TCP_KEEPIDLE), CASES[i].idle);
        ck_assert_int_eq(option_of(connection, IPPROTO_TCP, TCP_KEEPINTVL), CASES[i].interval);
        ck_assert_int_eq(option_of(connection, IPPROTO_TCP, TCP_KEEPCNT), CASES[i].count);
        ck_assert_int_eq(option_of(connection, IPPROTO_TCP, TCP_USER_TIMEOUT), CASES[i].timeout);
        postgres_close(connection);
    }
#endif
}
END_TEST

/* The first host that takes writes, or at least answers. */
START_TEST(several_hosts_are_tried_in_turn)
{
    ck_assert_str_eq(come_in(arena_format(&arena,
                                          "postgres://postgres@127.0.0.1:1,127.0.0.1:%s/"
                                          "postgres?sslmode=disable&target_session_attrs=primary",
                                          port)),
                     "postgres");
    ck_assert_str_eq(come_in(arena_format(&arena,
                                          "host=127.0.0.1,127.0.0.1 port=1,%s user=postgres "
                                          "dbname=postgres sslmode=disable",
                                          port)),
                     "postgres");
    ck_assert_ptr_nonnull(strstr(come_in(arena_format(&arena,
                                                      "postgres://postgres@127.0.0.1:1,127.0.0.1:"
                                                      "%s/postgres?target_session_attrs=standby",
                                                      port)),
                                 "server is not in hot standby mode"));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, tls_is_as_strict_as_the_url_says);
    tcase_add_test(tcase, passwords_come_from_where_libpq_looks_for_them);
    tcase_add_test(tcase, services_are_known);
    tcase_add_test(tcase, a_dead_link_is_noticed_within_seconds_unless_the_url_says_otherwise);
    tcase_add_test(tcase, several_hosts_are_tried_in_turn);
}

int
main(int argc, char **argv)
{
    return own_servers_main(argc, argv, "drivers/postgres/login", add);
}
