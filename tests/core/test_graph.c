/* SPDX-License-Identifier: MIT */
#include "core/graph.h"

#include <string.h>

#include "tests/support/graph_text.h"
#include "tests/support/suite.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef struct Broken {
    const char *text;
    const char *problems;
} Broken;

static const Broken BROKEN_GRAPHS[] = {
    {"a; b <a; b <a", "b.sql:1: revision b is defined twice, first in b.sql:1\n"
                      "  hint: give one of the two files another id\n"},
    {"a #x; b <a; c <b #x",
     "c.sql:3: branch label x of revision c is a label of revision a already (a.sql:3)\n"
     "  hint: ids and labels share one name space: choose another label\n"},
    {"a #b; b <a", "a.sql:3: branch label b of revision a is the id of a revision (b.sql:1)\n"
                   "  hint: ids and labels share one name space: choose another label\n"},
    {"1975ea83b712; 8f2c1e04a7b1 <1975ea83b721",
     "8f2c1e04a7b1.sql:2: revision 8f2c1e04a7b1 revises 1975ea83b721, which no file defines\n"
     "  hint: did you mean 1975ea83b712?\n"},
    {"1975ea83b712; 8f2c1e04a7b1 <1975ea83b712_create_account",
     "8f2c1e04a7b1.sql:2: revision 8f2c1e04a7b1 revises 1975ea83b712_create_account, which no file "
     "defines\n"
     "  hint: did you mean 1975ea83b712?\n"},
    {"1975ea83b712; 8f2c1e04a7b1 <1975",
     "8f2c1e04a7b1.sql:2: revision 8f2c1e04a7b1 revises 1975, which no file defines\n"
     "  hint: did you mean 1975ea83b712?\n"},
    {"a; b <zzzz", "b.sql:2: revision b revises zzzz, which no file defines\n"
                   "  hint: its file is missing, or was never merged into this tree\n"},
    {"a #core; b <core", "b.sql:2: revision b revises core, which is a branch label\n"
                         "  hint: write the id of its revision, a\n"},
    {"a #billing; b <a !biling",
     "b.sql:4: revision b depends on biling, which is neither a revision nor a branch label\n"
     "  hint: did you mean billing?\n"},
    {"a <a", "a.sql:2: revision a revises itself\n"
             "  hint: a base has `revises:` with nothing behind it\n"},
    {"a; b <a !b", "b.sql:4: revision b depends on itself\n"
                   "  hint: take it out of depends_on\n"},
    {"a; b <a !x #x", "b.sql:4: revision b depends on itself, by its branch label x\n"
                      "  hint: take it out of depends_on\n"},
    {"a <c; b <a; c <b; d <c",
     "a.sql:2: revisions stand on each other in a ring: a (a.sql) revises c (c.sql), which revises "
     "b (b.sql), which revises a\n"
     "  hint: one of them must go without the other\n"},
    {"a; b <a; c <b,e; d <c; e <d",
     "c.sql:2: revisions stand on each other in a ring: c (c.sql) revises e (e.sql), which revises "
     "d (d.sql), which revises c\n"
     "  hint: one of them must go without the other\n"},
    {"a !c; b <a; c <b",
     "a.sql:4: revisions stand on each other in a ring: a (a.sql) depends on c (c.sql), which "
     "revises b (b.sql), which revises a\n"
     "  hint: one of them must go without the other\n"},
    {"a !b; b !a",
     "a.sql:4: revisions stand on each other in a ring: a (a.sql) depends on b (b.sql), which "
     "depends on a\n"
     "  hint: one of them must go without the other\n"},
    {"z; a <b; b <a; c <a,d; d <c",
     "a.sql:2: revisions stand on each other in a ring: a (a.sql) revises b (b.sql), which revises "
     "a\n"
     "  hint: one of them must go without the other\n"
     "c.sql:2: revisions stand on each other in a ring: c (c.sql) revises d (d.sql), which revises "
     "c\n"
     "  hint: one of them must go without the other\n"},
    {"r0 <r11; r1 <r0; r2 <r1; r3 <r2; r4 <r3; r5 <r4; r6 <r5; r7 <r6; r8 <r7; r9 <r8; r10 <r9; "
     "r11 <r10",
     "r0.sql:2: revisions stand on each other in a ring: r0 (r0.sql) revises r11 (r11.sql), which "
     "revises r10 (r10.sql), which revises r9 (r9.sql), which revises r8 (r8.sql), which revises r7 "
     "(r7.sql), which revises r6 (r6.sql), which revises r5 (r5.sql), which revises r4 (r4.sql), "
     "and so on through 3 more, which revises r0\n"
     "  hint: one of them must go without the other\n"},
    {"a #x; b <a #x; b <zzzz !yyyy; c <c",
     "b.sql:1: revision b is defined twice, first in b.sql:1\n"
     "  hint: give one of the two files another id\n"
     "b.sql:3: branch label x of revision b is a label of revision a already (a.sql:3)\n"
     "  hint: ids and labels share one name space: choose another label\n"
     "b.sql:2: revision b revises zzzz, which no file defines\n"
     "  hint: its file is missing, or was never merged into this tree\n"
     "b.sql:4: revision b depends on yyyy, which is neither a revision nor a branch label\n"
     "  hint: its file is missing, or was never merged into this tree\n"
     "c.sql:2: revision c revises itself\n"
     "  hint: a base has `revises:` with nothing behind it\n"},
};

