/* SPDX-License-Identifier: MIT */
/* What every Check executable begins and ends with. Each test file is one executable with one
 * suite; its main is suite_main("core/graph", add). */
#ifndef MIGRATE_TESTS_SUPPORT_SUITE_H
#define MIGRATE_TESTS_SUPPORT_SUITE_H

#include <check.h>

/* Runs the tests that `add` puts into the case; the exit status of the executable. Test names are
 * sentences: sort_refuses_a_cycle. */
int suite_main(const char *name, void (*add)(TCase *tcase));

/* Where tests/data is, as an absolute path with no slash at its end. */
const char *suite_data(void);

#endif
