/* SPDX-License-Identifier: MIT */
/*
 * How fast the lexer is on an ordinary script, in MB/s of processor time and as a ratio to finding
 * the line ends of the same text with memchr, which tells what the machine can do.
 *
 *     bench_lexer [least MB/s]     exit status 1 if PostgreSQL's or SQLite's mode is slower
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/sql/lexer.h"

enum {
    SIZE = 16 << 20,
    ROUNDS = 7,
};

static const char PIECE[] =
    "CREATE TABLE account (\n"
    "    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n"
    "    name text NOT NULL DEFAULT 'nobody',\n"
    "    created timestamptz NOT NULL DEFAULT now(),\n"
    "    CONSTRAINT account_name_check CHECK (name <> '')\n"
    ");\n"
    "\n"
    "-- finds an account by its name, whatever the case\n"
    "CREATE UNIQUE INDEX account_name ON account (lower(name));\n"
    "COMMENT ON TABLE account IS 'who may log in; it''s the owner who says';\n"
    "INSERT INTO account (name) VALUES ('Ada Lovelace'), ('Grace Hopper');\n"
    "/* kept for the reports */\n"
    "CREATE VIEW account_by_day AS\n"
    "    SELECT date_trunc('day', created) AS day, count(*) AS accounts\n"
    "    FROM account GROUP BY 1 ORDER BY 1;\n";

/* Each returns what it found, so that no compiler leaves the work out. */
typedef size_t Work(Slice text);

static size_t
find_lines(Slice text)
{
    const char *const end = text.at + text.len;
    size_t count = 0;

    for (const char *at = text.at; at != NULL && at < end; count++) {
        at = memchr(at, '\n', (size_t)(end - at));
        at = at == NULL ? NULL : at + 1;
    }
    return count;
}

static size_t
lex(Slice text, SqlDialect dialect)
{
    SqlLexer lexer;
    SqlStatement statement;
    size_t count = 0;

    sql_init(&lexer, dialect, text, 1);
    while (sql_next(&lexer, &statement))
        count += statement.facts + 1;
    return lexer.error == NULL ? count : 0;
}

static size_t
lex_postgres(Slice text)
{
    return lex(text, SQL_POSTGRES);
}

static size_t
lex_sqlite(Slice text)
{
    return lex(text, SQL_SQLITE);
}

static double
megabytes_per_second(Work *work, Slice text, size_t *found)
{
    double least = 0;

    for (int i = 0; i < ROUNDS; i++) {
        const clock_t start = clock();
        *found = work(text);
        const double took = (double)(clock() - start + 1) / CLOCKS_PER_SEC;
        if (i == 0 || took < least)
            least = took;
    }
    return (double)text.len / 1e6 / least;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        Work *work;
        bool is_lexer;
    } WORKS[] = {
        {"line ends", find_lines, false},
        {"postgres", lex_postgres, true},
        {"sqlite", lex_sqlite, true},
    };
    const double wanted = argc > 1 ? strtod(argv[1], NULL) : 0;
    Arena arena = {0};
    Buf text = {.arena = &arena};
    double base = 0;
    bool is_slow = false;

    while (text.len < SIZE)
        buf_add(&text, PIECE);
    for (size_t i = 0; i < sizeof WORKS / sizeof WORKS[0]; i++) {
        size_t found = 0;
        const double rate = megabytes_per_second(WORKS[i].work, buf_slice(&text), &found);
        base = i == 0 ? rate : base;
        (void)printf("%-9s %8.0f MB/s  %6.3f  (%zu)\n", WORKS[i].name, rate, rate / base, found);
        is_slow = is_slow || (WORKS[i].is_lexer && rate < wanted) || found == 0;
    }
    arena_release(&arena);
    return is_slow ? EXIT_FAILURE : EXIT_SUCCESS;
}
