/* SPDX-License-Identifier: MIT */
#include "core/sql/localise.h"

#include <string.h>

#include <stdlib.h>

#include "tests/support/suite.h"

typedef struct LocalCase {
    const char *text;
    const char *local; /* NULL: runs as written */
    const char *note;
} LocalCase;

#define ONLY " holds for this transaction only"

#define KNOWS ONLY ", and where the server knows it"
#define ASKING(name, set)                                                                                   \
    "DO $migrate$\nBEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_settings WHERE lower(name) = lower('" name \
    "')) THEN\n    EXECUTE '" set "';\n  ELSE\n    RAISE WARNING USING MESSAGE = 'this server "             \
    "does not know \"" name "\": it is not set';\n  END IF;\nEND\n$migrate$"

static const LocalCase CASES[] = {
    {"SET search_path = app", "SET LOCAL search_path = app", "\"SET search_path\"" ONLY},
    {"set search_path to 'a', b", "set LOCAL search_path to 'a', b", "\"SET search_path\"" ONLY},
    {"SET SESSION x.y = 1", "SET LOCAL x.y = 1", "\"SET x.y\"" ONLY},
    {"SET /* a */ session/* b */lock_timeout TO DEFAULT",
     "SET /* a */ LOCAL/* b */lock_timeout TO DEFAULT", "\"SET lock_timeout\"" ONLY},
    {"SET-- c\njit=1", "SET LOCAL-- c\njit=1", "\"SET jit\"" ONLY},
    {"SET Transaction_Timeout = 0",
     ASKING("Transaction_Timeout", "SET LOCAL Transaction_Timeout = 0"),
     "\"SET Transaction_Timeout\"" KNOWS},
    {"SET LOCAL \"it's\" TO 'x''y'",
     "DO $migrate$\nBEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_settings WHERE lower(name) = "
     "lower('it''s')) THEN\n    EXECUTE 'SET LOCAL \"it''s\" TO ''x''''y''';\n  ELSE\n    RAISE "
     "WARNING USING MESSAGE = 'this server does not know \"it''s\": it is not set';\n  END "
     "IF;\nEND\n$migrate$",
     "\"SET it's\"" KNOWS},
    {"RESET default_with_oids",
     ASKING("default_with_oids", "SET LOCAL default_with_oids TO DEFAULT"),
     "\"RESET default_with_oids\"" KNOWS},
    {"SET a = $x$ $migrate$ $x$",
     "DO $migrate1$\nBEGIN\n  IF EXISTS (SELECT FROM pg_catalog.pg_settings WHERE lower(name) = "
     "lower('a')) THEN\n    EXECUTE 'SET LOCAL a = $x$ $migrate$ $x$';\n  ELSE\n    RAISE WARNING "
     "USING MESSAGE = 'this server does not know \"a\": it is not set';\n  END IF;\nEND\n$migrate1$",
     "\"SET a\"" KNOWS},
    {"SET \"DateStyle\" = 'ISO'", "SET LOCAL \"DateStyle\" = 'ISO'", "\"SET DateStyle\"" ONLY},
    {"SET session.x = 1", "SET LOCAL session.x = 1", "\"SET session.x\"" ONLY},
    {"SET local.x = 1", "SET LOCAL local.x = 1", "\"SET local.x\"" ONLY},
    {"SET transaction.x = 1", "SET LOCAL transaction.x = 1", "\"SET transaction.x\"" ONLY},
    {"SET TIME ZONE 'UTC'", "SET LOCAL TIME ZONE 'UTC'", "\"SET TimeZone\"" ONLY},
    {"SET SESSION TIME ZONE LOCAL", "SET LOCAL TIME ZONE LOCAL", "\"SET TimeZone\"" ONLY},
    {"SET NAMES 'UTF8'", "SET LOCAL NAMES 'UTF8'", "\"SET client_encoding\"" ONLY},
    {"SET SCHEMA 'app'", "SET LOCAL SCHEMA 'app'", "\"SET search_path\"" ONLY},
    {"SET XML OPTION DOCUMENT", "SET LOCAL XML OPTION DOCUMENT", "\"SET xmloption\"" ONLY},
    {"SET ROLE app", "SET LOCAL ROLE app", "\"SET role\"" ONLY},
    {"SET SESSION ROLE NONE", "SET LOCAL ROLE NONE", "\"SET role\"" ONLY},
    {"SET role = app", "SET LOCAL role = app", "\"SET role\"" ONLY},
    {"SET SESSION AUTHORIZATION app", "SET LOCAL SESSION AUTHORIZATION app",
     "\"SET session_authorization\"" ONLY},
    {"SET SESSION SESSION AUTHORIZATION DEFAULT", "SET LOCAL SESSION AUTHORIZATION DEFAULT",
     "\"SET session_authorization\"" ONLY},
    {"RESET search_path", "SET LOCAL search_path TO DEFAULT", "\"RESET search_path\"" ONLY},
    {"reset x.y", "SET LOCAL x.y TO DEFAULT", "\"RESET x.y\"" ONLY},
    {"RESET ROLE", "SET LOCAL ROLE TO DEFAULT", "\"RESET ROLE\"" ONLY},
    {"RESET TIME ZONE", "SET LOCAL TIME ZONE DEFAULT", "\"RESET TimeZone\"" ONLY},
    {"RESET SESSION AUTHORIZATION", "SET LOCAL SESSION AUTHORIZATION DEFAULT",
     "\"RESET session_authorization\"" ONLY},
    {"SELECT pg_catalog.set_config('search_path', '', false)",
     "SELECT pg_catalog.set_config('search_path', '', true )", "\"set_config\"" ONLY},
    {"SELECT set_config('a','',FALSE), set_config('b', f(1, false), false)",
     "SELECT set_config('a','',true ), set_config('b', f(1, false), true )", "\"set_config\"" ONLY},

    {"SET LOCAL search_path = app", NULL, NULL},
    {"SET LOCAL TIME ZONE 'UTC'", NULL, NULL},
    {"SET LOCAL local.x = 1", NULL, NULL},
    {"SET CONSTRAINTS ALL DEFERRED", NULL, NULL},
    {"SET TRANSACTION READ ONLY", NULL, NULL},
    {"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", NULL, NULL},
    {"RESET ALL", NULL, NULL},
    {"SELECT set_config('search_path', '', true)", NULL, NULL},
    {"ALTER ROLE r SET x = 1", NULL, NULL},
    {"SET NAMES", "SET LOCAL NAMES", "\"SET NAMES\"" ONLY},
    {"SET", NULL, NULL},
    {"SET TO", NULL, NULL},
    {"RESET 1", NULL, NULL},
};

