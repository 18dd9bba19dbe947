/* SPDX-License-Identifier: MIT */
/* URLs as they are written for libpq and for other drivers, and what becomes of their parameters;
 * needs no server. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/postgres/connection.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;

static void
set_up(void)
{
    error = (Error){.arena = &arena};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static bool
parse(const char *url, const Log *log, ConnInfo *info)
{
    const Driver *driver = NULL;

    return driver_for_url(url, &driver, &error) && driver == driver_find("postgres") &&
           postgres_conninfo(url, log, &arena, info, &error);
}

/* "host=h dbname=d; search_path=app; role=r; work_mem=1MB" */
static const char *
text_of(const ConnInfo *info)
{
    Buf text = {.arena = &arena};

    for (size_t i = 0; i < info->parameters.len; i++)
        buf_addf(&text, "%s%s=%s", i > 0 ? " " : "", info->parameters.at[i].name,
                 info->parameters.at[i].value);
    if (info->search_path != NULL)
        buf_addf(&text, "; search_path=%s", info->search_path);
    if (info->role != NULL)
        buf_addf(&text, "; role=%s", info->role);
    for (size_t i = 0; i < info->settings.len; i++)
        buf_addf(&text, "; %s=%s", info->settings.at[i].name, info->settings.at[i].value);
    return buf_text(&text);
}

typedef struct Form {
    const char *url;
    const char *parsed;
} Form;

static const Form FORMS[] = {
    /* schemes */
    {"postgres://u:p@h:1/d", "host=h port=1 user=u password=p dbname=d"},
    {"postgresql://h/d", "host=h dbname=d"},
    {"postgresql+psycopg://h/d", "host=h dbname=d"},
    {"postgresql+psycopg2://h/d", "host=h dbname=d"},
    {"postgresql+asyncpg://h/d", "host=h dbname=d"},
    {"postgresql+pg8000://h/d", "host=h dbname=d"},
    {"postgresql+psycopgcffi://h/d", "host=h dbname=d"},
    {"host=h dbname=d password='a b'", "password=a b dbname=d host=h"},
    /* parts */
    {"postgres://", ""},
    {"postgres:///d", "dbname=d"},
    {"postgres://u@/d", "user=u dbname=d"},
    {"postgres://%2Fvar%2Frun:5433/d", "host=/var/run port=5433 dbname=d"},
    {"postgres:///d?host=/var/run", "dbname=d host=/var/run"},
    {"postgres://[::1]:5433/d", "host=::1 port=5433 dbname=d"},
    {"postgres://a:1,b,[::2]:3/d", "host=a,b,::2 port=1,,3 dbname=d"},
    {"postgres://u:p%40ss%2Fw%3Ao@h/d%20x", "host=h user=u password=p@ss/w:o dbname=d x"},
    {"postgres://u:p#x@h/d", "host=h user=u password=p#x dbname=d"},
    {"postgres://u:@h/d", "host=h user=u dbname=d"},
    /* TLS in other drivers' words */
    {"postgresql+asyncpg://h/d?ssl=true", "host=h dbname=d sslmode=require"},
    {"postgresql+asyncpg://h/d?ssl=require", "host=h dbname=d sslmode=require"},
    {"postgresql+asyncpg://h/d?ssl=verify-full", "host=h dbname=d sslmode=verify-full"},
    {"postgresql+asyncpg://h/d?ssl=prefer", "host=h dbname=d sslmode=prefer"},
    {"postgres://h/d?ssl=false", "host=h dbname=d sslmode=disable"},
    {"postgres://h/d?sslmode=no-verify", "host=h dbname=d sslmode=require"},
    {"postgres://h/d?sslmode=verify-ca&sslrootcert=/ca.crt",
     "host=h dbname=d sslmode=verify-ca sslrootcert=/ca.crt"},
    {"postgres://h/d?sslcert=c&sslkey=k&sslpassword=x", "host=h dbname=d sslcert=c sslkey=k "
                                                        "sslpassword=x"},
    /* passed to libpq */
    {"postgres://a,b/d?target_session_attrs=read-write",
     "host=a,b dbname=d target_session_attrs=read-write"},
    {"postgres://h/d?channel_binding=require", "host=h dbname=d channel_binding=require"},
    {"postgres://h/d?connect_timeout=3&keepalives=0&keepalives_idle=9&keepalives_interval=4&"
     "keepalives_count=2&tcp_user_timeout=7000",
     "host=h dbname=d connect_timeout=3 keepalives=0 keepalives_idle=9 keepalives_interval=4 "
     "keepalives_count=2 tcp_user_timeout=7000"},
    {"postgres://h/d?gssencmode=prefer&krbsrvname=pg", "host=h dbname=d gssencmode=prefer "
                                                       "krbsrvname=pg"},
    {"postgres://?service=main&passfile=/p", "service=main passfile=/p"},
    {"postgres://h/d?hostaddr=127.0.0.1&application_name=x",
     "host=h dbname=d hostaddr=127.0.0.1 application_name=x"},
    /* left out */
    {"postgres://h/d?pgbouncer=true&connection_limit=1&pool_timeout=0&statement_cache_size=0",
     "host=h dbname=d"},
    {"postgres://h/d?prepared_statement_cache_size=0&prepared_statement_name_func=f&pool_size=5&"
     "supa=base-pooler.x&binary_parameters=yes&prepare=false",
     "host=h dbname=d"},
    {"postgres://h/d?client_encoding=latin1", "host=h dbname=d"},
    /* into every unit */
    {"postgres://h/d?schema=app", "host=h dbname=d; search_path=app"},
    {"postgres://h/d?search_path=app,public", "host=h dbname=d; search_path=app,public"},
    {"postgres://h/d?options=-c%20search_path%3Dapp%20-c%20role%3Downer",
     "host=h dbname=d; search_path=app; role=owner"},
    {"postgres://h/d?options=-cwork_mem=1MB%20--my-app.user-name=a%5C%20b%20-c%20lock_timeout=1",
     "host=h dbname=d; work_mem=1MB; my_app.user_name=a b"},
    {"host=h options='-c geqo=off'", "host=h; geqo=off"},
};

