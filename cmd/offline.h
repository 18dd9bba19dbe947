/* SPDX-License-Identifier: MIT */
/*
 * Offline: a plan as a script for the database's own shell. All steps are made before a byte is
 * printed, so that nothing is printed of a plan that cannot be run. Nothing varies from run to run,
 * nor from machine to machine.
 */
#ifndef MIGRATE_CMD_OFFLINE_H
#define MIGRATE_CMD_OFFLINE_H

#include "cmd/command.h"

typedef struct Offline {
    const Context *context;
    const Dialect *dialect;
    Session session;
    TableNames tables;
    const Plan *plan;
    Direction direction;
    bool is_one;      /* transaction: all */
    bool is_tables;   /* makes the tables and nothing else: a plan of plan_tables */
    Catalog *catalog; /* what a database is before the plan, and after it is made; NULL: to be found
                         out, where it is needed */
} Offline;

/* A plan as text, as far as that is worth holding in memory. */
typedef struct OfflineScript {
    const Offline *offline;
    const char **checksums; /* of the files, beside offline->plan->steps; "" for a stamp */
    Arena arena;            /* of the texts */
    VEC(Slice) texts;       /* of the first `held` steps, in pieces */
    size_t bytes;           /* that are held */
    size_t most;            /* that may be, with those of the step at hand */
    bool is_full;           /* no more is held */
    size_t held;
    bool has_bare_unit; /* one without a transaction */
} OfflineScript;

/* The options of commands that print scripts, but for --sql. */
#define OFFLINE_OPTIONS                                                                            \
    {"dialect", '\0',          OPTION_TEXT,                                                        \
     "NAME",    VALUE_DIALECT, "with --sql: postgres or sqlite (the URL's)"},                      \
        {"output",    'o',                                                                         \
         OPTION_TEXT, "FILE",                                                                      \
         VALUE_FILE,  "with --sql: write it there; FILE/ is a folder, a file for each revision"},  \
    {                                                                                              \
        "plain", '\0', OPTION_FLAG, NULL, VALUE_NONE,                                              \
            "with --sql: only SQL that any client runs; it guards against nothing"                 \
    }

/* ERR_USAGE where one of these options stands without --sql. */
MUST_CHECK bool offline_check_options(const Context *context, Error *err);
/* Dialect, session and tables, of the options and the configuration. */
MUST_CHECK bool offline_init(Context *context, Offline *offline, Error *err);

/* Checks all steps, which need no session; ERR_REVISION with every problem. */
MUST_CHECK bool offline_check(const Offline *offline, Error *err);
/* Makes all steps; ERR_REVISION with every problem. {.offline = …} is one to make. */
MUST_CHECK bool offline_make(OfflineScript *made, Error *err);
void offline_release(OfflineScript *made);
/* Prints what was made. That the stream has failed is the caller's to see. */
MUST_CHECK bool offline_write(const OfflineScript *made, FILE *stream, Error *err);
/* Makes and prints, where --output says. */
MUST_CHECK bool offline_print(const Offline *offline, Error *err);

#endif