START_TEST(session_settings_become_local)
{
    const LocalCase *const test = &CASES[_i];
    Arena arena = {0};
    SqlLexer lexer;
    SqlStatement statement;
    SqlLocal local = {0};

    sql_init(&lexer, SQL_POSTGRES, slice_of(test->text), 1);
    ck_assert(sql_next(&lexer, &statement));
    ck_assert_msg(sql_localise(&statement, &arena, &local) == (test->local != NULL), "%s",
                  test->text);
    if (test->local != NULL)
        ck_assert_str_eq(arena_copy(&arena, local.text), test->local);
    ck_assert_pstr_eq(local.note, test->note);
    arena_release(&arena);
}
END_TEST

START_TEST(what_was_made_local_stays_as_it_is)
{
    const LocalCase *const test = &CASES[_i];
    Arena arena = {0};
    SqlLexer lexer;
    SqlStatement statement;
    SqlLocal local = {0};

    if (test->local != NULL) {
        sql_init(&lexer, SQL_POSTGRES, slice_of(test->local), 1);
        ck_assert(sql_next(&lexer, &statement));
        ck_assert_uint_eq(statement.facts, 0);
        ck_assert(!sql_localise(&statement, &arena, &local));
    }
    arena_release(&arena);
}
END_TEST

/* Where a server would point into the text that it was sent, the file has the same character. */
START_TEST(places_in_the_local_text_are_places_in_the_file)
{
    static const char *const TEXTS[] = {
        "SET search_path = !", "set  SESSION search_path = !",     "RESET !",
        "RESET TIME !",        "SELECT set_config('x', !, false)", "SET LOCAL jit = !",
    };
    const char *const text = TEXTS[_i];
    Arena arena = {0};
    SqlLexer lexer;
    SqlStatement statement;
    SqlLocal local = {.text = slice_of(text)};

    sql_init(&lexer, SQL_POSTGRES, slice_of(text), 1);
    ck_assert(sql_next(&lexer, &statement));
    (void)sql_localise(&statement, &arena, &local);
    const char *const mark = memchr(local.text.at, '!', local.text.len);
    if (mark != NULL)
        ck_assert_uint_eq(sql_edit_source(&local.edit, (size_t)(mark - local.text.at)),
                          (size_t)(strchr(text, '!') - text));
    ck_assert_uint_le(sql_edit_source(&local.edit, local.text.len), strlen(text));
    ck_assert_uint_eq(sql_edit_source(&local.edit, 0), 0);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, places_in_the_local_text_are_places_in_the_file, 0, 6);
    tcase_add_loop_test(tcase, session_settings_become_local, 0, sizeof CASES / sizeof CASES[0]);
    tcase_add_loop_test(tcase, what_was_made_local_stays_as_it_is, 0,
                        sizeof CASES / sizeof CASES[0]);
}

int
main(void)
{
    return suite_main("core/sql/localise", add);
}
