/* SPDX-License-Identifier: MIT */
/*
 * Inverses. Each is the operation itself with what it makes and what was before exchanged, so that
 * the inverse of an inverse is the operation again.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/op.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define EXCHANGE(type, a, b)                                                                       \
    do {                                                                                           \
        type exchanged = (a);                                                                      \
        (a) = (b);                                                                                 \
        (b) = exchanged;                                                                           \
    } while (0)

static const char WRITE_WAS[] = "write was: (\"migrate revision fill\" finds it out), or down:";
static const char WRITE_SQL[] =
    "write {up: SQL, down: SQL}, or down: beside it; \"down: []\" if there is nothing to do";
static const char WRITE_DOWN[] = "write down:; \"down: []\" if there is nothing to do";

/* ---- what cannot be ---- */

/* Keys that an alter_column changes, by bit; and their names. */
static const char *const CHANGES[] = {"type",     "nullable", "default",
                                      "identity", "collate",  "comment"};

static unsigned
changes_of(const OpColumn *column)
{
    unsigned changes = 0;

    changes |= column->type.kind != TYPE_ABSENT ? 1U : 0U;
    changes |= column->nullable != TRI_UNSET ? 2U : 0U;
    changes |= column->default_value.kind != DEFAULT_ABSENT ? 4U : 0U;
    changes |= column->identity != IDENTITY_ABSENT ? 8U : 0U;
    changes |= column->collate != NULL ? 16U : 0U;
    changes |= column->comment.text.at != NULL || column->drops_comment ? 32U : 0U;
    return changes;
}

/* "alter_column changes type, and was: does not have it"; NULL if was: says all. */
static const char *
alter_problem(const Operation *op, Arena *arena)
{
    const unsigned missing = changes_of(op->column) & ~changes_of(op->was_column);
    Names names = {0};

    for (size_t i = 0; i < COUNT(CHANGES); i++) {
        if ((missing & (1U << i)) != 0)
            *VEC_ADD(arena, &names) = CHANGES[i];
    }
    if (names.len == 0)
        return NULL;
    return arena_format(arena, "alter_column changes %s, and its was: does not say what %s before",
                        names_list(arena, &names), names.len == 1 ? "that was" : "those were");
}

static const char *
sequence_problem(const Operation *op)
{
    const OpSequence *was = op->was_sequence;

    if ((op->sequence->set & ~was->set) != 0 ||
        (op->sequence->type.kind != TYPE_ABSENT && was->type.kind == TYPE_ABSENT) ||
        (op->sequence->cycle != TRI_UNSET && was->cycle == TRI_UNSET) ||
        (op->sequence->owned_by_table != NULL && was->owned_by_table == NULL))
        return "alter_sequence changes what its was: does not have";
    return NULL;
}

static bool
skips(const OpSql *sql, const char *dialect)
{
    return strcmp(dialect, "postgres") == 0 ? sql->skips_postgres : sql->skips_sqlite;
}

static bool
sql_has(const OpSql *sql, Direction direction, const char *dialect)
{
    for (; sql != NULL; sql = sql->next) {
        const OpText text =
            op_expression(direction == DIRECTION_UPGRADE ? &sql->up : &sql->down, dialect);
        if (text.text.at != NULL)
            return true;
    }
    return false;
}

static const char *
sql_problem(const Operation *op, Direction direction, const char *dialect, Arena *arena)
{
    if (skips(op->sql, dialect) || sql_has(op->sql, direction, dialect))
        return NULL;
    if (!sql_has(op->sql, DIRECTION_UPGRADE, dialect))
        return arena_format(arena, "sql has nothing for %s", dialect);
    return "sql has no down:";
}

