/* SPDX-License-Identifier: MIT */
/* Problems: all that an Error holds as text, for comparing with what a test expects. */
#ifndef MIGRATE_TESTS_SUPPORT_PROBLEMS_H
#define MIGRATE_TESTS_SUPPORT_PROBLEMS_H

#include "core/base/error.h"

/* As the program prints them: "file:line:column: error: …" and "hint: …" lines, each ended by a
 * line feed; of the file its name only; "" if there are none. */
const char *problems_text(const Error *err, Arena *arena);

/* Compares `actual` with the text of the file `path`. With MIGRATE_TEST_ACCEPT set in the
 * environment it becomes the text of the file instead. */
void problems_expect(const char *path, const char *actual, Arena *arena);

#endif
