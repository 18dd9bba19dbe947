/* SPDX-License-Identifier: MIT */
#include "core/fill.h"

#include <string.h>

#include "core/op_fill.h"
#include "core/op_model.h"

/* Who is asked, one after the other. */
typedef enum Source {
    FROM_MODEL,
    FROM_DATABASE,
    FROM_NOWHERE,
} Source;

/* What has been found out of an operation. */
typedef struct Answer {
    Source source;      /* the next to be asked */
    const char *reason; /* why the last one was of no use */
    const char *hint;   /* NULL: the usual one */
    bool is_trusted;    /* it cannot be proved with the rows that are there */
} Answer;

typedef struct Filling {
    Fill *fill;
    Runner *runner;
    Arena *arena;
    const Dialect *dialect;
    Answer *answers; /* of each operation; they outlive a rehearsal */
    Operations said; /* as the file has them: what goes wrong with them is told there */
    bool is_told;    /* what is left out */
    /* of one rehearsal */
    Slice text; /* as filled in so far */
    OpBody body;
    OpModel model;
    Error problems;
    bool is_again; /* it has to begin anew */
} Filling;

static const char BY_HAND[] = "write was: or down: by hand";

/* ---- where it begins ---- */

static bool
plan_to(const Filling *filling, size_t node, const Names *rows, Plan *plan, Error *err)
{
    const Graph *graph = filling->runner->graph;
    Target target = {.direction = DIRECTION_UPGRADE, .text = graph->nodes[node].revision->id};

    *VEC_ADD(filling->arena, &target.nodes) = node;
    return plan_make(graph, &target, rows, filling->arena, plan, err);
}

static bool
has_step(const Plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->steps.len; i++) {
        if (strcmp(plan->steps.at[i].revision->id, id) == 0)
            return true;
    }
    return false;
}

/* All that the database has must be below the revision. */
static bool
check_row(const Filling *filling, const Plan *below, const char *row, Error *err)
{
    const Graph *graph = filling->runner->graph;
    const char *id = filling->fill->revision->id;
    const Node *node = graph_find(graph, row);
    const Names base = {0};
    Plan its = {0};

    if (node == NULL || strcmp(node->revision->id, row) != 0)
        return true; /* planning says what that is */
    if (!plan_to(filling, (size_t)(node - graph->nodes), &base, &its, err))
        return false;
    if (has_step(&its, id))
        error_set(err, ERR_STATE, "the database is at %s: %s is applied already", row, id);
    else if (!has_step(below, row))
        error_set(err, ERR_STATE, "the database is at %s, which is not below %s", row, id);
    else
        return true;
    return error_hint(err, "name an empty database, or one that is below it: -u URL");
}

/* The steps from where the database stands to the revision, without its own. */
static bool
plan_below(const Filling *filling, Plan *plan, Error *err)
{
    const Names *rows = &filling->runner->state.rows;
    const Names base = {0};
    Plan below = {0};

    if (!plan_to(filling, filling->fill->node, &base, &below, err))
        return false;
    for (size_t i = 0; i < rows->len; i++) {
        if (!check_row(filling, &below, rows->at[i], err))
            return false;
    }
    if (!plan_to(filling, filling->fill->node, rows, plan, err))
        return false;
    plan->steps.len--;
    return true;
}

static bool
model_below(Filling *filling, Error *err)
{
    const Names base = {0};
    Plan plan = {0};

    op_model_init(&filling->model, filling->arena);
    if (!plan_to(filling, filling->fill->node, &base, &plan, err))
        return false;
    for (size_t i = 0; i + 1 < plan.steps.len; i++) {
        const Revision *revision = plan.steps.at[i].revision;
        RevisionText text;
        if (!revision->is_yaml)
            continue;
        if (!revision_read(revision, filling->arena, &text, err))
            return false;
        for (size_t j = 0; j < text.body->up.len; j++)
            op_model_play(&filling->model, &text.body->up.at[j]);
    }
    return true;
}

