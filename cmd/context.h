/* SPDX-License-Identifier: MIT */
/*
 * Context: what commands have in common: configuration, revisions, the connection, prepared by the
 * flags of the command or when a command asks for them.
 */
#ifndef MIGRATE_CMD_CONTEXT_H
#define MIGRATE_CMD_CONTEXT_H

#include "cmd/command.h"
#include "cmd/json.h"

/* What the command's flags ask for, in that order, so that wrong files are told before anything
 * connects. */
MUST_CHECK bool context_prepare(Context *context, Error *err);
/* Loads the configuration, and makes the session it asks for. */
MUST_CHECK bool context_config(Context *context, Error *err);
/* Loads the revisions and builds their graph; the configuration is loaded. */
MUST_CHECK bool context_revisions(Context *context, Error *err);
/* Finds url and driver; no connection is made. */
MUST_CHECK bool context_driver(Context *context, Error *err);
/* Connects and reads the state, unless that has been done. */
MUST_CHECK bool context_connect(Context *context, bool is_read_only, Error *err);
void context_close(Context *context);
/* The nodes that operands name, in their order, each once; none for base. The database is asked
 * where one is `current`, and only there. */
MUST_CHECK bool context_nodes(Context *context, const Names *texts, Indexes *nodes, Error *err);

/* "sqlite:///app.db (from migrate.yaml)", for people: without a password. */
const char *context_database(const Context *context);
/* The tables by the configuration alone, for scripts that are made without a connection. */
TableNames context_tables(const Config *config, const Dialect *dialect);
/* The dialect of a script: --dialect, else that of the URL. ERR_USAGE with neither. */
MUST_CHECK bool context_dialect(Context *context, const Dialect **dialect, Error *err);

/* Before something is lost: wants the name of the database typed, or --yes=NAME. `what` is what
 * would happen: "reset drops all objects of". ERR_USAGE when the answer is another. */
MUST_CHECK bool context_confirm(const Context *context, const char *what, Error *err);

/* {"event": name, …: the caller adds members and ends it. */
Json context_event(const Context *context, const char *name);
void context_event_end(Json *json);
/* A document; ended in the same way. */
Json context_document(const Context *context);

#endif
