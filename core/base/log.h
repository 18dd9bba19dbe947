/* SPDX-License-Identifier: MIT */
/*
 * Log: what happens, for people, on stderr. Results go to stdout and never through here. A Log is
 * passed to whoever may speak; core/ and drivers/ get it with their options.
 */
#ifndef MIGRATE_CORE_BASE_LOG_H
#define MIGRATE_CORE_BASE_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/attributes.h"

typedef enum LogLevel {
    LOG_QUIET, /* warnings are shown even so */
    LOG_NORMAL,
    LOG_VERBOSE,
} LogLevel;

typedef struct Log {
    FILE *stream; /* NULL: silent, for tests */
    LogLevel level;
    bool is_coloured;
    bool *is_live; /* a line that log_live wrote stands there; NULL: there is no log_live */
} Log;

/* Each writes one line; `log` may be NULL. No line carries a password: URLs pass url_redact(). */
void log_debug(const Log *log, const char *format, ...) PRINTF_LIKE(2, 3);
void log_info(const Log *log, const char *format, ...) PRINTF_LIKE(2, 3);
void log_warn(const Log *log, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts `line` in place of the live line of a terminal, "" for none. It has no line end; whatever is
 * logged wipes it first. */
void log_live(const Log *log, const char *line);

#endif
