/* SPDX-License-Identifier: MIT */
#include "core/target.h"

#include "tests/support/graph_text.h"
#include "tests/support/suite.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* Two branches with labels, a branch that another one depends on, a merge, partial ids. */
static const char LABELS_GRAPH[] =
    "a; b <a; c1 <b #one; d1 <c1; c2 <b #two; d2 <c2; x1 #x; x2 <x1; y1 #y; y2 <y1 !x1";
static const char MERGED_GRAPH[] = "a; b <a; c1 <b #one; c2 <b #two; m <c1,c2; n <m";
static const char LINE_GRAPH[] = "a; b <a; c <b; d <c; e <d";
static const char PARTIAL_GRAPH[] =
    "548bbb905360; 548bcc000000 <548bbb905360 #billing; 5f00 #bills; abc";
static const char MANY_HEADS[] = "a; b1 <a; b2 <a; b3 <a; b4 <a; b5 <a; b6 <a; b7 <a; b8 <a";

typedef struct TargetCase {
    const char *graph;
    const char *rows;
    char direction; /* '+' or '-' */
    const char *target;
    const char *expected; /* the nodes, of a downgrade "nodes / roots"; or the error */
} TargetCase;

static const TargetCase TARGET_CASES[] = {
    /* absolute */
    {LINE_GRAPH, "", '+', "c", "c"},
    {LINE_GRAPH, "", '+', "head", "e"},
    {LINE_GRAPH, "", '+', "heads", "e"},
    {LINE_GRAPH, "", '+', "base", ""},
    {LINE_GRAPH, "e", '-', "c", "c / d"},
    {LINE_GRAPH, "e", '-', "base", " / a"},
    {LINE_GRAPH, "e", '-', "head", "e / "},
    {LINE_GRAPH, "", '-', "base", " / a"},
    {LABELS_GRAPH, "", '+', "one", "c1"},
    {LABELS_GRAPH, "", '+', "one@head", "d1"},
    {LABELS_GRAPH, "", '+', "b@heads", "d1 d2"},
    {LABELS_GRAPH, "", '+', "x1@heads", "x2"},
    {LABELS_GRAPH, "", '+', "heads", "d1 d2 x2 y2"},
    {LABELS_GRAPH, "", '+', "one@base", ""},
    {LABELS_GRAPH, "", '+', "one@b", "b"},
    {LABELS_GRAPH, "", '+', "d1@c1", "c1"},
    {LABELS_GRAPH, "d1", '-', "one@base", " / a"},
    {LABELS_GRAPH, "d1,d2", '-', "one@b", "b / c1"},
    {LABELS_GRAPH, "d1,d2", '-', "two@a", "a / b"},
    {LABELS_GRAPH, "d1,d2", '-', "b", "b / c1 c2"},
    {LABELS_GRAPH, "d1,d2", '-', "one@head", "d1 / "},

    /* partial ids */
    {PARTIAL_GRAPH, "", '+', "548bb", "548bbb905360"},
    {PARTIAL_GRAPH, "", '+', "a",
     "there is no revision or branch label \"a\"\n"
     "  hint: did you mean abc?\n"},
    {PARTIAL_GRAPH, "", '+', "548",
     "\"548\" is the beginning of 2 names: 548bbb905360 and 548bcc000000\n"
     "  hint: give more characters\n"},
    {PARTIAL_GRAPH, "", '+', "bill",
     "\"bill\" is the beginning of 2 names: billing and bills\n"
     "  hint: give more characters\n"},
    {PARTIAL_GRAPH, "", '+', "bills@5", "5f00"},
    {PARTIAL_GRAPH, "", '+', "bills@548bb",
     "target \"bills@548bb\": revision 548bbb905360 is not in the lineage of bills\n"
     "  hint: the part before the @ narrows to the ancestors and descendants of a revision\n"},
    {PARTIAL_GRAPH, "", '+', "548bbb905306",
     "there is no revision or branch label \"548bbb905306\"\n"
     "  hint: did you mean 548bbb905360?\n"},
    {PARTIAL_GRAPH, "", '+', "548bbb905360_add_user",
     "there is no revision or branch label \"548bbb905360_add_user\"\n"
     "  hint: did you mean 548bbb905360?\n"},
    {PARTIAL_GRAPH, "", '+', "zzzzzz",
     "there is no revision or branch label \"zzzzzz\"\n"
     "  hint: migrate history lists the revisions\n"},
    {"", "", '+', "a",
     "there is no revision or branch label \"a\"\n"
     "  hint: there are no revisions at all\n"},
    {"", "", '+', "head", ""},
    {"", "", '+', "heads", ""},
    {"", "", '+', "+1",
     "target \"+1\" goes too far: nothing is above the base\n"
     "  hint: there are no revisions at all\n"},

    /* several heads */
    {LABELS_GRAPH, "", '+', "head",
     "target \"head\" is ambiguous: there are 4 heads: d1, d2, x2 and y2\n"
     "  hint: say which (one@head, two@head, x@head, y@head), heads for all of them, or merge "
     "them\n"},
    {LABELS_GRAPH, "", '+', "b@head",
     "target \"b@head\" is ambiguous: there are 2 heads in the lineage of b: d1 and d2\n"
     "  hint: say which (one@head, two@head), heads for all of them, or merge them\n"},
    {MANY_HEADS, "", '+', "head",
     "target \"head\" is ambiguous: there are 8 heads: b1, b2, b3, b4, b5 and 3 more\n"
     "  hint: say which (b1@head, b2@head, b3@head, b4@head, b5@head), heads for all of them, or "
     "merge them\n"},
    {LABELS_GRAPH, "d1,d2", '-', "heads",
     "target \"heads\" is ambiguous: there are 4 heads: d1, d2, x2 and y2\n"
     "  hint: say which: one@heads, two@heads, x@heads, y@heads\n"},
    {LABELS_GRAPH, "", '+', "heads-1",
     "target \"heads-1\" is ambiguous: there are 4 heads: d1, d2, x2 and y2\n"
     "  hint: say which: one@heads-1, two@heads-1, x@heads-1, y@heads-1\n"},

    /* steps up */
    {LINE_GRAPH, "", '+', "+2", "b"},
    {LINE_GRAPH, "b", '+', "+2", "d"},
    {LINE_GRAPH, "a", '+', "b+2", "d"},
    {LINE_GRAPH, "a", '+', "b+0", "b"},
    {LINE_GRAPH, "", '+', "base+1", "a"},
    {LINE_GRAPH, "d", '+', "head-1", "d"},
    {LINE_GRAPH, "d", '+', "c-2", "a"},
    {LINE_GRAPH, "d", '+', "c-3", ""},
    {LABELS_GRAPH, "b", '+', "one@+1", "c1"},
    {LABELS_GRAPH, "c1", '+', "two@+1", "c2"},
    {LABELS_GRAPH, "", '+', "two@base+3", "c2"},
    {LABELS_GRAPH, "y2", '+', "x@+1", "x2"},
    {LINE_GRAPH, "d", '+', "+5",
     "target \"+5\" goes too far: only 1 revision is above d\n"
     "  hint: head is as far up as it goes\n"},
    {LINE_GRAPH, "b", '+', "+9",
     "target \"+9\" goes too far: only 3 revisions are above b\n"
     "  hint: head is as far up as it goes\n"},
    {LINE_GRAPH, "", '+', "head+1",
     "target \"head+1\" goes too far: nothing is above e\n"
     "  hint: head is as far up as it goes\n"},
    {LABELS_GRAPH, "", '+', "one@head+1",
     "target \"one@head+1\" goes too far: nothing is above d1\n"
     "  hint: head is as far up as it goes\n"},
    {LINE_GRAPH, "", '+', "HEAD",
     "there is no revision or branch label \"HEAD\"\n"
     "  hint: did you mean head?\n"},
    {LINE_GRAPH, "", '+', "c-5",
     "target \"c-5\" goes too far: only 2 revisions are below c\n"
     "  hint: base is as far down as it goes\n"},
    {LINE_GRAPH, "", '+', "base-1",
     "target \"base-1\" goes too far: nothing is below the base\n"
     "  hint: base is as far down as it goes\n"},
    {LINE_GRAPH, "b", '+', "-2",
     "target \"-2\" names no revision\n"
     "  hint: steps from where the database is: downgrade -1\n"},
    {LINE_GRAPH, "b", '+', "+0",
     "target \"+0\" names no revision\n"
     "  hint: steps from where the database is: upgrade +1\n"},
    {LABELS_GRAPH, "b", '+', "+1",
     "target \"+1\" is ambiguous: above b there are c1 and c2\n"
     "  hint: say which: one@+1, two@+1\n"},
    {LABELS_GRAPH, "", '+', "b+1",
     "target \"b+1\" is ambiguous: above b there are c1 and c2\n"
     "  hint: say which: one@b+1, two@b+1\n"},
    {LABELS_GRAPH, "", '+', "+1",
     "target \"+1\" is ambiguous: above the base there are a, x1 and y1\n"
     "  hint: say which: a@+1, x@+1, y@+1\n"},
    {LABELS_GRAPH, "c1,c2", '+', "+1",
     "target \"+1\" is ambiguous: the database is at c1 and c2\n"
     "  hint: say which: one@+1, two@+1\n"},
    {MERGED_GRAPH, "", '+', "n-2",
     "target \"n-2\" is ambiguous: m merges c1 and c2\n"
     "  hint: name the revision instead\n"},

    /* steps down */
    {LINE_GRAPH, "e", '-', "-1", "d / e"},
    {LINE_GRAPH, "e", '-', "-3", "b / c"},
    {LINE_GRAPH, "a", '-', "-1", " / a"},
    {LINE_GRAPH, "d", '-', "a+2", "c / d"},
    {LINE_GRAPH, "e", '-', "head-2", "c / d"},
    {LINE_GRAPH, "e", '-', "base+1", "a / b"},
    {LABELS_GRAPH, "d1,d2", '-', "one@-1", "c1 / d1"},
    {LABELS_GRAPH, "d1,d2", '-', "one@-2", "b / c1"},
    {LABELS_GRAPH, "c1,c2", '-', "one@c1-1", "b / c1"},
    {LABELS_GRAPH, "c1,c2", '-', "c1-1", "b / c1 c2"},
    {LABELS_GRAPH, "c1,c2", '-', "b@c1-1",
     "target \"b@c1-1\": no revision right above b leads to b\n"
     "  hint: say which: one@c1-1, two@c1-1\n"},
    {LABELS_GRAPH, "y2", '-', "x@-1", " / x1"},
    {MERGED_GRAPH, "n", '-', "-1", "m / n"},
    {MERGED_GRAPH, "m", '-', "-1", "c1 c2 / m"},
    {MERGED_GRAPH, "n", '-', "-2", "c1 c2 / m"},
    {MERGED_GRAPH, "n", '-', "-3",
     "target \"-3\" is ambiguous: m merges c1 and c2\n"
     "  hint: name the revision instead\n"},
    {LABELS_GRAPH, "d1,d2", '-', "-1",
     "target \"-1\" is ambiguous: the database is at d1 and d2\n"
     "  hint: say which: one@-1, two@-1\n"},
    {LABELS_GRAPH, "d1,d2", '-', "b@-1",
     "target \"b@-1\" is ambiguous: the database is at d1 and d2\n"
     "  hint: say which: one@-1, two@-1\n"},
    {LINE_GRAPH, "", '-', "-1",
     "target \"-1\": nothing is applied\n"
     "  hint: the database is at the base\n"},
    {LABELS_GRAPH, "d1", '-', "x@-1",
     "target \"x@-1\": nothing of that branch is applied\n"
     "  hint: the database is at d1\n"},
    {LINE_GRAPH, "b", '-', "-5",
     "target \"-5\" goes too far: only 1 revision is below b\n"
     "  hint: base is as far down as it goes\n"},
    {LINE_GRAPH, "b", '-', "-3",
     "target \"-3\" goes too far: only 1 revision is below b\n"
     "  hint: base is as far down as it goes\n"},
    {LINE_GRAPH, "a", '-', "-2",
     "target \"-2\" goes too far: nothing is below a\n"
     "  hint: base is as far down as it goes\n"},
    {LINE_GRAPH, "b", '-', "+2",
     "target \"+2\" names no revision\n"
     "  hint: steps from where the database is: upgrade +1\n"},

    /* no downgrade */
    {LINE_GRAPH, "b", '-', "d",
     "target \"d\": d is not applied\n"
     "  hint: the database is at b\n"},
    {LINE_GRAPH, "", '-', "d",
     "target \"d\": d is not applied\n"
     "  hint: the database is at the base\n"},
    {LABELS_GRAPH, "y2", '-', "x1",
     "target \"x1\": x1 is applied only because others need it; nothing of the lineage above it "
     "is\n"
     "  hint: the database is at y2\n"},
    {LABELS_GRAPH, "d1,d2", '-', "x@b",
     "target \"x@b\": no revision right above b leads to x\n"
     "  hint: say which: one@b, two@b\n"},

    /* what is no target */
    {LINE_GRAPH, "", '+', "",
     "the target is empty\n"
     "  hint: name a revision, a branch label, head, heads or base\n"},
    {LINE_GRAPH, "", '+', "a:b",
     "target \"a:b\" is a range\n"
     "  hint: ranges are for --sql and for history -r\n"},
    {LINE_GRAPH, "", '+', "a,b",
     "target \"a,b\" is a list\n"
     "  hint: heads and BRANCH@heads name several revisions at once\n"},
    {LINE_GRAPH, "", '+', "a@b@c",
     "target \"a@b@c\" has more than one @\n"
     "  hint: write BRANCH@head, BRANCH@base or BRANCH@REVISION\n"},
    {LINE_GRAPH, "", '+', "@head",
     "target \"@head\" has no branch before the @\n"
     "  hint: write BRANCH@head, BRANCH@base or BRANCH@REVISION\n"},
    {LINE_GRAPH, "", '+', "a@",
     "target \"a@\" has nothing behind the @\n"
     "  hint: write BRANCH@head, BRANCH@base or BRANCH@REVISION\n"},
    {LINE_GRAPH, "", '+', "b+1xyz",
     "target \"b+1xyz\": \"+1xyz\" is no number of steps\n"
     "  hint: write them as in +2, head-1 or LABEL@-1\n"},
    {LINE_GRAPH, "", '+', "b+",
     "target \"b+\": \"+\" is no number of steps\n"
     "  hint: write them as in +2, head-1 or LABEL@-1\n"},
    {LINE_GRAPH, "", '+', "+99999999999",
     "target \"+99999999999\": \"+99999999999\" is no number of "
     "steps\n"
     "  hint: write them as in +2, head-1 or LABEL@-1\n"},
    {LINE_GRAPH, "", '+', "current",
     "target \"current\": \"current\" means nothing here\n"
     "  hint: steps from where the database is are written +1 and -1\n"},
    {LINE_GRAPH, "", '+', "head@a",
     "target \"head@a\": \"head\" is no branch\n"
     "  hint: before the @ stands a branch label or a revision\n"},
    {LABELS_GRAPH, "", '+', "ona@head",
     "there is no revision or branch label \"ona\"\n"
     "  hint: did you mean one?\n"},
    {LABELS_GRAPH, "", '-', "ona@b",
     "there is no revision or branch label \"ona\"\n"
     "  hint: did you mean one?\n"},
    {LABELS_GRAPH, "", '+', "one@d2",
     "target \"one@d2\": revision d2 is not in the lineage of one\n"
     "  hint: the part before the @ narrows to the ancestors and "
     "descendants of a revision\n"},
    {LINE_GRAPH, "gone,e", '+', "head",
     "the database is at gone, which no revision file defines\n"
     "  hint: the file is missing here or was deleted after it was applied: bring it back, or set "
     "the version rows anew with migrate stamp --purge REVISION\n"},
};