/* ---- carrying out ---- */

static bool
applies(const Filling *filling, const Operation *op)
{
    const Names *dialects = &filling->body.dialects;

    return op_applies(op, filling->dialect->name) &&
           (dialects->len == 0 || names_contain(dialects, filling->dialect->name));
}

static bool
lacks_was(const Filling *filling, const Operation *op)
{
    return op_lacks_was(op, filling->arena);
}

/* A text of the revision that has only these operations. */
static RevisionText
text_of(const Filling *filling, const Operations *ops, OpBody *body)
{
    *body = filling->body;
    body->up = *ops;
    body->is_destructive = true; /* nothing of it stays */
    return (RevisionText){.text = filling->text, .body = body};
}

static bool
play(Filling *filling, const Operations *ops, Error *err)
{
    OpBody body;
    const RevisionText text = text_of(filling, ops, &body);

    return ops->len == 0 || runner_rehearse_text(filling->runner, filling->fill->revision, &text,
                                                 &filling->is_again, err);
}

/* The operation as the file has it, so that what goes wrong with it is told there, with what has
 * been found out of it. */
static Operation
with_was(const Operation *said, const Operation *filled)
{
    Operation op = *said;

    op.table = filled->table; /* of an index, which was: may say too */
    op.was_table = filled->was_table;
    op.was_column = filled->was_column;
    op.was_index = filled->was_index;
    op.was_constraint = filled->was_constraint;
    op.was_comment = filled->was_comment;
    op.has_was_comment = filled->has_was_comment;
    op.was_values = filled->was_values;
    op.has_was = filled->has_was;
    op.was_sequence = filled->was_sequence;
    op.was_view = filled->was_view;
    op.was_routine = filled->was_routine;
    return op;
}

/* Those of a batch that are for this database. */
static Operations
batch_operations(const Filling *filling, size_t first, size_t count)
{
    Operations ops = {0};

    for (size_t i = first; i < first + count; i++) {
        if (applies(filling, &filling->said.at[i]))
            *VEC_ADD(filling->arena, &ops) =
                with_was(&filling->said.at[i], &filling->body.up.at[i]);
    }
    return ops;
}

static bool
batch_inverses(const Filling *filling, const Operations *ops, Operations *inverses, Error *err)
{
    for (size_t i = ops->len; i-- > 0;) {
        if (!op_invert(&ops->at[i], filling->dialect->name, filling->arena, inverses, err))
            return false;
    }
    return true;
}

/* Checks everything that will be carried out before anything is. */
static bool
check_all(Filling *filling, const Plan *below, Error *err)
{
    Script script = filling->runner->rehearsal;
    OpBody body;
    const Step step = {.revision = filling->fill->revision, .direction = DIRECTION_UPGRADE};
    const RevisionText text = text_of(filling, &filling->body.up, &body);

    if (filling->is_told)
        return true;
    script.log = filling->runner->log;
    script.catalog = NULL;
    filling->is_told = true;
    return runner_check(&script, below, err) &&
           script_check(&script, &step, &text, filling->arena, err);
}

/* ---- one operation ---- */

static bool
parse_text(const Filling *filling, Slice text, OpBody *body, Error *err)
{
    Revision revision = {0};

    *body = (OpBody){.has_down = false};
    return revision_parse_yaml(filling->fill->revision->file, text, filling->arena, &revision, body,
                               err);
}

/* Puts what one of the two says into the text; why not, or NULL. */
static const char *
put_answer(Filling *filling, size_t index, const char *was)
{
    const Operation *op = &filling->body.up.at[index];
    Answer *answer = &filling->answers[index];
    Operation filled = *op;
    Error problem = {.arena = filling->arena};
    Slice text = {NULL, 0};
    OpBody body;

    if (answer->source == FROM_MODEL) {
        const char *why = op_model_fill(&filling->model, &filled);
        if (why != NULL)
            return why;
    } else if (!op_fill_read(was, &filled, filling->arena, &problem)) {
        return problem.message;
    }
    if (!op_fill_put(filling->text, op, &filled, filling->arena, &text)) {
        answer->source = FROM_DATABASE;
        return "there is no line behind which it could be written";
    }
    if (!parse_text(filling, text, &body, &problem))
        return problem.message;
    if (lacks_was(filling, &body.up.at[index]))
        return "was: has no word for it";
    filling->text = text;
    filling->body = body;
    return NULL;
}

