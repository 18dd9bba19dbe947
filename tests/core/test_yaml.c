/* SPDX-License-Identifier: MIT */
#include "core/yaml.h"

#include <string.h>

#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

/* The value of `k` in a document. */
static const YamlNode *
value_of(const char *text)
{
    YamlNode *root = NULL;
    Error err = {.arena = &arena};
    const bool is_ok = yaml_parse("a.yaml", slice_of(text), ERR_CONFIG, &arena, &root, &err);

    ck_assert_msg(is_ok, "%s", problems_text(&err, &arena));
    return yaml_find(root, "k");
}

static const struct {
    const char *text;
    const char *value;
    bool is_whole;
    unsigned line; /* of the origin */
    unsigned column;
} ORIGINS[] = {
    {"k: abc\n", "abc", true, 1, 4},
    {"k: 'abc'\n", "abc", true, 1, 5},
    {"k: \"abc\"\n", "abc", true, 1, 5},
    {"k: \"a\\tc\"\n", "a\tc", false, 1, 4},
    {"k: 'it''s it'\n", "it's it", false, 1, 4},
    {"k: a\n  b\n", "a b", false, 1, 4},
    {"k: 'a\n  b'\n", "a b", false, 1, 4},
    {"k: ''\n", "", true, 1, 5},
    {"k:\n", "", true, 1, 3},
    {"k: |\n  a\n  b\n", "a\nb\n", true, 2, 3},
    {"k: |\r\n  a\r\n  b\r\n", "a\nb\n", true, 2, 3},
    {"k: |-\n  a\n   b\n\n  c\n", "a\n b\n\nc", true, 2, 3},
    {"k: |+\n  a\n\n\n", "a\n\n\n", true, 2, 3},
    {"k: | # why\n  a\n", "a\n", true, 2, 3},
    {"k: |\n\n \n  a\n  b\n", "\n\na\nb\n", true, 2, 1},
    {"k: |2\n    a\n  b\n", "  a\nb\n", true, 2, 3},
    {"k: |\n  a", "a", true, 2, 3},
    {"k: >\n  a\n  b\n", "a b\n", false, 1, 4},
    {"k: |\n", "", false, 1, 4},
    {"\xEF\xBB\xBFk: abc\n", "abc", true, 1, 4},
    {"\xC3\xA4: \xC3\xA4\nk: |\n  \xC3\xA4\n  b\n", "\xC3\xA4\nb\n", true, 3, 3},
    {"{\xC3\xA4: \xE2\x82\xAC, k: \xF0\x9F\x98\x80z}\n", "\xF0\x9F\x98\x80z", true, 1, 11},
};

START_TEST(a_text_knows_where_its_bytes_stand)
{
    const Slice source = slice_of(ORIGINS[_i].text);

    const YamlNode *node = value_of(ORIGINS[_i].text);
    ck_assert_str_eq(node->text.at, ORIGINS[_i].value);
    const Origin *origin = yaml_origin(node, source, &arena);
    ck_assert_int_eq(origin->is_whole, ORIGINS[_i].is_whole);
    ck_assert_uint_eq(origin->place.line, ORIGINS[_i].line);
    ck_assert_uint_eq(origin->place.column, ORIGINS[_i].column);
    for (size_t at = 0; origin->is_whole && at < node->text.len; at++) {
        const size_t offset = origin_offset(origin, node->text, at);
        const bool is_end =
            node->text.at[at] == '\n' && (offset == source.len || source.at[offset] == '\r');
        ck_assert_uint_le(offset, source.len);
        ck_assert(is_end || source.at[offset] == node->text.at[at]);
    }
}
END_TEST

START_TEST(a_place_inside_a_block_is_that_of_the_file)
{
    const char *text = "a: 1\nk: |\n  SELECT\n    \xC3\xA4 x\n";
    const YamlNode *node = value_of(text);
    const Origin *origin = yaml_origin(node, slice_of(text), &arena);
    const Place place = origin_place(origin, node->text, 12);

    ck_assert_int_eq(node->text.at[12], 'x');
    ck_assert_uint_eq(place.line, 4);
    ck_assert_uint_eq(place.column, 7);
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
    tcase_add_loop_test(tcase, a_text_knows_where_its_bytes_stand, 0, COUNT(ORIGINS));
    tcase_add_test(tcase, a_place_inside_a_block_is_that_of_the_file);
}

int
main(void)
{
    return suite_main("core/yaml", add);
}
