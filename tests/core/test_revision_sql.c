/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/revision.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static Arena arena;

/* What a text says, as lines; or its problems. */
static const char *
parsed(Slice text)
{
    Revision revision;
    Buf out = {.arena = &arena};
    Error err = {.arena = &arena};

    if (!revision_parse_sql("a.sql", text, &arena, &revision, &err))
        return problems_text(&err, &arena);
    buf_addf(&out, "%s <- %s", revision.id, names_join(&arena, &revision.revises, ","));
    if (revision.branch_labels.len > 0)
        buf_addf(&out, " (%s)", names_join(&arena, &revision.branch_labels, ","));
    if (revision.depends_on.len > 0)
        buf_addf(&out, " needs %s", names_join(&arena, &revision.depends_on, ","));
    buf_addf(&out, " '%s' '%s'\n", revision.message, revision.created);
    for (size_t i = 0; i < revision.sections.len; i++) {
        const Section *section = &revision.sections.at[i];
        const Slice body = {text.at + section->body, section->body_len};
        buf_addf(&out, "%u %s%s%s%s%s", section->line,
                 section->direction == DIRECTION_UPGRADE ? "up" : "down",
                 section->is_transactional ? "" : " alone",
                 section->begins_transaction ? " new" : "", section->dialect == NULL ? "" : " ",
                 section->dialect == NULL ? "" : section->dialect);
        if (section->lock_timeout != TIMEOUT_UNSET)
            buf_addf(&out, " lock %lld", (long long)section->lock_timeout);
        if (section->statement_timeout != TIMEOUT_UNSET)
            buf_addf(&out, " statement %lld", (long long)section->statement_timeout);
        buf_addf(&out, " %u[%.*s]\n", section->body_line, SLICE_ARGS(body));
    }
    return buf_text(&out);
}

/* A Slice of a literal that may hold NUL. */
#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }
#define HEAD "-- revision: a1\n-- revises: a0\n"

static const struct {
    const char *text;
    const char *meaning;
} FILES[] = {
    {"-- revision: 8f2c1e04a7b1\n"
     "-- revises: 1975ea83b712\n"
     "-- branch_labels: billing\n"
     "-- depends_on: ae1027a6acf\n"
     "-- message: create account table\n"
     "-- created: 2026-11-20T14:03:11Z\n"
     "\n"
     "-- migrate:up\n"
     "CREATE TABLE account (id bigint);\n"
     "\n"
     "-- migrate:up transaction:false dialect:postgres\n"
     "CREATE INDEX CONCURRENTLY i ON account (id);\n"
     "\n"
     "-- migrate:down\n"
     "DROP TABLE account;\n",
     "8f2c1e04a7b1 <- 1975ea83b712 (billing) needs ae1027a6acf 'create account table' "
     "'2026-11-20T14:03:11Z'\n"
     "8 up 9[CREATE TABLE account (id bigint);\n\n]\n"
     "11 up alone postgres 12[CREATE INDEX CONCURRENTLY i ON account (id);\n\n]\n"
     "14 down 15[DROP TABLE account;\n]\n"},
    /* a base, a merge, several labels; the order of the keys is free */
    {"-- revises:\n-- revision: a1\n-- migrate:up\n", "a1 <-  '' ''\n3 up 4[]\n"},
    {"-- revises: b , c,d\n-- branch_labels: x, y\n-- revision: a1\n", "a1 <- b,c,d (x,y) '' ''\n"},
    {"-- message:  a \xC3\xA4: b -- c \t\n" HEAD, "a1 <- a0 'a \xC3\xA4: b -- c' ''\n"},
    {"--revision:a1\n--\trevises : a0\n", "a1 <- a0 '' ''\n"},
    {"  -- revision: a1\n\t-- revises: a0\n", "a1 <- a0 '' ''\n"},
    {"-- revision: \xC3\xA4.b_1\n-- revises: 1.2\n", "\xC3\xA4.b_1 <- 1.2 '' ''\n"},
    {HEAD "-- depends_on:\n-- branch_labels:\n-- message:\n", "a1 <- a0 '' ''\n"},
    /* comments around the header */
    {"/* a license\n   in two lines */ -- revision: a1\n/**/ /* b */\n-- revises: a0\n-- note: x\n"
     "-- \n--\n-- see https://example.org\n/* -- revision: no */\n-- migrate:up\n",
     "a1 <- a0 '' ''\n10 up 11[]\n"},
    /* behind the first directive a key is a comment like any other */
    {HEAD "-- migrate:up\n-- revision: b\n-- revison: c\nSELECT 1;",
     "a1 <- a0 '' ''\n3 up 4[-- revision: b\n-- revison: c\nSELECT 1;]\n"},
    /* the words of a directive */
    {HEAD "-- migrate:up transaction:new dialect:sqlite lock_timeout:250ms "
          "statement_timeout:1h\n-- migrate:down   lock_timeout:0\t\n",
     "a1 <- a0 '' ''\n3 up new sqlite lock 250 statement 3600000 4[]\n4 down lock 0 5[]\n"},
    /* line ends and a BOM */
    {"\xEF\xBB\xBF-- revision: a1\r\n-- revises: a0\r\n-- message: m\r\n\r\n-- migrate:up "
     "transaction:false\r\nSELECT 1;\r\n-- migrate:down\r\n",
     "a1 <- a0 'm' ''\n5 up alone 6[SELECT 1;\r\n]\n7 down 8[]\n"},
    /* no line end at the end of the file */
    {HEAD "-- migrate:up", "a1 <- a0 '' ''\n3 up 4[]\n"},
    {HEAD "-- migrate:up\nSELECT 1;\n-- migrate:down",
     "a1 <- a0 '' ''\n3 up 4[SELECT 1;\n]\n5 down 6[]\n"},
    /* what only looks like a directive */
    {HEAD "-- migrate:up\n-- migrate the rest\nSELECT '-- migrate:down';\n",
     "a1 <- a0 '' ''\n3 up 4[-- migrate the rest\nSELECT '-- migrate:down';\n]\n"},
};

