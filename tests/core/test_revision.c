/* SPDX-License-Identifier: MIT */
#include "core/revision.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

static Arena arena;
static const char *folder;

static void
write_text(const char *name, const char *text)
{
    folder_write(&arena, folder, name, slice_of(text));
}

static void
write_revision(const char *name, const char *id)
{
    write_text(name, arena_format(&arena, "-- revision: %s\n-- revises:\n-- migrate:up\n", id));
}

/* The ids of what is loaded from folders of the test's folder (named by blanks; "." itself), or the
 * problems. */
static const char *
loaded(const char *names, bool is_recursive)
{
    Names folders = {0};
    Names ids = {0};
    Revisions revisions;
    Error err = {.arena = &arena};

    for (Slice rest = slice_of(names); rest.len > 0;) {
        const char *name = arena_copy(&arena, slice_cut(rest, ' ', &rest));
        *VEC_ADD(&arena, &folders) =
            strcmp(name, ".") == 0 ? folder : path_join(&arena, folder, name);
    }
    if (!revision_load_all(&folders, is_recursive, NULL, &arena, &revisions, &err))
        return problems_text(&err, &arena);
    for (size_t i = 0; i < revisions.len; i++)
        *VEC_ADD(&arena, &ids) = revisions.at[i].id;
    return names_join(&arena, &ids, " ");
}

START_TEST(files_load_in_byte_order_of_their_names)
{
    write_revision("b.sql", "b");
    write_revision("a.sql", "a");
    write_revision("C.SQL", "c");
    ck_assert_str_eq(loaded(".", false), "c a b");
}
END_TEST

START_TEST(folders_load_in_the_order_given)
{
    write_revision("x/1.sql", "x1");
    write_revision("y/0.sql", "y0");
    write_revision("x/2.sql", "x2");
    ck_assert_str_eq(loaded("y x", false), "y0 x1 x2");
    ck_assert_str_eq(loaded("x y", false), "x1 x2 y0");
}
END_TEST

START_TEST(folders_below_load_only_when_recursive)
{
    write_revision("b.sql", "b");
    write_revision("a/2.sql", "a2");
    write_revision("a/1.sql", "a1");
    write_revision("a/.git/3.sql", "a3");
    ck_assert_str_eq(loaded(".", false), "b");
    ck_assert_str_eq(loaded(".", true), "a1 a2 b");
}
END_TEST

START_TEST(what_is_no_revision_file_is_passed_over)
{
    write_revision("a.sql", "a");
    write_text("README.md", "text");
    write_text("a.sql~", "text");
    write_text("a.sql.bak", "text");
    write_text("#a.sql#", "text");
    write_text("#b.sql", "text");
    write_text(".#a.sql", "text");
    write_text(".a.sql.swp", "text");
    write_text("data.csv", "text");
    write_text("sql", "text");
    ck_assert_str_eq(loaded(".", false), "a");
}
END_TEST

START_TEST(one_file_with_two_names_is_read_once)
{
    const char *original = path_join(&arena, folder, "x/a.sql");

    write_revision("x/a.sql", "a");
    ck_assert_int_eq(link(original, path_join(&arena, folder, "x/b.sql")), 0);
    ck_assert_int_eq(symlink("a.sql", path_join(&arena, folder, "x/c.sql")), 0);
    ck_assert_int_eq(symlink("x", path_join(&arena, folder, "y")), 0);
    ck_assert_str_eq(loaded("x y x", false), "a");
    ck_assert_str_eq(loaded(". x", true), "a");
}
END_TEST

START_TEST(an_empty_folder_has_no_revisions)
{
    ck_assert_str_eq(loaded(".", false), "");
}
END_TEST

