/* SPDX-License-Identifier: MIT */
/* Fuzz target: a YAML revision. Every problem of one that is refused has its place. Of one that is
 * read, each operation that has an inverse is the inverse of that again, and the bytes of each text
 * that is said to stand in the file stand there; was: can be written into it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/op_fill.h"
#include "core/op_model.h"
#include "core/revision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool is_true)
{
    if (!is_true)
        abort();
}

static void
check_text(OpText text)
{
    const Origin *origin = text.origin;

    if (text.text.at == NULL || origin == NULL)
        return;
    check(origin->place.line > 0 && origin->place.column > 0);
    check(origin->offset <= origin->source.len);
    for (size_t i = 0; origin->is_whole && i < text.text.len && i < 1000; i++) {
        const size_t at = origin_offset(origin, text.text, i);
        check(text.text.at[i] == '\n' || origin->source.at[at] == text.text.at[i]);
    }
}

static void
check_expression(const OpExpression *expression)
{
    check_text(expression->all);
    check_text(expression->postgres);
    check_text(expression->sqlite);
}

static void
check_texts(const Operation *op)
{
    check_expression(&op->fill);
    check_expression(&op->using_expression);
    check_expression(&op->where);
    check_text(op->comment);
    for (const OpSql *sql = op->sql; sql != NULL; sql = sql->next) {
        check_expression(&sql->up);
        check_expression(&sql->down);
    }
    for (size_t i = 0; op->create != NULL && i < op->create->columns.len; i++) {
        check_text(op->create->columns.at[i].default_value.text);
        check_expression(&op->create->columns.at[i].default_value.expression);
        check_expression(&op->create->columns.at[i].type.raw);
    }
    if (op->view != NULL)
        check_expression(&op->view->query);
}

static void
check_inverse(const Operation *op, const char *dialect, Arena *arena)
{
    Operations inverses = {0};
    Operations again = {0};
    Error err = {.arena = arena};

    if (op->has_down || !op_invert(op, dialect, arena, &inverses, &err) || inverses.len == 0)
        return;
    check(inverses.len == 1);
    if (op_invert(&inverses.at[0], dialect, arena, &again, &err) && again.len > 0)
        check(again.at[0].kind == op->kind);
}

static void
check_body(const OpBody *body, Arena *arena)
{
    static const char *const DIALECTS[] = {"postgres", "sqlite"};

    for (size_t i = 0; i < body->up.len; i++) {
        const Operation *op = &body->up.at[i];
        check(op->kind < OP_KIND_COUNT && op->place.line > 0 && op->path != NULL);
        check_texts(op);
    }
    for (size_t i = 0; i < 4; i++) {
        Operations ops = {0};
        Error err = {.arena = arena};
        const Direction direction = i < 2 ? DIRECTION_UPGRADE : DIRECTION_DOWNGRADE;
        const bool is_ok = op_select(body, direction, DIALECTS[i % 2], arena, &ops, &err);
        check(is_ok == (err.code == ERR_NONE));
        for (size_t j = 0; j < ops.len; j++)
            check_inverse(&ops.at[j], DIALECTS[i % 2], arena);
    }
}

/* With a was: written into it, it is a revision still, and lacks one less. */
static void
check_fill(Slice text, Arena *arena)
{
    Revision revision;
    OpBody body;
    OpModel model;
    Error err = {.arena = arena};

    op_model_init(&model, arena);
    check(revision_parse_yaml("fuzz.yaml", text, arena, &revision, &body, &err));
    for (size_t i = 0; i < body.up.len; i++) {
        const Operation *op = &body.up.at[i];
        Operation filled = *op;
        Slice with = {NULL, 0};
        if (op_lacks_was(op, arena) && op_model_fill(&model, &filled) == NULL &&
            op_fill_put(text, op, &filled, arena, &with)) {
            const size_t count = body.up.len;
            check(revision_parse_yaml("fuzz.yaml", with, arena, &revision, &body, &err));
            check(body.up.len == count && !op_lacks_was(&body.up.at[i], arena));
            text = with;
        }
        op_model_play(&model, &body.up.at[i]);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = {0};
    Revision revision;
    OpBody body;
    Error err = {.arena = &arena};
    const Slice text = {(const char *)data, size};

    if (revision_parse_yaml("fuzz.yaml", text, &arena, &revision, &body, &err)) {
        check(err.code == ERR_NONE);
        check(revision_id_problem(slice_of(revision.id)) == NULL);
        check_body(&body, &arena);
        check_fill(text, &arena);
    } else {
        check(err.code == ERR_REVISION);
        for (const Error *at = &err; at != NULL; at = at->next)
            check(at->place.line > 0 && at->place.column > 0);
    }
    arena_release(&arena);
    return 0;
}
