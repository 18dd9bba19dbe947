/* SPDX-License-Identifier: MIT */
#include "tests/support/step_sketch.h"

#include <string.h>

#include "core/base/sha256.h"

/* What the units of a step are made from. */
typedef struct Sketching {
    const SketchTarget *target;
    const StepSketch *step;
    Arena *arena;
    Names before;
    Names after;
    RowChanges changes;
    Sha256 sum;
    size_t number;  /* of the statement before */
    bool has_units; /* a unit was made before */
} Sketching;

Names
sketch_rows(const char *joined, Arena *arena)
{
    Names rows = {0};
    Slice rest = slice_of(joined);

    while (rest.len > 0)
        *VEC_ADD(arena, &rows) = arena_copy(arena, slice_cut(rest, ',', &rest));
    return rows;
}

/* The rows of `a` that are not in `b`. */
static Names
rows_less(const Names *a, const Names *b, Arena *arena)
{
    Names rest = {0};

    for (size_t i = 0; i < a->len; i++) {
        if (!names_contain(b, a->at[i]))
            *VEC_ADD(arena, &rest) = a->at[i];
    }
    return rest;
}

/* Deletes and inserts first, an update last. */
static RowChanges
changes_between(const Names *before, const Names *after, Arena *arena)
{
    const Names gone = rows_less(before, after, arena);
    const Names come = rows_less(after, before, arena);
    const bool has_update = gone.len > 0 && come.len > 0;
    RowChanges changes = {0};

    for (size_t i = has_update; i < gone.len; i++)
        *VEC_ADD(arena, &changes) = (RowChange){.from = gone.at[i]};
    for (size_t i = has_update; i < come.len; i++)
        *VEC_ADD(arena, &changes) = (RowChange){.to = come.at[i]};
    if (has_update)
        *VEC_ADD(arena, &changes) = (RowChange){gone.at[0], come.at[0]};
    return changes;
}

static size_t
statement_count(const UnitSketch *unit)
{
    size_t count = 0;

    while (count < SKETCH_STATEMENTS && unit->statements[count] != NULL)
        count++;
    return count;
}

static bool
step_is_journalled(const StepSketch *step)
{
    return step->unit_count > 1 || step->units[0].is_autocommit;
}

static const char *
sum_text(const Sha256 *sum, Arena *arena)
{
    char hex[SHA256_HEX_SIZE];

    sha256_hex(sum, hex);
    return arena_text(arena, hex);
}

static UnitFrame
frame_of(Sketching *sketching, size_t index)
{
    const StepSketch *step = sketching->step;
    size_t total = 0;

    for (size_t i = 0; i < step->unit_count; i++)
        total += statement_count(&step->units[i]);
    return (UnitFrame){
        .tables = sketching->target->tables,
        .session = sketching->target->session,
        .revision = step->revision,
        .direction = step->direction,
        .checksum = step->direction == DIRECTION_STAMP
                        ? NULL
                        : "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        .rows_before = &sketching->before,
        .rows_after = &sketching->after,
        .changes = &sketching->changes,
        .is_transactional = !step->units[index].is_autocommit,
        .is_journalled = step_is_journalled(step),
        .is_first = index == 0,
        .is_last = index + 1 == step->unit_count,
        .makes_tables = !sketching->has_units,
        .has_row = step_is_journalled(step) && (step->is_resumed || sketching->has_units),
        .done = sketching->number,
        .total = total,
        .done_checksum =
            sketching->number == 0 ? NULL : sum_text(&sketching->sum, sketching->arena),
        .lock_timeout = TIMEOUT_UNSET,
        .statement_timeout = TIMEOUT_UNSET,
    };
}

static Statement
user_statement(Sketching *sketching, const char *text)
{
    sha256_add(&sketching->sum, slice_of(text));
    sketching->number++;
    return (Statement){
        .role = STATEMENT_USER,
        .text = slice_of(text),
        .place = {arena_format(sketching->arena, "%s.sql", sketching->step->revision),
                  (unsigned)sketching->number, 1},
        .number = sketching->number,
    };
}