/* Why a dropped thing, or a changed one, cannot be made again; NULL if it can. */
static const char *
was_problem(const Operation *op, Arena *arena)
{
    const struct {
        OperationKind kind;
        bool has_was;
    } needs[] = {
        {OP_DROP_TABLE, op->was_table != NULL},
        {OP_DROP_COLUMN, op->was_column != NULL},
        {OP_ALTER_COLUMN, op->was_column != NULL},
        {OP_DROP_INDEX, op->was_index != NULL},
        {OP_DROP_CONSTRAINT, op->was_constraint != NULL},
        {OP_COMMENT, op->has_was_comment},
        {OP_DROP_ENUM, op->was_values.len > 0},
        {OP_ALTER_SEQUENCE, op->was_sequence != NULL},
        {OP_DROP_SEQUENCE, op->was_sequence != NULL},
        {OP_REPLACE_VIEW, op->was_view != NULL},
        {OP_DROP_VIEW, op->was_view != NULL},
        {OP_REPLACE_FUNCTION, op->was_routine != NULL},
        {OP_DROP_FUNCTION, op->was_routine != NULL},
        {OP_REPLACE_TRIGGER, op->was_routine != NULL},
        {OP_DROP_TRIGGER, op->was_routine != NULL},
    };

    for (size_t i = 0; i < COUNT(needs); i++) {
        if (op->kind == needs[i].kind && !needs[i].has_was)
            return arena_format(arena, "%s has no was:", OPERATION_NAMES[op->kind]);
    }
    if (op->kind == OP_ALTER_COLUMN)
        return alter_problem(op, arena);
    return op->kind == OP_ALTER_SEQUENCE ? sequence_problem(op) : NULL;
}

/* Why there is no inverse beside that, and what to write; NULL if there is one. */
static const char *
kind_problem(const Operation *op, const char *dialect, Arena *arena, const char **hint)
{
    *hint = op->kind == OP_SQL ? WRITE_SQL : WRITE_DOWN;
    if (op->kind == OP_SQL)
        return sql_problem(op, DIRECTION_DOWNGRADE, dialect, arena);
    if (op->kind == OP_ADD_CONSTRAINT && op->constraint->using_index != NULL)
        return "the index of using_index would go with its constraint";
    if (op->kind == OP_ADD_ENUM_VALUE)
        *hint = "write down: with a drop_enum_value, or \"down: []\" to leave it";
    if (op->kind == OP_ADD_ENUM_VALUE || op->kind == OP_BACKFILL)
        return arena_format(arena, "%s has no inverse", OPERATION_NAMES[op->kind]);
    if ((op->kind == OP_DROP_SCHEMA || op->kind == OP_DROP_EXTENSION) && op->cascades)
        return arena_format(arena, "%s with cascade has no inverse", OPERATION_NAMES[op->kind]);
    if (op->kind == OP_INSERT && op->key.len == 0) {
        *hint = "write key: with the columns that tell the rows, or down:";
        return "insert has no key:";
    }
    if (op->kind == OP_DROP_INDEX && op->table == NULL) {
        *hint = "write table: with the index's table";
        return "drop_index has no table:";
    }
    return NULL;
}

static const char *
invert_problem(const Operation *op, const char *dialect, Arena *arena, const char **hint)
{
    const char *problem = was_problem(op, arena);

    if (problem == NULL)
        return kind_problem(op, dialect, arena, hint);
    *hint = WRITE_WAS;
    return problem;
}

static const char *
problem_of(const Operation *op, Direction direction, const char *dialect, Arena *arena,
           const char **hint)
{
    if (direction == DIRECTION_UPGRADE) {
        *hint = "write skip for this database if there is nothing to do";
        return op->kind == OP_SQL ? sql_problem(op, direction, dialect, arena) : NULL;
    }
    if (!op->has_down)
        return invert_problem(op, dialect, arena, hint);
    for (size_t i = 0; i < op->down->len; i++) {
        const Operation *down = &op->down->at[i];
        const char *problem = op_applies(down, dialect)
                                  ? problem_of(down, DIRECTION_UPGRADE, dialect, arena, hint)
                                  : NULL;
        if (problem != NULL)
            return problem;
    }
    return NULL;
}

const char *
op_problem(const Operation *op, Direction direction, const char *dialect, Arena *arena)
{
    const char *hint = NULL;

    return problem_of(op, direction, dialect, arena, &hint);
}

bool
op_lacks_was(const Operation *op, Arena *arena)
{
    return !op->has_down && was_problem(op, arena) != NULL;
}

