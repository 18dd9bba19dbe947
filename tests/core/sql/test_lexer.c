/* SPDX-License-Identifier: MIT */
#include "core/sql/lexer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "tests/core/sql/lexer_cases.h"
#include "tests/support/suite.h"

enum { SPANS = 32 };

/* Offsets in the text without marks. */
typedef struct Span {
    size_t start;
    size_t end;
    bool has_data;
    size_t data;
    size_t data_end;
} Span;

/* What the marks of a case say. */
typedef struct Expected {
    Buf text;
    Span spans[SPANS];
    size_t count;
    bool has_error;
    size_t error;
} Expected;

static bool
take_mark(const char **at, const char *mark)
{
    const size_t len = strlen(mark);

    if (strncmp(*at, mark, len) != 0)
        return false;
    *at += len;
    return true;
}

static void
read_marks(const char *at, Arena *arena, Expected *expected)
{
    Buf *const text = &expected->text;

    *expected = (Expected){.text = {.arena = arena}};
    buf_add(text, "");
    while (*at != '\0') {
        Span *const span = &expected->spans[expected->count];
        Span *const before = expected->count > 0 ? span - 1 : span;
        if (take_mark(&at, "«")) {
            span->start = text->len;
        } else if (take_mark(&at, "»")) {
            span->end = text->len;
            ck_assert_uint_lt(++expected->count, SPANS);
        } else if (take_mark(&at, "‹")) {
            before->has_data = true;
            before->data = text->len;
        } else if (take_mark(&at, "›")) {
            before->data_end = text->len;
        } else if (take_mark(&at, "¡")) {
            expected->has_error = true;
            expected->error = text->len;
        } else {
            buf_add_char(text, *at++);
        }
    }
}

/* Line and column as a reader would count them. */
static Place
place_of(const char *text, size_t offset)
{
    const size_t start = strncmp(text, BOM, 3) == 0 ? 3 : 0;
    Place place = {NULL, 1, 1};

    for (size_t i = start; i < offset; i++) {
        if (text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n')) {
            place.line++;
            place.column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            place.column++;
        }
    }
    return place;
}

static const char *
fact_names(unsigned facts, Arena *arena)
{
    static const char *const NAMES[] = {"begin", "end",       "savepoint",    "notx", "copy",
                                        "set",   "backslash", "concurrently", "open"};
    Buf out = {.arena = arena};

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if ((facts & (1U << i)) != 0)
            buf_addf(&out, "%s%s", out.len > 0 ? " " : "", NAMES[i]);
    }
    return out.len > 0 ? buf_text(&out) : "-";
}

/* The n-th part of the list, "-" for none. */
static const char *
expected_facts(const char *facts, size_t n, Arena *arena)
{
    Slice rest = slice_of(facts);
    Slice part = {"-", 1};

    if (facts == NULL)
        return "-";
    for (size_t i = 0; i <= n; i++)
        part = rest.at == NULL ? SLICE("-") : slice_cut(rest, ';', &rest);
    return arena_copy(arena, part);
}

static void
check_statement(const LexerCase *test, const char *text, const Span *span, const SqlStatement *got)
{
    const Place place = place_of(text, span->start);
    const Place data_place = place_of(text, span->data);

    ck_assert_msg(got->offset == span->start && got->text.len == span->end - span->start,
                  "%s: \"%.*s\" at %zu, expected %zu to %zu", test->name, SLICE_ARGS(got->text),
                  got->offset, span->start, span->end);
    ck_assert_ptr_eq(got->text.at, text + span->start);
    ck_assert_msg(got->line == place.line && got->column == place.column,
                  "%s: \"%.*s\" at %u:%u, expected %u:%u", test->name, SLICE_ARGS(got->text),
                  got->line, got->column, place.line, place.column);
    ck_assert_msg(got->data.len == span->data_end - span->data, "%s: %zu bytes of data", test->name,
                  got->data.len);
    ck_assert_msg(got->data_line == (span->has_data ? data_place.line : 0), "%s: data from line %u",
                  test->name, got->data_line);
    if (span->has_data)
        ck_assert_ptr_eq(got->data.at, text + span->data);
}

