/* SPDX-License-Identifier: MIT */
/* Names: a list of texts: revision ids, version rows, file names, settings. */
#ifndef MIGRATE_CORE_BASE_NAMES_H
#define MIGRATE_CORE_BASE_NAMES_H

#include <stdbool.h>

#include "core/base/vec.h"

typedef VEC(const char *) Names;

/* Byte order. */
void names_sort(Names *names);
bool names_contain(const Names *names, const char *name);
/* The same texts in the same order. */
bool names_equal(const Names *a, const Names *b);
/* "a, b" with separator ", "; "" for none. */
const char *names_join(Arena *arena, const Names *names, const char *separator);
/* For people: "a, b and c"; of many the first five, "and 12 more". */
const char *names_list(Arena *arena, const Names *names);
/* A copy of the list; the texts themselves are shared. */
Names names_copy(Arena *arena, const Names *names);
/* Takes `name` out, if it is there, keeping the order of the others. */
void names_remove(Names *names, const char *name);

#endif
