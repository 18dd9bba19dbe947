/* SPDX-License-Identifier: MIT */
/* Operations: a YAML text of operations as values, for tests of what renders them. */
#ifndef MIGRATE_TESTS_SUPPORT_OPERATIONS_H
#define MIGRATE_TESTS_SUPPORT_OPERATIONS_H

#include "core/revision.h"

/* The body of a revision with these operations: items of a list ("- create_table: …"), at the start
 * of their lines, the first of which is line 4 of "a.yaml"; other keys of the file may follow
 * ("down: …"). A problem fails the test. */
OpBody operations_body(const char *items, Arena *arena);
/* Its upgrade. */
Operations operations_parse(const char *items, Arena *arena);
/* The problems of such a text, as problems_text gives them; "" for none. */
const char *operations_problems(const char *items, Arena *arena);

#endif