static void
check_error(const LexerCase *test, const Expected *expected, const SqlLexer *lexer)
{
    const Place place = place_of(buf_text(&expected->text), expected->error);

    ck_assert_pstr_eq(lexer->error, test->error);
    ck_assert_msg(expected->has_error == (test->error != NULL), "%s: mark and error", test->name);
    if (expected->has_error)
        ck_assert_msg(lexer->error_offset == expected->error && lexer->error_line == place.line &&
                          lexer->error_column == place.column,
                      "%s: error at %zu, %u:%u, expected %zu, %u:%u", test->name,
                      lexer->error_offset, lexer->error_line, lexer->error_column, expected->error,
                      place.line, place.column);
}

static void
check_case(const LexerCase *test, SqlDialect dialect)
{
    Arena arena = {0};
    Expected expected;
    SqlLexer lexer;
    SqlStatement got;
    size_t count = 0;

    read_marks(test->text, &arena, &expected);
    sql_init(&lexer, dialect, buf_slice(&expected.text), 1);
    for (; sql_next(&lexer, &got); count++) {
        ck_assert_msg(count < expected.count, "%s: one too many, \"%.*s\"", test->name,
                      SLICE_ARGS(got.text));
        check_statement(test, buf_text(&expected.text), &expected.spans[count], &got);
        const char *facts = fact_names(got.facts, &arena);
        const char *wanted = expected_facts(test->facts, count, &arena);
        ck_assert_msg(strcmp(facts, wanted) == 0, "%s: \"%.*s\" is %s, expected %s", test->name,
                      SLICE_ARGS(got.text), facts, wanted);
    }
    ck_assert_msg(count == expected.count, "%s: %zu statements, expected %zu (%s)", test->name,
                  count, expected.count, lexer.error == NULL ? "no error" : lexer.error);
    check_error(test, &expected, &lexer);
    ck_assert(!sql_next(&lexer, &got));
    arena_release(&arena);
}

START_TEST(postgres_text_is_cut_where_it_should_be)
{
    check_case(&POSTGRES_CASES[_i], SQL_POSTGRES);
}
END_TEST

START_TEST(sqlite_text_is_cut_where_it_should_be)
{
    check_case(&SQLITE_CASES[_i], SQL_SQLITE);
}
END_TEST

START_TEST(the_leading_keywords_are_given_as_written)
{
    SqlLexer lexer;
    SqlStatement got;

    sql_init(
        &lexer, SQL_POSTGRES,
        SLICE("create /* x */ Or REPLACE function f(); insert into \"t\" values (1); (select); "
              "\\set x"),
        1);
    ck_assert(sql_next(&lexer, &got));
    ck_assert(slice_is(got.words[0], "create") && slice_is(got.words[1], "Or"));
    ck_assert(slice_is(got.words[2], "REPLACE") && slice_is(got.words[3], "function"));
    ck_assert(sql_next(&lexer, &got));
    ck_assert(slice_is(got.words[0], "insert") && slice_is(got.words[1], "into"));
    ck_assert_uint_eq(got.words[2].len, 0);
    ck_assert_uint_eq(got.words[3].len, 0);
    ck_assert(sql_next(&lexer, &got));
    ck_assert_uint_eq(got.words[0].len, 0);
    ck_assert(sql_next(&lexer, &got));
    ck_assert_uint_eq(got.words[0].len, 0);
    ck_assert(!sql_next(&lexer, &got));
}
END_TEST