/* False: neither knows it. */
static bool
ask(Filling *filling, size_t index, const char *was)
{
    const bool is_here = applies(filling, &filling->body.up.at[index]);
    Answer *answer = &filling->answers[index];

    if (is_here && was == NULL) {
        answer->source = FROM_NOWHERE;
        answer->reason = filling->said.at[index].routine == NULL
                             ? "the database has nothing of that name there"
                             : "the database has nothing of that name there, or several";
        answer->hint = "correct the name (arguments: tells functions apart), or write was: or "
                       "down: by hand";
    } else if (!is_here && answer->source == FROM_DATABASE) {
        answer->source = FROM_NOWHERE;
    }
    for (; answer->source != FROM_NOWHERE; answer->source++) {
        if (answer->source == FROM_DATABASE && !is_here)
            continue;
        answer->reason = put_answer(filling, index, was);
        answer->hint = NULL;
        if (answer->reason == NULL)
            return true;
    }
    if (!is_here)
        answer->hint = "it is not for this database: name one that it is for, -u URL, or write "
                       "was: or down: by hand";
    return false;
}

/* ---- is it right? ---- */

/* Up to three lines of `one` that `other` does not have, and that have `name` in them (NULL: any).
 * NULL: there are none. */
static const char *
missing_lines(const Names *one, const Names *other, const char *name, Arena *arena)
{
    enum { MOST = 3 };
    Buf out = {.arena = arena};
    size_t count = 0;

    for (size_t i = 0, j = 0; i < one->len; i++) {
        while (j < other->len && strcmp(other->at[j], one->at[i]) < 0)
            j++;
        if (j < other->len && strcmp(other->at[j], one->at[i]) == 0) {
            j++;
            continue;
        }
        Slice rest;
        const Slice line = slice_cut(slice_of(one->at[i]), '\n', &rest);
        if ((name == NULL || strstr(one->at[i], name) != NULL) && count++ < MOST)
            buf_addf(&out, "%s%.*s", out.len > 0 ? "; " : "", SLICE_ARGS(line));
    }
    if (count > MOST)
        buf_addf(&out, "; and %zu more", count - MOST);
    return count == 0 ? NULL : buf_text(&out);
}

/* Says of an operation that what was written is of no use: the next is asked, in a new rehearsal.
 */
static void
reject(Filling *filling, size_t index, const char *reason, const char *hint)
{
    Answer *answer = &filling->answers[index];

    if (answer->source == FROM_NOWHERE)
        return;
    answer->source++;
    answer->reason = reason;
    answer->hint = hint;
    filling->is_again = true;
}

static bool
reject_all(Filling *filling, size_t first, size_t count, const char *reason, const char *hint)
{
    for (size_t i = first; i < first + count; i++)
        reject(filling, i, reason, hint);
    return false;
}

/* The schema before and behind a batch that was taken back. */
typedef struct Change {
    Names before;
    Names after;
} Change;

static const char *
change_reason(const Change *change, const char *name, Arena *arena)
{
    const char *lost = missing_lines(&change->before, &change->after, name, arena);
    const char *gained = missing_lines(&change->after, &change->before, name, arena);

    if (lost != NULL)
        return arena_format(arena, "was: would not bring back: %s", lost);
    return gained == NULL ? NULL
                          : arena_format(arena, "with was: there would be besides: %s", gained);
}

