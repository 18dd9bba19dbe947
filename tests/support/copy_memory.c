/* SPDX-License-Identifier: MIT */
#include "tests/support/copy_memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/path.h"
#include "tests/support/project.h"
#include "tests/support/rows.h"
#include "tests/support/servers.h"

/* What loading may take on top of the process that does it. The program itself has 7 MB. */
enum { MOST_MEGABYTES = 24 };

static long
resident_kilobytes(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return usage.ru_maxrss / 1024;
#else
    return usage.ru_maxrss;
#endif
}

void
copy_memory_check(size_t megabytes, bool is_direct)
{
    Arena arena = {0};
    Project project;
    Error err = {.arena = &arena};
    const TestDatabase database = test_database_new(&arena, "copy");

    project_begin(&project, &arena, is_direct ? database.direct : database.tx);
    const size_t rows = rows_write(path_join(&arena, project.config.migrations.at[0], "r1.sql"),
                                   "CREATE UNLOGGED TABLE", megabytes << 20, NULL);
    const long before = resident_kilobytes();
    ck_assert_msg(project_run(&project, DIRECTION_UPGRADE, "head", &err), "%s", err.message);
    const long taken = (resident_kilobytes() - before) / 1024;
    ck_assert_int_lt(taken, MOST_MEGABYTES);
    const char *count = test_database_read(&arena, database.direct, "SELECT count(*) FROM account");
    ck_assert_uint_eq(strtoul(count, NULL, 10), rows);
    test_database_drop(&database);
    arena_release(&arena);
}