static const char *
target_text(Arena *arena, const Graph *graph, const Target *target)
{
    const char *nodes = ids_text(arena, graph, &target->nodes);

    ck_assert(target->is_base == (target->nodes.len == 0));
    if (target->direction == DIRECTION_UPGRADE)
        return nodes;
    return arena_format(arena, "%s / %s", nodes, ids_text(arena, graph, &target->roots));
}

START_TEST(target_resolves_or_says_why_not)
{
    const TargetCase *c = &TARGET_CASES[_i];
    Arena arena = {0};
    const Graph graph = graph_of(&arena, c->graph);
    const Names rows = names_of(&arena, c->rows);
    Target target = {0};
    Error err = {.arena = &arena};

    const bool is_resolved =
        target_resolve(&graph, c->direction == '+' ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE,
                       c->target, &rows, &arena, &target, &err);
    ck_assert_str_eq(is_resolved ? target_text(&arena, &graph, &target) : error_text(&arena, &err),
                     c->expected);
    if (!is_resolved)
        ck_assert_int_eq(err.code, names_contain(&rows, "gone") ? ERR_STATE : ERR_REVISION);
    arena_release(&arena);
}
END_TEST

typedef struct FindCase {
    const char *text;
    const char *rows; /* NULL: `current` is not allowed */
    const char *expected;
} FindCase;