START_TEST(a_folder_that_is_missing_is_an_error)
{
    Names folders = {0};
    Revisions revisions;
    Error err = {.arena = &arena};

    *VEC_ADD(&arena, &folders) = "no/such/folder";
    ck_assert(!revision_load_all(&folders, false, NULL, &arena, &revisions, &err));
    ck_assert_int_eq(err.code, ERR_CONFIG);
    ck_assert_str_eq(
        problems_text(&err, &arena),
        "error: cannot read the folder \"no/such/folder\": No such file or directory\n"
        "hint: \"migrate init\" makes a project; \"migrations:\" in migrate.yaml names "
        "its folders\n");
}
END_TEST

START_TEST(all_problems_of_all_files_are_told_in_one_run)
{
    write_revision("a.sql", "a");
    write_text("b.sql", "SELECT 1;\n");
    write_text("c.sql", "-- revision: c\n-- revisez:\n-- migrate:upp\n");
    write_text("d.yaml", "revision: d\n");
    write_text("e.yml", "a: e\n");
    ck_assert_str_eq(
        loaded(".", false),
        "b.sql:1:1: error: this is no revision: it has no \"-- revision:\" and no \"-- revises:\" "
        "line\n"
        "hint: write them at its top, or keep the file outside the migrations folder\n"
        "c.sql:2:4: error: unknown header key \"revisez\"\n"
        "hint: did you mean \"revises\"?\n"
        "c.sql:3:1: error: unknown directive \"migrate:upp\"\n"
        "hint: did you mean \"-- migrate:up\"?\n"
        "d.yaml:1:1: error: \"revises\" is missing\n"
        "hint: the revision before it; null for a base, a list for a merge\n"
        "d.yaml:1:1: error: \"operations\" is missing\n"
        "e.yml:1:1: error: this is no revision: it has no \"revision:\" and no \"revises:\"\n"
        "hint: write them at its top, or keep the file outside the migrations folder\n");
}
END_TEST

START_TEST(problems_of_files_are_told_beside_a_folder_that_is_missing)
{
    write_text("x/b.sql", "-- revision: b\n");
    write_text("y/c.sql", "-- revision: c\n");
    ck_assert_str_eq(
        loaded("x no y", false),
        arena_format(&arena,
                     "b.sql:1:1: error: the header has no \"-- revises:\" line\n"
                     "hint: name the revision before it, or nothing for a base\n"
                     "error: cannot read the folder \"%s/no\": No such file or directory\n"
                     "hint: \"migrate init\" makes a project; \"migrations:\" in migrate.yaml "
                     "names its folders\n"
                     "c.sql:1:1: error: the header has no \"-- revises:\" line\n"
                     "hint: name the revision before it, or nothing for a base\n",
                     folder));
}
END_TEST

START_TEST(a_link_that_leads_nowhere_is_passed_over)
{
    ck_assert_int_eq(symlink("nowhere.sql", path_join(&arena, folder, "a.sql")), 0);
    ck_assert_int_eq(symlink("b.sql", path_join(&arena, folder, "b.sql")), 0);
    write_revision("c.sql", "c");
    ck_assert_str_eq(loaded(".", false), "c");
}
END_TEST

