/* SPDX-License-Identifier: MIT */
/* PostgreSQL's own grammar and scanner, as libpg_query holds them, are the judge. The scanner knows
 * nothing of BEGIN ATOMIC, so it judges the soups only. */
#include <pg_query.h>
#include <stdlib.h>
#include <string.h>

#include "tests/core/sql/differential/generate.h"
#include "tests/support/suite.h"

enum {
    SCRIPTS = 4000,
    SOUPS = 20000,
};

/* Where the judge's statement ends: at its semicolon, or at the end of the text. */
static size_t
end_of(const PgQuerySplitStmt *statement)
{
    return (size_t)statement->stmt_location + (size_t)statement->stmt_len;
}

/* The next of our statements from `offset` on. What the scanner passes over is only what has no
 * keyword; ours of that kind are stepped over too. */
static bool
next_from(SqlLexer *lexer, size_t offset, SqlStatement *got)
{
    while (sql_next(lexer, got)) {
        if (got->offset >= offset)
            return true;
        ck_assert_msg(!slice_is(got->words[0], "SELECT"), "%s\n%.*s", lexer->text.at,
                      SLICE_ARGS(got->text));
    }
    return false;
}

/* Both see the same statements: each of theirs holds one of ours, and ends where it ends. */
static void
compare(const char *text, const PgQuerySplitResult *split)
{
    SqlLexer lexer;
    SqlStatement got;

    sql_init(&lexer, SQL_POSTGRES, slice_of(text), 1);
    for (int i = 0; i < split->n_stmts; i++) {
        const PgQuerySplitStmt *const theirs = split->stmts[i];
        ck_assert_msg(next_from(&lexer, (size_t)theirs->stmt_location, &got), "%s\nonly %d: %s",
                      text, i, lexer.error);
        ck_assert_msg(got.offset + got.text.len <= end_of(theirs), "%s\n%.*s", text,
                      SLICE_ARGS(got.text));
        const size_t stop = lexer.at - (text[lexer.at - 1] == ';');
        ck_assert_msg(stop >= end_of(theirs), "%s\n%.*s", text, SLICE_ARGS(got.text));
    }
    ck_assert_msg(!next_from(&lexer, lexer.text.len, &got) && lexer.error == NULL, "%s\n%s", text,
                  lexer.error);
}

/* The scanner gives a backslash to the grammar, which has no use for one; we say so at once. */
static bool
has_backslash(const char *text)
{
    SqlLexer lexer;
    SqlStatement statement;

    sql_init(&lexer, SQL_POSTGRES, slice_of(text), 1);
    while (sql_next(&lexer, &statement)) {
        if ((statement.facts & SQL_BACKSLASH) != 0)
            return true;
    }
    return lexer.error != NULL && strcmp(lexer.error, "backslash outside quotes") == 0;
}

START_TEST(statements_are_those_of_the_grammar)
{
    Arena arena = {0};
    Generator generator = {.dialect = SQL_POSTGRES, .state = 20261120, .out = {.arena = &arena}};

    for (size_t i = 0; i < SCRIPTS; i++) {
        buf_clear(&generator.out);
        generate_script(&generator);
        const char *const text = buf_text(&generator.out);
        PgQuerySplitResult split = pg_query_split_with_parser(text);
        ck_assert_msg(split.error == NULL, "%s\n%s", text,
                      split.error == NULL ? "" : split.error->message);
        compare(text, &split);
        pg_query_free_split_result(split);
    }
    arena_release(&arena);
}
END_TEST

START_TEST(soups_are_cut_as_the_scanner_cuts_them)
{
    Arena arena = {0};
    Generator generator = {.dialect = SQL_POSTGRES, .state = 7, .out = {.arena = &arena}};
    size_t compared = 0;

    for (size_t i = 0; i < SOUPS; i++) {
        buf_clear(&generator.out);
        generate_soup(&generator);
        const char *const text = buf_text(&generator.out);
        PgQuerySplitResult split = pg_query_split_with_scanner(text);
        if (split.error == NULL && !has_backslash(text)) {
            compare(text, &split);
            compared++;
        }
        pg_query_free_split_result(split);
    }
    ck_assert_uint_gt(compared, SOUPS / 4);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, statements_are_those_of_the_grammar);
    tcase_add_test(tcase, soups_are_cut_as_the_scanner_cuts_them);
}

int
main(void)
{
    return suite_main("core/sql against PostgreSQL's grammar", add);
}
