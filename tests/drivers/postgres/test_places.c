/* SPDX-License-Identifier: MIT */
/* Where an error is shown: at the character of the revision file that the server means, directly
 * and through a pooler. */
#include <string.h>

#include "tests/support/project.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

/* A revision that fails, and what is shown of it. */
typedef struct PlaceCase {
    const char *body;
    const char *message;
    const char *excerpt;
    unsigned line; /* of the body */
    unsigned column;
} PlaceCase;

static const PlaceCase CASES[] = {
    {"SELECT 1;\nSELECT nosuch;\n", "column \"nosuch\" does not exist", "SELECT nosuch;\n       ^",
     2, 8},
    {"SELECT 'ä€𝄞', nosuch;\n", "column \"nosuch\" does not exist",
     "SELECT 'ä€𝄞', nosuch;\n              ^", 1, 15},
    {"\tSELECT\t'ä'\t, nosuch;\r\nSELECT 1;\r\n", "column \"nosuch\" does not exist",
     "\tSELECT\t'ä'\t, nosuch;\n\t      \t   \t  ^", 1, 15},
    {"SELECT 1;\r\n-- ä\r\n  SELECT 1\r\n    , nosuch;\r\n", "column \"nosuch\" does not exist",
     "    , nosuch;\n      ^", 4, 7},
    {"SELECT 1;\rSELECT 2\r, nosuch;\r", "column \"nosuch\" does not exist", ", nosuch;\n  ^", 3,
     3},
    {"SELECT 1;\n  SELECT 1/0;\n", "division by zero", "  SELECT 1/0;\n  ^", 2, 3},
    {"SELECT 1 FRM x;\n", "syntax error at or near \"x\"", "SELECT 1 FRM x;\n             ^", 1,
     14},
    /* what was made local */
    {"SET lock_timeout = 'often';\n", "invalid value for parameter \"lock_timeout\": \"often\"",
     "SET lock_timeout = 'often';\n^", 1, 1},
    {"SET lock_timeout 'x';\n", "syntax error at or near \"'x'\"",
     "SET lock_timeout 'x';\n                 ^", 1, 18},
    {"SELECT 1; SET SESSION jit = ä 1;\n", "syntax error at or near \"1\"",
     "SELECT 1; SET SESSION jit = ä 1;\n                              ^", 1, 31},
    {"SELECT 1;\n  SET seq_page_costs = 1; SET enable_parallel_hash = 'often';\n",
     "parameter \"enable_parallel_hash\" requires a Boolean value",
     "  SET seq_page_costs = 1; SET enable_parallel_hash = 'often';\n                          ^",
     2, 27},
    {"SELECT set_config('x.y', nosuch, false);\n", "column \"nosuch\" does not exist",
     "SELECT set_config('x.y', nosuch, false);\n                         ^", 1, 26},
    /* inside bodies */
    {"DO $$\nBEGIN\n  PERFORM 1;\n  PERFORM nosuch FROM pg_class;\nEND $$;\n",
     "column \"nosuch\" does not exist", "  PERFORM nosuch FROM pg_class;\n          ^", 4, 11},
    {"DO $x$DECLARE i int; BEGIN\n  i := nosuch(1);\nEND $x$;\n",
     "function nosuch(integer) does not exist", "  i := nosuch(1);\n       ^", 2, 8},
    {"DO LANGUAGE plpgsql '\nBEGIN\n\tRAISE EXCEPTION ''ä'';\nEND';\n", "ä",
     "\tRAISE EXCEPTION ''ä'';\n\t^", 3, 2},
    {"DO $$\r\nDECLARE i int;\r\nBEGIN\r\n  i := 1/0;\r\nEND $$;\r\n", "division by zero",
     "  i := 1/0;\n  ^", 4, 3},
    {"DO $$\nBEGIN\n  INSERT INTO pg_class\n  SELECT nosuch;\nEND $$;\n",
     "column \"nosuch\" does not exist", "  SELECT nosuch;\n         ^", 4, 10},
    {"DO $$\nBEGN\nEND $$;\n", "syntax error at or near \"BEGN\"", "BEGN\n^", 2, 1},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETRN 1;\nEND $$;\n",
     "syntax error at or near \"RETRN\"", "  RETRN 1;\n  ^", 3, 3},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT nosuch\n$$;\n",
     "column \"nosuch\" does not exist", "  SELECT nosuch\n         ^", 2, 10},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN\n  RAISE EXCEPTION 'no';\nEND "
     "$$;\nSELECT f();\n",
     "no", "SELECT f();\n^", 4, 1},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN\n  RAISE EXCEPTION 'no';\nEND "
     "$$;\nDO $$\nBEGIN\n  PERFORM f();\nEND $$;\n",
     "no", "  PERFORM f();\n  ^", 6, 3},
    /* rows of COPY */
    {"CREATE TABLE c (i int);\nCOPY c FROM stdin;\n1\nx\n\\.\n",
     "invalid input syntax for type integer: \"x\"", "x\n^", 4, 1},
    {"CREATE TABLE c (a int, b text);\nCOPY c FROM stdin (FORMAT csv, HEADER);\na,b\n"
     "1,\"two\nlines\"\n3,ä,4\n\\.\n",
     "extra data after last expected column", "3,ä,4\n^", 6, 1},
    {"CREATE TABLE c (i int);\nCOPY nosuch FROM stdin;\n1\n\\.\n",
     "relation \"nosuch\" does not exist", "COPY nosuch FROM stdin;\n^", 2, 1},
};

enum { WAYS = 2, CASE_COUNT = sizeof CASES / sizeof CASES[0] };

static Arena arena;
static TestDatabase database;
static Project project;

static void
set_up(void)
{
    database = test_database_new(&arena, "places");
    test_database_warm(&database);
}

static void
tear_down(void)
{
    test_database_drop(&database);
    arena_release(&arena);
}

START_TEST(an_error_is_shown_where_the_server_means)
{
    enum { LINES_ABOVE = 4 }; /* two of the header, an empty one, the directive */
    const PlaceCase *test = &CASES[_i / WAYS];
    Error error = {.arena = &arena};

    project_begin(&project, &arena, _i % WAYS == 0 ? database.direct : database.tx);
    project_write(&project, "a", "", arena_format(&arena, "-- migrate:up\n%s", test->body));
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.message, test->message);
    ck_assert_str_eq(error.excerpt, test->excerpt);
    ck_assert_uint_eq(error.place.line, test->line + LINES_ABOVE);
    ck_assert_uint_eq(error.place.column, test->column);
    ck_assert_str_eq(test_database_read(&arena, database.direct,
                                        "SELECT count(*) FROM pg_proc WHERE proname = 'f'"),
                     "0\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, an_error_is_shown_where_the_server_means, 0, WAYS * CASE_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/places", add);
}
