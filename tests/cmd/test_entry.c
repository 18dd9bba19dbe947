/* SPDX-License-Identifier: MIT */
#include "cmd/entry.h"

#include "tests/cmd/sample.h"
#include "tests/support/suite.h"

enum { SIZE = 4096 };

static Arena arena;
static Graph graph;

static void
set_up(void)
{
    arena = (Arena){0};
    sample_graph(&arena, &graph);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

typedef struct LineCase {
    const char *id;
    EntryMarks marks;
    const char *line;
} LineCase;

static const LineCase LINES[] = {
    {"a", {0}, "a"},
    {"a", {.points = true}, "a (branchpoint)"},
    {"b", {.labels = true}, "b (lib)"},
    {"b", {0}, "b"},
    {"d",
     {.labels = true, .state = ENTRY_CURRENT, .points = true},
     "d (lib) (head) (current) (mergepoint)"},
    {"e", {.points = true}, "e (effective head)"},
    {"x", {.state = ENTRY_CURRENT}, "x (head) (current)"},
    {"c", {.state = ENTRY_APPLIED}, "c (applied)"},
    {"c", {.state = ENTRY_PENDING}, "c"},
};

START_TEST(a_line_has_alembics_marks)
{
    const LineCase *one = &LINES[_i];

    ck_assert_str_eq(entry_line(graph_find(&graph, one->id), one->marks, &arena), one->line);
}
END_TEST

static const char *
printed(const char *id, EntryState state)
{
    char *text = ARENA_ARRAY(&arena, char, SIZE);
    FILE *stream = fmemopen(text, SIZE, "w");

    ck_assert_ptr_nonnull(stream);
    entry_print(&graph, graph_find(&graph, id), state, &arena, stream);
    fclose(stream);
    return text;
}

START_TEST(an_entry_in_full_says_what_it_stands_on)
{
    ck_assert_str_eq(printed("a", ENTRY_UNASKED), "Rev: a (branchpoint)\n"
                                                  "Parent: <base>\n"
                                                  "Branches into: b, c, e\n"
                                                  "Path: migrations/a.sql\n"
                                                  "\n"
                                                  "    make a\n"
                                                  "\n"
                                                  "    and more\n"
                                                  "\n");
    ck_assert_str_eq(printed("d", ENTRY_CURRENT), "Rev: d (head) (mergepoint) (current)\n"
                                                  "Merges: b, c\n"
                                                  "Branch names: lib\n"
                                                  "Path: migrations/d.sql\n"
                                                  "Created: 2026-11-20T14:03:11Z\n"
                                                  "\n"
                                                  "    make d\n"
                                                  "\n"
                                                  "    and more\n"
                                                  "\n");
    ck_assert_str_eq(printed("x", ENTRY_PENDING), "Rev: x (head)\n"
                                                  "Parent: <base>\n"
                                                  "Also depends on: e\n"
                                                  "Path: migrations/x.sql\n"
                                                  "\n"
                                                  "    make x\n"
                                                  "\n"
                                                  "    and more\n"
                                                  "\n");
}
END_TEST

typedef struct JsonCase {
    EntryState state;
    const char *applied;
} JsonCase;

static const JsonCase JSON[] = {
    {ENTRY_UNASKED, "\"is_applied\":null,\"is_current\":null,\"gaps\":[]}"},
    {ENTRY_PENDING, "\"is_applied\":false,\"is_current\":false,\"gaps\":[]}"},
    {ENTRY_APPLIED, "\"is_applied\":true,\"is_current\":false,\"gaps\":[]}"},
    {ENTRY_CURRENT, "\"is_applied\":true,\"is_current\":true,\"gaps\":[]}"},
};

START_TEST(an_entry_is_a_json_object_that_says_null_for_what_was_not_asked)
{
    char text[SIZE] = "";
    Json json = {.stream = fmemopen(text, SIZE, "w")};

    ck_assert_ptr_nonnull(json.stream);
    entry_json(&json, &graph, graph_find(&graph, "e"), JSON[_i].state);
    fclose(json.stream);
    ck_assert_str_eq(text,
                     arena_format(&arena,
                                  "{\"revision\":\"e\",\"message\":\"make e\\n\\nand more\","
                                  "\"revises\":[\"a\"],\"depends_on\":[],\"branch_labels\":[],"
                                  "\"children\":[],\"created\":null,\"file\":\"migrations/e.sql\","
                                  "\"is_head\":true,\"is_effective_head\":true,%s",
                                  JSON[_i].applied));
}
END_TEST

START_TEST(heads_are_those_that_nobody_needs)
{
    const Names heads = entry_heads(&graph, &arena);

    ck_assert_str_eq(names_join(&arena, &heads, " "), "d x");
}
END_TEST

START_TEST(the_order_has_all_and_what_is_needed_first)
{
    const Indexes order = entry_order(&graph, &arena);
    Names ids = {0};

    for (size_t i = 0; i < order.len; i++)
        *VEC_ADD(&arena, &ids) = graph.nodes[order.at[i]].revision->id;
    ck_assert_str_eq(names_join(&arena, &ids, " "), "a c e x b d");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, a_line_has_alembics_marks, 0, (int)(sizeof LINES / sizeof LINES[0]));
    tcase_add_test(tcase, an_entry_in_full_says_what_it_stands_on);
    tcase_add_loop_test(tcase, an_entry_is_a_json_object_that_says_null_for_what_was_not_asked, 0,
                        (int)(sizeof JSON / sizeof JSON[0]));
    tcase_add_test(tcase, heads_are_those_that_nobody_needs);
    tcase_add_test(tcase, the_order_has_all_and_what_is_needed_first);
}

int
main(void)
{
    return suite_main("cmd/entry", add);
}
