/* SPDX-License-Identifier: MIT */
#include "core/sql/shell.h"

#include <string.h>

#include "tests/support/suite.h"

static Arena arena;

static void
set_up(void)
{
    arena = (Arena){0};
}

static void
tear_down(void)
{
    arena_release(&arena);
}

typedef struct PsqlCase {
    const char *text;
    const char *printed; /* NULL: the same */
} PsqlCase;

static const PsqlCase PSQL[] = {
    {"SELECT 1", NULL},
    {"SELECT a[1:two]", "SELECT a[1\\:two]"},
    {"SELECT a[1:2], a[:'x'], a[:\"x\"], a[:{?x}], a[:_], a[:\xc3\xa4]",
     "SELECT a[1\\:2], a[\\:'x'], a[\\:\"x\"], a[\\:{?x}], a[\\:_], a[\\:\xc3\xa4]"},
    {"SELECT a[1: two], a[:], a[:-1], a[:(x)], a[:$1]", NULL},
    {"SELECT a::text, a :: text, f(x := 1, y :=z)", NULL},
    {"SELECT a:::text", "SELECT a::\\:text"},
    {"SELECT ::::x", NULL},
    {"SELECT :a:b::c:d", "SELECT \\:a\\:b::c\\:d"},
    {"SELECT ':a', E'\\':a', $$:a$$, $b$:a$$:a$b$, \":a\", U&':a' -- :a\n /* :a /* :a */ :a */ :a",
     "SELECT ':a', E'\\':a', $$:a$$, $b$:a$$:a$b$, \":a\", U&':a' -- :a\n /* :a /* :a */ :a */ "
     "\\:a"},
    {"SELECT 1 :", NULL},
    {":", NULL},
};

START_TEST(psql_finds_no_variable)
{
    const PsqlCase *one = &PSQL[_i];
    Buf out = {.arena = &arena};

    sql_add_for_psql(slice_of(one->text), &out);
    ck_assert_str_eq(buf_text(&out), one->printed == NULL ? one->text : one->printed);
}
END_TEST

typedef struct SqliteCase {
    const char *text;
    int misread; /* at which byte; -1: it is read as it stands */
} SqliteCase;

static const SqliteCase SQLITE[] = {
    {"SELECT 1", -1},
    {"SELECT 8\n/\n2", 9},
    {"SELECT 8\n \t/ \r\n2", 11},
    {"SELECT 8\n/ -- by\n2", 9},
    {"SELECT 8\n/ /* by */\n2", 9},
    {"SELECT 8\n/", -1},
    {"SELECT 8\n/ 2", -1},
    {"SELECT 8 /\n2", -1},
    {"SELECT 8\n/* by */ /\n2", -1},
    {"SELECT '\n/\n', \"\n/\n\", `\n/\n`, [\n/\n] /*\n/\n*/", -1},
    {"SELECT\ngo\nFROM t", 7},
    {"SELECT\n gO\t\nFROM t", 8},
    {"SELECT\ngood,\ngo, go\n,\ngo.x", -1},
    {"SELECT '\ngo\n', \"\ngo\n\"", -1},
    {"go", -1},
    {"/", -1},
    {".tables", 0},
    {"# no comment", 0},
    {" .tables", -1},
    {"SELECT 1\n.tables", -1},
    {"", -1},
};

START_TEST(lines_of_the_sqlite3_shell_are_found)
{
    const SqliteCase *one = &SQLITE[_i];
    size_t offset = 0;
    const bool is_misread = sql_is_misread_by_sqlite3(slice_of(one->text), &offset);

    ck_assert_int_eq(is_misread ? (int)offset : -1, one->misread);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, psql_finds_no_variable, 0, (int)(sizeof PSQL / sizeof PSQL[0]));
    tcase_add_loop_test(tcase, lines_of_the_sqlite3_shell_are_found, 0,
                        (int)(sizeof SQLITE / sizeof SQLITE[0]));
}

int
main(void)
{
    return suite_main("core/sql/shell", add);
}
