/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the lexer and what stands on it, in both dialects: whatever the bytes, the statements come
 * in order and cover the text exactly once, their places are right, and a statement lexed by itself
 * is the same statement. A violation aborts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/sql/lexer.h"
#include "core/sql/localise.h"
#include "core/sql/rules.h"
#include "core/sql/token.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A reader who counts byte by byte. */
typedef struct Counter {
    Slice text;
    size_t at;
    unsigned line;
    unsigned column;
} Counter;

static void
count_to(Counter *counter, size_t offset)
{
    REQUIRE(offset >= counter->at);
    for (; counter->at < offset; counter->at++) {
        const char c = counter->text.at[counter->at];
        const bool is_last = counter->at + 1 == counter->text.len;
        if (c == '\n' || (c == '\r' && (is_last || counter->text.at[counter->at + 1] != '\n'))) {
            counter->line++;
            counter->column = 1;
        } else if (((unsigned char)c & 0xC0U) != 0x80U) {
            counter->column++;
        }
    }
}

/* Between statements there are only space, comments and semicolons. */
static void
check_gap(SqlDialect dialect, Slice gap)
{
    SqlTokens tokens = sql_tokens(dialect, gap);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END)
        REQUIRE(token.kind == SQL_TOKEN_SEMICOLON);
}

static void
check_copy(const SqlStatement *statement, Slice text)
{
    const char *const end = text.at + text.len;
    const Slice data = statement->data;

    REQUIRE((statement->facts & SQL_COPY_FROM_STDIN) != 0 || data.at == NULL);
    if (data.at == NULL)
        return;
    REQUIRE(data.at > statement->text.at + statement->text.len && data.at + data.len <= end);
    REQUIRE(data.at[-1] == '\n' || data.at[-1] == '\r');
    if (data.at + data.len < end)
        REQUIRE(data.at[data.len] == '\\' && data.at[data.len + 1] == '.');
}

/* By itself the statement is the same. */
static void
check_again(const SqlStatement *statement, SqlDialect dialect)
{
    SqlLexer lexer;
    SqlStatement again;

    sql_init(&lexer, dialect, statement->text, 1);
    REQUIRE(sql_next(&lexer, &again));
    REQUIRE(again.text.at == statement->text.at && again.text.len == statement->text.len);
    REQUIRE(((again.facts ^ statement->facts) & ~(unsigned)SQL_DATA_OPEN) == 0);
    for (size_t i = 0; i < SQL_WORDS; i++)
        REQUIRE(slice_equals(again.words[i], statement->words[i]));
    REQUIRE(!sql_next(&lexer, &again) && lexer.error == NULL);
}

/* What was made local is one statement that leaves the session alone. */
static void
check_local(const SqlStatement *statement, Arena *arena)
{
    SqlLocal local;
    SqlLexer lexer;
    SqlStatement again;

    if (!sql_localise(statement, arena, &local))
        return;
    sql_init(&lexer, SQL_POSTGRES, local.text, 1);
    REQUIRE(sql_next(&lexer, &again) && again.text.len == local.text.len);
    REQUIRE((again.facts & SQL_SETS_SESSION) == 0);
}

static void
check_statement(const SqlStatement *statement, SqlDialect dialect, Slice text, Arena *arena)
{
    REQUIRE(statement->text.len > 0);
    REQUIRE(statement->text.at == text.at + statement->offset);
    REQUIRE(statement->offset + statement->text.len <= text.len);
    check_copy(statement, text);
    if (slice_starts_with(statement->text, "\xEF\xBB\xBF"))
        return; /* a mark in the middle of the text would now be one at its start */
    check_again(statement, dialect);
    if (dialect == SQL_POSTGRES)
        check_local(statement, arena);
    (void)sql_refusal(statement, dialect, true, arena);
    (void)sql_refusal(statement, dialect, false, arena);
}

/* The rows of a COPY, if any: returns where the next statement may begin. */
static size_t
check_data(const SqlStatement *statement, SqlDialect dialect, Counter *counter)
{
    const Slice text = counter->text;
    size_t behind = statement->offset + statement->text.len;

    if (statement->data.at == NULL)
        return behind;
    const size_t data = (size_t)(statement->data.at - text.at);
    check_gap(dialect, (Slice){text.at + behind, data - behind});
    count_to(counter, data);
    REQUIRE(statement->data_line == counter->line);
    behind = data + statement->data.len;
    if (behind == text.len)
        return behind;
    for (behind += 2; behind < text.len && text.at[behind] == '\r'; behind++)
        continue;
    return behind;
}

static void
check_error(SqlLexer *lexer, Counter *counter)
{
    SqlStatement statement;

    REQUIRE(lexer->error_offset < counter->text.len);
    count_to(counter, lexer->error_offset);
    REQUIRE(lexer->error_line == counter->line && lexer->error_column == counter->column);
    REQUIRE(!sql_next(lexer, &statement));
}

static void
check_text(SqlDialect dialect, Slice text, Arena *arena)
{
    const size_t bom = slice_starts_with(text, "\xEF\xBB\xBF") ? 3 : 0;
    Counter counter = {.text = text, .at = bom, .line = 1, .column = 1};
    SqlLexer lexer;
    SqlStatement statement;
    size_t behind = bom;

    sql_init(&lexer, dialect, text, 1);
    while (sql_next(&lexer, &statement)) {
        REQUIRE(statement.offset >= behind);
        check_gap(dialect, (Slice){text.at + behind, statement.offset - behind});
        count_to(&counter, statement.offset);
        REQUIRE(statement.line == counter.line && statement.column == counter.column);
        check_statement(&statement, dialect, text, arena);
        behind = check_data(&statement, dialect, &counter);
        arena_reset(arena);
    }
    if (lexer.error == NULL)
        check_gap(dialect, slice_after(text, behind));
    else
        check_error(&lexer, &counter);
}

/* With what is known of the ends of rows a second look gives the same. */
static void
check_ends(SqlDialect dialect, Slice text, Arena *arena)
{
    SqlLexer first;
    SqlLexer second;
    SqlStatement a;
    SqlStatement b;
    SqlEnds ends = {0};

    sql_init(&first, dialect, text, 1);
    while (sql_next(&first, &a)) {
        if (a.data.at != NULL && (a.facts & SQL_DATA_OPEN) == 0)
            *VEC_ADD(arena, &ends) = sql_rows_end(&first, &a);
    }
    if (ends.len == 0)
        return;
    sql_init(&first, dialect, text, 1);
    sql_init(&second, dialect, text, 1);
    second.ends = &ends;
    while (sql_next(&first, &a)) {
        REQUIRE(sql_next(&second, &b));
        REQUIRE(a.text.at == b.text.at && a.text.len == b.text.len && a.facts == b.facts);
        REQUIRE(a.line == b.line && a.column == b.column && a.data_line == b.data_line);
        REQUIRE(a.data.at == b.data.at && a.data.len == b.data.len);
    }
    REQUIRE(!sql_next(&second, &b) && first.error == second.error);
    REQUIRE(first.error_line == second.error_line && first.error_column == second.error_column);
}

int /* NOLINTNEXTLINE(readability-identifier-naming) */
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Slice text = {size == 0 ? "" : (const char *)data, size};
    Arena arena = {0};

    check_text(SQL_POSTGRES, text, &arena);
    check_ends(SQL_POSTGRES, text, &arena);
    check_text(SQL_SQLITE, text, &arena);
    arena_release(&arena);
    return 0;
}