static const FindCase FIND_CASES[] = {
    {"c1", NULL, "c1"},
    {"heads", NULL, "d1 d2 x2 y2"},
    {"one@head", NULL, "d1"},
    {"base", NULL, ""},
    {"current", "d1,x2", "d1 x2"},
    {"current", "", ""},
    {"current", NULL,
     "target \"current\": \"current\" means nothing here\n"
     "  hint: steps from where the database is are written +1 and -1\n"},
    {"+1", "d1",
     "target \"+1\" is relative\n"
     "  hint: steps are for upgrade, downgrade and history -r: name a revision\n"},
    {"head-1", NULL,
     "target \"head-1\" is relative\n"
     "  hint: steps are for upgrade, downgrade and history -r: name a revision\n"},
};

START_TEST(find_takes_absolute_names)
{
    const FindCase *c = &FIND_CASES[_i];
    Arena arena = {0};
    const Graph graph = graph_of(&arena, LABELS_GRAPH);
    const Names rows = names_of(&arena, c->rows == NULL ? "" : c->rows);
    Indexes nodes = {0};
    Error err = {.arena = &arena};

    const bool is_found =
        target_find(&graph, c->text, c->rows == NULL ? NULL : &rows, &arena, &nodes, &err);
    ck_assert_str_eq(is_found ? ids_text(&arena, &graph, &nodes) : error_text(&arena, &err),
                     c->expected);
    arena_release(&arena);
}
END_TEST