START_TEST(lines_are_counted_from_the_number_given)
{
    SqlLexer lexer;
    SqlStatement got;

    sql_init(&lexer, SQL_SQLITE, SLICE("\nSELECT 1;\nSELECT '"), 41);
    ck_assert(sql_next(&lexer, &got));
    ck_assert_uint_eq(got.line, 42);
    ck_assert(!sql_next(&lexer, &got));
    ck_assert_uint_eq(lexer.error_line, 43);
    ck_assert_uint_eq(lexer.error_column, 8);
}
END_TEST

START_TEST(a_byte_of_a_statement_has_a_place)
{
    SqlLexer lexer;
    SqlStatement got;
    unsigned line = 0;
    unsigned column = 0;

    sql_init(&lexer, SQL_POSTGRES, SLICE("  SELECT 'é',\r\n\tx\ry;"), 7);
    ck_assert(sql_next(&lexer, &got));
    sql_locate(&got, 0, &line, &column);
    ck_assert_uint_eq(line, 7);
    ck_assert_uint_eq(column, 3);
    sql_locate(&got, 11, &line, &column);
    ck_assert_uint_eq(line, 7);
    ck_assert_uint_eq(column, 13);
    sql_locate(&got, 15, &line, &column);
    ck_assert_uint_eq(line, 8);
    ck_assert_uint_eq(column, 2);
    sql_locate(&got, 1000, &line, &column);
    ck_assert_uint_eq(line, 9);
    ck_assert_uint_eq(column, 2);
}
END_TEST

/* A part of a text, as a section of a file is. */
START_TEST(known_ends_of_rows_are_taken_for_granted)
{
    static const char TEXT[] = "COPY t FROM stdin;\n1\té\n2\tx\n\\.\n SELECT 1;\nSELECT '";
    enum { BEFORE = 100, LINE = 7 };
    SqlLexer lexer;
    SqlStatement got;
    SqlEnd end = {0};
    SqlEnds ends = {&end, 1, 1};

    for (size_t round = 0; round < 2; round++) {
        sql_init(&lexer, SQL_POSTGRES, slice_of(TEXT), LINE);
        lexer.offset = BEFORE;
        lexer.ends = round == 0 ? NULL : &ends;
        ck_assert(sql_next(&lexer, &got));
        ck_assert(slice_is(got.data, "1\té\n2\tx\n"));
        ck_assert_uint_eq(got.data_line, LINE + 1);
        end = sql_rows_end(&lexer, &got);
        ck_assert_uint_eq(end.data, BEFORE + 19);
        ck_assert_uint_eq(end.end, BEFORE + 19 + 9);
        ck_assert_uint_eq(end.line, LINE + 3);
        ck_assert(sql_next(&lexer, &got));
        ck_assert_uint_eq(got.line, LINE + 4);
        ck_assert_uint_eq(got.column, 2);
        ck_assert(!sql_next(&lexer, &got));
        ck_assert_uint_eq(lexer.error_line, LINE + 5);
        ck_assert_uint_eq(lexer.error_column, 8);
    }
    /* it is not looked for again: a wrong one would be believed */
    end.end -= 4;
    sql_init(&lexer, SQL_POSTGRES, slice_of(TEXT), LINE);
    lexer.offset = BEFORE;
    lexer.ends = &ends;
    ck_assert(sql_next(&lexer, &got));
    ck_assert(slice_is(got.data, "1\té\n"));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, postgres_text_is_cut_where_it_should_be, 0,
                        sizeof POSTGRES_CASES / sizeof POSTGRES_CASES[0]);
    tcase_add_loop_test(tcase, sqlite_text_is_cut_where_it_should_be, 0,
                        sizeof SQLITE_CASES / sizeof SQLITE_CASES[0]);
    tcase_add_test(tcase, the_leading_keywords_are_given_as_written);
    tcase_add_test(tcase, lines_are_counted_from_the_number_given);
    tcase_add_test(tcase, a_byte_of_a_statement_has_a_place);
    tcase_add_test(tcase, known_ends_of_rows_are_taken_for_granted);
}

int
main(void)
{
    return suite_main("core/sql/lexer", add);
}
