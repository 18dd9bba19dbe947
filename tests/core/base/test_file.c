/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/suite.h"

static Arena arena;
static const char *folder;

static const char *
in_folder(const char *name)
{
    return path_join(&arena, folder, name);
}

static void
write_file(const char *name, const char *text)
{
    Error err = {.arena = &arena};

    ck_assert_msg(file_write(in_folder(name), slice_of(text), false, &err), "%s", err.message);
}

static const char *
read_back(const char *name)
{
    Slice text = {NULL, 0};
    Error err = {.arena = &arena};

    ck_assert_msg(file_read(in_folder(name), &arena, &text, &err), "%s", err.message);
    ck_assert_uint_eq(strlen(text.at), text.len);
    return text.at;
}

/* The names that a listing of the test's folder gives, without the folder. */
static const char *
listed(bool is_recursive)
{
    Names paths = {0};
    Error err = {.arena = &arena};

    ck_assert_msg(file_list(folder, is_recursive, &arena, &paths, &err), "%s", err.message);
    for (size_t i = 0; i < paths.len; i++)
        paths.at[i] += strlen(folder) + 1;
    return names_join(&arena, &paths, " ");
}

START_TEST(what_is_written_is_read)
{
    write_file("a", "some text\n");
    ck_assert_str_eq(read_back("a"), "some text\n");
    write_file("empty", "");
    ck_assert_str_eq(read_back("empty"), "");
}
END_TEST

START_TEST(a_large_file_is_read_whole)
{
    enum { SIZE = 1000000 };
    char *text = arena_alloc(&arena, SIZE + 1);

    for (size_t i = 0; i < SIZE; i++)
        text[i] = (char)('a' + i % 26);
    write_file("large", text);
    ck_assert_int_eq(strcmp(read_back("large"), text), 0);
}
END_TEST

START_TEST(what_has_no_size_is_read_too)
{
    Slice text = {NULL, 0};
    Error err = {.arena = &arena};

    ck_assert(file_read("/dev/null", &arena, &text, &err));
    ck_assert_uint_eq(text.len, 0);
}
END_TEST

START_TEST(reading_fails_with_the_name_and_the_reason)
{
    Slice text = {NULL, 0};
    Error err = {.arena = &arena};

    ck_assert(!file_read(in_folder("none"), &arena, &text, &err));
    ck_assert_int_eq(err.code, ERR_FAILED);
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot read \"%s/none\": %s", folder,
                                               "No such file or directory"));
    ck_assert(!file_read(folder, &arena, &text, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot read \"%s\": it is a folder", folder));
}
END_TEST

START_TEST(a_file_is_replaced_only_when_that_is_wanted)
{
    Error err = {.arena = &arena};

    write_file("a", "old");
    ck_assert(!file_write(in_folder("a"), SLICE("new"), false, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot write \"%s/a\": File exists", folder));
    ck_assert_str_eq(read_back("a"), "old");
    ck_assert(file_write(in_folder("a"), SLICE("new"), true, &err));
    ck_assert_str_eq(read_back("a"), "new");
    ck_assert_str_eq(listed(false), "a");
    struct stat status;
    ck_assert_int_eq(stat(in_folder("a"), &status), 0);
    ck_assert_uint_eq(status.st_nlink, 1);
}
END_TEST

/* A reader that had the old file open reads the old file to its end. */
START_TEST(replacing_makes_another_file)
{
    uint64_t before[2];
    uint64_t after[2];
    Error err = {.arena = &arena};

    write_file("a", "old");
    ck_assert(file_identity(in_folder("a"), before, &err));
    ck_assert(file_write(in_folder("a"), SLICE("new"), true, &err));
    ck_assert(file_identity(in_folder("a"), after, &err));
    ck_assert_uint_eq(before[0], after[0]);
    ck_assert_uint_ne(before[1], after[1]);
}
END_TEST

START_TEST(a_failed_write_leaves_nothing)
{
    Error err = {.arena = &arena};

    ck_assert(!file_write(in_folder("none/a"), SLICE("x"), false, &err));
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot write \"%s/none/a\": %s", folder,
                                               "No such file or directory"));
    ck_assert_int_eq(mkdir(in_folder("b"), 0777), 0);
    ck_assert(!file_write(in_folder("b"), SLICE("x"), true, &err));
    ck_assert_str_eq(listed(true), "");
    ck_assert_int_eq(rmdir(in_folder("b")), 0);
    ck_assert_int_eq(rmdir(folder), 0); /* empty: no dot file was left */
    ck_assert_int_eq(mkdir(folder, 0777), 0);
}
END_TEST