bool
op_loses_data(const Operation *op)
{
    if (op->loses != TRI_UNSET)
        return op->loses == TRI_YES;
    if (op->kind == OP_DROP_ENUM || op->kind == OP_DROP_SCHEMA || op->kind == OP_DROP_EXTENSION)
        return op->cascades; /* with the columns that need them */
    if (op->kind == OP_DROP_ENUM_VALUE)
        return op->to != NULL; /* which rows had it */
    return op->kind == OP_DROP_TABLE || op->kind == OP_DROP_COLUMN || op->kind == OP_DELETE_ROWS;
}

/* ---- inverses ---- */

/* Only what `changed` changes of a column. */
static const OpColumn *
restrict_column(const OpColumn *column, const OpColumn *changed, Arena *arena)
{
    const unsigned changes = changes_of(changed);
    OpColumn *kept = ARENA_NEW(arena, OpColumn);

    *kept = *column;
    if ((changes & 1U) == 0)
        kept->type = (OpType){.kind = TYPE_ABSENT};
    if ((changes & 2U) == 0)
        kept->nullable = TRI_UNSET;
    if ((changes & 4U) == 0)
        kept->default_value = (OpDefault){.kind = DEFAULT_ABSENT};
    if ((changes & 8U) == 0)
        kept->identity = IDENTITY_ABSENT;
    if ((changes & 16U) == 0)
        kept->collate = NULL;
    if ((changes & 32U) == 0) {
        kept->comment = (OpText){.text = {NULL, 0}};
        kept->drops_comment = false;
    }
    return kept;
}

static void
invert_alter(Operation *op, Arena *arena)
{
    const OpColumn *was = restrict_column(op->was_column, op->column, arena);

    op->was_column = op->column;
    op->column = was;
    EXCHANGE(OpExpression, op->using_expression, op->down_using);
    if (op->column->nullable != TRI_NO)
        op->fill = (OpExpression){.all = {.text = {NULL, 0}}};
}

static void
invert_sequence(Operation *op, Arena *arena)
{
    const OpSequence *to = op->sequence;
    OpSequence *was = ARENA_NEW(arena, OpSequence);

    *was = *op->was_sequence;
    was->set &= to->set;
    if (to->type.kind == TYPE_ABSENT)
        was->type = (OpType){.kind = TYPE_ABSENT};
    if (to->cycle == TRI_UNSET)
        was->cycle = TRI_UNSET;
    if (to->owned_by_table == NULL) {
        was->owned_by_table = NULL;
        was->owned_by_column = NULL;
    }
    op->was_sequence = to;
    op->sequence = was;
}

static const OpSql *
invert_sql(const OpSql *sql, Arena *arena)
{
    OpSql *first = NULL;
    OpSql *last = NULL;

    for (; sql != NULL; sql = sql->next) {
        OpSql *inverse = ARENA_NEW(arena, OpSql);
        *inverse = *sql;
        inverse->next = NULL;
        EXCHANGE(OpExpression, inverse->up, inverse->down);
        if (last == NULL)
            first = inverse;
        else
            last->next = inverse;
        last = inverse;
    }
    return first;
}

/* Each kind and its inverse; of those that have one by their kind. */
static const OperationKind PAIRS[][2] = {
    {OP_CREATE_TABLE, OP_DROP_TABLE},
    {OP_ADD_COLUMN, OP_DROP_COLUMN},
    {OP_CREATE_INDEX, OP_DROP_INDEX},
    {OP_ADD_CONSTRAINT, OP_DROP_CONSTRAINT},
    {OP_INSERT, OP_DELETE_ROWS},
    {OP_CREATE_ENUM, OP_DROP_ENUM},
    {OP_CREATE_SEQUENCE, OP_DROP_SEQUENCE},
    {OP_CREATE_VIEW, OP_DROP_VIEW},
    {OP_CREATE_FUNCTION, OP_DROP_FUNCTION},
    {OP_CREATE_TRIGGER, OP_DROP_TRIGGER},
    {OP_CREATE_SCHEMA, OP_DROP_SCHEMA},
    {OP_CREATE_EXTENSION, OP_DROP_EXTENSION},
};

