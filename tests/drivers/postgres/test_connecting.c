/* SPDX-License-Identifier: MIT */
/* What is said where no server answers; needs none. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "drivers/driver.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static int listener;

/* Takes connections, as the system does for it, and never says a word. */
static unsigned
listen_in_silence(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;

    listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &len), 0);
    return ntohs(address.sin_port);
}

START_TEST(a_server_that_does_not_answer_is_given_up)
{
    const unsigned port = listen_in_silence();
    const char *url = arena_format(&arena, "postgres://u:s3cret@127.0.0.1:%u/d", port);
    const Session session = {.application_name = "test", .connect_timeout = 300};
    const OpenOptions options = {.url = url, .session = &session};
    Connection *connection = NULL;
    bool may_retry = false;

    error = (Error){.arena = &arena};
    ck_assert(!driver_find("postgres")->open(&options, &arena, &connection, &may_retry, &error));
    ck_assert_int_eq(error.code, ERR_CONNECT);
    ck_assert(may_retry);
    ck_assert_str_eq(
        error.message,
        arena_format(&arena, "cannot connect to \"postgres://u:***@127.0.0.1:%u/d\"", port));
    ck_assert_str_eq(error.detail, arena_format(&arena,
                                                "connection to server at \"127.0.0.1\", port %u "
                                                "failed: no answer within 0.3 s",
                                                port));
    close(listener);
    arena_release(&arena);
}
END_TEST

/* What a server, or a pooler, says instead of letting somebody in. */
typedef struct Refusal {
    const char *state;
    const char *message;
    const char *hint;
    bool may_retry;
} Refusal;

#define ITS_WORD "the server, or the pooler before it, said so"

static const Refusal REFUSALS[] = {
    {"57P03", "the database system is starting up", ITS_WORD, true},
    {"57P01", "terminating connection due to administrator command", ITS_WORD, true},
    {"53300", "sorry, too many clients already",
     "the server has no connection left; a pooler before it helps", true},
    {"08P01", "no more connections allowed (max_client_conn)", ITS_WORD, true},
    {"XX000", "(EMAXCONNSESSION) max clients reached", ITS_WORD, true},
    {"3D000", "database \"d\" does not exist", "make it (createdb), or name another in the URL",
     false},
    {"28000", "no pg_hba.conf entry for host",
     ("the user or the password is wrong, or the server does not let this user in from here "
      "(pg_hba.conf)"),
     false},
    {"42704", "unrecognized configuration parameter \"x\"", ITS_WORD, false},
};
enum { REFUSAL_COUNT = sizeof REFUSALS / sizeof *REFUSALS };

/* Takes one client, reads its startup packet, and answers it with an error. */
static void *
refuse(void *context)
{
    const Refusal *refusal = context;
    char startup[1024];
    char answer[512];
    const int client = accept(listener, NULL, NULL);
    const int len = snprintf(answer + 5, sizeof answer - 5, "SFATAL%cC%s%cM%s%c", 0, refusal->state,
                             0, refusal->message, 0);
    const uint32_t size = htonl((uint32_t)len + 5);

    answer[0] = 'E';
    memcpy(answer + 1, &size, sizeof size);
    answer[5 + len] = '\0';
    if (read(client, startup, sizeof startup) > 0)
        (void)!write(client, answer, (size_t)len + 6);
    close(client);
    return NULL;
}

START_TEST(what_may_pass_is_told_from_what_does_not)
{
    const Refusal *refusal = &REFUSALS[_i];
    const unsigned port = listen_in_silence();
    const char *url = arena_format(&arena, "postgres://u@127.0.0.1:%u/d?sslmode=disable", port);
    const Session session = {.application_name = "test", .connect_timeout = 10000};
    const OpenOptions options = {.url = url, .session = &session};
    Connection *connection = NULL;
    bool may_retry = !refusal->may_retry;
    pthread_t thread;
    Refusal given = *refusal;

    error = (Error){.arena = &arena};
    ck_assert_int_eq(pthread_create(&thread, NULL, refuse, &given), 0);
    ck_assert(!driver_find("postgres")->open(&options, &arena, &connection, &may_retry, &error));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(error.code, ERR_CONNECT);
    ck_assert_str_eq(error.sqlstate, refusal->state);
    ck_assert_str_eq(error.detail, refusal->message);
    ck_assert_str_eq(error.hint, refusal->hint);
    ck_assert_int_eq(may_retry, refusal->may_retry);
    close(listener);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, what_may_pass_is_told_from_what_does_not, 0, REFUSAL_COUNT);
    tcase_add_test(tcase, a_server_that_does_not_answer_is_given_up);
}

int
main(void)
{
    return suite_main("drivers/postgres/connecting", add);
}