START_TEST(forms_are_read_as_they_are_meant)
{
    ConnInfo info = {0};

    ck_assert_msg(parse(FORMS[_i].url, NULL, &info), "%s: %s", FORMS[_i].url, error.message);
    ck_assert_str_eq(text_of(&info), FORMS[_i].parsed);
}
END_TEST

typedef struct Refused {
    const char *url;
    const char *message;
} Refused;

static const Refused REFUSED[] = {
    {"postgres://u:p@ss@h/d", "the URL cannot be meant as it is: "},
    {"postgres://u:p/x@h/d", "the URL cannot be meant as it is: "},
    {"postgres://u:s3cret@h:port/d", "the URL cannot be meant as it is: "},
    {"postgres://u:s3cret%zz@h/d", "the URL cannot be meant as it is: "},
    {"postgres://u@h/d%0", "the URL cannot be meant as it is: "},
    {"postgres://h/d?sslmode=maybe", "the URL parameter \"sslmode\" has an unknown value "
                                     "\"maybe\""},
    {"postgres://h/d?nonsense=s3cret", "unknown parameter \"nonsense\" in the URL"},
    {"postgres://h/d?options=-e", "the URL parameter \"options\" holds more than -c name=value"},
    {"postgres://h/d?options=-c%20work_mem", "the URL parameter \"options\" holds more than -c "
                                             "name=value"},
    {"postgres://h/d?options=-c", "the URL parameter \"options\" holds more than -c name=value"},
    {"host=h passwrd=s3cret", "the connection string is not what libpq takes"},
    {"jdbc:postgresql://h/d?user=u&password=s3cret", ""},
};

START_TEST(what_cannot_be_meant_is_refused_without_the_password)
{
    ConnInfo info = {0};
    const Refused *refused = &REFUSED[_i];

    ck_assert_msg(!parse(refused->url, NULL, &info), "%s", refused->url);
    ck_assert_int_eq(error.code, ERR_CONFIG);
    ck_assert_msg(strncmp(error.message, refused->message, strlen(refused->message)) == 0, "%s: %s",
                  refused->url, error.message);
    ck_assert_ptr_null(strstr(error.message, "cret"));
    ck_assert(error.hint == NULL || strstr(error.hint, "cret") == NULL);
}
END_TEST