static OperationKind
inverse_kind(OperationKind kind)
{
    if (kind == OP_DROP_ENUM_VALUE)
        return OP_ADD_ENUM_VALUE;
    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        if (kind == PAIRS[i][0])
            return PAIRS[i][1];
        if (kind == PAIRS[i][1])
            return PAIRS[i][0];
    }
    return kind;
}

/* A view or a routine: dropping needs its kind, so that it is said in both. */
static void
invert_definition(Operation *op)
{
    if (op->kind == OP_DROP_VIEW)
        op->was_view = op->view;
    else if (op->kind == OP_CREATE_VIEW)
        op->view = op->was_view;
    else if (op->kind == OP_DROP_FUNCTION || op->kind == OP_DROP_TRIGGER)
        op->was_routine = op->routine;
    else if (op->kind == OP_CREATE_FUNCTION || op->kind == OP_CREATE_TRIGGER)
        op->routine = op->was_routine;
}

/* Members that change places, by the kind of either. */
static const struct {
    OperationKind kind;
    OperationKind inverse;
    size_t one;
    size_t other;
    size_t size;
} MEMBERS[] = {
#define MEMBERS_OF(kind, inverse, one, other)                                                      \
    {                                                                                              \
        kind, inverse, offsetof(Operation, one), offsetof(Operation, other),                       \
            sizeof(((Operation *)NULL)->one)                                                       \
    }
    MEMBERS_OF(OP_CREATE_TABLE, OP_DROP_TABLE, create, was_table),
    MEMBERS_OF(OP_RENAME_TABLE, OP_RENAME_COLUMN, from, to),
    MEMBERS_OF(OP_RENAME_INDEX, OP_RENAME_CONSTRAINT, from, to),
    MEMBERS_OF(OP_RENAME_ENUM_VALUE, OP_RENAME_ENUM_VALUE, from, to),
    MEMBERS_OF(OP_ADD_COLUMN, OP_DROP_COLUMN, column, was_column),
    MEMBERS_OF(OP_CREATE_INDEX, OP_DROP_INDEX, create_index, was_index),
    MEMBERS_OF(OP_ADD_CONSTRAINT, OP_DROP_CONSTRAINT, constraint, was_constraint),
    MEMBERS_OF(OP_COMMENT, OP_COMMENT, comment, was_comment),
    MEMBERS_OF(OP_CREATE_ENUM, OP_DROP_ENUM, values, was_values),
    MEMBERS_OF(OP_CREATE_SEQUENCE, OP_DROP_SEQUENCE, sequence, was_sequence),
    MEMBERS_OF(OP_REPLACE_VIEW, OP_REPLACE_VIEW, view, was_view),
    MEMBERS_OF(OP_REPLACE_FUNCTION, OP_REPLACE_TRIGGER, routine, was_routine),
#undef MEMBERS_OF
};

static void
exchange(Operation *op, size_t one, size_t other, size_t size)
{
    char kept[sizeof(OpText) + sizeof(Names)];
    char *const bytes = (char *)op;

    assert(size <= sizeof kept);
    memcpy(kept, bytes + one, size);
    memcpy(bytes + one, bytes + other, size);
    memcpy(bytes + other, kept, size);
}

/* op->kind is that of the inverse; its members are still those of the operation. */
static void
exchange_members(Operation *op, Arena *arena)
{
    for (size_t i = 0; i < COUNT(MEMBERS); i++) {
        if (op->kind == MEMBERS[i].kind || op->kind == MEMBERS[i].inverse)
            exchange(op, MEMBERS[i].one, MEMBERS[i].other, MEMBERS[i].size);
    }
    op->has_was = op->was_values.len > 0;
    if (op->kind == OP_ALTER_COLUMN)
        invert_alter(op, arena);
    else if (op->kind == OP_ALTER_SEQUENCE)
        invert_sequence(op, arena);
    else if (op->kind == OP_SQL)
        op->sql = invert_sql(op->sql, arena);
    else
        invert_definition(op);
}

