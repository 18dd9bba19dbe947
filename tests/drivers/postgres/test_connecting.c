/* SPDX-License-Identifier: MIT */
/* What is said where no server answers; needs none. */
#include <arpa/inet.h>
#include <netinet/in.h>
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

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, a_server_that_does_not_answer_is_given_up);
}

int
main(void)
{
    return suite_main("drivers/postgres/connecting", add);
}