/* Those that a newer libpq knows are passed to it, and an older one is named. */
START_TEST(what_this_libpq_does_not_know_is_said)
{
    static const char *const NEWER[] = {"sslnegotiation=direct", "require_auth=none",
                                        "load_balance_hosts=random", "min_protocol_version=3.0",
                                        "max_protocol_version=3.2"};
    const char *name = arena_copy(&arena, (Slice){NEWER[_i], strcspn(NEWER[_i], "=")});
    PQconninfoOption *options = PQconndefaults();
    bool is_known = false;
    ConnInfo info = {0};

    for (const PQconninfoOption *option = options; option->keyword != NULL; option++)
        is_known = is_known || strcmp(option->keyword, name) == 0;
    PQconninfoFree(options);
    const bool is_taken = parse(arena_format(&arena, "postgres://h/d?%s", NEWER[_i]), NULL, &info);
    ck_assert_int_eq(is_taken, is_known);
    if (is_known)
        ck_assert_str_eq(text_of(&info), arena_format(&arena, "host=h dbname=d %s", NEWER[_i]));
    else
        ck_assert_str_eq(error.message,
                         arena_format(&arena,
                                      "the URL parameter \"%s\" needs a newer libpq than "
                                      "%d.%d",
                                      name, PQlibVersion() / 10000, PQlibVersion() % 10000));
}
END_TEST

/* Nothing is left out silently. */
START_TEST(what_is_left_out_or_taken_otherwise_is_noted)
{
    static const struct {
        const char *parameter;
        const char *note;
    } NOTES[] = {
        {"pgbouncer=true", "debug: the URL parameter \"pgbouncer\" is for another driver and is "
                           "left out\n"},
        {"sslmode=no-verify", "warning: sslmode=no-verify is taken as sslmode=require: the "
                              "certificate is not checked\n"},
        {"options=-cstatement_timeout=1", "options=-c statement_timeout in the URL is left out: "
                                          "migrate sets its own (migrate.yaml)\n"},
        {"sslrootcert=x", ""},
    };
    char text[400] = "";
    FILE *stream = fmemopen(text, sizeof text, "w");
    const Log log = {.stream = stream, .level = LOG_VERBOSE};
    ConnInfo info = {0};

    ck_assert(parse(arena_format(&arena, "postgres://h/d?%s", NOTES[_i].parameter), &log, &info));
    fclose(stream);
    ck_assert_str_eq(text, NOTES[_i].note);
}
END_TEST

/* The configuration comes before the URL, and doing it twice changes nothing. */
START_TEST(a_session_takes_from_the_url_what_the_configuration_does_not_say)
{
    const char *url = "postgres://h/d?options=-crole=r%20-cwork_mem=1MB%20-cgeqo=off&schema=app";
    Session session = {.role = "owner"};

    *VEC_ADD(&arena, &session.settings) = (Setting){"geqo", "on"};
    for (int i = 0; i < 2; i++) {
        ck_assert(postgres_adapt(url, &session, &arena, &error));
        ck_assert_str_eq(session.role, "owner");
        ck_assert_str_eq(session.search_path, "app");
        ck_assert_uint_eq(session.settings.len, 2);
        ck_assert_str_eq(session.settings.at[0].value, "on");
        ck_assert_str_eq(session.settings.at[1].name, "work_mem");
    }
}
END_TEST

static void
add(TCase *tcase)
{
    enum { NEWER_COUNT = 5, NOTE_COUNT = 4 };

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, forms_are_read_as_they_are_meant, 0, sizeof FORMS / sizeof *FORMS);
    tcase_add_loop_test(tcase, what_cannot_be_meant_is_refused_without_the_password, 0,
                        sizeof REFUSED / sizeof *REFUSED);
    tcase_add_loop_test(tcase, what_this_libpq_does_not_know_is_said, 0, NEWER_COUNT);
    tcase_add_loop_test(tcase, what_is_left_out_or_taken_otherwise_is_noted, 0, NOTE_COUNT);
    tcase_add_test(tcase, a_session_takes_from_the_url_what_the_configuration_does_not_say);
}

int
main(void)
{
    return suite_main("drivers/postgres/conninfo", add);
}