START_TEST(build_reports_every_problem_with_its_place)
{
    Arena arena = {0};
    const Revisions revisions = revisions_of(&arena, BROKEN_GRAPHS[_i].text);
    Graph graph = {0};
    Error err = {.arena = &arena};

    ck_assert(!graph_build(&revisions, &arena, &graph, &err));
    ck_assert_str_eq(error_text(&arena, &err), BROKEN_GRAPHS[_i].problems);
    for (const Error *problem = &err; problem != NULL; problem = problem->next)
        ck_assert_int_eq(problem->code, ERR_REVISION);
    arena_release(&arena);
}
END_TEST

/* By its id in a graph of single letters. */
static const Node *
node_of(const Graph *graph, const char *id)
{
    const Node *node = graph_find(graph, id);

    ck_assert_msg(node != NULL, "%s", id);
    return node;
}

START_TEST(heads_are_told_from_real_heads)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "y1; x1; y2 <y1 !x1; z !y2");

    ck_assert_str_eq(ids_text(&arena, &graph, &graph.heads), "x1 y2 z");
    ck_assert_str_eq(ids_text(&arena, &graph, &graph.real_heads), "z");
    ck_assert_str_eq(ids_text(&arena, &graph, &graph.bases), "y1 x1 z");
    ck_assert(node_is_head(node_of(&graph, "x1")));
    ck_assert(node_is_effective_head(node_of(&graph, "x1")));
    ck_assert(!node_is_effective_head(node_of(&graph, "z")));
    ck_assert(!node_is_head(node_of(&graph, "y1")));
    arena_release(&arena);
}
END_TEST

START_TEST(edges_keep_file_order_and_load_order_and_come_once)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "m <c,b,c !b,x,d; d <a #x; a; c <a; b <a");
    const Node *merge = node_of(&graph, "m");
    const Node *base = node_of(&graph, "a");

    ck_assert_str_eq(ids_text(&arena, &graph, &merge->parents), "c b");
    ck_assert_str_eq(ids_text(&arena, &graph, &merge->dependencies), "b d");
    ck_assert_str_eq(ids_text(&arena, &graph, &merge->normal_dependencies), "d");
    ck_assert_str_eq(ids_text(&arena, &graph, &base->children), "d c b");
    ck_assert_str_eq(ids_text(&arena, &graph, &node_of(&graph, "b")->dependents), "m");
    ck_assert(node_is_merge_point(merge));
    ck_assert(node_is_branch_point(base));
    arena_release(&arena);
}
END_TEST

START_TEST(labels_name_their_revision)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "a; b <a #core,web");

    ck_assert_ptr_eq(graph_find(&graph, "core"), graph_find(&graph, "b"));
    ck_assert_ptr_eq(graph_find(&graph, "web"), graph_find(&graph, "b"));
    ck_assert_ptr_null(graph_find(&graph, "cor"));
    ck_assert_uint_eq(graph_index(&graph, graph_find(&graph, "core")), 1);
    arena_release(&arena);
}
END_TEST

typedef struct Labelled {
    const char *text;
    const char *labels; /* "id:label,label …" of those that have any, in load order */
} Labelled;

