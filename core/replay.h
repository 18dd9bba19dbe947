/* SPDX-License-Identifier: MIT */
/*
 * Replay: a catalog brought to where revisions lead, when there is no database to ask: the steps
 * are made, and nothing comes of them but what they do to the schema.
 */
#ifndef MIGRATE_CORE_REPLAY_H
#define MIGRATE_CORE_REPLAY_H

#include "core/graph.h"
#include "core/script.h"

/* Plays the steps of a plan, made as `like` would make them, in a catalog that is what a database
 * is before the first. ERR_REVISION when a step cannot be made. */
MUST_CHECK bool replay_plan(const Script *like, const Plan *plan, Catalog *catalog, Error *err);
/* Makes an empty catalog what a database at `rows` is. `arena` gets the plan that leads there. */
MUST_CHECK bool replay_rows(const Script *like, const Graph *graph, const Names *rows, Arena *arena,
                            Catalog *catalog, Error *err);

#endif