START_TEST(what_a_killed_run_left_behind_is_not_in_the_way)
{
    Error err = {.arena = &arena};
    const char *left = arena_format(&arena, ".migrate.%ld.0.tmp", (long)getpid());

    ck_assert_int_eq(symlink("half", in_folder(left)), 0);
    ck_assert(file_write(in_folder("a"), SLICE("text"), false, &err));
    ck_assert_str_eq(listed(true), "a");
    ck_assert_int_eq(unlink(in_folder(left)), 0);
}
END_TEST

START_TEST(the_longest_name_can_be_written)
{
    char name[256];

    memset(name, 'n', 255);
    name[255] = '\0';
    write_file(name, "x");
    ck_assert_str_eq(read_back(name), "x");
}
END_TEST

START_TEST(folders_are_made_with_those_above_them)
{
    Error err = {.arena = &arena};

    ck_assert(file_make_folder(in_folder("a/b//c/"), &arena, &err));
    ck_assert(file_is_folder(in_folder("a/b/c")));
    ck_assert(file_make_folder(in_folder("a/b"), &arena, &err));
    ck_assert(file_make_folder(".", &arena, &err));
    ck_assert(file_make_folder("/", &arena, &err));
    ck_assert(file_make_folder("", &arena, &err));
    write_file("file", "");
    ck_assert(!file_make_folder(in_folder("file/x"), &arena, &err));
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot make the folder \"%s/file\": %s",
                                               folder, "File exists"));
}
END_TEST

START_TEST(a_listing_is_in_byte_order_without_dot_files)
{
    Error err = {.arena = &arena};
    Names paths = {0};

    write_file("b.sql", "");
    write_file("a.sql", "");
    write_file("B.sql", "");
    write_file(".hidden.sql", "");
    ck_assert(file_make_folder(in_folder("a/.git"), &arena, &err));
    write_file("a/z.sql", "");
    write_file("a/.git/c.sql", "");
    ck_assert_int_eq(symlink("b.sql", in_folder("c.sql")), 0);
    ck_assert_int_eq(symlink("nowhere", in_folder("d.sql")), 0);
    ck_assert_int_eq(symlink("a", in_folder("link")), 0);
    ck_assert_str_eq(listed(false), "B.sql a.sql b.sql c.sql");
    ck_assert_str_eq(listed(true), "B.sql a.sql a/z.sql b.sql c.sql link/z.sql");
    ck_assert(!file_list(in_folder("none"), false, &arena, &paths, &err));
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot read the folder \"%s/none\": %s",
                                               folder, "No such file or directory"));
}
END_TEST

START_TEST(two_names_of_one_file_have_one_identity)
{
    FileText text = {0};
    uint64_t a[2] = {0, 0};
    uint64_t b[2] = {0, 0};
    Error err = {.arena = &arena};
    AUTO(file_folder_close) FileFolder open_folder = {.fd = -1};

    write_file("a", "x");
    write_file("other", "x");
    ck_assert_int_eq(link(in_folder("a"), in_folder("b")), 0);
    ck_assert(file_identity(in_folder("a"), a, &err));
    ck_assert(file_folder_open(folder, &open_folder, &err));
    ck_assert(file_folder_read(&open_folder, in_folder("b"), &arena, &text, &err));
    ck_assert(slice_is(text.text, "x"));
    ck_assert_uint_eq(a[0], text.stamp.identity[0]);
    ck_assert_uint_eq(a[1], text.stamp.identity[1]);
    ck_assert(file_identity(in_folder("other"), b, &err));
    ck_assert_uint_ne(a[1], b[1]);
    ck_assert(!file_identity(in_folder("none"), b, &err));
}
END_TEST

