/* SPDX-License-Identifier: MIT */
/* How units are joined and printed; how they are made is seen in tests/cli/offline. */
#include "core/script.h"

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

static Statement *
add_statement(Unit *unit, StatementRole role, const char *text)
{
    Statement *statement = VEC_ADD(&arena, &unit->statements);

    *statement = (Statement){.role = role, .text = slice_of(text)};
    return statement;
}

/* One of each: how a unit with two statements looks. */
static Unit
sample_unit(void)
{
    Unit unit = {.revision = "a1", .is_transactional = true};

    add_statement(&unit, STATEMENT_BEGIN, "BEGIN");
    add_statement(&unit, STATEMENT_SET, "SET");
    add_statement(&unit, STATEMENT_GUARD, "GUARD");
    add_statement(&unit, STATEMENT_USER, "ONE");
    add_statement(&unit, STATEMENT_USER, "TWO");
    add_statement(&unit, STATEMENT_TAIL, "TAIL");
    add_statement(&unit, STATEMENT_COMMIT, "COMMIT");
    return unit;
}

static const char *
texts(const Unit *unit)
{
    Names names = {0};

    for (size_t i = 0; i < unit->statements.len; i++)
        *VEC_ADD(&arena, &names) = unit->statements.at[i].text.at;
    return names_join(&arena, &names, " ");
}

typedef struct JoinCase {
    bool is_first;
    bool is_last;
    const char *joined;
} JoinCase;

static const JoinCase JOINS[] = {
    {true, true, "BEGIN SET GUARD ONE TWO TAIL COMMIT"},
    {true, false, "BEGIN SET GUARD ONE TWO TAIL"},
    {false, false, "SET GUARD ONE TWO TAIL"},
    {false, true, "SET GUARD ONE TWO TAIL COMMIT"},
};

START_TEST(joined_units_begin_and_end_one_transaction)
{
    Unit unit = sample_unit();
    Error err = {.arena = &arena};

    ck_assert(script_join(&unit, JOINS[_i].is_first, JOINS[_i].is_last, &err));
    ck_assert_str_eq(texts(&unit), JOINS[_i].joined);
}
END_TEST

START_TEST(a_unit_without_a_transaction_is_not_joined)
{
    Unit unit = sample_unit();
    Error err = {.arena = &arena};

    unit.is_transactional = false;
    ck_assert(!script_join(&unit, true, true, &err));
    ck_assert_int_eq(err.code, ERR_REVISION);
    ck_assert_str_eq(err.message, "transaction: all cannot hold revision a1, which has a section "
                                  "without a transaction");
    ck_assert_str_eq(err.hint, "run it with transaction: revision");
    ck_assert_str_eq(texts(&unit), "BEGIN SET GUARD ONE TWO TAIL COMMIT");
}
END_TEST

/* What is printed of the unit, or NULL. */
static const char *
printed(const char *dialect, bool is_plain, const Unit *unit, Error *err)
{
    const Session session = {.is_plain = is_plain};
    const Script script = {.dialect = driver_find(dialect)->dialect, .session = &session};
    Sink out = {.text = {.arena = &arena}};

    return script_print(&script, unit, &out, err) ? buf_text(&out.text) : NULL;
}

START_TEST(statements_end_with_a_semicolon_and_rows_with_their_mark)
{
    Unit unit = {.revision = "a1"};
    Error err = {.arena = &arena};

    add_statement(&unit, STATEMENT_BEGIN, "BEGIN");
    Statement *copy = add_statement(&unit, STATEMENT_USER, "COPY t FROM STDIN");
    copy->facts = SQL_COPY_FROM_STDIN;
    copy->data = SLICE("1\t:x\n2\ty");
    copy = add_statement(&unit, STATEMENT_USER, "COPY u FROM STDIN");
    copy->facts = SQL_COPY_FROM_STDIN;
    copy = add_statement(&unit, STATEMENT_USER, "COPY v FROM STDIN");
    copy->facts = SQL_COPY_FROM_STDIN;
    copy->data = SLICE("1\n");
    ck_assert_str_eq(printed("postgres", false, &unit, &err), "BEGIN;\n"
                                                              "COPY t FROM STDIN;\n"
                                                              "1\t:x\n"
                                                              "2\ty\n"
                                                              "\\.\n"
                                                              "COPY u FROM STDIN;\n"
                                                              "\\.\n"
                                                              "COPY v FROM STDIN;\n"
                                                              "1\n"
                                                              "\\.\n"
                                                              "\n");
}
END_TEST

START_TEST(only_what_a_user_wrote_is_kept_from_psql_and_not_in_a_plain_script)
{
    Unit unit = {.revision = "a1"};
    Error err = {.arena = &arena};

    add_statement(&unit, STATEMENT_GUARD, "SELECT a[1:x]");
    add_statement(&unit, STATEMENT_USER, "SELECT a[1:x]");
    ck_assert_str_eq(printed("postgres", false, &unit, &err),
                     "SELECT a[1:x];\nSELECT a[1\\:x];\n\n");
    ck_assert_str_eq(printed("postgres", true, &unit, &err), "SELECT a[1:x];\nSELECT a[1:x];\n\n");
    ck_assert_str_eq(printed("sqlite", false, &unit, &err), "SELECT a[1:x];\nSELECT a[1:x];\n\n");
}
END_TEST

START_TEST(all_that_a_shell_would_misread_is_told_with_its_place)
{
    const Slice source = SLICE("-- migrate:up\nSELECT 8\n/\n2;\n\nSELECT\n go\n;x;\n");
    Unit unit = {.revision = "a1"};
    Error err = {.arena = &arena};

    Statement *first = add_statement(&unit, STATEMENT_USER, "SELECT 8\n/\n2");
    first->place = (Place){"a1.sql", 2, 1};
    first->source = source;
    first->source_offset = 14;
    Statement *second = add_statement(&unit, STATEMENT_USER, "SELECT\ngo\nFROM t");
    second->place = (Place){"a1.sql", 6, 1};
    ck_assert_ptr_null(printed("sqlite", false, &unit, &err));
    ck_assert_int_eq(err.code, ERR_REVISION);
    ck_assert_str_eq(err.message, "the shell of sqlite would not take this line for a part of its "
                                  "statement");
    ck_assert_str_eq(err.hint, "put it behind what stands above it, into the same line");
    ck_assert_uint_eq(err.place.line, 3);
    ck_assert_str_eq(err.excerpt, "/\n^");
    ck_assert_ptr_nonnull(err.next);
    ck_assert_uint_eq(err.next->place.line, 7);
    ck_assert_ptr_nonnull(printed("sqlite", true, &unit, &err));
    ck_assert_ptr_nonnull(printed("postgres", false, &unit, &err));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, joined_units_begin_and_end_one_transaction, 0,
                        (int)(sizeof JOINS / sizeof JOINS[0]));
    tcase_add_test(tcase, a_unit_without_a_transaction_is_not_joined);
    tcase_add_test(tcase, statements_end_with_a_semicolon_and_rows_with_their_mark);
    tcase_add_test(tcase, only_what_a_user_wrote_is_kept_from_psql_and_not_in_a_plain_script);
    tcase_add_test(tcase, all_that_a_shell_would_misread_is_told_with_its_place);
}

int
main(void)
{
    return suite_main("core/script", add);
}
