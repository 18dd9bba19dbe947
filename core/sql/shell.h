/* SPDX-License-Identifier: MIT */
/*
 * A statement as the databases' own shells read it: both know things in a text of SQL that the
 * database does not, and what a user wrote must reach it as it was written.
 */
#ifndef MIGRATE_CORE_SQL_SHELL_H
#define MIGRATE_CORE_SQL_SHELL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/slice.h"

/* Adds the text for psql, which puts the value of a variable in place of :name, :'name', :"name"
 * and
 * :{?name} outside quotes where it has one: "\:" is a colon and nothing else (psqlscan.l). */
void sql_add_for_psql(Slice text, Buf *out);
/* Whether the sqlite3 shell would take a line of the text for the end of a statement ("/" or "go"
 * alone on it) or for one of its own commands ("." or "#" at the beginning); *offset: where. */
bool sql_is_misread_by_sqlite3(Slice text, size_t *offset);

#endif
