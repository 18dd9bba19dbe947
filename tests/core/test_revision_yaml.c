/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "core/revision.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

/* The header of a text, and its problems. */
static const char *
parsed(const char *text, Revision *revision, OpBody *body)
{
    Error err = {.arena = &arena};

    if (revision_parse_yaml("a.yaml", slice_of(text), &arena, revision, body, &err))
        return "";
    return problems_text(&err, &arena);
}

static const struct {
    const char *text;
    const char *id;
    const char *revises; /* joined */
    const char *depends_on;
    const char *labels;
    const char *message;
} HEADERS[] = {
    {"revision: 8f2c1e04a7b1\nrevises:\noperations: []\n", "8f2c1e04a7b1", "", "", "", ""},
    {"revision: a\nrevises: ~\nmessage: make a\noperations: []\n", "a", "", "", "", "make a"},
    {"revision: a\nrevises: null\nmessage: 5\noperations: []\n", "a", "", "", "", "5"},
    {"revision: a\nrevises: b\noperations: []\n", "a", "b", "", "", ""},
    {"revision: a\nrevises: []\noperations: []\n", "a", "", "", "", ""},
    {"revision: a\nrevises: [b, c]\ndepends_on: d\nbranch_labels: [x, y]\noperations: []\n", "a",
     "b,c", "d", "x,y", ""},
    {"operations: []\nrevises: b\nrevision: a\n", "a", "b", "", "", ""},
    /* what other readers of YAML take for numbers, times or truths is the text as it stands */
    {"revision: 0123\nrevises: [1e5, 0x1F, 1_000, 1.50, true, no]\noperations: []\n", "0123",
     "1e5,0x1F,1_000,1.50,true,no", "", "", ""},
    {"revision: 123456789012\nrevises: '0123'\noperations: []\n", "123456789012", "0123", "", "",
     ""},
    {"\xEF\xBB\xBFrevision: a\r\nrevises: b\r\noperations: []\r\n", "a", "b", "", "", ""},
    {"{revision: a, revises: b, operations: []}", "a", "b", "", "", ""},
    {"---\nrevision: \xD0\xBF\nrevises: b\noperations: []\n...\n", "\xD0\xBF", "b", "", "", ""},
};

START_TEST(a_header_means_what_it_says)
{
    Revision revision;

    ck_assert_str_eq(parsed(HEADERS[_i].text, &revision, NULL), "");
    ck_assert(revision.is_yaml);
    ck_assert_str_eq(revision.id, HEADERS[_i].id);
    ck_assert_str_eq(names_join(&arena, &revision.revises, ","), HEADERS[_i].revises);
    ck_assert_str_eq(names_join(&arena, &revision.depends_on, ","), HEADERS[_i].depends_on);
    ck_assert_str_eq(names_join(&arena, &revision.branch_labels, ","), HEADERS[_i].labels);
    ck_assert_str_eq(revision.message, HEADERS[_i].message);
}
END_TEST

START_TEST(the_keys_of_the_file_are_read)
{
    Revision revision;
    OpBody body;

    ck_assert_str_eq(parsed("revision: a\n"
                            "revises: b\n"
                            "created: 2026-11-20T14:03:11Z\n"
                            "transaction: false\n"
                            "lock_timeout: 5s\n"
                            "statement_timeout: 0\n"
                            "destructive: true\n"
                            "dialects: [sqlite]\n"
                            "operations: []\n"
                            "down: []\n",
                            &revision, &body),
                     "");
    ck_assert_str_eq(revision.created, "2026-11-20T14:03:11Z");
    ck_assert_uint_eq(revision.id_line, 1);
    ck_assert_uint_eq(revision.revises_line, 2);
    ck_assert(!body.is_transactional && body.is_destructive && body.has_down);
    ck_assert_int_eq(body.lock_timeout, 5000);
    ck_assert_int_eq(body.statement_timeout, 0);
    ck_assert_str_eq(names_join(&arena, &body.dialects, ","), "sqlite");
    ck_assert_str_eq(parsed("{revision: a, revises: , operations: []}", &revision, &body), "");
    ck_assert(body.is_transactional && !body.is_destructive && !body.has_down);
    ck_assert_int_eq(body.lock_timeout, TIMEOUT_UNSET);
    ck_assert_uint_eq(body.dialects.len, 0);
}
END_TEST

/* tests/data/yaml: each file with what is said of it. */
START_TEST(wrong_files_are_explained)
{
    Names paths = {0};
    size_t count = 0;
    Error err = {.arena = &arena};

    ck_assert(
        file_list(arena_format(&arena, "%s/yaml", suite_data()), false, &arena, &paths, &err));
    for (size_t i = 0; i < paths.len; i++) {
        Slice text = {NULL, 0};
        Revision revision;
        Error problems = {.arena = &arena};
        const char *extension = path_extension(paths.at[i]);
        if (strcmp(extension, ".yaml") != 0)
            continue;
        ck_assert(file_read(paths.at[i], &arena, &text, &err));
        ck_assert_msg(!revision_parse_yaml(paths.at[i], text, &arena, &revision, NULL, &problems),
                      "%s", paths.at[i]);
        for (const Error *at = &problems; at != NULL; at = at->next) {
            ck_assert_int_eq(at->code, ERR_REVISION);
            ck_assert(at->place.line > 0 && at->place.column > 0);
        }
        problems_expect(
            arena_format(&arena, "%.*s.txt", (int)(extension - paths.at[i]), paths.at[i]),
            problems_text(&problems, &arena), &arena);
        count++;
    }
    ck_assert_uint_ge(count, 15);
}
END_TEST

