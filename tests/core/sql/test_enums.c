/* SPDX-License-Identifier: MIT */
#include "core/sql/enums.h"
#include "tests/support/suite.h"

/* One transaction, and the literal that is used too early with its statement, from 1. */
typedef struct EnumCase {
    const char *text;
    const char *literal; /* NULL: none */
    unsigned line;
    unsigned added_line;
} EnumCase;

static const EnumCase CASES[] = {
    {"ALTER TYPE mood ADD VALUE 'sad';\nINSERT INTO m VALUES ('sad');", "'sad'", 2, 1},
    {"alter type a.\"Mood\" add value if not exists 'sad' after 'ok';\nSELECT 'ok';\nSELECT "
     "'sad'::mood",
     "'sad'", 3, 1},
    {"ALTER TYPE mood ADD VALUE 'sad';\nALTER TABLE t ALTER c SET DEFAULT\n'sad';", "'sad'", 2, 1},
    {"ALTER TYPE mood ADD VALUE 'sad';\nSELECT 'happy';", NULL, 0, 0},
    {"ALTER TYPE mood ADD VALUE 'sad';\nALTER TYPE mood ADD VALUE 'b' BEFORE 'sad';", NULL, 0, 0},
    {"ALTER TYPE mood ADD VALUE 'sad';\nCREATE FUNCTION f() RETURNS mood LANGUAGE sql AS $$SELECT "
     "'sad'::mood$$;",
     NULL, 0, 0},
    {"CREATE TYPE s.mood AS ENUM ('ok');\nALTER TYPE mood ADD VALUE 'sad';\nSELECT 'sad'::mood;",
     NULL, 0, 0},
    {"INSERT INTO m VALUES ('sad');\nALTER TYPE mood ADD VALUE 'sad';", NULL, 0, 0},
    {"ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';\nSELECT 'blue'::mood;", NULL, 0, 0},
    {"ALTER TYPE mood OWNER TO x;\nALTER TYPE;\nCREATE TYPE;\nSELECT 'x';", NULL, 0, 0},
};

START_TEST(a_new_value_waits_for_the_commit)
{
    const EnumCase *const test = &CASES[_i];
    Arena arena = {0};
    SqlEnums enums = {0};
    SqlEnumUse use = {0};
    SqlLexer lexer;
    SqlStatement statement;
    bool is_used = false;

    sql_init(&lexer, SQL_POSTGRES, slice_of(test->text), 1);
    while (!is_used && sql_next(&lexer, &statement))
        is_used = sql_enums_find(&enums, &statement, &arena, &use);
    ck_assert(is_used == (test->literal != NULL));
    if (is_used) {
        ck_assert_str_eq(arena_copy(&arena, use.literal), test->literal);
        ck_assert_uint_eq(statement.line, test->line);
        ck_assert_uint_eq(use.added_line, test->added_line);
        ck_assert(statement.text.at + use.offset == use.literal.at);
    }
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, a_new_value_waits_for_the_commit, 0, sizeof CASES / sizeof CASES[0]);
}

int
main(void)
{
    return suite_main("core/sql/enums", add);
}