/* True if there is nothing to do in the other direction. */
static bool
has_no_effect_down(const Operation *op, const char *dialect)
{
    if (op->kind == OP_VALIDATE_CONSTRAINT)
        return true;
    if (op->kind == OP_SQL)
        return skips(op->sql, dialect);
    /* it may have been there before: then it is not ours to drop */
    return (op->kind == OP_CREATE_SCHEMA || op->kind == OP_CREATE_EXTENSION) && op->if_exists;
}

static void
add_all(const Operations *ops, const char *dialect, Arena *arena, Operations *selected)
{
    for (size_t i = 0; i < ops->len; i++) {
        if (op_applies(&ops->at[i], dialect))
            *VEC_ADD(arena, selected) = ops->at[i];
    }
}

static bool
refuse(const Operation *op, Direction direction, const char *problem, const char *hint, Error *err)
{
    error_add_at(err, ERR_REVISION, op->place, "%s: it cannot be %s: %s", op->path,
                 direction == DIRECTION_UPGRADE ? "run" : "reversed", problem);
    return error_hint(err, "%s", hint);
}

bool
op_invert(const Operation *op, const char *dialect, Arena *arena, Operations *inverses, Error *err)
{
    const char *hint = NULL;
    const char *problem = problem_of(op, DIRECTION_DOWNGRADE, dialect, arena, &hint);

    if (problem != NULL)
        return refuse(op, DIRECTION_DOWNGRADE, problem, hint, err);
    if (op->has_down) {
        add_all(op->down, dialect, arena, inverses);
        return true;
    }
    if (has_no_effect_down(op, dialect))
        return true;
    Operation *inverse = VEC_ADD(arena, inverses);
    *inverse = *op;
    inverse->kind = inverse_kind(op->kind);
    inverse->loses = TRI_UNSET;
    inverse->is_inverse = !op->is_inverse;
    exchange_members(inverse, arena);
    return true;
}

/* ---- a direction ---- */

static bool
select_up(const Operations *ops, bool may_lose, const char *dialect, Arena *arena,
          Operations *selected, Error *err)
{
    bool is_ok = true;

    for (size_t i = 0; i < ops->len; i++) {
        const Operation *op = &ops->at[i];
        const char *hint = NULL;
        if (!op_applies(op, dialect))
            continue;
        const char *problem = problem_of(op, DIRECTION_UPGRADE, dialect, arena, &hint);
        if (problem != NULL)
            is_ok = refuse(op, DIRECTION_UPGRADE, problem, hint, err);
        if (!may_lose && op_loses_data(op)) {
            error_add_at(err, ERR_REVISION, op->place, "%s: it loses data", op->path);
            is_ok = error_hint(err, "write \"destructive: true\" at the top of the file if that is "
                                    "meant, \"loss: none\" beside the operation if it does not");
        }
        *VEC_ADD(arena, selected) = *op;
    }
    return is_ok;
}

static bool
select_down(const OpBody *body, const char *dialect, Arena *arena, Operations *selected, Error *err)
{
    bool is_ok = true;

    for (size_t i = body->up.len; i-- > 0;) {
        const Operation *op = &body->up.at[i];
        if (op_applies(op, dialect))
            is_ok = op_invert(op, dialect, arena, selected, err) && is_ok;
    }
    return is_ok;
}

bool
op_select(const OpBody *body, Direction direction, const char *dialect, Arena *arena,
          Operations *selected, Error *err)
{
    Error problems = {.arena = err->arena};
    bool is_ok = true;

    *selected = (Operations){0};
    if (body->dialects.len > 0 && !names_contain(&body->dialects, dialect))
        return true;
    if (direction == DIRECTION_UPGRADE)
        is_ok = select_up(&body->up, body->is_destructive, dialect, arena, selected, &problems);
    else if (body->has_down)
        is_ok = select_up(&body->down, true, dialect, arena, selected, &problems);
    else
        is_ok = select_down(body, dialect, arena, selected, &problems);
    if (is_ok)
        return true;
    error_sort(&problems);
    return error_append(err, &problems);
}
