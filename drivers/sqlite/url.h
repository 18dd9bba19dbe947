/* SPDX-License-Identifier: MIT */
/*
 * SqliteUrl: sqlite:///relative.db, sqlite:////absolute.db and sqlite:// (memory), as SQLAlchemy
 * spells them, with or without "+aiosqlite" or "+pysqlite" behind the scheme.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_URL_H
#define MIGRATE_DRIVERS_SQLITE_URL_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/log.h"

typedef enum SqliteMode {
    SQLITE_MODE_CREATE, /* the default: the file is made when it is not there */
    SQLITE_MODE_WRITE,  /* mode=rw: it must be there */
    SQLITE_MODE_READ,   /* mode=ro */
} SqliteMode;

typedef struct SqliteUrl {
    const char *path; /* never begins with ':' or "file:"; NULL: a database in memory */
    SqliteMode mode;
} SqliteUrl;

/* ERR_CONFIG for what cannot be meant. A relative path is relative to `folder` (NULL: the working
 * directory). Parameters that only concern Python's driver are dropped with a line in the log. */
MUST_CHECK bool sqlite_url_parse(const char *text, const char *folder, const Log *log, Arena *arena,
                                 SqliteUrl *url, Error *err);

/* The URL with `folder` in front of its path, if that is relative. */
const char *sqlite_url_rebase(const char *text, const char *folder, Arena *arena);

#endif
