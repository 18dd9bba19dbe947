/* SPDX-License-Identifier: MIT */
/* Where an error is shown that is in a piece of SQL of an operation: in the YAML file, whatever was
 * made of the piece. */
#include "tests/support/project.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

typedef struct PlaceCase {
    const char *operations;
    const char *message;
    const char *excerpt;
    unsigned line; /* of the operations */
    unsigned column;
} PlaceCase;

#define TABLE                                                                                      \
    "- create_table:\n"                                                                            \
    "    name: t\n"                                                                                \
    "    columns: [{name: id, type: integer, primary_key: true}, {name: x, type: text}]\n"

static const PlaceCase CASES[] = {
    {TABLE "- add_check: {name: c, table: t, check: x > '' AND > nosuch}\n",
     "syntax error at or near \">\"",
     "- add_check: {name: c, table: t, check: x > '' AND > nosuch}\n"
     "                                                   ^",
     4, 52},
    /* the server does not say where: then the piece, if it can only be there */
    {TABLE "- add_check: {name: c, table: t, check: x > '' AND nosuch}\n",
     "column \"nosuch\" does not exist",
     "- add_check: {name: c, table: t, check: x > '' AND nosuch}\n"
     "                                        ^",
     4, 41},
    {TABLE
     "- insert: {table: t, rows: [{id: 1}]}\n- add_check: {name: c, table: t, check: id > 1}\n",
     "check constraint \"c\" of relation \"t\" is violated by some row",
     "- add_check: {name: c, table: t, check: id > 1}\n                                        ^",
     5, 41},
    {"- add_check: {name: c, table: nosuch, check: id > 1}\n", "relation \"nosuch\" does not exist",
     "- add_check: {name: c, table: nosuch, check: id > 1}\n  ^", 1, 3},
    {TABLE "- add_column: {table: t, column: {name: y, type: integer, default: {sql: id}}}\n",
     "cannot use column reference in DEFAULT expression",
     "- add_column: {table: t, column: {name: y, type: integer, default: {sql: id}}}\n"
     "                                                                         ^",
     4, 74},
    {"- create_table:\n    name: t\n    columns:\n      - name: x\n        type: integer\n"
     "        check: >-\n          x > 0\n          AND nosuch\n",
     "column \"nosuch\" does not exist", "        check: >-\n               ^", 6, 16},
    {"- create_table:\n    name: t\n    columns:\n      - name: x\n        type: integer\n"
     "        check: |\n          x > 0\n          AND nosuch\n",
     "column \"nosuch\" does not exist", "          AND nosuch\n              ^", 8, 15},
    {TABLE "- create_index: {name: i, table: t, columns: [{expr: lower(nosuch)}]}\n",
     "column \"nosuch\" does not exist",
     "- create_index: {name: i, table: t, columns: [{expr: lower(nosuch)}]}\n"
     "                                                           ^",
     4, 60},
    {TABLE
     "- add_column: {table: t, column: {name: y, type: integer, default: {sql: 1 + > nosuch}}}\n",
     "syntax error at or near \">\"",
     "- add_column: {table: t, column: {name: y, type: integer, default: {sql: 1 + > nosuch}}}\n"
     "                                                                             ^",
     4, 78},
    {TABLE "- add_column: {table: t, column: {name: y, type: raw(nosuch)}}\n",
     "type \"nosuch\" does not exist",
     "- add_column: {table: t, column: {name: y, type: raw(nosuch)}}\n"
     "                                                     ^",
     4, 54},
    {"- create_view:\n    name: v\n    as: |\n      SELECT 1 AS ä,\n        nosuch\n",
     "column \"nosuch\" does not exist", "        nosuch\n        ^", 5, 9},
    {TABLE "- create_view: {name: v, as: SELECT id FROM t}\n"
           "- replace_view:\n    name: v\n    as: |\n      SELECT x,\n        ä\n      FROM t\n"
           "    was: SELECT id FROM t\n",
     "column \"ä\" does not exist", "        ä\n        ^", 9, 9},
    {"- create_function:\n    name: f\n    sql: |\n      CREATE FUNCTION f() RETURNS int\n"
     "      LANGUAGE plpgsql AS $$\n      BEGIN\n        RETRN 1;\n      END $$;\n",
     "syntax error at or near \"RETRN\"", "        RETRN 1;\n        ^", 7, 9},
    {"- replace_function:\n    name: f\n    sql: |\n      CREATE FUNCTION f() RETURNS int\n"
     "      LANGUAGE sql AS $$\n        SELECT nosuch\n      $$;\n",
     "column \"nosuch\" does not exist", "        SELECT nosuch\n               ^", 6, 16},
    {TABLE "- insert: {table: t, rows: [{id: 1, x: {sql: nosuch()}}]}\n",
     "function nosuch() does not exist",
     "- insert: {table: t, rows: [{id: 1, x: {sql: nosuch()}}]}\n"
     "                                             ^",
     4, 46},
    {TABLE "- alter_column: {table: t, column: x, type: integer, using: x + nosuch}\n",
     "column \"nosuch\" does not exist",
     "- alter_column: {table: t, column: x, type: integer, using: x + nosuch}\n"
     "                                                                ^",
     4, 65},
    {TABLE "- backfill:\n    table: t\n    set: {x: id || nosuch}\n    where: x IS NULL\n",
     "column \"nosuch\" does not exist", "    set: {x: id || nosuch}\n                   ^", 6, 20},
    {TABLE "- backfill:\n    table: t\n    set: {x: id}\n    where: x IS NULL AND id < nosuch\n",
     "column \"nosuch\" does not exist",
     "    where: x IS NULL AND id < nosuch\n                              ^", 7, 31},
    {TABLE "- add_column:\n    table: t\n    column: {name: y, type: integer, nullable: false}\n"
           "    fill: nosuch\n    online: true\n",
     "column \"nosuch\" does not exist", "    fill: nosuch\n          ^", 7, 11},
    /* what was made alone */
    {"- drop_table:\n    name: nosuch\n    was: {columns: [{name: id, type: integer}]}\n",
     "table \"nosuch\" does not exist", "- drop_table:\n  ^", 1, 3},
};

enum { WAYS = 3, CASE_COUNT = sizeof CASES / sizeof CASES[0] };

static Arena arena;
static TestDatabase database;
static Project project;

static void
set_up(void)
{
    database = test_database_new(&arena, "places");
}

static void
tear_down(void)
{
    test_database_drop(&database);
    arena_release(&arena);
}

START_TEST(an_error_in_a_piece_of_an_operation_is_shown_there)
{
    enum { LINES_ABOVE = 3 }; /* the header */
    const char *const urls[WAYS] = {database.direct, database.tx, database.statement};
    const PlaceCase *test = &CASES[_i / WAYS];
    Error error = {.arena = &arena};

    project_begin(&project, &arena, urls[_i % WAYS]);
    project_write_yaml(&project, "a", "",
                       arena_format(&arena, "%sdestructive: true\n", test->operations));
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &error));
    ck_assert_str_eq(error.message, test->message);
    ck_assert_str_eq(error.excerpt, test->excerpt);
    ck_assert_uint_eq(error.place.line, test->line + LINES_ABOVE);
    ck_assert_uint_eq(error.place.column, test->column);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, an_error_in_a_piece_of_an_operation_is_shown_there, 0,
                        WAYS * CASE_COUNT);
}

int
main(void)
{
    return servers_main("drivers/postgres/operation_places", add);
}
