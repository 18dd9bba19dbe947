/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "core/base/text.h"
#include "core/revision.h"
#include "tests/support/folder.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static Arena arena;
static const char *folder;

/* 2026-11-20T14:03:11Z */
enum { NOW = 1795183391 };

static RevisionDraft
draft_of(const char *id, const char *message)
{
    return (RevisionDraft){.id = id,
                           .message = message,
                           .file_template = "%(rev)s_%(slug)s",
                           .slug_length = 40,
                           .timezone = "UTC",
                           .folder = folder,
                           .now = NOW};
}

/* The name of the file that a draft makes, below the test's folder; or the problem. */
static const char *
created(const RevisionDraft *draft)
{
    const char *path = NULL;
    Error err = {.arena = &arena};

    if (!revision_create(draft, &arena, &path, &err))
        return problems_text(&err, &arena);
    ck_assert(strncmp(path, folder, strlen(folder)) == 0);
    return path + strlen(folder) + 1;
}

static const char *
text_of(const char *name)
{
    Slice text = {NULL, 0};
    Error err = {.arena = &arena};

    ck_assert_msg(file_read(path_join(&arena, folder, name), &arena, &text, &err), "%s", name);
    return text.at;
}

START_TEST(a_base_has_an_empty_revises)
{
    const RevisionDraft draft = draft_of("a1", "create account table");

    ck_assert_str_eq(created(&draft), "a1_create_account_table.sql");
    ck_assert_str_eq(text_of("a1_create_account_table.sql"),
                     "-- revision: a1\n"
                     "-- revises:\n"
                     "-- message: create account table\n"
                     "-- created: 2026-11-20T14:03:11Z\n"
                     "\n"
                     "-- migrate:up\n"
                     "-- SQL that makes the change\n"
                     "\n"
                     "-- migrate:down\n"
                     "-- SQL that takes it back; without this section it cannot be taken back\n");
}
END_TEST

START_TEST(every_key_is_written_where_it_has_a_value)
{
    RevisionDraft draft = draft_of("c1", "  merge \xC3\xA4: \tall  ");

    *VEC_ADD(&arena, &draft.revises) = "a1";
    *VEC_ADD(&arena, &draft.revises) = "b1";
    *VEC_ADD(&arena, &draft.branch_labels) = "billing";
    *VEC_ADD(&arena, &draft.depends_on) = "d1";
    *VEC_ADD(&arena, &draft.depends_on) = "users";
    const char *name = created(&draft);
    ck_assert_str_eq(name, "c1_merge_\xC3\xA4_all.sql");
    ck_assert(slice_starts_with(slice_of(text_of(name)), "-- revision: c1\n"
                                                         "-- revises: a1, b1\n"
                                                         "-- branch_labels: billing\n"
                                                         "-- depends_on: d1, users\n"
                                                         "-- message: merge \xC3\xA4: \tall\n"
                                                         "-- created: 2026-11-20T14:03:11Z\n\n"));
}
END_TEST

START_TEST(what_is_created_can_be_loaded)
{
    Names folders = {0};
    Revisions revisions;
    Error err = {.arena = &arena};
    RevisionDraft draft = draft_of("b1", "-- migrate:up */ revises: x");

    *VEC_ADD(&arena, &draft.revises) = "a1";
    *VEC_ADD(&arena, &draft.branch_labels) = "billing";
    (void)created(&draft);
    *VEC_ADD(&arena, &folders) = folder;
    ck_assert_msg(revision_load_all(&folders, false, NULL, &arena, &revisions, &err), "%s",
                  problems_text(&err, &arena));
    ck_assert_uint_eq(revisions.len, 1);
    ck_assert_str_eq(revisions.at[0].id, "b1");
    ck_assert_str_eq(revisions.at[0].revises.at[0], "a1");
    ck_assert_str_eq(revisions.at[0].branch_labels.at[0], "billing");
    ck_assert_str_eq(revisions.at[0].message, "-- migrate:up */ revises: x");
    ck_assert_uint_eq(revisions.at[0].sections.len, 2);
}
END_TEST

