/* SPDX-License-Identifier: MIT */
/*
 * Baseline: the SQL of a revision from a dump of a database that is there already, by pg_dump or by
 * the sqlite3 shell's .dump: without our own version and history tables, without the comments over
 * them, and without the transactions that a dump has, since the revision is one.
 */
#ifndef MIGRATE_CORE_BASELINE_H
#define MIGRATE_CORE_BASELINE_H

#include "core/base/file.h"
#include "drivers/driver.h"

typedef struct Baseline {
    const char *dialect; /* whose dump it is: "postgres", "sqlite" */
    Slice sql;
    size_t left_out; /* statements about our tables */
} Baseline;

/* `tables->schema` NULL: tables of that name in any schema are ours. ERR_REVISION, every
 * problem added with its place, for a text that does not lex, or holds what a revision cannot. */
MUST_CHECK bool baseline_make(const char *file, const FileText *dump, const TableNames *tables,
                              Arena *arena, Baseline *baseline, Error *err);

#endif
