/* SPDX-License-Identifier: MIT */
/*
 * Ini: a file of Python's configparser, such as alembic.ini, as Python reads it: `key = value` or
 * `key: value` in [sections], values that go on in indented lines, %(name)s and %%.
 */
#ifndef MIGRATE_CORE_INI_H
#define MIGRATE_CORE_INI_H

#include "core/base/error.h"
#include "core/base/slice.h"

typedef struct Ini {
    const char *file; /* for messages */
    Slice text;
    const char *here; /* what %(here)s is: the folder of the file */
    Arena *arena;     /* of the values */
} Ini;

/* The value of a key in a section, else in [DEFAULT]; *value is NULL if neither has it. ERR_CONFIG,
 * with the place, for a `%` that is neither %% nor the %(name)s of a key that is there. */
MUST_CHECK bool ini_find(const Ini *ini, const char *section, const char *key, const char **value,
                         Error *err);

#endif
