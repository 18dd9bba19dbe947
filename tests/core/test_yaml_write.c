/* SPDX-License-Identifier: MIT */
#include "core/yaml_write.h"

#include "core/yaml.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

static const struct {
    const char *text;
    const char *written;
} TEXTS[] = {
    {"a", "a"},
    {"8f2c1e04a7b1", "8f2c1e04a7b1"},
    {"create account table", "create account table"},
    {"lower(email)", "lower(email)"},
    {"", "''"},
    {"1", "'1'"},
    {"0123", "'0123'"},
    {"123456789012", "'123456789012'"},
    {"1e5", "'1e5'"},
    {"1_000", "'1_000'"},
    {"0xcafe", "'0xcafe'"},
    {"2026-01-01", "'2026-01-01'"},
    {".5", "'.5'"},
    {"~", "'~'"},
    {"null", "'null'"},
    {"True", "'True'"},
    {"no", "'no'"},
    {"Y", "'Y'"},
    {"nothing", "nothing"},
    {"a: b", "'a: b'"},
    {"a #b", "'a #b'"},
    {"a ", "'a '"},
    {" a", "' a'"},
    {"decimal(12,2)", "'decimal(12,2)'"},
    {"it's", "'it''s'"},
    {"- a", "'- a'"},
    {"*a", "'*a'"},
    {"a\nb\tc", "\"a\\nb\\tc\""},
    {"\x01\\\"", "\"\\u0001\\\\\\\"\""},
    {"\xC3\xA4", "'\xC3\xA4'"},
    {"\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF\xEF\xBF\xBE", "\"\\u0085\\u2028\\uFEFF\\uFFFE\""},
    {"\xE2\x82\xAC", "'\xE2\x82\xAC'"},
};

START_TEST(a_text_is_the_same_when_it_is_read)
{
    Buf out = {.arena = &arena};
    YamlNode *root = NULL;
    Error err = {.arena = &arena};

    buf_add(&out, "{k: ");
    yaml_write_text(&out, TEXTS[_i].text);
    buf_add_char(&out, '}');
    ck_assert_str_eq(buf_text(&out), arena_format(&arena, "{k: %s}", TEXTS[_i].written));
    const bool is_ok = yaml_parse("a.yaml", buf_slice(&out), ERR_CONFIG, &arena, &root, &err);
    ck_assert_msg(is_ok, "%s", problems_text(&err, &arena));
    ck_assert_str_eq(yaml_find(root, "k")->text.at, TEXTS[_i].text);
}
END_TEST

static void
tear_down(void)
{
    arena_release(&arena);
}

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, a_text_is_the_same_when_it_is_read, 0, COUNT(TEXTS));
}

int
main(void)
{
    return suite_main("core/yaml_write", add);
}
