/* SPDX-License-Identifier: MIT */
#include "core/base/url.h"

#include <string.h>

#include "core/base/buf.h"
#include "tests/support/suite.h"

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static Arena arena;

/* The parts of a URL in one text, absent ones as "-". */
static const char *
parts_of(const char *text)
{
    Url url;
    Buf out = {.arena = &arena};

    if (!url_split(slice_of(text), &url))
        return "no URL";
    const Slice parts[] = {url.scheme, url.driver, url.user, url.password,
                           url.hosts,  url.path,   url.query};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        buf_add(&out, i == 0 ? "" : " ");
        if (parts[i].at == NULL)
            buf_add(&out, "-");
        else
            buf_addf(&out, "[%.*s]", SLICE_ARGS(parts[i]));
    }
    return buf_text(&out);
}

static const struct {
    const char *url;
    const char *parts;
} SPLITS[] = {
    {"postgres://u:p@h:5432/db?a=b", "[postgres] - [u] [p] [h:5432] [/db] [a=b]"},
    {"postgresql+asyncpg://u@h/db", "[postgresql] [asyncpg] [u] - [h] [/db] -"},
    {"postgres://u:@h", "[postgres] - [u] [] [h] - -"},
    {"postgres://:p@h", "[postgres] - [] [p] [h] - -"},
    {"postgres://h", "[postgres] - - - [h] - -"},
    {"postgres://", "[postgres] - - - [] - -"},
    {"postgres:///db", "[postgres] - - - [] [/db] -"},
    {"postgres://h?a=b", "[postgres] - - - [h] - [a=b]"},
    {"postgres://h/db?", "[postgres] - - - [h] [/db] []"},
    {"postgres://a:1,[::1]:2/db", "[postgres] - - - [a:1,[::1]:2] [/db] -"},
    /* as libpq: the user part ends at the first '@' */
    {"postgres://u:p@ss@h/db", "[postgres] - [u] [p] [ss@h] [/db] -"},
    {"postgres://u:p?x@h/db", "[postgres] - [u] [p?x] [h] [/db] -"},
    {"postgres://u:p/x@h/db", "[postgres] - - - [u:p] [/x@h/db] -"},
    {"sqlite:///rel.db", "[sqlite] - - - [] [/rel.db] -"},
    {"sqlite:////abs.db", "[sqlite] - - - [] [//abs.db] -"},
    {"sqlite://", "[sqlite] - - - [] - -"},
    {"host=h dbname=postgres://x", "no URL"},
    {"postgres:/h", "no URL"},
    {"://h", "no URL"},
    {"1x://h", "no URL"},
    {"", "no URL"},
};

START_TEST(split_cuts_where_libpq_cuts)
{
    ck_assert_str_eq(parts_of(SPLITS[_i].url), SPLITS[_i].parts);
}
END_TEST

START_TEST(hosts_come_one_by_one)
{
    Slice hosts = SLICE("a:1,[::1]:2,[fe80::1],b,,c:");
    Slice host = {NULL, 0};
    Slice port = {NULL, 0};
    Buf out = {.arena = &arena};

    while (url_next_host(&hosts, &host, &port))
        buf_addf(&out, "%.*s %s%.*s;", SLICE_ARGS(host), port.at == NULL ? "-" : ":",
                 SLICE_ARGS(port));
    ck_assert_str_eq(buf_text(&out), "a :1;::1 :2;fe80::1 -;b -; -;c :;");
}
END_TEST

START_TEST(parameters_come_one_by_one)
{
    Slice query = SLICE("a=b&&c&d=&e=f=g&");
    Slice key = {NULL, 0};
    Slice value = {NULL, 0};
    Buf out = {.arena = &arena};

    while (url_next_parameter(&query, &key, &value))
        buf_addf(&out, "%.*s%s%.*s;", SLICE_ARGS(key), value.at == NULL ? "" : "=",
                 SLICE_ARGS(value));
    ck_assert_str_eq(buf_text(&out), "a=b;c;d=;e=f=g;");
}
END_TEST

