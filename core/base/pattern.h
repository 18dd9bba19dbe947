/* SPDX-License-Identifier: MIT */
/*
 * Pattern: regular expressions (PCRE2, UTF mode off, ASCII classes), for targets, URLs, ${NAME} and
 * file names; never for a line of a revision body.
 */
#ifndef MIGRATE_CORE_BASE_PATTERN_H
#define MIGRATE_CORE_BASE_PATTERN_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/slice.h"

enum { PATTERN_GROUPS = 16 };

typedef struct Pattern Pattern;

/* What matched: [0] the whole, [n] the n-th group, `at` NULL for a group that took no part. */
typedef struct PatternMatch {
    Slice group[PATTERN_GROUPS];
} PatternMatch;

/* Compiled once; released with the arena. A pattern that does not compile is a bug of ours. */
Pattern *pattern_new(Arena *arena, const char *regex);
/* Finds the first match at or after `from`; *match borrows from `text`. */
bool pattern_find(const Pattern *pattern, Slice text, size_t from, PatternMatch *match);
/* Compiles, finds and releases, for a pattern that is used once. */
bool pattern_match(const char *regex, Slice text, PatternMatch *match);

#endif
