/* SPDX-License-Identifier: MIT */
/*
 * Error: what went wrong, where, and what to do. Every function that can fail returns bool, is
 * MUST_CHECK and takes `Error *err` last; on false, and only then, *err is set. error_set() and
 * error_wrap() return false, so that a failure is one statement. Only cmd/main.c prints errors.
 *
 * Wording: lower case, no full stop, the thing quoted; the hint says what the user can do.
 */
#ifndef MIGRATE_CORE_BASE_ERROR_H
#define MIGRATE_CORE_BASE_ERROR_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/attributes.h"

/* Each code has one documented exit status: error_exit_status(). */
typedef enum ErrorCode {
    ERR_NONE = 0,
    ERR_FAILED,      /* 1: the database refused, or a step failed; a file could not be written */
    ERR_USAGE,       /* 2: the command line */
    ERR_CONFIG,      /* 2: migrate.yaml, the environment, the URL */
    ERR_BEHIND,      /* 3: not up to date */
    ERR_REVISION,    /* 4: revision files, the graph, a target, a statement that is refused */
    ERR_CONNECT,     /* 5: no connection */
    ERR_LOCKED,      /* 6: lock not obtained */
    ERR_STATE,       /* 7: the database is not as recorded */
    ERR_INTERRUPTED, /* 130: SIGINT */
    ERR_TERMINATED,  /* 143: SIGTERM */
} ErrorCode;

/* A place in a file: line and column count from 1, columns in characters; 0 is unknown. */
typedef struct Place {
    const char *file; /* NULL: no file */
    unsigned line;
    unsigned column;
} Place;

typedef struct Error Error;
struct Error {
    Arena *arena; /* where the texts live; set by whoever makes the Error */
    ErrorCode code;
    Place place;
    const char *message;
    const char *hint;    /* NULL: none */
    const char *detail;  /* what the server said beyond its message, lines; NULL: none */
    const char *excerpt; /* the line of the file and a caret below it; NULL: none */
    char sqlstate[6];    /* "" where no server spoke */
    Error *next;         /* the next problem found in the same run, NULL at the end */
    Error *last;         /* of the problems behind this one, NULL if there is none */
};

/* All return false. error_set replaces what *err held. */
bool error_set(Error *err, ErrorCode code, const char *format, ...) PRINTF_LIKE(3, 4);
bool error_set_at(Error *err, ErrorCode code, Place place, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* As error_set, with ": " and the text of errno (as it is on entry) at the end. */
bool error_set_errno(Error *err, ErrorCode code, const char *format, ...) PRINTF_LIKE(3, 4);
/* Puts "format: " in front of the message as it travels up. */
bool error_wrap(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* Sets the hint of the newest problem in *err. */
bool error_hint(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* Adds a problem behind those that *err holds: for checks that report all at once. */
bool error_add_at(Error *err, ErrorCode code, Place place, const char *format, ...)
    PRINTF_LIKE(4, 5);
/* Appends all problems of `more` (same arena, or one that lives as long). */
bool error_append(Error *err, const Error *more);
/* Puts the problems of one file in the order of their places. */
void error_sort(Error *err);

/* The process exit status of a code. */
int error_exit_status(ErrorCode code);

#endif
