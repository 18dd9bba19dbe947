/* SPDX-License-Identifier: MIT */
/* Range: what commands do with FROM:TO beyond core/target.h, which says what it means: the database
 * is asked where the word current stands in it. */
#ifndef MIGRATE_CMD_RANGE_H
#define MIGRATE_CMD_RANGE_H

#include "cmd/command.h"

/* Splits FROM:TO; *from is "" where nothing stands, *to the whole text without a colon. ERR_USAGE
 * for more than one colon. */
MUST_CHECK bool range_split(const char *text, Arena *arena, const char **from, const char **to,
                            Error *err);
/* The version rows, if the text says current (then it connects); else *rows is NULL. */
MUST_CHECK bool range_current(Context *context, const char *text, const Names **rows, Error *err);

#endif
