/* SPDX-License-Identifier: MIT */
/* Range: "from:to" as upgrade --sql, downgrade --sql and stamp --sql take it. */
#ifndef MIGRATE_CMD_RANGE_H
#define MIGRATE_CMD_RANGE_H

#include "cmd/command.h"

typedef struct Range {
    bool has_colon;
    const char *from; /* "" where nothing stands */
    const char *to;   /* the whole text without a colon */
} Range;

/* ERR_USAGE for more than one colon. */
MUST_CHECK bool range_parse(const char *text, Arena *arena, Range *range, Error *err);
/* The rows that a script starts from: "a,b", "base", "" (base), "current" (connects and reads
 * them). ERR_REVISION when one of them is an ancestor of another. */
MUST_CHECK bool range_rows(Context *context, const char *from, Names *rows, Error *err);

#endif