START_TEST(decode_knows_every_byte_but_nul)
{
    const char *decoded = NULL;

    for (int i = 1; i < 256; i++) {
        const char wanted[2] = {(char)i, '\0'};
        ck_assert(url_decode(slice_of(arena_format(&arena, "%%%02X", i)), &arena, &decoded));
        ck_assert_str_eq(decoded, wanted);
    }
}
END_TEST

START_TEST(decode_refuses_what_libpq_refuses)
{
    static const char *const WRONG[] = {"%", "%4", "%zz", "a%4", "%00", "%%41", "%g0"};
    const char *decoded = NULL;

    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++)
        ck_assert_msg(!url_decode(slice_of(WRONG[i]), &arena, &decoded), "%s", WRONG[i]);
    ck_assert(url_decode(SLICE("a%2fb+c"), &arena, &decoded));
    ck_assert_str_eq(decoded, "a/b+c");
}
END_TEST

static const char RAW[] =
    "its user name or password holds a raw \"@\", \"/\" or \":\": percent-encode your password "
    "(\"@\" is %40, \"/\" is %2F, \":\" is %3A, \"%\" is %25)";
static const char PORT[] =
    "its port is not a number from 1 to 65535: if that is a part of the password, percent-encode "
    "your password (\"@\" is %40, \"/\" is %2F, \":\" is %3A, \"%\" is %25)";
static const char PERCENT[] =
    "a \"%\" in it is not followed by two hexadecimal digits (or it is %00): percent-encode your "
    "password (\"%\" itself is %25)";
static const char CONTROL[] = "it holds a control character, such as a line end";

static const struct {
    const char *url;
    const char *problem;
} PROBLEMS[] = {
    {"postgres://u:p@h/db", NULL},
    {"postgres://u:p%40ss@h:5432/db?sslmode=require", NULL},
    {"postgres://u:a:b@h/db", NULL}, /* libpq reads the password "a:b" */
    {"postgres://a:1,b:2/db", NULL},
    {"postgres://[::1]:5432/db", NULL},
    {"postgres://h:/db", NULL},
    {"postgres:///db?host=/tmp", NULL},
    {"postgres://u@h/db?options=a@b", NULL},
    {"sqlite:///a@b.db", NULL},
    {"sqlite://", NULL},
    {"host=h password=p@/:x", NULL},
    {"", NULL},
    {"postgres://u:p@ss@h/db", RAW},
    {"postgres://u:5/x@h/db", RAW},
    {"postgres://u:p/x@h/db", RAW},
    {"postgres://u:p/x", PORT},
    {"postgres://u:p", PORT},
    {"postgres://h:0/db", PORT},
    {"postgres://h:65536/db", PORT},
    {"postgres://h:5432,g:x/db", PORT},
    {"postgres://[::1]x/db", PORT},
    {"postgres://[::1/db", "a host begins with \"[\" and has no \"]\""},
    {"postgres://u:%zz@h/db", PERCENT},
    {"postgres://u:100%@h/db", PERCENT},
    {"postgres://u:%00@h/db", PERCENT},
    {"postgres://h/db?password=%", PERCENT},
    {"sqlite:///100%.db", PERCENT},
    {"postgres://u:p@h/db\n", CONTROL},
    {"host=h\tuser=u", CONTROL},
};

START_TEST(problem_says_what_to_encode)
{
    const char *problem = url_problem(PROBLEMS[_i].url);

    if (PROBLEMS[_i].problem == NULL)
        ck_assert_msg(problem == NULL, "%s: %s", PROBLEMS[_i].url, problem);
    else
        ck_assert_pstr_eq(problem, PROBLEMS[_i].problem);
}
END_TEST

