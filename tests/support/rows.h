/* SPDX-License-Identifier: MIT */
/* Rows: a revision that is one large COPY, for tests and benchmarks of what it takes to load it. */
#ifndef MIGRATE_TESTS_SUPPORT_ROWS_H
#define MIGRATE_TESTS_SUPPORT_ROWS_H

#include <stddef.h>

/* Writes revision r1 without parents to `path`: a table account, made by `create` ("CREATE TABLE"),
 * at least `bytes` bytes of rows for it, and `last` behind them (NULL: none). How many rows that
 * are. To psql it is a script. */
size_t rows_write(const char *path, const char *create, size_t bytes, const char *last);

#endif
