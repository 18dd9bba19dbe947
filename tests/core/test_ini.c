/* SPDX-License-Identifier: MIT */
#include "core/ini.h"

#include <string.h>

#include "tests/support/suite.h"

static Arena arena;
static Error error;

static void
set_up(void)
{
    arena = (Arena){0};
    error = (Error){.arena = &arena};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static const char *
value_of(const char *text, const char *key)
{
    const Ini ini = {
        .file = "alembic.ini", .text = slice_of(text), .here = "/app", .arena = &arena};
    const char *value = NULL;

    ck_assert_msg(ini_find(&ini, "alembic", key, &value, &error), "%s", error.message);
    return value;
}

typedef struct Case {
    const char *text;
    const char *value; /* of sqlalchemy.url; NULL: none */
} Case;

static const Case CASES[] = {
    {"", NULL},
    {"[alembic]\n", NULL},
    {"sqlalchemy.url = before.any.section\n", NULL},
    {"[other]\nsqlalchemy.url = x\n", NULL},
    {"[alembic]\nsqlalchemy.url = sqlite:///a.db\n", "sqlite:///a.db"},
    {"[alembic]\r\nsqlalchemy.url=sqlite:///a.db\r\n", "sqlite:///a.db"},
    {"[alembic]\nSQLAlchemy.URL: postgresql://a:b@c/d?e=f\n", "postgresql://a:b@c/d?e=f"},
    {"[alembic]\n# sqlalchemy.url = no\n; sqlalchemy.url = no\nsqlalchemy.url = yes # not one\n",
     "yes # not one"},
    {"[alembic]\nsqlalchemy.url =\n", ""},
    {"[alembic]\nsqlalchemy.url = a\n    b\n\n    # c\n\td\nother = e\n    f\n", "a\nb\nd"},
    {"[alembic]\nsqlalchemy.url = p%%40ss%%%%\n", "p%40ss%%"},
    {"[alembic]\nsqlalchemy.url = sqlite:///%(here)s/a.db\n", "sqlite:////app/a.db"},
    {"[DEFAULT]\nuser = ada\nhost = h%%1\n[alembic]\nhost = %(user)s.net\nsqlalchemy.url = "
     "pg://%(user)s@%(host)s\n",
     "pg://ada@ada.net"},
    {"[DEFAULT]\nsqlalchemy.url = x\n[alembic]\n", "x"},
    {"[alembic]\na = %%(b)s\nsqlalchemy.url = %(a)s\n", "%(b)s"},
    {"[alembic]\nsqlalchemy.url = first\n[x]\n[alembic]\nsqlalchemy.url = last\n", "last"},
};

START_TEST(a_value_is_what_python_reads)
{
    const char *value = value_of(CASES[_i].text, "sqlalchemy.url");

    if (CASES[_i].value == NULL)
        ck_assert_ptr_null(value);
    else
        ck_assert_str_eq(value, CASES[_i].value);
}
END_TEST

static const char *const REFUSED[][3] = {
    {"[alembic]\n\nurl = 50%\n", "a \"%\" that is neither %% nor %(name)s",
     "a % itself is written %% in this file"},
    {"[alembic]\n\nurl = %(name\n", "a \"%\" that is neither %% nor %(name)s",
     "a % itself is written %% in this file"},
    {"[alembic]\n\nurl = %(name)s\n", "%(name)s names no key of this file",
     "write the value itself, or the key into [alembic]"},
    {"[alembic]\na = %(url)s\nurl = %(a)s\n", "the value of \"url\" holds itself",
     "one of its %(name)s leads back to it"},
};

START_TEST(what_python_would_not_read_is_refused_with_its_place)
{
    const Ini ini = {
        .file = "alembic.ini", .text = slice_of(REFUSED[_i][0]), .here = "/app", .arena = &arena};
    const char *value = NULL;

    ck_assert(!ini_find(&ini, "alembic", "url", &value, &error));
    ck_assert_int_eq(error.code, ERR_CONFIG);
    ck_assert_str_eq(error.message, REFUSED[_i][1]);
    ck_assert_str_eq(error.hint, REFUSED[_i][2]);
    ck_assert_str_eq(error.place.file, "alembic.ini");
    ck_assert_uint_eq(error.place.line, 3);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_value_is_what_python_reads, 0,
                        (int)(sizeof CASES / sizeof CASES[0]));
    tcase_add_loop_test(tcase, what_python_would_not_read_is_refused_with_its_place, 0,
                        (int)(sizeof REFUSED / sizeof REFUSED[0]));
}

int
main(void)
{
    return suite_main("core/ini", add);
}
