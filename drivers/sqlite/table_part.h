/* SPDX-License-Identifier: MIT */
/* TablePart: which constraint of a table's text is meant by a name, or by what it says. */
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

#endif