static const Labelled LABELLED_GRAPHS[] = {
    {"a; b <a; c <b", ""},
    /* down the line and up, in both directions from the labelled one */
    {"a; b <a #x; c <b", "a:x b:x c:x"},
    /* ancestors as far as the branch point, exclusive */
    {"a; b <a; c1 <b; d1 <c1 #x; e1 <d1; c2 <b", "c1:x d1:x e1:x"},
    /* a labelled branch point: its ancestors and both branches */
    {"a; b <a #x; c1 <b; c2 <b", "a:x b:x c1:x c2:x"},
    /* ancestors as far as a merge, exclusive */
    {"a1; a2; m <a1,a2; b <m; c <b #x", "b:x c:x"},
    /* through merges upward; ancestors of the labelled one all the same */
    {"a; b <a; c1 <b; d1 <c1 #x; c2 <b; e <d1,c2; f <e", "c1:x d1:x e:x f:x"},
    /* a labelled merge */
    {"a1; a2; m <a1,a2 #x; b <m", "m:x b:x"},
    /* a dependent is no child */
    {"a; b <a #x; y !a", "a:x b:x"},
    /* several labels, joined at a merge, each once */
    {"a #r; b1 <a #x; b2 <a #y; m <b1,b2; n <m #z", "a:r b1:r,x b2:r,y m:r,x,y n:r,x,y,z"},
    /* loaded in another order than they stand */
    {"c <b; b <a #x; a #y", "c:y,x b:y,x a:y,x"},
};

START_TEST(labels_reach_descendants_and_ancestors_up_to_the_branch_point)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, LABELLED_GRAPHS[_i].text);
    Names found = {0};

    for (size_t i = 0; i < graph.count; i++) {
        const Node *node = &graph.nodes[i];
        if (node->labels.len > 0)
            *VEC_ADD(&arena, &found) = arena_format(&arena, "%s:%s", node->revision->id,
                                                    names_join(&arena, &node->labels, ","));
    }
    ck_assert_str_eq(names_join(&arena, &found, " "), LABELLED_GRAPHS[_i].labels);
    arena_release(&arena);
}
END_TEST

typedef struct Normal {
    const char *text;
    const char *node;
    const char *dependencies;
} Normal;

static const Normal NORMAL_CASES[] = {
    {"a; b !a", "b", "a"},
    {"a; b <a !a", "b", ""},
    {"d; a !d; b <a !d; c <b !d", "c", ""},
    {"d; a !d; b <a; c <b !d", "c", ""},
    /* an ancestor by depends_on does not count */
    {"d; a !d; c !a,d", "c", "a d"},
    /* nor what the dependency itself needs */
    {"d; e <d; a !e; c <a !d", "c", "d"},
    /* through the second parent of a merge */
    {"d; a1; a2 !d; m <a1,a2; c <m !d", "c", ""},
    {"d; a1; a2; m <a1,a2; c <m !d; x !d", "c", "d"},
    {"d; e; a1 !e; a2; m <a2,a1 !d,e; c <m !d,e", "m", "d"},
    {"d; e; a1 !e; a2; m <a2,a1 !d,e; c <m !d,e", "c", ""},
};

START_TEST(dependencies_of_an_ancestor_are_not_followed_again)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, NORMAL_CASES[_i].text);

    ck_assert_str_eq(
        ids_text(&arena, &graph, &node_of(&graph, NORMAL_CASES[_i].node)->normal_dependencies),
        NORMAL_CASES[_i].dependencies);
    arena_release(&arena);
}
END_TEST

typedef struct Nearest {
    const char *text;
    const char *found; /* NULL: none */
} Nearest;

static const Nearest NEAREST_CASES[] = {
    {"8f2c1e04a7b2", "8f2c1e04a7b1"},
    {"8f2c1e04ab71", "8f2c1e04a7b1"},
    {"8F2C1E04A7B1", "8f2c1e04a7b1"},
    {"8f2c", "8f2c1e04a7b1"},
    {"bilings", "billing"},
    {"8f2c1e04a7b1_create_account", "8f2c1e04a7b1"},
    {"migrations/8f2c1e04a7b1_create_account.sql", "8f2c1e04a7b1"},
    {"19", NULL}, /* two ids begin so */
    {"ffffffffffff", NULL},
    {"", NULL},
};

typedef struct ShortCase {
    const char *text;
    const char *found;
} ShortCase;

/* Of a short name hardly anything is left when a character is another one. */
static const ShortCase SHORT_CASES[] = {
    {"x", NULL},    {"y", NULL},   {"", NULL},     {"ax", "ax1"}, {"ay", NULL},
    {"ay1", "ax1"}, {"bx2", NULL}, {"lbi", "lib"}, {"1b", NULL},
};

START_TEST(nearest_does_not_find_any_short_name)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "a #lib; b; ax1 <a; 2b");

    ck_assert_pstr_eq(graph_nearest(&graph, SHORT_CASES[_i].text), SHORT_CASES[_i].found);
    arena_release(&arena);
}
END_TEST

