/* SPDX-License-Identifier: MIT */
/*
 * Slice: a piece of text that belongs to somebody else, as a pointer and a length in bytes. It need
 * not end in NUL. `at` may be NULL when `len` is 0.
 */
#ifndef MIGRATE_CORE_BASE_SLICE_H
#define MIGRATE_CORE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Slice {
    const char *at;
    size_t len;
} Slice;

/* A slice of a string literal. */
#define SLICE(literal) ((Slice){"" literal, sizeof(literal) - 1})

/* The two values that printf's %.*s takes. */
#define SLICE_ARGS(s) (int)(s).len, (s).len > 0 ? (s).at : ""

Slice slice_of(const char *text);
bool slice_equals(Slice a, Slice b);
bool slice_is(Slice a, const char *text);
/* ASCII letters only: locale never changes what a file means. */
bool slice_is_nocase(Slice a, const char *text);
bool slice_starts_with(Slice a, const char *prefix);
/* Without blanks, tabs, CR and LF at both ends. */
Slice slice_trim(Slice a);
/* The part before `separator`; *rest is what follows it (`at` NULL when there is none). */
Slice slice_cut(Slice a, char separator, Slice *rest);
/* `a` without its first n bytes. */
Slice slice_after(Slice a, size_t n);
/* A whole decimal number of at most 9 digits: no sign, no blanks. */
bool slice_to_number(Slice a, unsigned *number);

#endif
