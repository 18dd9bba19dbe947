/* SPDX-License-Identifier: MIT */
#include "core/checksum.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/suite.h"

enum {
    LARGE = 700 * 1024, /* is mapped */
    FILES = 20,
};

static Arena arena;
static const char *folder;

static const char *
repeated(char what)
{
    char *text = arena_alloc(&arena, LARGE + 1);

    memset(text, what, LARGE);
    return text;
}

/* With a BOM and CRLF, which the checksum does not know. */
static const char *
write_large(const char *name, char what)
{
    const char *path = path_join(&arena, folder, name);
    const char *text = arena_format(&arena, "\xEF\xBB\xBF%s\r\nx", repeated(what));
    Error err = {.arena = &arena};

    ck_assert(file_write(path, slice_of(text), true, &err));
    return path;
}

static const char *
expected(char what)
{
    char *hex = arena_alloc(&arena, SHA256_HEX_SIZE);
    Sha256 sha;

    sha256_init(&sha);
    sha256_add(&sha, slice_of(repeated(what)));
    sha256_add(&sha, SLICE("\nx"));
    sha256_hex(&sha, hex);
    return hex;
}

static FileText
read_text(const char *path)
{
    FileText file = {0};
    Error err = {.arena = &arena};

    ck_assert(file_text_read(path, &arena, &file, &err));
    return file;
}

static void
check_sum(Checksums *sums, Checksum *sum, const FileText *file, char what)
{
    char hex[SHA256_HEX_SIZE];

    checksums_take(sums, sum, file, hex);
    ck_assert_str_eq(hex, expected(what));
}

START_TEST(many_are_taken_beside_the_caller_and_by_it)
{
    Arena room = {0};
    Checksums *sums = checksums_new(&room);
    Checksum all[FILES] = {{0}};
    FileText files[FILES];

    for (size_t i = 0; i < FILES; i++) {
        all[i].path = write_large(arena_format(&arena, "%zu", i), (char)('a' + (char)i));
        files[i] = read_text(all[i].path);
        checksums_begin(sums, &all[i], &files[i].stamp);
        checksums_begin(sums, &all[i], &files[i].stamp);
    }
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < FILES; i++)
            check_sum(sums, &all[i], &files[i], (char)('a' + (char)i));
    }
    arena_release(&room);
}
END_TEST

START_TEST(what_nobody_asks_for_is_given_up)
{
    Arena room = {0};
    Checksums *sums = checksums_new(&room);
    Checksum all[FILES] = {{0}};

    for (size_t i = 0; i < FILES; i++) {
        all[i].path = write_large(arena_format(&arena, "%zu", i), 'x');
        const FileText file = read_text(all[i].path);
        checksums_begin(sums, &all[i], &file.stamp);
    }
    arena_release(&room);
}
END_TEST

START_TEST(it_is_that_of_the_file_that_was_read)
{
    Arena room = {0};
    Checksums *sums = checksums_new(&room);
    Checksum sum = {.path = write_large("a", 'a')};
    const FileText before = read_text(sum.path);

    checksums_begin(sums, &sum, &before.stamp);
    check_sum(sums, &sum, &before, 'a');
    /* another file of that name */
    const char *other = write_large("b", 'b');
    ck_assert_int_eq(rename(other, sum.path), 0);
    const FileText after = read_text(sum.path);
    check_sum(sums, &sum, &after, 'b');
    check_sum(sums, &sum, &after, 'b');
    check_sum(sums, &sum, &before, 'a');
    /* the thread would find another file than the one that was read */
    checksums_begin(sums, &sum, &after.stamp);
    ck_assert_int_eq(unlink(sum.path), 0);
    check_sum(sums, &sum, &after, 'b');
    arena_release(&room);
}
END_TEST

START_TEST(a_small_one_and_one_that_is_not_kept_are_taken_at_once)
{
    FileText file = {.text = SLICE("\xEF\xBB\xBF"
                                   "a\r\nb\rc\r")};
    char hex[SHA256_HEX_SIZE];
    char lone[SHA256_HEX_SIZE];
    Sha256 sha;

    sha256_init(&sha);
    sha256_add(&sha, SLICE("a\nb\rc\r"));
    sha256_hex(&sha, lone);
    checksums_take(NULL, NULL, &file, hex);
    ck_assert_str_eq(hex, lone);
    const FileText large = read_text(write_large("a", 'a'));
    check_sum(NULL, NULL, &large, 'a');
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
    tcase_add_test(tcase, many_are_taken_beside_the_caller_and_by_it);
    tcase_add_test(tcase, what_nobody_asks_for_is_given_up);
    tcase_add_test(tcase, it_is_that_of_the_file_that_was_read);
    tcase_add_test(tcase, a_small_one_and_one_that_is_not_kept_are_taken_at_once);
}

int
main(void)
{
    return suite_main("core/checksum", add);
}
