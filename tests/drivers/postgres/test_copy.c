/* SPDX-License-Identifier: MIT */
/* COPY FROM STDIN of a large revision: in little memory, with errors at their row. */
#include <string.h>

#include "core/base/path.h"
#include "tests/support/copy_memory.h"
#include "tests/support/project.h"
#include "tests/support/rows.h"
#include "tests/support/servers.h"

START_TEST(rows_take_little_memory)
{
    copy_memory_check(64, true);
}
END_TEST

START_TEST(rows_take_little_memory_through_a_pooler)
{
    copy_memory_check(64, false);
}
END_TEST

/* The file is mapped, and what is before the row has been given back. */
START_TEST(a_wrong_row_far_down_is_shown_at_its_line)
{
    Arena arena = {0};
    Project project;
    Error err = {.arena = &arena};
    const TestDatabase database = test_database_new(&arena, "copy");

    project_begin(&project, &arena, database.direct);
    const char *path = path_join(&arena, project.config.migrations.at[0], "r1.sql");
    const size_t rows =
        rows_write(path, "CREATE TABLE", 8 << 20, "x\tnobody\tnobody@example.org\tnow\tt");
    ck_assert(!project_run(&project, DIRECTION_UPGRADE, "head", &err));
    ck_assert_str_eq(err.message, "invalid input syntax for type bigint: \"x\"");
    ck_assert_str_eq(err.place.file, path);
    ck_assert_uint_eq(err.place.line, 6 + rows);
    ck_assert_str_eq(err.excerpt, "x\tnobody\tnobody@example.org\tnow\tt\n^");
    ck_assert_str_eq(project_rows(&project), "");
    test_database_drop(&database);
    arena_release(&arena);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 250);
    tcase_add_test(tcase, rows_take_little_memory);
    tcase_add_test(tcase, rows_take_little_memory_through_a_pooler);
    tcase_add_test(tcase, a_wrong_row_far_down_is_shown_at_its_line);
}

int
main(void)
{
    return servers_main("drivers/postgres/copy", add);
}