START_TEST(a_revision_outlives_the_text_it_was_read_from)
{
    Names folders = {0};
    Revisions revisions;
    Error err = {.arena = &arena};

    *VEC_ADD(&arena, &folders) = folder;
    for (int i = 0; i < 200; i++)
        write_text(
            arena_format(&arena, "%03d.sql", i),
            arena_format(&arena,
                         "-- revision: r%d\n-- revises: p%d, q%d\n-- branch_labels: l%d\n"
                         "-- depends_on: d%d\n-- message: m %d\n-- created: c%d\n"
                         "-- migrate:up\n%.*s\n-- migrate:down dialect:sqlite\n",
                         i, i, i, i, i, i, i, i,
                         "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
    ck_assert(revision_load_all(&folders, false, NULL, &arena, &revisions, &err));
    ck_assert_uint_eq(revisions.len, 200);
    for (int i = 0; i < 200; i++) {
        const Revision *r = &revisions.at[i];
        ck_assert_str_eq(arena_format(&arena, "%s %s %s %s %s %s", r->id,
                                      names_join(&arena, &r->revises, "+"), r->branch_labels.at[0],
                                      r->depends_on.at[0], r->message, r->created),
                         arena_format(&arena, "r%d p%d+q%d l%d d%d m %d c%d", i, i, i, i, i, i, i));
        ck_assert_str_eq(r->file, arena_format(&arena, "%s/%03d.sql", folder, i));
        ck_assert_uint_eq(r->sections.len, 2);
        ck_assert_str_eq(r->sections.at[1].dialect, "sqlite");
        ck_assert_uint_eq(r->id_line, 1);
        ck_assert_uint_eq(r->revises_line, 2);
        ck_assert_uint_eq(r->branch_labels_line, 3);
        ck_assert_uint_eq(r->depends_on_line, 4);
    }
}
END_TEST

/* The one revision of the test's folder. */
static Revision
the_revision(void)
{
    Names folders = {0};
    Revisions revisions;
    Error err = {.arena = &arena};

    *VEC_ADD(&arena, &folders) = folder;
    ck_assert_msg(revision_load_all(&folders, false, NULL, &arena, &revisions, &err), "%s",
                  problems_text(&err, &arena));
    ck_assert_uint_eq(revisions.len, 1);
    return revisions.at[0];
}

START_TEST(read_gives_the_bytes_of_each_section)
{
    RevisionText text;
    Error err = {.arena = &arena};

    write_text("a.sql",
               "\xEF\xBB\xBF-- revision: a\r\n-- revises:\r\n-- migrate:up\r\nSELECT 1;\r\n"
               "-- migrate:down\r\nSELECT 2;");
    const Revision revision = the_revision();
    ck_assert(revision_read(&revision, &arena, &text, &err));
    const Section *up = &revision.sections.at[0];
    const Section *down = &revision.sections.at[1];
    ck_assert(slice_is((Slice){text.text.at + up->body, up->body_len}, "SELECT 1;\r\n"));
    ck_assert(slice_is((Slice){text.text.at + down->body, down->body_len}, "SELECT 2;"));
}
END_TEST

START_TEST(the_checksum_does_not_know_bom_and_line_ends)
{
    static const char *const SAME[] = {
        "-- revision: a\n-- revises:\n-- migrate:up\nSELECT 1;\n",
        "-- revision: a\r\n-- revises:\r\n-- migrate:up\r\nSELECT 1;\r\n",
        "\xEF\xBB\xBF-- revision: a\n-- revises:\r\n-- migrate:up\nSELECT 1;\n"};
    RevisionText text;
    char hex[SHA256_HEX_SIZE];
    Sha256 sha;
    Error err = {.arena = &arena};

    sha256_init(&sha);
    sha256_add(&sha, slice_of(SAME[0]));
    sha256_hex(&sha, hex);
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++) {
        write_text("a.sql", SAME[i]);
        const Revision revision = the_revision();
        ck_assert(revision_read(&revision, &arena, &text, &err));
        ck_assert_str_eq(revision_checksum(&text), hex);
    }
    write_text("a.sql", arena_format(&arena, "%s ", SAME[0]));
    const Revision revision = the_revision();
    ck_assert(revision_read(&revision, &arena, &text, &err));
    ck_assert_str_ne(revision_checksum(&text), hex);
}
END_TEST

START_TEST(a_file_that_changed_meanwhile_is_refused)
{
    static const char *const CHANGED[] = {
        "-- revision: b\n-- revises:\n-- migrate:up\nSELECT 1;\n",
        "-- revision: a\n-- revises:\n-- migrate:up\nSELECT 11;\n",
        "-- revision: a\n-- revises:\n-- migrate:down\nSELECT 1;\n",
        "-- revision: a\n-- revises:\n\n-- migrate:up\nSELECT 1;\n", "nothing that is a revision"};
    RevisionText text;
    Error err = {.arena = &arena};

    /* too long to be kept */
    write_text("a.sql", arena_format(&arena,
                                     "-- revision: a\n-- revises:\n-- migrate:up\nSELECT "
                                     "1;\n%05000d",
                                     0));
    const Revision revision = the_revision();
    for (size_t i = 0; i < sizeof CHANGED / sizeof CHANGED[0]; i++) {
        write_text("a.sql", CHANGED[i]);
        ck_assert(!revision_read(&revision, &arena, &text, &err));
        ck_assert_int_eq(err.code, ERR_REVISION);
        ck_assert_str_eq(problems_text(&err, &arena),
                         "a.sql: error: revision a has changed while it was being read\n"
                         "hint: run the command again\n");
    }
    ck_assert_int_eq(unlink(revision.file), 0);
    ck_assert(!revision_read(&revision, &arena, &text, &err));
    ck_assert_int_eq(err.code, ERR_REVISION);
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot read \"%s/a.sql\": %s", folder,
                                               "No such file or directory"));
}
END_TEST

