/* SPDX-License-Identifier: MIT */
#include "core/sql/token.h"

#include <stdlib.h>

#include "core/base/buf.h"
#include "tests/support/suite.h"

typedef struct TokenCase {
    SqlDialect dialect;
    const char *text;
    const char *tokens; /* each as a letter for its kind and its text, '|' between them */
} TokenCase;

static const TokenCase CASES[] = {
    {SQL_POSTGRES, "", ""},
    {SQL_POSTGRES, "a.\"b\"\"c\", 'd' ;", "w:a|+:.|n:\"b\"\"c\"|+:,|s:'d'|;:;"},
    {SQL_POSTGRES, "(1e5 - .5)", "(:(|d:1e5|+:-|+:.|d:5|):)"},
    {SQL_POSTGRES, "$1 $$x$$ $a$b$a$ $", "p:$1|s:$$x$$|s:$a$b$a$|+:$"},
    {SQL_POSTGRES, "E'a\\'' \n'b' e 'c' ee'd'", "s:E'a\\'' \n'b'|w:e|s:'c'|w:ee|s:'d'"},
    {SQL_POSTGRES, "U&'a' x'1f'", "w:U|+:&|s:'a'|w:x|s:'1f'"},
    {SQL_POSTGRES, "a/*b*/c--d\n\\", "w:a|w:c|\\:\\"},
    {SQL_POSTGRES, "[a] `b` @c :d", "+:[|w:a|+:]|+:`|w:b|+:`|+:@|w:c|+::|w:d"},
    {SQL_POSTGRES, "a$1 \xC3\xA9", "w:a$1|w:\xC3\xA9"},
    {SQL_POSTGRES, "a 'b", "w:a|!:'b"},
    {SQL_POSTGRES, "a /* b", "w:a|!:/* b"},
    {SQL_SQLITE, "[a b] `c``d` \"e\" 'f'", "n:[a b]|n:`c``d`|n:\"e\"|s:'f'"},
    {SQL_SQLITE, "$a @b :c #d ?1 ?", "p:$a|p:@b|p::c|p:#d|+:?|d:1|+:?"},
    {SQL_SQLITE, "$a(b) $c::d : $", "p:$a(b)|p:$c::d|+::|+:$"},
    {SQL_SQLITE, "E'a\\' \\ a /* b", "w:E|s:'a\\'|+:\\|w:a"},
    {SQL_SQLITE, "a\v\xA0", "w:a|+:\v|w:\xA0"},
    {SQL_SQLITE, "a [b", "w:a|!:[b"},
};

START_TEST(tokens_are_told_apart)
{
    static const char KINDS[] = {
        [SQL_TOKEN_END] = '.',        [SQL_TOKEN_WORD] = 'w',   [SQL_TOKEN_NAME] = 'n',
        [SQL_TOKEN_STRING] = 's',     [SQL_TOKEN_NUMBER] = 'd', [SQL_TOKEN_PARAMETER] = 'p',
        [SQL_TOKEN_SEMICOLON] = ';',  [SQL_TOKEN_OPEN] = '(',   [SQL_TOKEN_CLOSE] = ')',
        [SQL_TOKEN_BACKSLASH] = '\\', [SQL_TOKEN_SYMBOL] = '+', [SQL_TOKEN_BROKEN] = '!',
    };
    const TokenCase *const test = &CASES[_i];
    Arena arena = {0};
    Buf out = {.arena = &arena};
    SqlTokens tokens = sql_tokens(test->dialect, slice_of(test->text));
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END)
        buf_addf(&out, "%s%c:%.*s", out.len > 0 ? "|" : "", KINDS[token.kind],
                 SLICE_ARGS(token.text));
    ck_assert_str_eq(buf_text(&out), test->tokens);
    ck_assert_int_eq(sql_token_next(&tokens, &token), SQL_TOKEN_END);
    arena_release(&arena);
}
END_TEST

START_TEST(what_is_not_there_is_not_stepped_over)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, SLICE("Create \"t\".u (a, (b)) x"));
    SqlTokens open = sql_tokens(SQL_POSTGRES, SLICE("(a, (b)"));

    ck_assert(!sql_take(&tokens, "creat") && !sql_take(&tokens, "create_"));
    ck_assert(!sql_take_parentheses(&tokens));
    ck_assert(sql_take(&tokens, "create"));
    ck_assert(!sql_take(&tokens, "t"));
    ck_assert(sql_take_name(&tokens));
    ck_assert(!sql_take_name(&tokens));
    ck_assert(sql_take_parentheses(&tokens));
    ck_assert(sql_take(&tokens, "X"));
    ck_assert_int_eq(sql_token_peek(&tokens).kind, SQL_TOKEN_END);
    ck_assert(!sql_take_parentheses(&open));
    ck_assert_int_eq(sql_token_peek(&open).kind, SQL_TOKEN_OPEN);
}
END_TEST

START_TEST(words_are_found_outside_parentheses_only)
{
    SqlTokens tokens =
        sql_tokens(SQL_POSTGRES, SLICE("a (with (with)) \"with\" 'with' WITH b with"));

    ck_assert(sql_find(&tokens, "with"));
    ck_assert(sql_take(&tokens, "b"));
    ck_assert(sql_find(&tokens, "with"));
    ck_assert(!sql_find(&tokens, "with"));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, tokens_are_told_apart, 0, sizeof CASES / sizeof CASES[0]);
    tcase_add_test(tcase, what_is_not_there_is_not_stepped_over);
    tcase_add_test(tcase, words_are_found_outside_parentheses_only);
}

int
main(void)
{
    return suite_main("core/sql/token", add);
}