/* Of any size, also where the file ends with a page of memory. */
START_TEST(a_large_file_is_mapped_and_ends_in_a_nul)
{
    static const size_t SIZES[] = {524287, 524288, 524289, 1048576};
    Error err = {.arena = &arena};

    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        Arena room = {0};
        FileText text = {0};
        char *bytes = arena_alloc(&room, SIZES[i] + 1);
        memset(bytes, 'x', SIZES[i]);
        ck_assert(file_write(in_folder("large"), (Slice){bytes, SIZES[i]}, true, &err));
        ck_assert(file_text_read(in_folder("large"), &room, &text, &err));
        ck_assert_int_eq(text.is_mapped, SIZES[i] >= 524288);
        ck_assert_uint_eq(text.text.len, SIZES[i]);
        ck_assert_int_eq(text.text.at[SIZES[i]], '\0');
        ck_assert_mem_eq(text.text.at, bytes, SIZES[i]);
        arena_release(&room);
    }
}
END_TEST

START_TEST(a_stamp_tells_a_file_that_was_replaced)
{
    FileText before = {0};
    FileText after = {0};
    Error err = {.arena = &arena};

    write_file("a", "x");
    ck_assert(file_text_read(in_folder("a"), &arena, &before, &err));
    ck_assert(file_text_read(in_folder("a"), &arena, &after, &err));
    ck_assert(file_stamps_equal(&before.stamp, &after.stamp));
    write_file("b", "y");
    ck_assert_int_eq(rename(in_folder("b"), in_folder("a")), 0);
    ck_assert(file_text_read(in_folder("a"), &arena, &after, &err));
    ck_assert(!file_stamps_equal(&before.stamp, &after.stamp));
    ck_assert(!file_text_read(in_folder("none"), &arena, &after, &err));
    ck_assert(!file_text_read(folder, &arena, &after, &err));
}
END_TEST

/* A folder may be named with a slash at its end, as "." and as "". */
START_TEST(an_open_folder_reads_what_its_listing_names)
{
    static const char *const FORMS[] = {".", "", "../a", "../a/"};
    Error err = {.arena = &arena};

    ck_assert(file_make_folder(in_folder("a/sub"), &arena, &err));
    write_file("a/x", "text of x");
    write_file("a/sub/y", "text of y");
    ck_assert_int_eq(chdir(in_folder("a")), 0);
    for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
        Names paths = {0};
        AUTO(file_folder_close) FileFolder open_folder = {.fd = -1};
        ck_assert(file_list(FORMS[i], true, &arena, &paths, &err));
        ck_assert(file_folder_open(FORMS[i], &open_folder, &err));
        ck_assert_uint_eq(paths.len, 2);
        for (size_t j = 0; j < paths.len; j++) {
            FileText text = {0};
            ck_assert_msg(file_folder_read(&open_folder, paths.at[j], &arena, &text, &err), "%s",
                          err.message);
            ck_assert_str_eq(text.text.at, j == 0 ? "text of y" : "text of x");
        }
    }
    AUTO(file_folder_close) FileFolder none = {.fd = -1};
    ck_assert(!file_folder_open("none", &none, &err));
    ck_assert_str_eq(err.message, "cannot read the folder \"none\": No such file or directory");
    ck_assert_int_eq(chdir("/"), 0);
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
    tcase_add_test(tcase, what_is_written_is_read);
    tcase_add_test(tcase, a_large_file_is_read_whole);
    tcase_add_test(tcase, what_has_no_size_is_read_too);
    tcase_add_test(tcase, reading_fails_with_the_name_and_the_reason);
    tcase_add_test(tcase, a_file_is_replaced_only_when_that_is_wanted);
    tcase_add_test(tcase, replacing_makes_another_file);
    tcase_add_test(tcase, a_failed_write_leaves_nothing);
    tcase_add_test(tcase, what_a_killed_run_left_behind_is_not_in_the_way);
    tcase_add_test(tcase, the_longest_name_can_be_written);
    tcase_add_test(tcase, folders_are_made_with_those_above_them);
    tcase_add_test(tcase, a_listing_is_in_byte_order_without_dot_files);
    tcase_add_test(tcase, a_large_file_is_mapped_and_ends_in_a_nul);
    tcase_add_test(tcase, a_stamp_tells_a_file_that_was_replaced);
    tcase_add_test(tcase, two_names_of_one_file_have_one_identity);
    tcase_add_test(tcase, an_open_folder_reads_what_its_listing_names);
}

int
main(void)
{
    return suite_main("core/base/file", add);
}
