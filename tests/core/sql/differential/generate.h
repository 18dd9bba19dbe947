/* SPDX-License-Identifier: MIT */
/*
 * Scripts for the differential tests, the same on every run: statements of a dialect that parse,
 * with every odd piece of text the dialect has between their words; and soups, which only lex.
 */
#ifndef MIGRATE_TESTS_CORE_SQL_DIFFERENTIAL_GENERATE_H
#define MIGRATE_TESTS_CORE_SQL_DIFFERENTIAL_GENERATE_H

#include <stdint.h>

#include "core/base/buf.h"
#include "core/sql/lexer.h"

typedef struct Generator {
    SqlDialect dialect;
    uint64_t state; /* not 0 */
    Buf out;
} Generator;

/* A number below `limit`. */
size_t generate_number(Generator *generator, size_t limit);
/* Adds one to eight statements with semicolons, comments and space around them. */
void generate_script(Generator *generator);
/* Adds pieces in any order: quotes and parentheses are balanced, else nothing means anything. */
void generate_soup(Generator *generator);

#endif