static const struct {
    const char *url;
    const char *shown;
} REDACTIONS[] = {
    {"postgres://u:secret@h:5432/db?sslmode=require", "postgres://u:***@h:5432/db?sslmode=require"},
    {"postgresql+asyncpg://u:secret@h/db", "postgresql+asyncpg://u:***@h/db"},
    {"postgres://u@h/db", "postgres://u@h/db"},
    {"postgres://u:@h/db", "postgres://u:***@h/db"},
    {"postgres://h:5432/db", "postgres://h:5432/db"},
    {"postgres://[::1]:5432/db", "postgres://[::1]:5432/db"},
    {"postgres://u:secret@[::1]:5432,b/db", "postgres://u:***@[::1]:5432,b/db"},
    {"postgres://u:secret@h/db?options=a@b", "postgres://u:***@h/db?options=a@b"},
    {"postgres://h/db?user=u&password=secret&sslmode=x",
     "postgres://h/db?user=u&password=***&sslmode=x"},
    {"postgres://h/db?PassWord=secret", "postgres://h/db?PassWord=***"},
    {"postgres://h/db?pass%77ord=secret", "postgres://h/db?pass%77ord=***"},
    {"postgres://h/db?sslkey=k&sslpassword=secret", "postgres://h/db?sslkey=k&sslpassword=***"},
    {"sqlite:///a.db", "sqlite:///a.db"},
    {"sqlite:////home/a@b/c.db", "sqlite:////home/a@b/c.db"},
    {"sqlite:///a.db?key=secret", "sqlite:///a.db?key=***"},
    {"host=h user=u password=secret dbname=d", "host=h user=u password=*** dbname=d"},
    {"host=h password = 'a secret' dbname=d", "host=h password = *** dbname=d"},
    {"password='it\\'s secret' host=h", "password=*** host=h"},
    {"password=a\\ secret host=h", "password=*** host=h"},
    {"host=h", "host=h"},
    {"", ""},
    /* malformed: rather too much */
    {"postgres://u:se@cret@h/db", "postgres://u:***@h/db"},
    {"postgres://u:se/cret@h/db", "postgres://u:***@h/db"},
    {"postgres://u:se?cret@h/db", "postgres://u:***@h/db"},
    {"postgres://u:se#cret@h/db", "postgres://u:***@h/db"},
    {"postgres://u:secret", "postgres://u:***"},
    {"postgres://u:secret/db", "postgres://u:***"},
    {"postgres:u:secret@h/db", "postgres:***@h/db"},
    {"postgres:/u:secret@h", "postgres:***@h"},
    {"u:secret@h/db", "u:***@h/db"},
    {"dbname=postgres://u:secret@h/db", "dbname=postgres://***@h/db"},
    {"postgres://h/db?password=se&cret", "postgres://h/db?password=***&***"},
    {"postgres://h/db?password=se@cret", "postgres://h/db?password=***"},
    {"postgres://h/db?user=u;password=secret", "postgres://h/db?user=***"},
    {"host=h password=my secret dbname=d", "host=h password=*** *** dbname=d"},
    {"host=h password='my secret", "host=h password=***"},
    {"Server=h;User Id=u;Password=secret;Port=1", "Server=h;User Id=u;Password=***"},
    {"postgres://u:secret@h\n/db", "postgres://u:***@h?/db"},
};

START_TEST(redact_shows_all_but_the_password)
{
    ck_assert_str_eq(url_redact(REDACTIONS[_i].url, &arena), REDACTIONS[_i].shown);
}
END_TEST

/* A password with any character raw in its middle, in any form that could carry one. */
START_TEST(redact_hides_passwords_that_nobody_encoded)
{
    static const char *const FORMS[][2] = {
        {"postgres://user:", "@host:5432/db"},
        {"postgres://user:", "@host/db?sslmode=require&x=a@b"},
        {"postgresql+psycopg://user:", "@[::1]/db"},
        {"postgres:/user:", "@host/db"},
        {"user:", "@host"},
        {"postgres://host/db?password=", ""},
        {"postgres://user@host/db?password=", "&sslmode=require"},
        {"jdbc:postgresql://host/db?user=user&password=", ""},
        {"host=host password=", ""},
        {"host=host password=", " dbname=db"},
        {"host=host password='", "' dbname=db"},
        {"password = '", ""},
    };

    for (size_t form = 0; form < sizeof FORMS / sizeof FORMS[0]; form++) {
        for (int c = 1; c < 256; c++) {
            const bool is_keyword = strchr(FORMS[form][0], '=') != NULL;
            if (is_keyword && c == '=')
                continue; /* "password=a b=c" is a password and a keyword */
            const char *url =
                arena_format(&arena, "%sGEHEIM%cNIS%s", FORMS[form][0], c, FORMS[form][1]);
            const char *shown = url_redact(url, &arena);
            ck_assert_msg(strstr(shown, "GEHEIM") == NULL && strstr(shown, "NIS") == NULL,
                          "%s is shown as %s", url, shown);
        }
    }
}
END_TEST

