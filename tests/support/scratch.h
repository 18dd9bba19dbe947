/* SPDX-License-Identifier: MIT */
/* A folder of its own for each test, under $TMPDIR, that goes with the test's arena. */
#ifndef MIGRATE_TESTS_SUPPORT_SCRATCH_H
#define MIGRATE_TESTS_SUPPORT_SCRATCH_H

#include "core/base/arena.h"

/* Makes it; it and what is in it go when the arena is released. */
const char *scratch_folder(Arena *arena);

#endif