START_TEST(gaps_are_known_for_each_dialect_and_direction)
{
    Revision revision;

    ck_assert_str_eq(parsed("revision: a\n"
                            "revises:\n"
                            "operations:\n"
                            "  - drop_table: {name: t}\n"
                            "    only: sqlite\n"
                            "  - sql: {postgres: {up: a, down: b}}\n",
                            &revision, NULL),
                     "");
    ck_assert(revision_has(&revision, DIRECTION_UPGRADE, "postgres"));
    ck_assert(revision_has(&revision, DIRECTION_DOWNGRADE, "postgres"));
    ck_assert(!revision_has(&revision, DIRECTION_UPGRADE, "sqlite"));
    ck_assert(!revision_has(&revision, DIRECTION_DOWNGRADE, "sqlite"));
    const Gap *gap = revision_gap(&revision, DIRECTION_DOWNGRADE, "sqlite");
    ck_assert_str_eq(gap->reason, "drop_table has no was:");
    ck_assert_uint_eq(gap->place.line, 4);
    ck_assert_str_eq(
        parsed("{revision: a, revises: , dialects: postgres, operations: []}", &revision, NULL),
        "");
    ck_assert(revision_has(&revision, DIRECTION_UPGRADE, "postgres"));
    ck_assert(!revision_has(&revision, DIRECTION_UPGRADE, "sqlite"));
    ck_assert_str_eq(revision_gap(&revision, DIRECTION_UPGRADE, "sqlite")->reason,
                     "the revision is for postgres only");
}
END_TEST

START_TEST(a_file_has_its_limits)
{
    enum { SIZE = 4 * 1024 * 1024 + 1 };
    char *large = arena_alloc(&arena, SIZE + 1);
    Buf deep = {.arena = &arena};
    Revision revision;

    memset(large, ' ', SIZE);
    ck_assert_str_eq(parsed(large, &revision, NULL),
                     "a.yaml:1:1: error: the file is larger than 4 MB, the most that a YAML "
                     "revision may have\nhint: write a SQL revision for so many rows\n");
    buf_add(&deep, "revision: a\nrevises:\noperations: ");
    for (int i = 0; i < 100; i++)
        buf_add(&deep, "[");
    ck_assert_ptr_nonnull(strstr(parsed(buf_text(&deep), &revision, NULL),
                                 "error: lists and maps are nested more than 64 deep\n"));
}
END_TEST

/* Everything is linear: a quadratic path would take minutes here. */
START_TEST(large_files_take_no_time)
{
    static const char TABLE[] =
        "  - create_table: {name: t%d, columns: [{name: id, type: bigint, identity: true, "
        "primary_key: true}, {name: a, type: text, default: x}], constraints: [{check: id > 0}]}\n";
    static const char *const ITEMS[] = {
        TABLE,
        "  - craete_table: {nmae: t%d}\n",
        "  - sql: SELECT %d\n",
    };

    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        Buf text = {.arena = &arena};
        Revision revision;
        buf_add(&text, "revision: a\nrevises:\noperations:\n");
        for (int n = 0; n < 10000; n++) {
            const char *at = strstr(ITEMS[i], "%d");
            buf_addf(&text, "%.*s%d%s", (int)(at - ITEMS[i]), ITEMS[i], n, at + 2);
        }
        ck_assert_int_eq(parsed(buf_text(&text), &revision, NULL)[0] == '\0', i != 1);
    }
}
END_TEST

START_TEST(wide_maps_and_lists_take_no_time)
{
    Buf text = {.arena = &arena};
    Revision revision;

    buf_add(&text, "revision: a\nrevises:\noperations:\n  - insert: {table: t, key: [");
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "k%d, ", i);
    buf_add(&text, "], rows: [{");
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "k%d: %d, ", i, i);
    buf_add(&text, "}]}\n  - create_table: {name: t, columns: [");
    for (int i = 0; i < 2000; i++)
        buf_addf(&text, "{name: c%d, type: text}, ", i);
    buf_add(&text, "], constraints: [");
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "{type: unique, columns: [c%d, c%d]}, ", i % 2000, (i + 1) % 2000);
    buf_add(&text, "]}\n  - sql: a\n");
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "    x%d: 1\n", i);
    ck_assert_ptr_nonnull(strstr(parsed(buf_text(&text), &revision, NULL), "unknown operation"));
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
    tcase_add_loop_test(tcase, a_header_means_what_it_says, 0, COUNT(HEADERS));
    tcase_add_test(tcase, the_keys_of_the_file_are_read);
    tcase_add_test(tcase, wrong_files_are_explained);
    tcase_add_test(tcase, gaps_are_known_for_each_dialect_and_direction);
    tcase_add_test(tcase, a_file_has_its_limits);
    tcase_add_test(tcase, large_files_take_no_time);
    tcase_add_test(tcase, wide_maps_and_lists_take_no_time);
}

int
main(void)
{
    return suite_main("core/revision_yaml", add);
}