/* Of several tables those are to blame that are named in what is different. */
static bool
blame(Filling *filling, size_t first, size_t count, const Change *change)
{
    static const char HINT[] = "take that away by an operation before this one, which has a way "
                               "down of its own; or write down: by hand";
    const char *reason = change_reason(change, NULL, filling->arena);
    bool is_found = false;

    if (reason == NULL)
        return true;
    for (size_t i = first; count > 1 && i < first + count; i++) {
        const char *own = change_reason(change, filling->said.at[i].table, filling->arena);
        is_found = is_found || own != NULL;
        if (own != NULL)
            reject(filling, i, own, HINT);
    }
    return is_found ? false : reject_all(filling, first, count, reason, HINT);
}

/* Rows keep the batch from being taken back, whatever is written: a column that may not be NULL
 * cannot come back to them. What the database says is taken then. */
static bool
trust(Filling *filling, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        if (filling->answers[i].source == FROM_MODEL)
            filling->answers[i].source = FROM_DATABASE;
        filling->answers[i].is_trusted = true;
    }
    filling->is_again = true;
    return false;
}

/* Carries the batch out and takes it back; the schema is to be what it was. */
static bool
try_both_ways(Filling *filling, size_t first, size_t count, Arena *scratch, Error *err)
{
    Runner *runner = filling->runner;
    const Operations ops = batch_operations(filling, first, count);
    Operations inverses = {0};
    Change change = {.before = {0}};

    if (!batch_inverses(filling, &ops, &inverses, err))
        return reject_all(filling, first, count, err->message, err->hint);
    if (!runner_inventory(runner, scratch, &change.before, &filling->is_again, err) ||
        !play(filling, &ops, err))
        return false;
    if (!play(filling, &inverses, err)) {
        if (filling->is_again || (err->code != ERR_FAILED && err->code != ERR_REVISION))
            return false;
        if (runner->is_of_rows)
            return trust(filling, first, count);
        return reject_all(filling, first, count,
                          arena_format(filling->arena, "taken back with it: %s", err->message),
                          NULL);
    }
    return runner_inventory(runner, scratch, &change.after, &filling->is_again, err) &&
           blame(filling, first, count, &change);
}

static bool
prove(Filling *filling, size_t first, size_t count, Error *err)
{
    Arena scratch = {0}; /* a schema may have many lines */
    const bool is_right =
        filling->answers[first].is_trusted || try_both_ways(filling, first, count, &scratch, err);

    arena_release(&scratch);
    return is_right;
}

/* ---- batches ---- */

static bool
is_dropped_table(const Filling *filling, size_t index)
{
    const Operation *op = &filling->body.up.at[index];

    return op->kind == OP_DROP_TABLE && lacks_was(filling, op);
}

/* Operations that are carried out together: tables that are dropped one behind the other, which
 * may point to each other; such an operation alone; all others up to the next. */
static size_t
batch_length(const Filling *filling, size_t first)
{
    const Operations *ops = &filling->body.up;
    size_t end = first + 1;

    if (is_dropped_table(filling, first)) {
        while (end < ops->len && is_dropped_table(filling, end))
            end++;
    } else if (!lacks_was(filling, &ops->at[first])) {
        while (end < ops->len && !lacks_was(filling, &ops->at[end]))
            end++;
    }
    return end - first;
}

static bool
report(Filling *filling, size_t index)
{
    const Operation *op = &filling->said.at[index];
    const Answer *answer = &filling->answers[index];

    error_add_at(&filling->problems, ERR_REVISION, op->place,
                 "%s: what was before is not known: %s", op->path, answer->reason);
    return error_hint(&filling->problems, "%s", answer->hint != NULL ? answer->hint : BY_HAND);
}

/* Asks for each operation of a batch; *is_known: of all there is an answer. False: it cannot be
 * carried out, or the database does not answer. */
