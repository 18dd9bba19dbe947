/* SPDX-License-Identifier: MIT */
/* labels: all */
/* A gigabyte of rows takes no more memory than 64 MB of them. */
#include "tests/support/copy_memory.h"
#include "tests/support/servers.h"

START_TEST(a_gigabyte_of_rows_takes_little_memory)
{
    copy_memory_check(1024, _i == 0);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_set_timeout(tcase, 290);
    tcase_add_loop_test(tcase, a_gigabyte_of_rows_takes_little_memory, 0, 2);
}

int
main(void)
{
    return servers_main("drivers/postgres/copy_large", add);
}
