/* SPDX-License-Identifier: MIT */
/*
 * Script: the exact SQL of a plan, in units, with the place of every statement. Online, units are
 * sent; offline, the same units are printed: the one place where SQL is made. Pulled a step at a
 * time; touches neither file nor database.
 */
#ifndef MIGRATE_CORE_SCRIPT_H
#define MIGRATE_CORE_SCRIPT_H

#include "core/base/sink.h"
#include "core/plan.h"
#include "core/revision.h"

typedef struct Script {
    const Dialect *dialect;
    const TableNames *tables;
    const Session *session;
    const Log *log;           /* for what will run otherwise than it is written; NULL: none */
    const Log *schema_log;    /* for what is known of that only with a catalog; NULL: none */
    Names rows;               /* before the next step */
    Arena *arena;             /* of `rows` */
    bool is_begun;            /* a unit has been made: the tables are there */
    bool is_rehearsal;        /* all transactional, nothing online: what the steps make is seen, and
                                 comes to nothing */
    const HistoryRow *resume; /* the open step, which the first step goes on with; NULL: none */
    Catalog *catalog;         /* what the steps made so far have made of the schema. A dialect that
                                 renders with one needs it, from script_needs_catalog on */
} Script;

typedef VEC(Unit) Units;

/* `rows` are the version rows before the first step; they are copied. */
void script_init(Script *script, const Names *rows, Arena *arena);
/* True if units of the plan can only be made with a catalog, which then is to be what the database
 * is before its first step. */
bool script_needs_catalog(const Dialect *dialect, const Plan *plan);
/* Checks that a step can be made into SQL on this dialect: the direction is there, the body lexes,
 * no statement is refused. Adds every problem to *err (ERR_REVISION), with its place. `text` is the
 * step's file; NULL for a stamp. */
MUST_CHECK bool script_check(const Script *script, const Step *step, const RevisionText *text,
                             Arena *arena, Error *err);
/* The units of the next step, which borrow from `text` and live in `arena`. */
MUST_CHECK bool script_step(Script *script, const Step *step, const RevisionText *text,
                            Arena *arena, Units *units, Error *err);
/* Instead of the units of the step that script->resume has begun: one unit that runs nothing and
 * records the next of them as done (of a section without a transaction: its next statement). */
MUST_CHECK bool script_skip(Script *script, const Step *step, const RevisionText *text,
                            Arena *arena, Units *units, Error *err);
/* Takes out what would begin or end a transaction between this unit and its neighbours, so that all
 * of them together are one: `transaction: all`. The guards between keep their meaning, since the
 * lock and the rows are the transaction's own. ERR_REVISION for a unit that cannot be in one. */
MUST_CHECK bool script_join(Unit *unit, bool is_first, bool is_last, Error *err);
/* Adds a unit for the dialect's own shell, which sends it as it stands in the unit. ERR_REVISION,
 * every problem added, for a statement that it would misread. Plain (see Session): for any client,
 * letter for letter. Rows of COPY go through in pieces. */
MUST_CHECK bool script_print(const Script *script, const Unit *unit, Sink *out, Error *err);

#endif
