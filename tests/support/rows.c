/* SPDX-License-Identifier: MIT */
#include "tests/support/rows.h"

#include <check.h>
#include <stdio.h>

size_t
rows_write(const char *path, const char *create, size_t bytes, const char *last)
{
    enum { BLOCK = 1000, LONGEST = 100 };
    static char block[BLOCK * LONGEST];
    FILE *file = fopen(path, "w");
    size_t len = 0;
    size_t rows = 0;

    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "-- revision: r1\n-- revises:\n\n-- migrate:up\n"
            "%s account (id bigint, name text, mail text, created timestamptz, ok boolean);\n"
            "COPY account (id, name, mail, created, ok) FROM stdin;\n",
            create);
    for (size_t i = 0; i < BLOCK; i++)
        len += (size_t)snprintf(
            block + len, LONGEST,
            "%zu\tAda Lovelace the %zuth\tada.%zu@example.org\t2026-11-20 14:03:%02zu+00\tt\n",
            i * i, i, i * 7919, i % 60);
    for (size_t written = 0; written < bytes; written += len, rows += BLOCK)
        ck_assert_uint_eq(fwrite(block, 1, len, file), len);
    if (last != NULL)
        fprintf(file, "%s\n", last);
    fputs("\\.\n", file);
    ck_assert_int_eq(fclose(file), 0);
    return rows + (last != NULL);
}