START_TEST(nearest_finds_what_was_meant)
{
    Arena arena = {0};
    const Graph graph =
        graph_of(&arena, "8f2c1e04a7b1 #billing; 1975ea83b712; 19ffffff0000 <1975ea83b712");
    const char *found = graph_nearest(&graph, NEAREST_CASES[_i].text);

    ck_assert_pstr_eq(found, NEAREST_CASES[_i].found);
    arena_release(&arena);
}
END_TEST

START_TEST(lineage_counts_the_edges_asked_for)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "a; b <a; c <b; x <a; y !b; d !c");
    const size_t b = graph_index(&graph, node_of(&graph, "b"));
    const bool *revises = graph_lineage(&graph, b, EDGES_REVISES, &arena);
    const bool *all = graph_lineage(&graph, b, EDGES_ALL, &arena);
    static const bool BY_REVISES[] = {true, true, true, false, false, false};
    static const bool BY_ALL[] = {true, true, true, false, true, true};

    ck_assert_mem_eq(revises, BY_REVISES, sizeof BY_REVISES);
    ck_assert_mem_eq(all, BY_ALL, sizeof BY_ALL);
    arena_release(&arena);
}
END_TEST

START_TEST(overlap_names_an_ancestor_among_others)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "a; b <a; c; d <c !b");
    size_t apart[] = {1, 2};
    size_t together[] = {0, 2, 1};
    size_t by_dependency[] = {3, 0};
    size_t lower = 9;
    size_t upper = 9;

    ck_assert(!graph_overlap(&graph, &(Indexes){.at = apart, .len = 2}, &arena, &lower, &upper));
    ck_assert(graph_overlap(&graph, &(Indexes){.at = together, .len = 3}, &arena, &lower, &upper));
    ck_assert_uint_eq(lower, 0);
    ck_assert_uint_eq(upper, 1);
    ck_assert(
        graph_overlap(&graph, &(Indexes){.at = by_dependency, .len = 2}, &arena, &lower, &upper));
    ck_assert_uint_eq(lower, 0);
    ck_assert_uint_eq(upper, 3);
    arena_release(&arena);
}
END_TEST

START_TEST(build_takes_an_empty_graph)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, "");

    ck_assert_uint_eq(graph.count, 0);
    ck_assert_uint_eq(graph.heads.len, 0);
    ck_assert_ptr_null(graph_find(&graph, "a"));
    ck_assert_ptr_null(graph_nearest(&graph, "a"));
    arena_release(&arena);
}
END_TEST

/* A stack that grew with the graph would overflow here under AddressSanitizer. */
START_TEST(build_finds_a_ring_of_any_length)
{
    enum { LENGTH = 100000 };
    Arena arena = {0};
    Revisions revisions = {0};
    Graph graph = {0};
    Error err = {.arena = &arena};

    for (size_t i = 0; i < LENGTH; i++) {
        Revision *revision = VEC_ADD(&arena, &revisions);
        revision->id = arena_format(&arena, "r%zu", i);
        revision->file = "ring.sql";
        revision->revises_line = 2;
        *VEC_ADD(&arena, &revision->revises) =
            arena_format(&arena, "r%zu", (i + LENGTH - 1) % LENGTH);
    }
    ck_assert(!graph_build(&revisions, &arena, &graph, &err));
    ck_assert_ptr_null(err.next);
    ck_assert_ptr_nonnull(strstr(err.message, "and so on through 99991 more, which revises r0"));
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, build_reports_every_problem_with_its_place, 0, COUNT(BROKEN_GRAPHS));
    tcase_add_test(tcase, heads_are_told_from_real_heads);
    tcase_add_test(tcase, edges_keep_file_order_and_load_order_and_come_once);
    tcase_add_test(tcase, labels_name_their_revision);
    tcase_add_loop_test(tcase, labels_reach_descendants_and_ancestors_up_to_the_branch_point, 0,
                        COUNT(LABELLED_GRAPHS));
    tcase_add_loop_test(tcase, dependencies_of_an_ancestor_are_not_followed_again, 0,
                        COUNT(NORMAL_CASES));
    tcase_add_loop_test(tcase, nearest_does_not_find_any_short_name, 0, COUNT(SHORT_CASES));
    tcase_add_loop_test(tcase, nearest_finds_what_was_meant, 0, COUNT(NEAREST_CASES));
    tcase_add_test(tcase, lineage_counts_the_edges_asked_for);
    tcase_add_test(tcase, overlap_names_an_ancestor_among_others);
    tcase_add_test(tcase, build_takes_an_empty_graph);
    tcase_add_test(tcase, build_finds_a_ring_of_any_length);
}

int
main(void)
{
    return suite_main("core/graph", add);
}