static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

START_TEST(no_text_is_too_odd)
{
    static const char ALPHABET[] = "a:/?#[]@!&'=; %0+\\,\n";
    uint32_t random = 1;

    for (int round = 0; round < 20000; round++) {
        char text[24];
        Slice query = {NULL, 0};
        Slice key = {NULL, 0};
        Slice value = {NULL, 0};
        Url url;
        const size_t len = next_random(&random) % sizeof text;
        for (size_t i = 0; i < len; i++)
            text[i] = ALPHABET[next_random(&random) % (sizeof ALPHABET - 1)];
        const char *copy = arena_copy(&arena, (Slice){text, len});
        (void)url_problem(copy);
        ck_assert_ptr_nonnull(url_redact(copy, &arena));
        ck_assert_ptr_nonnull(url_redact(arena_format(&arena, "a://%s", copy), &arena));
        if (url_split(slice_of(arena_format(&arena, "a://%s", copy)), &url)) {
            query = url.query;
            while (url_next_host(&url.hosts, &key, &value) ||
                   url_next_parameter(&query, &key, &value))
                ck_assert_uint_le(key.len, len);
        }
        arena_reset(&arena);
    }
}
END_TEST

static void
tear_down(void)
{
    arena_release(&arena);
}

static const struct {
    const char *text;
    const char *shown;
} MESSAGES[] = {
    {"", ""},
    {"a \"quoted\" message: at a@b.c", "a \"quoted\" message: at a@b.c"},
    {"unknown command \"postgres://u:pw@h/d\"", "unknown command \"postgres://u:***@h/d\""},
    {"\"postgres://u:p@w/x@h/d?password=pw&a=b\" is no range",
     "\"postgres://u:***@h/d?password=***&a=b\" is no range"},
    {"host=h password=pw dbname=d", "host=h password=*** dbname=d"},
    {"PASSWORD=pw", "PASSWORD=***"},
    {"such as postgresql://user@host/database or sqlite:///app.db",
     "such as postgresql://user@host/database or sqlite:///app.db"},
    {"a://u:@h (b://h:5432/d)", "a://u:***@h (b://h:5432/d)"},
    {"percent-encode your password (\"@\" is %40)", "percent-encode your password (\"@\" is %40)"},
    {"password=", "password="},
};

START_TEST(a_message_keeps_all_but_a_password_written_at_the_wrong_place)
{
    ck_assert_str_eq(url_redact_message(MESSAGES[_i].text, &arena), MESSAGES[_i].shown);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, split_cuts_where_libpq_cuts, 0, COUNT(SPLITS));
    tcase_add_test(tcase, hosts_come_one_by_one);
    tcase_add_test(tcase, parameters_come_one_by_one);
    tcase_add_test(tcase, decode_knows_every_byte_but_nul);
    tcase_add_test(tcase, decode_refuses_what_libpq_refuses);
    tcase_add_loop_test(tcase, problem_says_what_to_encode, 0, COUNT(PROBLEMS));
    tcase_add_loop_test(tcase, redact_shows_all_but_the_password, 0, COUNT(REDACTIONS));
    tcase_add_loop_test(tcase, a_message_keeps_all_but_a_password_written_at_the_wrong_place, 0,
                        COUNT(MESSAGES));
    tcase_add_test(tcase, redact_hides_passwords_that_nobody_encoded);
    tcase_add_test(tcase, no_text_is_too_odd);
}

int
main(void)
{
    return suite_main("core/base/url", add);
}