/* The statements of the unit behind the first `skip`. */
static void
body_add(Sketching *sketching, UnitFrame *frame, const UnitSketch *sketch, size_t skip, Unit *unit)
{
    const Dialect *dialect = sketching->target->dialect;

    for (size_t i = skip; i < statement_count(sketch); i++) {
        *VEC_ADD(sketching->arena, &unit->statements) =
            user_statement(sketching, sketch->statements[i]);
        if (!sketch->is_autocommit)
            continue;
        const bool is_last = frame->is_last && i + 1 == statement_count(sketch);
        dialect->unit_journal(frame, sketching->number, sum_text(&sketching->sum, sketching->arena),
                              is_last, sketching->arena, &unit->statements);
    }
}

static void
unit_add(Sketching *sketching, size_t index, size_t skip, Unit *unit)
{
    const UnitSketch *sketch = &sketching->step->units[index];
    const Dialect *dialect = sketching->target->dialect;
    UnitFrame frame = frame_of(sketching, index);

    *unit = (Unit){
        .revision = sketching->step->revision,
        .message = "",
        .direction = sketching->step->direction,
        .is_transactional = frame.is_transactional,
        .is_first = frame.is_first,
        .is_last = frame.is_last,
        .count = statement_count(sketch) - skip,
        .total = frame.total,
        .rows_before = sketching->before,
        .rows_after = frame.is_last ? sketching->after : sketching->before,
    };
    frame.unit_statements = statement_count(sketch) - skip;
    dialect->unit_open(&frame, sketching->arena, &unit->statements);
    body_add(sketching, &frame, sketch, skip, unit);
    if (sketching->number > 0)
        frame.unit_done_checksum = sum_text(&sketching->sum, sketching->arena);
    dialect->unit_close(&frame, sketching->arena, &unit->statements);
    for (size_t i = 0; i < unit->statements.len; i++)
        unit->bytes += unit->statements.at[i].text.len;
}

static Sketching
sketching_begin(const SketchTarget *target, const StepSketch *step, Arena *arena)
{
    Sketching sketching = {.target = target, .step = step, .arena = arena};

    sketching.before = sketch_rows(step->before, arena);
    sketching.after = sketch_rows(step->after, arena);
    sketching.changes = changes_between(&sketching.before, &sketching.after, arena);
    sha256_init(&sketching.sum);
    return sketching;
}

/* Passes over statements that are done, of a unit; returns how many. */
static size_t
done_skip(Sketching *sketching, const UnitSketch *unit)
{
    size_t skipped = 0;

    while (skipped < statement_count(unit) && sketching->number < sketching->step->done)
        (void)user_statement(sketching, unit->statements[skipped++]);
    return skipped;
}

SketchUnits
sketch_units(const SketchTarget *target, const StepSketch *step, Arena *arena)
{
    Sketching sketching = sketching_begin(target, step, arena);
    SketchUnits units = {0};

    for (size_t i = 0; i < step->unit_count; i++) {
        const size_t skip = done_skip(&sketching, &step->units[i]);
        if (skip > 0 && skip == statement_count(&step->units[i]))
            continue;
        unit_add(&sketching, i, skip, VEC_ADD(arena, &units));
        sketching.has_units = true;
    }
    return units;
}

Unit
sketch_mark_failed(const SketchTarget *target, const StepSketch *step, const char *message,
                   Arena *arena)
{
    Sketching sketching = sketching_begin(target, step, arena);
    const UnitFrame frame = frame_of(&sketching, 0);
    Unit unit = {.revision = step->revision,
                 .message = "",
                 .direction = step->direction,
                 .rows_before = sketching.before,
                 .rows_after = sketching.before};

    target->dialect->mark_failed(&frame, message, arena, &unit.statements);
    return unit;
}

const char *
sketch_script(const Dialect *dialect, const SketchUnits *units, Arena *arena)
{
    Buf script = {.arena = arena};

    buf_add(&script, dialect->script_head);
    for (size_t i = 0; i < units->len; i++) {
        for (size_t j = 0; j < units->at[i].statements.len; j++) {
            buf_add_slice(&script, units->at[i].statements.at[j].text);
            buf_add(&script, ";\n");
        }
    }
    buf_add(&script, dialect->script_tail);
    return buf_text(&script);
}