START_TEST(a_file_means_what_it_says)
{
    ck_assert_str_eq(parsed(slice_of(FILES[_i].text)), FILES[_i].meaning);
}
END_TEST

/* What a text file in the tree could not hold unharmed. */
static const struct {
    Slice text;
    const char *problems;
} BYTES[] = {
    {TEXT(HEAD "-- migrate:up\nSELECT '\xC3\xA4\xFF';\n"),
     "a.sql:4:10: error: the file is not valid UTF-8\n"},
    {TEXT(HEAD "-- migrate:up\nSELECT\0;\n"), "a.sql:4:7: error: the file holds a NUL character\n"},
    {TEXT("-- revision: a\0\xFF\n"), "a.sql:1:15: error: the file holds a NUL character\n"},
    {TEXT("-- revision: \xFF\0\n"), "a.sql:1:14: error: the file is not valid UTF-8\n"},
    {TEXT("\xFF\xFE-\0-\0"), "a.sql:1:1: error: the file is not valid UTF-8\n"},
    {TEXT(HEAD "-- message: a\rb\n"),
     "a.sql:3:14: error: a carriage return stands within the line: lines end with LF or CRLF\n"},
    {TEXT("-- revision: a\r-- revises: b\r"),
     "a.sql:1:1: error: the header has no \"-- revises:\" line\n"
     "hint: name the revision before it, or nothing for a base\n"
     "a.sql:1:15: error: a carriage return stands within the line: lines end with LF or CRLF\n"},
};

START_TEST(wrong_bytes_are_refused_with_their_place)
{
    ck_assert_str_eq(parsed(BYTES[_i].text), BYTES[_i].problems);
}
END_TEST

START_TEST(wrong_files_are_explained)
{
    Names paths = {0};
    size_t count = 0;
    Error err = {.arena = &arena};
    const char *folder = arena_format(&arena, "%s/revisions", suite_data());

    ck_assert(file_list(folder, false, &arena, &paths, &err));
    for (size_t i = 0; i < paths.len; i++) {
        Slice text = {NULL, 0};
        Revision revision;
        Error problems = {.arena = &arena};
        const char *extension = path_extension(paths.at[i]);
        if (strcmp(extension, ".sql") != 0)
            continue;
        ck_assert(file_read(paths.at[i], &arena, &text, &err));
        ck_assert_msg(!revision_parse_sql(paths.at[i], text, &arena, &revision, &problems), "%s",
                      paths.at[i]);
        ck_assert_int_eq(problems.code, ERR_REVISION);
        problems_expect(
            arena_format(&arena, "%.*s.txt", (int)(extension - paths.at[i]), paths.at[i]),
            problems_text(&problems, &arena), &arena);
        count++;
    }
    ck_assert_uint_ge(count, 15);
}
END_TEST

START_TEST(problems_are_added_to_those_before)
{
    Revision revision;
    Error err = {.arena = &arena};

    ck_assert(!revision_parse_sql("a.sql", SLICE("x"), &arena, &revision, &err));
    ck_assert(!revision_parse_sql("b.sql", SLICE("x"), &arena, &revision, &err));
    ck_assert_str_eq(err.place.file, "a.sql");
    ck_assert_str_eq(err.next->place.file, "b.sql");
    ck_assert_ptr_null(err.next->next);
}
END_TEST

static const struct {
    const char *id;
    const char *problem;
} IDS[] = {
    {"8f2c1e04a7b1", NULL},
    {"v1.2_x", NULL},
    {"_", NULL},
    {"\xD0\xBF\xD1\x80", NULL},
    {"heads2", NULL},
    {"HEAD", NULL},
    {"", "it is empty"},
    {".a", "it begins with a \".\""},
    {"a-b", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a b", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a@head", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a+1", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a:b", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a/b", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"a\n", "only letters, digits, \"_\" and \".\" may stand in it"},
    {"\xC3", "it is not valid UTF-8"},
    {"head", "the word has a meaning of its own as a target"},
    {"heads", "the word has a meaning of its own as a target"},
    {"base", "the word has a meaning of its own as a target"},
    {"current", "the word has a meaning of its own as a target"},
};

