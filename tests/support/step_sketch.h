/* SPDX-License-Identifier: MIT */
/* Units for tests of drivers, framed by a dialect the way a script does it, without files. */
#ifndef MIGRATE_TESTS_SUPPORT_STEP_SKETCH_H
#define MIGRATE_TESTS_SUPPORT_STEP_SKETCH_H

#include "drivers/driver.h"

enum {
    SKETCH_STATEMENTS = 8,
    SKETCH_UNITS = 4,
};

typedef struct UnitSketch {
    bool is_autocommit;                        /* transaction:false */
    const char *statements[SKETCH_STATEMENTS]; /* NULL behind the last */
} UnitSketch;

/* A step. Its statements stand on a line each in the file "<revision>.sql". */
typedef struct StepSketch {
    const char *revision;
    Direction direction;
    const char *before; /* rows joined by ',' in byte order; "" for none */
    const char *after;
    bool is_resumed; /* its history row is there */
    size_t done;     /* behind so many statements */
    size_t unit_count;
    UnitSketch units[SKETCH_UNITS];
} StepSketch;

typedef struct SketchTarget {
    const Dialect *dialect;
    const TableNames *tables;
    const Session *session;
} SketchTarget;

typedef VEC(Unit) SketchUnits;

/* "a,b" as a list. */
Names sketch_rows(const char *joined, Arena *arena);
/* The units of the step that are still to do; texts in `arena`. */
SketchUnits sketch_units(const SketchTarget *target, const StepSketch *step, Arena *arena);
/* One unit that marks the step failed. */
Unit sketch_mark_failed(const SketchTarget *target, const StepSketch *step, const char *message,
                        Arena *arena);
/* The units as the dialect's shell reads them. */
const char *sketch_script(const Dialect *dialect, const SketchUnits *units, Arena *arena);

#endif
