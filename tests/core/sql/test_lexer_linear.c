/* SPDX-License-Identifier: MIT */
/* No text makes the lexer slow: sixteen times the text takes some sixteen times the time. Both are
 * measured in the same run, as processor time, and compared only with each other. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/sql/lexer.h"
#include "core/sql/localise.h"
#include "core/sql/rules.h"
#include "tests/support/suite.h"

enum {
    SMALL = 1 << 16,
    FACTOR = 16,
    TOO_SLOW = 80, /* quadratic would be 256 */
    ROUNDS = 3,
};

static const struct {
    const char *head;
    const char *piece;
} TEXTS[] = {
    {"", "'"},
    {"SELECT ", "''"},
    {"SELECT ", "\""},
    {"SELECT E'", "\\'"},
    {"SELECT ", "E'a'\n"},
    {"SELECT ", "E'\r"},
    {"", "("},
    {"SELECT ", "()"},
    {"CREATE RULE r DO ", "(;"},
    {"", ")"},
    {"SELECT ", "$a$"},
    {"SELECT $a$", "$a"},
    {"SELECT $abcdefgh$", "$abcdefg"},
    {"SELECT ", "$a"},
    {"SELECT ", "$"},
    {"SELECT ", "$a("},
    {"SELECT ", ":a(b)"},
    {"", "/*"},
    {"", "/**/"},
    {"", "--\n"},
    {"", "-- a\r"},
    {"SELECT ", "-"},
    {"SELECT ", "a -- b\r"},
    {"", ";"},
    {"", "a;"},
    {"", "\xC3\xA9;"},
    {"", "a;\r"},
    {"", "a\n;"},
    {"SELECT ", "["},
    {"SELECT ", "`"},
    {"SELECT ", "{}"},
    {"", "\\"},
    {"", "\\x\n"},
    {"", "\\restrict\r"},
    {"", "COPY t FROM STDIN;\n\\.\n"},
    {"", "COPY t FROM STDIN;\r\\.\r"},
    {"COPY t FROM STDIN;\n", "a\n"},
    {"", "SET x = 1;"},
    {"SET ", "x."},
    {"SELECT ", "set_config("},
    {"SELECT ", "set_config(1,2,false),"},
    {"SELECT ", "INTO TEMP "},
    {"DECLARE c ", "CURSOR WITH "},
    {"CREATE TEMP TABLE t ", "ON COMMIT "},
    {"CREATE TABLE t ", "(ON "},
    {"CREATE FUNCTION f() ", "BEGIN ATOMIC "},
    {"CREATE FUNCTION f() BEGIN ATOMIC ", "END "},
    {"CREATE TRIGGER t ", "; END "},
    {"CREATE SUBSCRIPTION s ", "WITH ("},
    {"CREATE SUBSCRIPTION s ", "WITH () "},
    {"REINDEX ", "(CONCURRENTLY "},
    {"ALTER TABLE t ", "CONCURRENTLY "},
    {"EXPLAIN ", "CREATE "},
};

static Slice
repeat(const char *head, const char *piece, size_t size, Arena *arena)
{
    const size_t len = strlen(piece);
    Buf text = {.arena = arena};

    buf_add(&text, head);
    while (text.len + len <= size)
        buf_add_slice(&text, (Slice){piece, len});
    return buf_slice(&text);
}

/* Lexes the text, and asks of each statement all there is to ask. */
static void
lex(SqlDialect dialect, Slice text)
{
    Arena arena = {0};
    SqlLexer lexer;
    SqlStatement statement;
    SqlLocal local;

    sql_init(&lexer, dialect, text, 1);
    while (sql_next(&lexer, &statement)) {
        (void)sql_refusal(&statement, dialect, true, &arena);
        (void)sql_localise(&statement, &arena, &local);
        arena_reset(&arena);
    }
    arena_release(&arena);
}

static double
seconds(SqlDialect dialect, Slice text)
{
    const clock_t start = clock();

    lex(dialect, text);
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

/* The least of a few times, or the first that is not above `enough`. */
static double
least_seconds(SqlDialect dialect, Slice text, double enough)
{
    double least = seconds(dialect, text);

    for (int i = 1; i < ROUNDS && least > enough; i++) {
        const double took = seconds(dialect, text);
        least = took < least ? took : least;
    }
    return least;
}

START_TEST(time_grows_with_the_text)
{
    static const SqlDialect DIALECTS[] = {SQL_POSTGRES, SQL_SQLITE};
    /* below this the clock decides, not the lexer */
    static const double TICK = 0.0005;
    Arena arena = {0};
    const Slice small = repeat(TEXTS[_i].head, TEXTS[_i].piece, SMALL, &arena);
    const Slice large = repeat(TEXTS[_i].head, TEXTS[_i].piece, (size_t)SMALL * FACTOR, &arena);

    for (size_t i = 0; i < 2; i++) {
        const double base = least_seconds(DIALECTS[i], small, TICK);
        const double limit = TOO_SLOW * (base > TICK ? base : TICK);
        const double took = least_seconds(DIALECTS[i], large, limit);
        ck_assert_msg(took <= limit, "%s%s..: %.4f s for 64 kB, %.4f s for 1 MB", TEXTS[_i].head,
                      TEXTS[_i].piece, base, took);
    }
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, time_grows_with_the_text, 0, sizeof TEXTS / sizeof TEXTS[0]);
}

int
main(void)
{
    return suite_main("core/sql/lexer linear", add);
}