START_TEST(an_id_is_made_up_of_twelve_hex_digits)
{
    const RevisionDraft draft = draft_of(NULL, "");
    const char *first = created(&draft);
    const char *second = created(&draft);

    ck_assert_uint_eq(strlen(first), strlen("8f2c1e04a7b1_.sql"));
    ck_assert_uint_eq(strspn(first, "0123456789abcdef"), 12);
    ck_assert_str_eq(first + 12, "_.sql");
    ck_assert_str_ne(first, second);
}
END_TEST

START_TEST(a_file_that_is_there_is_left_alone)
{
    const RevisionDraft draft = draft_of("a1", "x");

    folder_write(&arena, folder, "a1_x.sql", SLICE("mine"));
    ck_assert_str_eq(created(&draft), arena_format(&arena,
                                                   "error: cannot write \"%s/a1_x.sql\": "
                                                   "File exists\n",
                                                   folder));
    ck_assert_str_eq(text_of("a1_x.sql"), "mine");
}
END_TEST

static const struct {
    const char *message;
    unsigned length;
    const char *slug;
} SLUGS[] = {
    {"", 40, ""},
    {"Create Account", 40, "create_account"},
    {"  a -- b!!c_d  ", 40, "a_b_c_d"},
    {"drop user's \"table\" (old)", 40, "drop_user_s_table_old"},
    {"../../etc/passwd", 40, "etc_passwd"},
    {"\xC3\xA9t\xC3\xA9 \xE2\x80\x94 na\xC3\xAFve\xE2\x80\xA6", 40,
     "\xC3\xA9t\xC3\xA9_na\xC3\xAFve"},
    {"\xE8\xB4\xA6\xE6\x88\xB7\xE3\x80\x82", 40, "\xE8\xB4\xA6\xE6\x88\xB7"},
    {"!!!", 40, ""},
    /* alembic.md 1.2: cut to the length, then the last, cut word goes */
    {"rev number 1 with quite a long message indeed", 40,
     "rev_number_1_with_quite_a_long_message_"},
    {"exactly ten", 11, "exactly_ten"},
    {"exactly ten!", 10, "exactly_"},
    {"onelongword", 5, "onelo_"},
    {"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 3, "\xC3\xA9\xC3\xA9\xC3\xA9_"},
    {"ab cd", 3, "ab_"},
};

START_TEST(the_slug_is_alembics)
{
    RevisionDraft draft = draft_of("x", SLUGS[_i].message);

    draft.slug_length = SLUGS[_i].length;
    ck_assert_str_eq(created(&draft), arena_format(&arena, "x_%s.sql", SLUGS[_i].slug));
}
END_TEST

static const struct {
    const char *file_template;
    const char *timezone;
    const char *name;
    const char *stamp;
} TEMPLATES[] = {
    {"%(rev)s", "UTC", "x.sql", "2026-11-20T14:03:11Z"},
    {"%(slug)s-%(rev)s", NULL, "m-x.sql", "2026-11-20T14:03:11Z"},
    {"%(epoch)s_%(rev)s", "utc", "1795183391_x.sql", "2026-11-20T14:03:11Z"},
    {"%(year)d_%(month).2d_%(day).2d_%(hour).2d%(minute)02d%(second).2d-%(rev)s", "UTC",
     "2026_11_20_140311-x.sql", "2026-11-20T14:03:11Z"},
    {"%(month)s.%(minute)d.%(minute).4d", "UTC", "11.3.0003.sql", "2026-11-20T14:03:11Z"},
    {"100%%_%(rev)s", "UTC", "100%_x.sql", "2026-11-20T14:03:11Z"},
    {"%(year)d/%(month).2d/%(rev)s", "UTC", "2026/11/x.sql", "2026-11-20T14:03:11Z"},
    {"%(day)d-%(hour)d", "Asia/Tokyo", "20-23.sql", "2026-11-20T23:03:11+09:00"},
    {"%(day)d-%(hour)d", "Pacific/Kiritimati", "21-4.sql", "2026-11-21T04:03:11+14:00"},
    {"%(day)d-%(hour)d", "America/New_York", "20-9.sql", "2026-11-20T09:03:11-05:00"},
    {"%(day)d-%(hour)d", "Asia/Kathmandu", "20-19.sql", "2026-11-20T19:48:11+05:45"},
    {"%(day)d-%(hour)d", "America/St_Johns", "20-10.sql", "2026-11-20T10:33:11-03:30"},
};

START_TEST(the_name_is_made_by_the_template)
{
    RevisionDraft draft = draft_of("x", "m");

    draft.file_template = TEMPLATES[_i].file_template;
    draft.timezone = TEMPLATES[_i].timezone;
    const char *name = created(&draft);
    if (draft.timezone != NULL && strchr(draft.timezone, '/') != NULL &&
        !file_exists("/usr/share/zoneinfo/Asia/Tokyo"))
        return; /* a machine without time zones */
    ck_assert_str_eq(name, TEMPLATES[_i].name);
    ck_assert_ptr_nonnull(
        strstr(text_of(name), arena_format(&arena, "-- created: %s\n", TEMPLATES[_i].stamp)));
}
END_TEST

START_TEST(the_time_zone_of_the_process_stays_as_it_was)
{
    RevisionDraft draft = draft_of("x", "m");
    const time_t now = NOW;
    struct tm before;
    struct tm after;

    setenv("TZ", "XST-3", 1);
    tzset();
    localtime_r(&now, &before);
    draft.timezone = "America/New_York";
    (void)created(&draft);
    localtime_r(&now, &after);
    ck_assert_str_eq(getenv("TZ"), "XST-3");
    ck_assert_int_eq(before.tm_hour, 17);
    ck_assert_int_eq(after.tm_hour, 17);
    unsetenv("TZ");
    draft.id = "y";
    (void)created(&draft);
    ck_assert_ptr_null(getenv("TZ"));
}
END_TEST

static const char TOKENS[] = "unknown token";
static const char NUMBER[] = "behind a token for a number stands \"s\", \"d\" or \".2d\"";
static const char HIDDEN[] = "it makes a name that begins with \".\" or \"#\"";
static const char EMPTY[] = "it makes a name with an empty part";

static const struct {
    const char *file_template;
    const char *problem;
} WRONG_TEMPLATES[] = {
    {"%(rev)s_%(slug)s", NULL},
    {"", "it is empty"},
    {"%(revision)s", TOKENS},
    {"%(rev", TOKENS},
    {"%()s", TOKENS},
    {"%(rev)", "behind %(rev) and %(slug) stands an \"s\""},
    {"%(rev)d", "behind %(rev) and %(slug) stands an \"s\""},
    {"%(year)", NUMBER},
    {"%(year)x", NUMBER},
    {"%(month)2d", NUMBER},
    {"%(month).99d", NUMBER},
    {"%%(rev)s", "\"%%\" stands for one \"%\": a token is written %(rev)s, with one \"%\""},
    {"100%_%(rev)s", "a \"%\" begins no token: write it %%"},
    {"%(rev)s%", "a \"%\" begins no token: write it %%"},
    {".%(rev)s", HIDDEN},
    {"#%(rev)s", HIDDEN},
    {"../%(rev)s", HIDDEN},
    {"a/../%(rev)s", HIDDEN},
    {"/tmp/%(rev)s", EMPTY},
    {"a//%(rev)s", EMPTY},
    {"%(rev)s/", EMPTY},
};

START_TEST(a_template_that_cannot_be_used_is_told)
{
    ck_assert_pstr_eq(revision_template_problem(WRONG_TEMPLATES[_i].file_template),
                      WRONG_TEMPLATES[_i].problem);
}
END_TEST

START_TEST(a_template_whose_name_is_wrong_only_now_is_refused)
{
    RevisionDraft draft = draft_of("x", "");

    draft.file_template = "%(slug)s";
    ck_assert_str_eq(created(&draft),
                     arena_format(&arena, "error: file_template \"%%(slug)s\": %s\nhint: %s\n",
                                  EMPTY, REVISION_TEMPLATE_HINT));
}
END_TEST

static const struct {
    const char *id;
    const char *message;
    const char *timezone;
    const char *problem;
} WRONG_DRAFTS[] = {
    {"a:b", "m", "UTC",
     "error: \"a:b\" cannot be a revision id: only letters, digits, \"_\" and \".\" may stand in "
     "it\nhint: choose another one\n"},
    {"head", "m", "UTC",
     "error: \"head\" cannot be a revision id: the word has a meaning of its own as a target\n"
     "hint: choose another one\n"},
    {"x", "two\nlines", "UTC",
     "error: the message has more than one line, or holds a control character\n"
     "hint: it stands in one line of the header; comments in the file may say more\n"},
    {"x", "a\x1B[31mred", "UTC",
     "error: the message has more than one line, or holds a control character\n"
     "hint: it stands in one line of the header; comments in the file may say more\n"},
    {"x", "\xFF", "UTC",
     "error: the message is not valid UTF-8\n"
     "hint: revision files are UTF-8, whatever the terminal is\n"},
    {"x", "m", "Middle/Earth",
     "error: unknown time zone \"Middle/Earth\"\n"
     "hint: timezone is a name such as Europe/Berlin or UTC; all but UTC need the system's time "
     "zone files (tzdata)\n"},
    {"x", "m", "../../etc/passwd",
     "error: unknown time zone \"../../etc/passwd\"\n"
     "hint: timezone is a name such as Europe/Berlin or UTC; all but UTC need the system's time "
     "zone files (tzdata)\n"},
    {"x", "m", "Europe",
     "error: unknown time zone \"Europe\"\n"
     "hint: timezone is a name such as Europe/Berlin or UTC; all but UTC need the system's time "
     "zone files (tzdata)\n"},
};

START_TEST(a_draft_that_cannot_be_meant_writes_nothing)
{
    Names paths = {0};
    Error err = {.arena = &arena};
    RevisionDraft draft = draft_of(WRONG_DRAFTS[_i].id, WRONG_DRAFTS[_i].message);

    draft.timezone = WRONG_DRAFTS[_i].timezone;
    ck_assert_str_eq(created(&draft), WRONG_DRAFTS[_i].problem);
    ck_assert(file_list(folder, true, &arena, &paths, &err));
    ck_assert_uint_eq(paths.len, 0);
}
END_TEST

START_TEST(names_in_lists_are_checked_too)
{
    RevisionDraft draft = draft_of("x", "m");

    *VEC_ADD(&arena, &draft.revises) = "a b";
    ck_assert_str_eq(created(&draft),
                     "error: \"a b\" cannot be a revision id: only letters, digits, "
                     "\"_\" and \".\" may stand in it\nhint: choose another one\n");
    draft.revises.len = 0;
    *VEC_ADD(&arena, &draft.branch_labels) = "a,b";
    ck_assert_str_eq(created(&draft),
                     "error: \"a,b\" cannot be a branch label: only letters, "
                     "digits, \"_\" and \".\" may stand in it\nhint: choose another one\n");
    draft.branch_labels.len = 0;
    *VEC_ADD(&arena, &draft.depends_on) = "";
    ck_assert_str_eq(created(&draft),
                     "error: \"\" cannot be a revision id or a branch label: it is empty\n"
                     "hint: choose another one\n");
}
END_TEST

static void
set_up(void)
{
    folder = folder_make(&arena);
}

static void
tear_down(void)
{
    folder_remove(folder);
    arena_release(&arena);
}

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_base_has_an_empty_revises);
    tcase_add_test(tcase, every_key_is_written_where_it_has_a_value);
    tcase_add_test(tcase, what_is_created_can_be_loaded);
    tcase_add_test(tcase, an_id_is_made_up_of_twelve_hex_digits);
    tcase_add_test(tcase, a_file_that_is_there_is_left_alone);
    tcase_add_loop_test(tcase, the_slug_is_alembics, 0, COUNT(SLUGS));
    tcase_add_loop_test(tcase, the_name_is_made_by_the_template, 0, COUNT(TEMPLATES));
    tcase_add_test(tcase, the_time_zone_of_the_process_stays_as_it_was);
    tcase_add_loop_test(tcase, a_template_that_cannot_be_used_is_told, 0, COUNT(WRONG_TEMPLATES));
    tcase_add_test(tcase, a_template_whose_name_is_wrong_only_now_is_refused);
    tcase_add_loop_test(tcase, a_draft_that_cannot_be_meant_writes_nothing, 0, COUNT(WRONG_DRAFTS));
    tcase_add_test(tcase, names_in_lists_are_checked_too);
}

int
main(void)
{
    return suite_main("core/revision_create", add);
}
