/* SPDX-License-Identifier: MIT */
/* What test_copy and test_copy_large have in common. */
#ifndef MIGRATE_TESTS_SUPPORT_COPY_MEMORY_H
#define MIGRATE_TESTS_SUPPORT_COPY_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Loads a revision of so many megabytes of rows in the test's own process, directly or through
 * PgBouncer in transaction mode; fails if that takes more than a few megabytes of memory. */
void copy_memory_check(size_t megabytes, bool is_direct);

#endif
