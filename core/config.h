/* SPDX-License-Identifier: MIT */
/*
 * Config: migrate.yaml, the chosen environment laid over it, the environment's variables expanded,
 * and the URL with where it came from. DESIGN: no silent local database, ever.
 */
#ifndef MIGRATE_CORE_CONFIG_H
#define MIGRATE_CORE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/names.h"
#include "drivers/driver.h"

typedef struct ConfigRequest {
    const char *file;             /* -c; NULL: $MIGRATE_CONFIG, else migrate.yaml if it is there */
    const char *environment;      /* -n; NULL: none */
    const char *url;              /* --url; NULL: none */
    const char *const *variables; /* environ: "NAME=value", NULL-terminated */
    const Log *log;
} ConfigRequest;

typedef struct Config {
    const char *file;         /* NULL: no file was read */
    const char *folder;       /* of the file; "." without one */
    const char *environment;  /* NULL: none chosen */
    Names environments;       /* all that the file names, in its order */
    const char *url;          /* NULL: none is configured; config_url() makes that an error */
    const char *url_source;   /* "--url", "environment \"production\" of migrate.yaml", … */
    const char *url_folder;   /* what a relative SQLite path is relative to; NULL: working folder */
    const char *direct_url;   /* NULL: none */
    const Error *url_problem; /* why the url that is written cannot be used; config_url() tells */
    const Error *direct_url_problem; /* the same for direct_url: doctor tells */
    Names migrations;                /* folders, relative ones joined to `folder` */
    bool recursive;
    const char *file_template;
    unsigned truncate_slug_length;
    const char *timezone;
    const char *version_table;
    const char *version_table_schema; /* NULL: the first schema of the search path */
    const char *history_table;        /* keeps_history false: where open steps are kept meanwhile */
    bool keeps_history;
    bool transaction_all;    /* transaction: all */
    const char *search_path; /* NULL: the role's own */
    const char *role;
    VEC(Setting) settings;
    const char *application_name;
    int64_t lock_timeout; /* this and all that follow in milliseconds */
    int64_t retry_for;
    int64_t statement_timeout;
    int64_t wait_for_lock;
    int64_t connect_timeout;
    unsigned connect_retries;
    bool protected;
    bool allow_reset;
    bool dotenv;
} Config;

/* Reads and checks everything; values are expanded in the chosen environment only. All errors of
 * the file at once, with line and column (ERR_CONFIG). */
MUST_CHECK bool config_load(const ConfigRequest *request, Arena *arena, Config *config, Error *err);
/* The same of a text that is there already, as that of request->file, which is not NULL. */
MUST_CHECK bool config_parse(const ConfigRequest *request, Slice text, Arena *arena, Config *config,
                             Error *err);
/* ERR_CONFIG with what to do when no URL is configured, or one that cannot be meant (url_problem).
 */
MUST_CHECK bool config_url(const Config *config, const char **url, Error *err);

/* A key of the file, for help. */
typedef struct ConfigKey {
    const char *name;
    const char *standard; /* its default; NULL: none */
    const char *help;     /* one line, lower case, no full stop */
} ConfigKey;

/* Every key; ends with a row whose name is NULL. */
extern const ConfigKey CONFIG_KEYS[];

/* "5s", "250ms", "10m", "1h", "0": milliseconds. */
bool duration_parse(Slice text, int64_t *milliseconds);

#endif
