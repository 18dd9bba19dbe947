/* SPDX-License-Identifier: MIT */
#include "cmd/outfile.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/suite.h"

static Arena arena;
static const char *folder;

static void
set_up(void)
{
    arena = (Arena){0};
    folder = folder_make(&arena);
}

static void
tear_down(void)
{
    folder_remove(folder);
    arena_release(&arena);
}

static const char *
in_folder(const char *name)
{
    return path_join(&arena, folder, name);
}

static const char *
content(const char *name)
{
    Slice text = {NULL, 0};
    Error err = {.arena = &arena};

    return file_read(in_folder(name), &arena, &text, &err) ? text.at : NULL;
}

/* All that is there, hidden files too. */
static const char *
left_over(void)
{
    for (unsigned i = 0; i < 3; i++) {
        const char *part =
            in_folder(arena_format(&arena, ".migrate.%ld.%u.tmp", (long)getpid(), i));
        if (file_exists(part))
            return part;
    }
    return NULL;
}

static OutFile
opened(const char *name)
{
    OutFile file;
    Error err = {.arena = &arena};

    ck_assert_msg(outfile_open(in_folder(name), &arena, &file, &err), "%s", err.message);
    return file;
}

START_TEST(a_file_is_there_once_it_is_kept)
{
    OutFile file = opened("script.sql");
    Error err = {.arena = &arena};

    fputs("SELECT 1;\n", file.stream);
    ck_assert_ptr_null(content("script.sql"));
    ck_assert_ptr_nonnull(left_over());
    ck_assert_msg(outfile_keep(&file, &err), "%s", err.message);
    ck_assert_str_eq(content("script.sql"), "SELECT 1;\n");
    outfile_drop(&file);
    ck_assert_str_eq(content("script.sql"), "SELECT 1;\n");
    ck_assert_ptr_null(left_over());
}
END_TEST

START_TEST(a_file_that_is_dropped_leaves_the_old_one)
{
    Error err = {.arena = &arena};

    ck_assert(file_write(in_folder("script.sql"), SLICE("old\n"), false, &err));
    OutFile file = opened("script.sql");
    fputs("new\n", file.stream);
    outfile_drop(&file);
    outfile_drop(&file);
    ck_assert_str_eq(content("script.sql"), "old\n");
    ck_assert_ptr_null(left_over());
    file = opened("script.sql");
    fputs("new\n", file.stream);
    ck_assert(outfile_keep(&file, &err));
    ck_assert_str_eq(content("script.sql"), "new\n");
}
END_TEST

START_TEST(what_a_killed_run_left_is_neither_in_the_way_nor_taken_away)
{
    const char *name = arena_format(&arena, ".migrate.%ld.0.tmp", (long)getpid());
    OutFolder parts;
    Error err = {.arena = &arena};

    FILE *left = fopen(in_folder(name), "w");
    ck_assert_ptr_nonnull(left);
    fputs("left\n", left);
    fclose(left);
    OutFile file = opened("script.sql");
    ck_assert(outfile_keep(&file, &err));
    ck_assert_str_eq(content("script.sql"), "");
    ck_assert_msg(outfolder_open(in_folder("parts"), &arena, &parts, &err), "%s", err.message);
    outfolder_drop(&parts);
    ck_assert_str_eq(content(name), "left\n");
}
END_TEST

START_TEST(what_cannot_be_opened_is_told)
{
    OutFile file;
    OutFolder parts;
    Error err = {.arena = &arena};

    ck_assert(!outfile_open(folder, &arena, &file, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot write \"%s\": it is a folder", folder));
    ck_assert_str_eq(err.hint,
                     arena_format(&arena, "for a file for each revision: --output %s/", folder));
    outfile_drop(&file);
    err = (Error){.arena = &arena};
    ck_assert(!outfile_open(in_folder("no/where"), &arena, &file, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot write \"%s\": No such file or directory",
                                  in_folder("no/where")));
    outfile_drop(&file);
    err = (Error){.arena = &arena};
    ck_assert(!outfolder_open(in_folder("no/where/"), &arena, &parts, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot write \"%s\": No such file or directory",
                                  in_folder("no/where")));
    outfolder_drop(&parts);
}
END_TEST

