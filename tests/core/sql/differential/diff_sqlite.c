/* SPDX-License-Identifier: MIT */
/* SQLite itself is the judge: sqlite3_prepare_v2 says where a statement ends, sqlite3_complete
 * whether a text is whole. */
#include <sqlite3.h>
#include <stdlib.h>

#include "core/base/attributes.h"
#include "tests/core/sql/differential/generate.h"
#include "tests/support/suite.h"

enum {
    SCRIPTS = 4000,
    SOUPS = 8000,
};

static void
database_close(sqlite3 **database)
{
    (void)sqlite3_close(*database);
}

/* The next statement that SQLite sees from *at on, and where it stops; false at the end. */
static bool
prepare_next(sqlite3 *database, const char **at)
{
    while (**at != '\0') {
        const char *const from = *at;
        sqlite3_stmt *prepared = NULL;
        const int status = sqlite3_prepare_v2(database, *at, -1, &prepared, at);
        const bool is_statement = prepared != NULL;
        (void)sqlite3_finalize(prepared);
        ck_assert_msg(status == SQLITE_OK, "%s\n%s", from, sqlite3_errmsg(database));
        if (is_statement)
            return true;
    }
    return false;
}

START_TEST(statements_end_where_prepare_ends_them)
{
    AUTO(database_close) sqlite3 *database = NULL;
    Arena arena = {0};
    Generator generator = {.dialect = SQL_SQLITE, .state = 20261120, .out = {.arena = &arena}};

    ck_assert_int_eq(sqlite3_open(":memory:", &database), SQLITE_OK);
    ck_assert_int_eq(
        sqlite3_exec(database, "CREATE TABLE t (a, begin, \"end\", b, c)", NULL, NULL, NULL),
        SQLITE_OK);
    for (size_t i = 0; i < SCRIPTS; i++) {
        SqlLexer lexer;
        SqlStatement statement;
        buf_clear(&generator.out);
        generate_script(&generator);
        const char *const text = buf_text(&generator.out);
        const char *at = text;
        sql_init(&lexer, SQL_SQLITE, slice_of(text), 1);
        while (prepare_next(database, &at)) {
            ck_assert_msg(sql_next(&lexer, &statement), "%s\n%s", text, lexer.error);
            ck_assert_msg(lexer.at == (size_t)(at - text), "%s\n%.*s", text,
                          SLICE_ARGS(statement.text));
        }
        ck_assert_msg(!sql_next(&lexer, &statement) && lexer.error == NULL, "%s", text);
    }
    arena_release(&arena);
}
END_TEST

/* A statement with its semicolon is whole, and not before. */
static void
check_whole(const char *text, size_t from, size_t to, Arena *arena)
{
    for (size_t end = from + 1; end <= to; end++) {
        const bool is_last = end == to;
        if (text[end - 1] != ';')
            continue;
        const char *const part = arena_copy(arena, (Slice){text + from, end - from});
        ck_assert_msg(sqlite3_complete(part) == is_last, "%s\n%s", text, part);
    }
}

START_TEST(statements_are_whole_for_sqlite_and_not_before)
{
    Arena arena = {0};
    Generator generator = {.dialect = SQL_SQLITE, .state = 7, .out = {.arena = &arena}};
    size_t checked = 0;

    for (size_t i = 0; i < SOUPS; i++) {
        SqlLexer lexer;
        SqlStatement statement;
        Arena parts = {0};
        buf_clear(&generator.out);
        generate_soup(&generator);
        const char *const text = buf_text(&generator.out);
        sql_init(&lexer, SQL_SQLITE, slice_of(text), 1);
        while (sql_next(&lexer, &statement)) {
            if (text[lexer.at - 1] != ';')
                break;
            check_whole(text, statement.offset, lexer.at, &parts);
            checked++;
        }
        arena_release(&parts);
    }
    ck_assert_uint_gt(checked, SOUPS / 2);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, statements_end_where_prepare_ends_them);
    tcase_add_test(tcase, statements_are_whole_for_sqlite_and_not_before);
}

int
main(void)
{
    return suite_main("core/sql against SQLite", add);
}
