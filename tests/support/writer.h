/* SPDX-License-Identifier: MIT */
/* Writer: another connection that runs one statement again and again, in a thread of the test: what
 * an application does to a table while it is changed. */
#ifndef MIGRATE_TESTS_SUPPORT_WRITER_H
#define MIGRATE_TESTS_SUPPORT_WRITER_H

#include <stddef.h>

#include "core/base/arena.h"

typedef struct Writer Writer;

/* Returns when the statement has run for the first time. */
Writer *writer_start(Arena *arena, const char *url, const char *sql);
/* Returns when a run has ended that began after the call. */
void writer_wait(Writer *writer);
/* Ends it; how often the statement has run. One that failed fails the test. */
size_t writer_stop(Writer *writer);

#endif