START_TEST(a_device_is_written_in_place_and_says_when_it_is_full)
{
    OutFile file;
    Error err = {.arena = &arena};

    ck_assert(outfile_open("/dev/null", &arena, &file, &err));
    ck_assert_ptr_null(file.part);
    fputs("SELECT 1;\n", file.stream);
    ck_assert(outfile_keep(&file, &err));
    if (!file_exists("/dev/full"))
        return;
    ck_assert(outfile_open("/dev/full", &arena, &file, &err));
    fputs("SELECT 1;\n", file.stream);
    ck_assert(!outfile_keep(&file, &err));
    ck_assert_str_eq(err.message, "cannot write \"/dev/full\": No space left on device");
    ck_assert_int_eq(err.code, ERR_FAILED);
    outfile_drop(&file);
    ck_assert(file_exists("/dev/full"));
}
END_TEST

static void
add_part(OutFolder *parts, const char *name, const char *text)
{
    OutFile file;
    Error err = {.arena = &arena};

    ck_assert_msg(outfolder_add(parts, name, &file, &err), "%s", err.message);
    fputs(text, file.stream);
    ck_assert_msg(outfile_keep(&file, &err), "%s", err.message);
}

START_TEST(a_folder_is_there_with_all_its_files_or_not_at_all)
{
    OutFolder parts;
    Error err = {.arena = &arena};

    ck_assert(outfolder_open(in_folder("parts//"), &arena, &parts, &err));
    add_part(&parts, "0001_a.sql", "a\n");
    add_part(&parts, "0002_b.sql", "b\n");
    ck_assert(!file_exists(in_folder("parts")));
    outfolder_drop(&parts);
    ck_assert_ptr_null(left_over());
    ck_assert(outfolder_open(in_folder("parts"), &arena, &parts, &err));
    add_part(&parts, "0001_a.sql", "a\n");
    ck_assert_msg(outfolder_keep(&parts, &err), "%s", err.message);
    outfolder_drop(&parts);
    ck_assert_str_eq(content("parts/0001_a.sql"), "a\n");
    ck_assert(!file_exists(in_folder("parts/0002_b.sql")));
    ck_assert_ptr_null(left_over());
}
END_TEST

START_TEST(a_folder_must_be_new_or_empty)
{
    OutFolder parts;
    Error err = {.arena = &arena};

    ck_assert_int_eq(mkdir(in_folder("parts"), 0777), 0);
    ck_assert_msg(outfolder_open(in_folder("parts/"), &arena, &parts, &err), "%s", err.message);
    add_part(&parts, "0001_a.sql", "a\n");
    ck_assert(outfolder_keep(&parts, &err));
    ck_assert_str_eq(content("parts/0001_a.sql"), "a\n");
    ck_assert(!outfolder_open(in_folder("parts/"), &arena, &parts, &err));
    ck_assert_str_eq(err.message, arena_format(&arena, "\"%s\" is there and not an empty folder",
                                               in_folder("parts")));
    outfolder_drop(&parts);
    ck_assert_str_eq(content("parts/0001_a.sql"), "a\n");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_file_is_there_once_it_is_kept);
    tcase_add_test(tcase, a_file_that_is_dropped_leaves_the_old_one);
    tcase_add_test(tcase, what_a_killed_run_left_is_neither_in_the_way_nor_taken_away);
    tcase_add_test(tcase, what_cannot_be_opened_is_told);
    tcase_add_test(tcase, a_device_is_written_in_place_and_says_when_it_is_full);
    tcase_add_test(tcase, a_folder_is_there_with_all_its_files_or_not_at_all);
    tcase_add_test(tcase, a_folder_must_be_new_or_empty);
}

int
main(void)
{
    return suite_main("cmd/outfile", add);
}