START_TEST(ids_are_plain_words)
{
    ck_assert_pstr_eq(revision_id_problem(slice_of(IDS[_i].id)), IDS[_i].problem);
}
END_TEST

static uint32_t
next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Changes a few bytes of a copy of `text`, which has `extra` bytes of room. */
static Slice
mutate(Slice text, size_t extra, uint32_t *random)
{
    static const char *const PIECES[] = {"-- migrate:",
                                         "\n-- migrate:up ",
                                         "-- revision:",
                                         "\r\n",
                                         ",",
                                         "\xC3\xA4",
                                         "/*",
                                         "*/",
                                         ":",
                                         "\t",
                                         "'",
                                         "\xEF\xBB\xBF"};
    char *copy = arena_alloc(&arena, text.len + extra);
    size_t len = text.len;

    memcpy(copy, text.at, text.len);
    for (uint32_t edits = next_random(random) % 4 + 1; edits > 0; edits--) {
        const size_t at = next_random(random) % (len + 1);
        const Slice piece =
            slice_of(PIECES[next_random(random) % (sizeof PIECES / sizeof PIECES[0])]);
        switch (next_random(random) % 4) {
        case 0:
            if (at < len)
                copy[at] = (char)next_random(random);
            break;
        case 1:
            len = at;
            break;
        case 2:
            memmove(copy + at, copy + at + (at < len), len - at - (at < len));
            len -= at < len;
            break;
        default:
            if (len + piece.len <= text.len + extra) {
                memmove(copy + at + piece.len, copy + at, len - at);
                memcpy(copy + at, piece.at, piece.len);
                len += piece.len;
            }
        }
    }
    return (Slice){copy, len};
}

/* No crash; sections lie in the file, in order, each behind its directive; a problem has a place.
 */
START_TEST(mutated_files_are_parsed_or_refused)
{
    uint32_t random = 7;

    for (int round = 0; round < 20000; round++) {
        Revision revision;
        size_t end = 0;
        Error err = {.arena = &arena};
        const Slice original = slice_of(FILES[next_random(&random) % COUNT(FILES)].text);
        const Slice text = mutate(original, 64, &random);
        if (revision_parse_sql("a.sql", text, &arena, &revision, &err)) {
            ck_assert_ptr_null(revision_id_problem(slice_of(revision.id)));
            for (size_t i = 0; i < revision.sections.len; i++) {
                const Section *section = &revision.sections.at[i];
                ck_assert_uint_gt(section->body, end);
                end = section->body + section->body_len;
                ck_assert_uint_le(end, text.len);
            }
        } else {
            for (const Error *at = &err; at != NULL; at = at->next)
                ck_assert(at->place.line > 0 && at->place.column > 0);
        }
        arena_reset(&arena);
    }
}
END_TEST

START_TEST(a_hundred_thousand_problems_take_no_time)
{
    Buf text = {.arena = &arena};
    Revision revision;
    size_t count = 0;
    Error err = {.arena = &arena};

    buf_add(&text, HEAD);
    for (int i = 0; i < 100000; i++)
        buf_add(&text, "-- massage: x\n");
    ck_assert(!revision_parse_sql("a.sql", buf_slice(&text), &arena, &revision, &err));
    for (const Error *at = &err; at != NULL; at = at->next)
        count++;
    ck_assert_uint_eq(count, 100000);
}
END_TEST

START_TEST(a_merge_of_a_hundred_thousand_takes_no_time)
{
    Buf text = {.arena = &arena};
    Revision revision;
    Error err = {.arena = &arena};

    buf_add(&text, "-- revision: a\n-- revises: r");
    for (int i = 0; i < 100000; i++)
        buf_addf(&text, ",r%d", i);
    ck_assert(revision_parse_sql("a.sql", buf_slice(&text), &arena, &revision, &err));
    ck_assert_uint_eq(revision.revises.len, 100001);
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
    tcase_add_loop_test(tcase, a_file_means_what_it_says, 0, COUNT(FILES));
    tcase_add_loop_test(tcase, wrong_bytes_are_refused_with_their_place, 0, COUNT(BYTES));
    tcase_add_test(tcase, wrong_files_are_explained);
    tcase_add_test(tcase, problems_are_added_to_those_before);
    tcase_add_loop_test(tcase, ids_are_plain_words, 0, COUNT(IDS));
    tcase_add_test(tcase, mutated_files_are_parsed_or_refused);
    tcase_add_test(tcase, a_hundred_thousand_problems_take_no_time);
    tcase_add_test(tcase, a_merge_of_a_hundred_thousand_takes_no_time);
}

int
main(void)
{
    return suite_main("core/revision_sql", add);
}