START_TEST(label_is_no_version_row)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, LABELS_GRAPH);
    const Names rows = names_of(&arena, "one");
    Indexes nodes = {0};
    Error err = {.arena = &arena};

    ck_assert(!target_rows(&graph, &rows, &arena, &nodes, &err));
    ck_assert_int_eq(err.code, ERR_STATE);
    ck_assert_str_eq(err.message, "the database is at one, which no revision file defines");
    arena_release(&arena);
}
END_TEST

typedef struct OfflineCase {
    char direction;
    const char *text;
    const char *expected; /* "{rows} nodes", or the error */
} OfflineCase;

static const OfflineCase OFFLINE_CASES[] = {
    {'+', "heads", "{} d1 d2 x2 y2"},
    {'+', "base:one@head", "{} d1"},
    {'+', "d1,c2:b@heads", "{c2,d1} d1 d2"},
    {'+', "d1, x2 : heads", "{d1,x2} d1 d2 x2 y2"},
    {'+', "heads:heads", "{d1,d2,x2,y2} d1 d2 x2 y2"},
    {'+', "c1:+1", "{c1} d1"},
    {'+', "c1:c1", "{c1} c1"},
    {'+', "current:one@head", "{c1} d1"},
    {'-', "d1:b", "{d1} b / c1 c2"},
    {'-', "d1:-1", "{d1} c1 / d1"},
    {'-', "d1,d2:base", "{d1,d2}  / a x1 y1"},
    {'-', "b",
     "downgrade \"b\" does not say where it starts\n"
     "  hint: with --sql write START:END, as in head:b\n"},
    {'+', ":b",
     "range \":b\" has no start\n"
     "  hint: base and head can be written out\n"},
    {'+', "b:",
     "range \"b:\" has no end\n"
     "  hint: base and head can be written out\n"},
    {'+', "a:b:c1",
     "\"a:b:c1\" is no range\n"
     "  hint: write START:END, START: or :END\n"},
    {'+', "d1:b",
     "upgrade \"d1:b\" goes down: its end is below its start\n"
     "  hint: use downgrade, or turn the range round\n"},
    {'+', "d1:base",
     "upgrade \"d1:base\" goes down: its end is below its start\n"
     "  hint: use downgrade, or turn the range round\n"},
    {'-', "b:d1",
     "target \"d1\": d1 is not applied\n"
     "  hint: the database is at b\n"},
    {'+', "b,d1:heads",
     "start \"b,d1\": b is an ancestor of d1\n"
     "  hint: d1 stands for both\n"},
    {'+', "x1,y2:heads",
     "start \"x1,y2\": x1 is an ancestor of y2\n"
     "  hint: y2 stands for both\n"},
    {'+', "a,:b",
     "the target is empty\n"
     "  hint: name a revision, a branch label, head, heads or base\n"},
};

