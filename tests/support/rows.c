/* SPDX-License-Identifier: MIT */
#include "tests/support/rows.h"

#include <check.h>
#include <stdio.h>

size_t
rows_write(const char *path, size_t bytes, const char *last)
{
    FILE *file = fopen(path, "w");
    size_t written = 0;
    size_t row = 0;

    ck_assert_ptr_nonnull(file);
    fputs(
        "-- revision: r1\n-- revises:\n\n-- migrate:up\n"
        "CREATE TABLE account (id bigint, name text, mail text, created timestamptz, ok boolean);\n"
        "COPY account (id, name, mail, created, ok) FROM stdin;\n",
        file);
    for (; written < bytes; row++) {
        const int len = fprintf(
            file,
            "%zu\tAda Lovelace the %zuth\tada.%zu@example.org\t2026-11-20 14:03:%02zu+00\tt\n", row,
            row, row * 7, row % 60);
        written += (size_t)len;
    }
    if (last != NULL)
        fprintf(file, "%s\n", last);
    fputs("\\.\n", file);
    ck_assert_int_eq(fclose(file), 0);
    return row + (last != NULL);
}
