/* SPDX-License-Identifier: MIT */
/*
 * Variables: what ${NAME} stands for: the process's environment and, behind it, a .env file. Their
 * values may be secrets: no message repeats one.
 */
#ifndef MIGRATE_CORE_VARIABLES_H
#define MIGRATE_CORE_VARIABLES_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/map.h"

typedef struct Variable {
    const char *value;
    const char *file; /* where it was read; NULL: the process's environment */
} Variable;

/* {.values = {.arena = arena}} is empty. Of two variables of one name the first added holds. */
typedef struct Variables {
    Map values; /* name to Variable */
} Variables;

/* Adds "NAME=value" texts, NULL-terminated, as `environ` is; they are borrowed. */
void variables_add(Variables *variables, const char *const *environment);
/* Adds the lines of a .env file: NAME=value, `export` before and quotes allowed, # comments. Adds
 * its problems (ERR_CONFIG) to *err. `file` and `text` are borrowed. */
MUST_CHECK bool variables_add_file(Variables *variables, const char *file, Slice text, Error *err);
/* NULL if it is not set. */
const Variable *variables_find(const Variables *variables, Slice name);
/* Replaces ${NAME}, ${NAME:-default} (also when empty) and ${NAME:?message}; $${ is a literal ${.
 * `place` is that of the text. Adds its problems (ERR_CONFIG) to *err. */
MUST_CHECK bool variables_expand(const Variables *variables, Slice text, Place place,
                                 const char **expanded, Error *err);

#endif