START_TEST(offline_range_has_a_start_of_any_rows)
{
    const OfflineCase *c = &OFFLINE_CASES[_i];
    Arena arena = {0};
    const Graph graph = graph_of(&arena, LABELS_GRAPH);
    const Names current = names_of(&arena, "c1");
    Names rows = {0};
    Target target = {0};
    Error err = {.arena = &arena};

    const bool is_resolved =
        target_offline(&graph, c->direction == '+' ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE,
                       c->text, &current, &arena, &rows, &target, &err);
    ck_assert_str_eq(is_resolved ? arena_format(&arena, "%s %s", rows_text(&arena, &rows),
                                                target_text(&arena, &graph, &target))
                                 : error_text(&arena, &err),
                     c->expected);
    arena_release(&arena);
}
END_TEST

START_TEST(current_is_known_by_name_before_there_is_a_database)
{
    ck_assert(target_names_current("current"));
    ck_assert(target_names_current("current:head"));
    ck_assert(target_names_current("base: current"));
    ck_assert(!target_names_current("head"));
    ck_assert(!target_names_current("a:b"));
    ck_assert(!target_names_current("currents:b"));
    ck_assert(!target_names_current(""));
}
END_TEST

START_TEST(range_with_current_needs_the_rows)
{
    Arena arena = {0};
    const Graph graph = graph_of(&arena, LABELS_GRAPH);
    TargetRange range = {0};
    Error err = {.arena = &arena};

    ck_assert(!target_range(&graph, "current:", NULL, &arena, &range, &err));
    ck_assert_int_eq(err.code, ERR_USAGE);
    ck_assert_str_eq(err.message, "\"current\" needs the database");
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_loop_test(tcase, target_resolves_or_says_why_not, 0, COUNT(TARGET_CASES));
    tcase_add_loop_test(tcase, find_takes_absolute_names, 0, COUNT(FIND_CASES));
    tcase_add_test(tcase, label_is_no_version_row);
    tcase_add_loop_test(tcase, offline_range_has_a_start_of_any_rows, 0, COUNT(OFFLINE_CASES));
    tcase_add_test(tcase, current_is_known_by_name_before_there_is_a_database);
    tcase_add_test(tcase, range_with_current_needs_the_rows);
}

int
main(void)
{
    return suite_main("core/target", add);
}
