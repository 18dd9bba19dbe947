/* SPDX-License-Identifier: MIT */
#include "core/base/path.h"

#include "tests/support/suite.h"

static Arena arena;

static const struct {
    const char *folder;
    const char *name;
    const char *joined;
} JOINS[] = {
    {"a", "b", "a/b"}, {"a/", "b", "a/b"},    {".", "b", "b"},         {"", "b", "b"},
    {"/", "b", "/b"},  {"a", "/b/c", "/b/c"}, {"../a", "b", "../a/b"},
};

START_TEST(join_gives_the_shortest_form)
{
    ck_assert_str_eq(path_join(&arena, JOINS[_i].folder, JOINS[_i].name), JOINS[_i].joined);
}
END_TEST

static const struct {
    const char *from;
    const char *to;
    const char *way;
} WAYS[] = {
    {"/a/b", "/a/b", ""},      {"/a/b", "/a/b/", ""},      {"/a", "/a/b/c", "b/c"},
    {"/a/b/c", "/a", "../.."}, {"/a/b", "/a/c", "../c"},   {"/a/bc", "/a/b", "../b"},
    {"/", "/a", "a"},          {"/a", "/", ".."},          {"/x", "/a//b", "../a/b"},
    {"/a/../b", "/a", "/a"},   {"/a", "/a/./b", "/a/./b"}, {"/a/..b", "/a/...", "../..."},
};

START_TEST(a_way_leads_from_folder_to_folder)
{
    ck_assert_str_eq(path_between(&arena, WAYS[_i].from, WAYS[_i].to), WAYS[_i].way);
}
END_TEST

static const struct {
    const char *path;
    const char *folder;
    const char *name;
    const char *extension;
} PARTS[] = {
    {"a/b.sql", "a", "b.sql", ".sql"},
    {"b.sql", ".", "b.sql", ".sql"},
    {"/b.tar.gz", "/", "b.tar.gz", ".gz"},
    {"a.d/b", "a.d", "b", ""},
    {"a/.env", "a", ".env", ""},
    {"a/.env.sql", "a", ".env.sql", ".sql"},
    {"a/", "a", "", ""},
    {"", ".", "", ""},
    {"x.sql~", ".", "x.sql~", ".sql~"},
};

START_TEST(a_path_has_folder_name_and_extension)
{
    ck_assert_str_eq(path_folder(&arena, PARTS[_i].path), PARTS[_i].folder);
    ck_assert_str_eq(path_name(PARTS[_i].path), PARTS[_i].name);
    ck_assert_str_eq(path_extension(PARTS[_i].path), PARTS[_i].extension);
}
END_TEST

START_TEST(only_a_leading_slash_is_absolute)
{
    ck_assert(path_is_absolute("/a"));
    ck_assert(!path_is_absolute("a/b"));
    ck_assert(!path_is_absolute(""));
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
    tcase_add_loop_test(tcase, a_way_leads_from_folder_to_folder, 0, sizeof WAYS / sizeof WAYS[0]);
    tcase_add_loop_test(tcase, join_gives_the_shortest_form, 0,
                        (int)(sizeof JOINS / sizeof JOINS[0]));
    tcase_add_loop_test(tcase, a_path_has_folder_name_and_extension, 0,
                        (int)(sizeof PARTS / sizeof PARTS[0]));
    tcase_add_test(tcase, only_a_leading_slash_is_absolute);
}

int
main(void)
{
    return suite_main("core/base/path", add);
}