static bool
ask_batch(Filling *filling, size_t first, size_t count, bool *is_known, Error *err)
{
    const char **was = ARENA_ARRAY(filling->arena, const char *, count);
    bool is_there = true;

    *is_known = true;
    for (size_t i = 0; i < count; i++) {
        const Operation *op = &filling->body.up.at[first + i];
        if (applies(filling, op) &&
            !runner_recall(filling->runner, op, filling->arena, &was[i], &filling->is_again, err))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        const Operation *op = &filling->body.up.at[first + i];
        is_there = is_there && (was[i] != NULL || op->if_exists || !applies(filling, op));
        if (ask(filling, first + i, was[i])) {
            filling->fill->filled++;
            continue;
        }
        *is_known = report(filling, first + i);
    }
    return is_there || error_append(err, &filling->problems);
}

static bool
fill_batch(Filling *filling, size_t first, size_t count, Error *err)
{
    bool is_known = true;

    if (lacks_was(filling, &filling->body.up.at[first]) &&
        (!ask_batch(filling, first, count, &is_known, err) ||
         (is_known && !prove(filling, first, count, err))))
        return false;
    const Operations ops = batch_operations(filling, first, count);
    if (!play(filling, &ops, err))
        return false;
    for (size_t i = first; i < first + count; i++)
        op_model_play(&filling->model, &filling->body.up.at[i]);
    return true;
}

/* ---- rehearsals ---- */

/* What is not known of an operation may be why it, or one behind it, cannot be carried out: then
 * that is what is told. */
static bool
fill_batches(Filling *filling, Error *err)
{
    for (size_t i = 0; i < filling->body.up.len;) {
        const size_t count = batch_length(filling, i);
        if (!fill_batch(filling, i, count, err)) {
            if (filling->problems.code != ERR_NONE &&
                (err->code == ERR_FAILED || err->code == ERR_REVISION))
                *err = filling->problems;
            return false;
        }
        i += count;
    }
    return filling->problems.code == ERR_NONE || error_append(err, &filling->problems);
}

static bool
rehearse(Filling *filling, Slice text, Error *err)
{
    Plan below = {0};

    filling->text = text;
    filling->problems = (Error){.arena = err->arena};
    filling->is_again = false;
    filling->fill->filled = 0;
    if (!parse_text(filling, text, &filling->body, err) || !model_below(filling, err) ||
        !runner_rehearse(filling->runner, err) || !plan_below(filling, &below, err) ||
        !check_all(filling, &below, err) ||
        !runner_rehearse_plan(filling->runner, &below, &filling->is_again, err))
        return false;
    return fill_batches(filling, err);
}

static void
tell_trusted(const Filling *filling)
{
    for (size_t i = 0; i < filling->said.len; i++) {
        const Operation *op = &filling->said.at[i];
        if (filling->answers[i].is_trusted)
            log_warn(filling->runner->log,
                     "%s:%u: what is written could not be tried with the rows that are there: look "
                     "at it, or use an empty database",
                     op->place.file, op->place.line);
    }
}

static bool
lacks_any(const Filling *filling)
{
    for (size_t i = 0; i < filling->body.up.len; i++) {
        if (lacks_was(filling, &filling->body.up.at[i]))
            return true;
    }
    return false;
}

bool
fill_revision(Fill *fill, Arena *arena, Error *err)
{
    Filling filling = {.fill = fill,
                       .runner = fill->runner,
                       .arena = arena,
                       .dialect = fill->runner->driver->dialect};
    RevisionText text = {0};
    bool is_done = false;

    fill->filled = 0;
    if (!revision_read(fill->revision, arena, &text, err) ||
        !parse_text(&filling, text.text, &filling.body, err))
        return false;
    fill->result = text.text;
    if (!lacks_any(&filling))
        return true;
    filling.said = filling.body.up;
    filling.answers = ARENA_ARRAY(arena, Answer, filling.body.up.len);
    do {
        *err = (Error){.arena = err->arena};
        is_done = rehearse(&filling, text.text, err);
        runner_rehearsed(fill->runner);
    } while (!is_done && filling.is_again);
    fill->result = filling.text;
    if (is_done)
        tell_trusted(&filling);
    return is_done;
}
