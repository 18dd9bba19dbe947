/* SPDX-License-Identifier: MIT */
#include "core/base/ahead.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/path.h"
#include "tests/support/folder.h"
#include "tests/support/suite.h"

enum {
    MANY = 1500, /* enough for threads, and for batches to be used again */
    ROOM = 16 * 1024,
};

static Arena arena;
static const char *folder;
static FileFolder opened;
static Names paths;

/* Sizes about what is read ahead, and about what is mapped. */
static size_t
size_of(size_t number)
{
    static const size_t ODD[] = {0, 1, ROOM - 2, ROOM - 1, ROOM, ROOM + 1, 600UL * 1024};

    return number % 100 < sizeof ODD / sizeof ODD[0] ? ODD[number % 100] : number % 100;
}

static void
make_files(size_t count)
{
    Error err = {.arena = &arena};

    for (size_t i = 0; i < count; i++) {
        Arena scratch = {0};
        const size_t size = size_of(i);
        char *text = arena_alloc(&scratch, size + 1);
        memset(text, 'a' + (char)(i % 26), size);
        const char *path = path_join(&scratch, folder, arena_format(&scratch, "%06zu", i));
        FILE *file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(text, 1, size, file), size);
        ck_assert_int_eq(fclose(file), 0);
        arena_release(&scratch);
    }
    ck_assert(file_list(folder, false, &arena, &paths, &err));
    ck_assert_uint_eq(paths.len, count);
    ck_assert(file_folder_open(folder, &opened, &err));
}

static void
check_next(Ahead *ahead, size_t number)
{
    Arena scratch = {0};
    FileText text = {0};
    uint64_t identity[2] = {0, 0};
    Error err = {.arena = &arena};

    ck_assert_msg(ahead_next(ahead, &scratch, &text, &err), "%s", err.message);
    ck_assert_uint_eq(text.text.len, size_of(number));
    const char letter[] = {(char)('a' + (char)(number % 26)), '\0'};
    ck_assert_uint_eq(strspn(text.text.at, letter), text.text.len); /* a NUL ends it */
    ck_assert(file_identity(paths.at[number], identity, &err));
    ck_assert_mem_eq(text.stamp.identity, identity, sizeof identity);
    ck_assert_int_eq(text.stamp.size, (int64_t)size_of(number));
    arena_release(&scratch);
}

START_TEST(files_come_in_order_whatever_their_size)
{
    static const size_t COUNTS[] = {0, 1, 64, MANY};

    make_files(COUNTS[_i]);
    AUTO(ahead_end) Ahead *ahead = ahead_new(&opened, &paths, &arena);
    for (size_t i = 0; i < paths.len; i++)
        check_next(ahead, i);
}
END_TEST

START_TEST(an_end_before_the_last_file_leaves_no_thread)
{
    make_files(MANY);
    for (size_t last = 0; last < 300; last += 60) {
        AUTO(ahead_end) Ahead *ahead = ahead_new(&opened, &paths, &arena);
        for (size_t i = 0; i < last; i++)
            check_next(ahead, i);
    }
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error_in_its_turn)
{
    enum { GONE = 700, FOLDER = 701 };
    FileText text = {0};
    Error err = {.arena = &arena};

    make_files(MANY);
    ck_assert_int_eq(unlink(paths.at[GONE]), 0);
    ck_assert_int_eq(unlink(paths.at[FOLDER]), 0);
    ck_assert_int_eq(mkdir(paths.at[FOLDER], 0777), 0);
    AUTO(ahead_end) Ahead *ahead = ahead_new(&opened, &paths, &arena);
    for (size_t i = 0; i < GONE; i++)
        check_next(ahead, i);
    ck_assert(!ahead_next(ahead, &arena, &text, &err));
    ck_assert_str_eq(err.message, arena_format(&arena, "cannot read \"%s\": %s", paths.at[GONE],
                                               "No such file or directory"));
    err = (Error){.arena = &arena};
    ck_assert(!ahead_next(ahead, &arena, &text, &err));
    ck_assert_str_eq(err.message,
                     arena_format(&arena, "cannot read \"%s\": it is a folder", paths.at[FOLDER]));
    for (size_t i = FOLDER + 1; i < MANY; i++)
        check_next(ahead, i);
}
END_TEST

static void
set_up(void)
{
    folder = folder_make(&arena);
    opened = (FileFolder){.fd = -1};
    paths = (Names){0};
}

static void
tear_down(void)
{
    file_folder_close(&opened);
    folder_remove(folder);
    arena_release(&arena);
}

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, files_come_in_order_whatever_their_size, 0, 4);
    tcase_add_test(tcase, an_end_before_the_last_file_leaves_no_thread);
    tcase_add_test(tcase, what_cannot_be_read_is_an_error_in_its_turn);
}

int
main(void)
{
    return suite_main("core/base/ahead", add);
}
