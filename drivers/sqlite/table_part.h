/* SPDX-License-Identifier: MIT */
/* TablePart: what the constraints in a table's text mean, and which one is meant. */
#ifndef MIGRATE_DRIVERS_SQLITE_TABLE_PART_H
#define MIGRATE_DRIVERS_SQLITE_TABLE_PART_H

#include "drivers/sqlite/table_text.h"

/* The columns of a constraint: the one that it stands at, or those of its parenthesis. */
Names table_part_columns(const TableText *text, size_t index, Arena *arena);
/* Its name, else the one that PostgreSQL would have given it; "" for what has none there. */
const char *table_part_name(const TableText *text, const char *table, size_t index, Arena *arena);
/* The constraint of that name; else one without a name that this would be the name of, or that is
 * like the other (may be NULL). NULL if there is none. */
const TablePart *table_part_find(const TableText *text, const char *table, const char *name,
                                 const OpConstraint *like, Arena *arena);

/* The column that a constraint stands at; NO_COLUMN: it is the table's. */
int table_part_column(const TableText *text, size_t index);
/* "primary_key", "unique", "check", "foreign_key"; NULL for any other part. */
const char *table_part_word(TablePartKind kind);
/* A column's default; NULL also for one that is NULL. */
const TablePart *table_part_default(const TableText *text, int column);
/* Is the column one of the primary key's? */
bool table_part_is_in_key(const TableText *text, int column);
/* A text without the parenthesis around it. */
Slice table_part_inside(Slice text);
/* True if the text has that word outside parentheses. */
bool table_part_has_word(Slice text, const char *word);

#endif
