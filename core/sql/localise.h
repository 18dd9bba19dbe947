/* SPDX-License-Identifier: MIT */
/*
 * Localise: what a script of PostgreSQL sets for the session is made to end with its transaction,
 * because a pooler hands the session on to others. SET, RESET and set_config(.., false) only; what
 * a function sets is its own business. A setting that not every server knows is set by a block that
 * asks the server, and warns if it has to leave it out.
 */
#ifndef MIGRATE_CORE_SQL_LOCALISE_H
#define MIGRATE_CORE_SQL_LOCALISE_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/sql/lexer.h"

/* How a text differs from what stands in the file: `len` bytes at `at` stand for `was` there. */
typedef struct SqlEdit {
    size_t at;
    size_t len;
    size_t was;
    size_t source_len; /* of the whole there; 0: it is the same text */
} SqlEdit;

typedef struct SqlLocal {
    Slice text; /* what to run instead of the statement's text */
    SqlEdit edit;
    const char *note; /* for the log: "SET search_path" holds for this transaction only */
} SqlLocal;

/* True if the statement of a transactional unit must be rewritten; *local is how. False leaves
 * *local alone: the statement runs as written. */
bool sql_localise(const SqlStatement *statement, Arena *arena, SqlLocal *local);

/* The offset in the file's text that an offset in the edited one stands for. */
size_t sql_edit_source(const SqlEdit *edit, size_t offset);

#endif