START_TEST(a_small_file_is_what_it_was_when_it_was_loaded)
{
    static const char SMALL[] = "-- revision: a\n-- revises:\n-- migrate:up\nSELECT 1;\n";
    RevisionText text;
    Error err = {.arena = &arena};

    write_text("a.sql", SMALL);
    const Revision revision = the_revision();
    write_text("a.sql", "-- revision: a\n-- revises:\n-- migrate:up\nDROP TABLE t;\n");
    ck_assert(revision_read(&revision, &arena, &text, &err));
    ck_assert_str_eq(text.text.at, SMALL);
    ck_assert_uint_eq(text.text.len, strlen(SMALL));
}
END_TEST

START_TEST(a_direction_is_there_for_a_dialect_or_for_all)
{
    write_text("a.sql", "-- revision: a\n-- revises:\n-- migrate:up dialect:postgres\n"
                        "-- migrate:down\n");
    const Revision revision = the_revision();

    ck_assert(revision_has(&revision, DIRECTION_UPGRADE, "postgres"));
    ck_assert(!revision_has(&revision, DIRECTION_UPGRADE, "sqlite"));
    ck_assert(revision_has(&revision, DIRECTION_DOWNGRADE, "postgres"));
    ck_assert(revision_has(&revision, DIRECTION_DOWNGRADE, "sqlite"));
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
    tcase_add_test(tcase, files_load_in_byte_order_of_their_names);
    tcase_add_test(tcase, folders_load_in_the_order_given);
    tcase_add_test(tcase, folders_below_load_only_when_recursive);
    tcase_add_test(tcase, what_is_no_revision_file_is_passed_over);
    tcase_add_test(tcase, one_file_with_two_names_is_read_once);
    tcase_add_test(tcase, an_empty_folder_has_no_revisions);
    tcase_add_test(tcase, a_folder_that_is_missing_is_an_error);
    tcase_add_test(tcase, all_problems_of_all_files_are_told_in_one_run);
    tcase_add_test(tcase, problems_of_files_are_told_beside_a_folder_that_is_missing);
    tcase_add_test(tcase, a_link_that_leads_nowhere_is_passed_over);
    tcase_add_test(tcase, a_revision_outlives_the_text_it_was_read_from);
    tcase_add_test(tcase, read_gives_the_bytes_of_each_section);
    tcase_add_test(tcase, the_checksum_does_not_know_bom_and_line_ends);
    tcase_add_test(tcase, a_file_that_changed_meanwhile_is_refused);
    tcase_add_test(tcase, a_small_file_is_what_it_was_when_it_was_loaded);
    tcase_add_test(tcase, a_direction_is_there_for_a_dialect_or_for_all);
}

int
main(void)
{
    return suite_main("core/revision", add);
}
