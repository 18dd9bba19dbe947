/* SPDX-License-Identifier: MIT */
#include "core/op_model.h"

#include <string.h>

#include "core/sql/token.h"

void
op_model_init(OpModel *model, Arena *arena)
{
    const Map empty = {.arena = arena};

    *model = (OpModel){.arena = arena,
                       .tables = empty,
                       .indexes = empty,
                       .enums = empty,
                       .sequences = empty,
                       .views = empty,
                       .routines = empty};
}

/* ---- names ---- */

/* A control character cannot be in the names that people write. */
static Slice
key_of(const OpModel *model, const char *schema, const char *name)
{
    return slice_of(arena_format(model->arena, "%s\1%s", schema == NULL ? "" : schema, name));
}

static Slice
routine_key(const OpModel *model, const Operation *op)
{
    const char *of = op->routine->table != NULL       ? op->routine->table
                     : op->routine->arguments != NULL ? op->routine->arguments
                                                      : "";

    return slice_of(arena_format(model->arena, "%s\1%s\1%s", op->schema == NULL ? "" : op->schema,
                                 op->name, of));
}

static OpTable *
find_table(const OpModel *model, const Operation *op)
{
    return op->table == NULL ? NULL
                             : map_find(&model->tables, key_of(model, op->schema, op->table));
}

static OpColumn *
find_column(const OpTable *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->columns.len; i++) {
        if (strcmp(table->columns.at[i].name, name) == 0)
            return &table->columns.at[i];
    }
    return NULL;
}

static OpIndex *
find_index(const OpModel *model, const Operation *op)
{
    return map_find(&model->indexes, key_of(model, op->schema, op->name));
}

/* ---- what an expression says ---- */

static bool
text_mentions(Slice text, const char *name)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, text);
    SqlToken token;

    while (sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        const Slice inner = token.kind == SQL_TOKEN_NAME && token.text.len >= 2
                                ? (Slice){token.text.at + 1, token.text.len - 2}
                                : token.text;
        if (slice_is_nocase(inner, name))
            return true;
    }
    return false;
}

static bool
mentions(const OpExpression *expression, const char *name)
{
    return text_mentions(expression->all.text, name) ||
           text_mentions(expression->postgres.text, name) ||
           text_mentions(expression->sqlite.text, name);
}

static bool
constraint_needs(const OpConstraint *constraint, const char *column)
{
    bool is_needed = names_contain(&constraint->columns, column) ||
                     names_contain(&constraint->include, column) ||
                     mentions(&constraint->check, column) || mentions(&constraint->where, column);

    for (size_t i = 0; i < constraint->elements.len; i++) {
        const OpExcludeElement *element = &constraint->elements.at[i];
        is_needed = is_needed || mentions(&element->expression, column) ||
                    (element->column != NULL && strcmp(element->column, column) == 0);
    }
    return is_needed;
}

static bool
index_needs(const OpIndex *index, const char *column)
{
    bool is_needed = names_contain(&index->include, column) || mentions(&index->where, column);

    for (size_t i = 0; i < index->parts.len; i++) {
        const OpIndexPart *part = &index->parts.at[i];
        is_needed = is_needed || mentions(&part->expression, column) ||
                    (part->column != NULL && strcmp(part->column, column) == 0);
    }
    return is_needed;
}

/* What databases write anew in their own way when a table or a column gets another name. */
static void
forget_definitions(OpModel *model, const char *name)
{
    for (size_t i = 0; i < model->views.len; i++) {
        const OpView *view = model->views.entries[i].value;
        if (view != NULL && mentions(&view->query, name))
            model->views.entries[i].value = NULL;
    }
    for (size_t i = 0; i < model->routines.len; i++) {
        const OpRoutine *routine = model->routines.entries[i].value;
        if (routine != NULL && routine->table != NULL && mentions(&routine->sql, name))
            model->routines.entries[i].value = NULL;
    }
}

/* ---- tables ---- */

static OpTable *
copy_table(const OpModel *model, const OpTable *table)
{
    OpTable *copy = ARENA_NEW(model->arena, OpTable);

    *copy = *table;
    copy->columns = (OpColumns){0};
    copy->constraints = (OpConstraints){0};
    for (size_t i = 0; i < table->columns.len; i++)
        *VEC_ADD(model->arena, &copy->columns) = table->columns.at[i];
    for (size_t i = 0; i < table->constraints.len; i++)
        *VEC_ADD(model->arena, &copy->constraints) = table->constraints.at[i];
    return copy;
}

static void
put_index(OpModel *model, const char *schema, const OpIndex *index)
{
    OpIndex *copy = ARENA_NEW(model->arena, OpIndex);

    *copy = *index;
    copy->parts.at = ARENA_ARRAY(model->arena, OpIndexPart, index->parts.len);
    copy->parts.cap = index->parts.len;
    for (size_t i = 0; i < index->parts.len; i++)
        copy->parts.at[i] = index->parts.at[i];
    map_put(&model->indexes, key_of(model, schema, index->name), copy);
}

static bool
same_schema(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

static bool
is_of(const OpIndex *index, const char *schema, const char *table)
{
    return index != NULL && index->table != NULL && same_schema(index->schema, schema) &&
           strcmp(index->table, table) == 0;
}

static void
create_table(OpModel *model, const Operation *op)
{
    OpTable *table = copy_table(model, op->create);

    for (size_t i = 0; i < table->indexes.len; i++)
        put_index(model, op->schema, &table->indexes.at[i]);
    table->indexes.len = 0;
    map_put(&model->tables, key_of(model, op->schema, op->table), table);
}

static void
drop_table(OpModel *model, const Operation *op)
{
    map_put(&model->tables, key_of(model, op->schema, op->table), NULL);
    for (size_t i = 0; i < model->indexes.len; i++) {
        MapEntry *entry = &model->indexes.entries[i];
        if (is_of(entry->value, op->schema, op->table))
            entry->value = NULL;
    }
}

/* A foreign key that points to the table, with its new name. */
static const OpReferences *
redirect(const OpModel *model, const OpReferences *references, const Operation *op)
{
    if (references == NULL || !same_schema(references->schema, op->schema) ||
        strcmp(references->table, op->from) != 0)
        return references;
    OpReferences *moved = ARENA_NEW(model->arena, OpReferences);
    *moved = *references;
    moved->table = op->to;
    return moved;
}

static void
rename_table(OpModel *model, const Operation *op)
{
    OpTable *table = map_find(&model->tables, key_of(model, op->schema, op->from));

    map_put(&model->tables, key_of(model, op->schema, op->from), NULL);
    map_put(&model->tables, key_of(model, op->schema, op->to), table);
    forget_definitions(model, op->from);
    if (table != NULL)
        table->name = op->to;
    for (size_t i = 0; i < model->indexes.len; i++) {
        OpIndex *index = model->indexes.entries[i].value;
        if (is_of(index, op->schema, op->from))
            index->table = op->to;
    }
    for (size_t i = 0; i < model->tables.len; i++) {
        table = model->tables.entries[i].value;
        for (size_t j = 0; table != NULL && j < table->columns.len; j++)
            table->columns.at[j].references = redirect(model, table->columns.at[j].references, op);
        for (size_t j = 0; table != NULL && j < table->constraints.len; j++)
            table->constraints.at[j].references =
                redirect(model, table->constraints.at[j].references, op);
    }
}

/* ---- columns ---- */

static void
add_column(OpModel *model, OpTable *table, const Operation *op)
{
    size_t at = table->columns.len;

    for (size_t i = 0; op->after_column != NULL && i < table->columns.len; i++) {
        if (op->after_column[0] == '\0')
            at = 0;
        else if (strcmp(table->columns.at[i].name, op->after_column) == 0)
            at = i + 1;
    }
    (void)VEC_ADD(model->arena, &table->columns);
    memmove(table->columns.at + at + 1, table->columns.at + at,
            (table->columns.len - 1 - at) * sizeof *table->columns.at);
    table->columns.at[at] = *op->column;
}

/* Takes out what stands on a column that goes, or whose name in it cannot be changed. */
static void
forget_needs(OpModel *model, OpTable *table, const Operation *op, const char *column)
{
    size_t kept = 0;

    for (size_t i = 0; i < table->constraints.len; i++) {
        if (!constraint_needs(&table->constraints.at[i], column))
            table->constraints.at[kept++] = table->constraints.at[i];
    }
    table->constraints.len = kept;
    for (size_t i = 0; i < model->indexes.len; i++) {
        MapEntry *entry = &model->indexes.entries[i];
        if (is_of(entry->value, op->schema, op->table) && index_needs(entry->value, column))
            entry->value = NULL;
    }
}

static void
drop_column(OpModel *model, OpTable *table, const Operation *op)
{
    size_t kept = 0;

    for (size_t i = 0; i < table->columns.len; i++) {
        if (strcmp(table->columns.at[i].name, op->name) != 0)
            table->columns.at[kept++] = table->columns.at[i];
    }
    table->columns.len = kept;
    forget_needs(model, table, op, op->name);
}

static void
rename_in(const OpModel *model, Names *names, const Operation *op)
{
    *names = names_copy(model->arena, names);
    for (size_t i = 0; i < names->len; i++) {
        if (strcmp(names->at[i], op->from) == 0)
            names->at[i] = op->to;
    }
}

static void
rename_column(OpModel *model, OpTable *table, const Operation *op)
{
    OpColumn *column = find_column(table, op->from);

    if (column != NULL)
        column->name = op->to;
    for (size_t i = 0; i < table->constraints.len; i++) {
        rename_in(model, &table->constraints.at[i].columns, op);
        rename_in(model, &table->constraints.at[i].include, op);
    }
    for (size_t i = 0; i < model->indexes.len; i++) {
        OpIndex *index = model->indexes.entries[i].value;
        if (!is_of(index, op->schema, op->table))
            continue;
        rename_in(model, &index->include, op);
        for (size_t j = 0; j < index->parts.len; j++) {
            if (index->parts.at[j].column != NULL &&
                strcmp(index->parts.at[j].column, op->from) == 0)
                index->parts.at[j].column = op->to;
        }
    }
    /* what is left of the old name stands in SQL */
    forget_needs(model, table, op, op->from);
    forget_definitions(model, op->from);
}

static void
alter_column(OpTable *table, const Operation *op)
{
    OpColumn *column = find_column(table, op->name);
    const OpColumn *to = op->column;

    if (column == NULL)
        return;
    if (to->type.kind != TYPE_ABSENT)
        column->type = to->type;
    if (to->nullable != TRI_UNSET)
        column->nullable = to->nullable;
    if (to->default_value.kind != DEFAULT_ABSENT)
        column->default_value = to->default_value;
    if (to->identity != IDENTITY_ABSENT)
        column->identity = to->identity;
    if (to->collate != NULL)
        column->collate = to->collate;
    if (to->comment.text.at != NULL || to->drops_comment)
        column->comment = to->comment;
}

/* ---- constraints ---- */

static bool
is_named(const char *name, const char *wanted)
{
    return name != NULL && strcmp(name, wanted) == 0;
}

/* A constraint that stands at a column, by its name, as one of the table. */
static bool
column_constraint(const OpModel *model, OpColumn *column, const char *name, bool is_taken,
                  OpConstraint *found)
{
    *found = (OpConstraint){.name = name};
    *VEC_ADD(model->arena, &found->columns) = column->name;
    if (is_named(column->unique.name, name)) {
        found->kind = CONSTRAINT_UNIQUE;
        if (is_taken)
            column->unique = (OpFlagName){.is_set = TRI_UNSET};
    } else if (is_named(column->primary_key.name, name)) {
        found->kind = CONSTRAINT_PRIMARY_KEY;
        if (is_taken)
            column->primary_key = (OpFlagName){.is_set = TRI_UNSET};
    } else if (is_named(column->check.name, name)) {
        *found = (OpConstraint){
            .name = name, .kind = CONSTRAINT_CHECK, .check = column->check.expression};
        if (is_taken)
            column->check = (OpCheck){.name = NULL};
    } else if (column->references != NULL && is_named(column->references->name, name)) {
        OpReferences *references = ARENA_NEW(model->arena, OpReferences);
        *references = *column->references;
        found->deferrable = references->deferrable;
        found->initially_deferred = references->initially_deferred;
        references->deferrable = TRI_UNSET;
        references->initially_deferred = TRI_UNSET;
        references->name = NULL;
        found->kind = CONSTRAINT_FOREIGN_KEY;
        found->references = references;
        if (is_taken)
            column->references = NULL;
    }
    return found->kind != CONSTRAINT_ABSENT;
}

/* The constraint of a name, taken out of the table if that is asked for. */
static bool
take_constraint(const OpModel *model, OpTable *table, const char *name, bool is_taken,
                OpConstraint *found)
{
    for (size_t i = 0; i < table->constraints.len; i++) {
        if (!is_named(table->constraints.at[i].name, name))
            continue;
        *found = table->constraints.at[i];
        if (is_taken) {
            memmove(table->constraints.at + i, table->constraints.at + i + 1,
                    (table->constraints.len - i - 1) * sizeof *table->constraints.at);
            table->constraints.len--;
        }
        return true;
    }
    for (size_t i = 0; i < table->columns.len; i++) {
        if (column_constraint(model, &table->columns.at[i], name, is_taken, found))
            return true;
    }
    return false;
}

static void
rename_constraint(OpModel *model, OpTable *table, const Operation *op)
{
    OpConstraint found;

    if (!take_constraint(model, table, op->from, true, &found))
        return;
    found.name = op->to;
    *VEC_ADD(model->arena, &table->constraints) = found;
}

/* ---- playing ---- */

static void
play_in_table(OpModel *model, const Operation *op)
{
    OpTable *table = find_table(model, op);
    OpConstraint dropped;

    if (table == NULL)
        return;
    if (op->kind == OP_ADD_COLUMN)
        add_column(model, table, op);
    else if (op->kind == OP_DROP_COLUMN)
        drop_column(model, table, op);
    else if (op->kind == OP_ALTER_COLUMN)
        alter_column(table, op);
    else if (op->kind == OP_RENAME_COLUMN)
        rename_column(model, table, op);
    else if (op->kind == OP_ADD_CONSTRAINT)
        *VEC_ADD(model->arena, &table->constraints) = *op->constraint;
    else if (op->kind == OP_DROP_CONSTRAINT && op->name != NULL)
        (void)take_constraint(model, table, op->name, true, &dropped);
    else if (op->kind == OP_RENAME_CONSTRAINT)
        rename_constraint(model, table, op);
    else if (op->kind == OP_COMMENT && op->name == NULL)
        table->comment = op->comment;
    else if (op->kind == OP_COMMENT && find_column(table, op->name) != NULL)
        find_column(table, op->name)->comment = op->comment;
}

static void
rename_index(OpModel *model, const Operation *op)
{
    OpIndex *index = map_find(&model->indexes, key_of(model, op->schema, op->from));

    map_put(&model->indexes, key_of(model, op->schema, op->from), NULL);
    map_put(&model->indexes, key_of(model, op->schema, op->to), index);
    if (index != NULL)
        index->name = op->to;
}

static void
play_enum(OpModel *model, const Operation *op)
{
    const Slice key = key_of(model, op->schema, op->name);
    const Names *before = op->kind == OP_CREATE_ENUM ? &op->values : map_find(&model->enums, key);

    if (before == NULL || op->kind == OP_DROP_ENUM) {
        map_put(&model->enums, key, NULL);
        return;
    }
    Names *values = ARENA_NEW(model->arena, Names);
    const char *beside = op->before_value != NULL ? op->before_value : op->after_value;
    for (size_t i = 0; i < before->len; i++) {
        const char *value = before->at[i];
        const bool is_place =
            op->kind == OP_ADD_ENUM_VALUE && beside != NULL && strcmp(value, beside) == 0;
        if (is_place && op->before_value != NULL)
            *VEC_ADD(model->arena, values) = op->value;
        if (op->kind == OP_DROP_ENUM_VALUE && strcmp(value, op->value) == 0)
            continue;
        if (op->kind == OP_RENAME_ENUM_VALUE && strcmp(value, op->from) == 0)
            value = op->to;
        *VEC_ADD(model->arena, values) = value;
        if (is_place && op->before_value == NULL)
            *VEC_ADD(model->arena, values) = op->value;
    }
    if (op->kind == OP_ADD_ENUM_VALUE && beside == NULL)
        *VEC_ADD(model->arena, values) = op->value;
    map_put(&model->enums, key, values);
}

static void
play_sequence(OpModel *model, const Operation *op)
{
    const Slice key = key_of(model, op->schema, op->name);
    const OpSequence *before = map_find(&model->sequences, key);
    OpSequence *after = ARENA_NEW(model->arena, OpSequence);

    if (op->kind == OP_DROP_SEQUENCE || (op->kind == OP_ALTER_SEQUENCE && before == NULL)) {
        map_put(&model->sequences, key, NULL);
        return;
    }
    const OpSequence *to = op->sequence;
    *after = op->kind == OP_CREATE_SEQUENCE ? *to : *before;
    after->set |= to->set;
    after->start = to->start != NULL ? to->start : after->start;
    after->increment = to->increment != NULL ? to->increment : after->increment;
    after->min = to->min != NULL ? to->min : after->min;
    after->max = to->max != NULL ? to->max : after->max;
    after->cache = to->cache != NULL ? to->cache : after->cache;
    after->cycle = to->cycle != TRI_UNSET ? to->cycle : after->cycle;
    after->type = to->type.kind != TYPE_ABSENT ? to->type : after->type;
    if (to->owned_by_table != NULL) {
        after->owned_by_table = to->owned_by_table;
        after->owned_by_column = to->owned_by_column;
    }
    map_put(&model->sequences, key, after);
}

static void
play_definition(OpModel *model, const Operation *op)
{
    const bool is_there =
        op->kind != OP_DROP_VIEW && op->kind != OP_DROP_FUNCTION && op->kind != OP_DROP_TRIGGER;

    if (op->view != NULL) {
        OpView *view = ARENA_NEW(model->arena, OpView);
        *view = *op->view;
        map_put(&model->views, key_of(model, op->schema, op->name), is_there ? view : NULL);
    } else if (op->routine != NULL) {
        OpRoutine *routine = ARENA_NEW(model->arena, OpRoutine);
        *routine = *op->routine;
        map_put(&model->routines, routine_key(model, op), is_there ? routine : NULL);
    }
}

void
op_model_play(OpModel *model, const Operation *op)
{
    if (op->kind == OP_CREATE_TABLE)
        create_table(model, op);
    else if (op->kind == OP_DROP_TABLE)
        drop_table(model, op);
    else if (op->kind == OP_RENAME_TABLE)
        rename_table(model, op);
    else if (op->kind == OP_CREATE_INDEX)
        put_index(model, op->schema, op->create_index);
    else if (op->kind == OP_DROP_INDEX)
        map_put(&model->indexes, key_of(model, op->schema, op->name), NULL);
    else if (op->kind == OP_RENAME_INDEX)
        rename_index(model, op);
    else if (op->kind >= OP_CREATE_ENUM && op->kind <= OP_DROP_ENUM_VALUE)
        play_enum(model, op);
    else if (op->kind >= OP_CREATE_SEQUENCE && op->kind <= OP_DROP_SEQUENCE)
        play_sequence(model, op);
    else if (op->kind >= OP_CREATE_VIEW && op->kind <= OP_DROP_TRIGGER)
        play_definition(model, op);
    else
        play_in_table(model, op);
}

/* ---- filling in ---- */

static const char UNKNOWN[] = "no operation below it has made that";

static const char *
fill_table(const OpModel *model, Operation *op)
{
    const OpTable *table = find_table(model, op);

    if (table == NULL)
        return UNKNOWN;
    OpTable *was = copy_table(model, table);
    for (size_t i = 0; i < model->indexes.len; i++) {
        const OpIndex *index = model->indexes.entries[i].value;
        if (is_of(index, op->schema, op->table))
            *VEC_ADD(model->arena, &was->indexes) = *index;
    }
    op->was_table = was;
    return NULL;
}

static void
fill_default(const OpColumn *column, const OpColumn *to, OpColumn *was)
{
    if (to->default_value.kind == DEFAULT_ABSENT || was->default_value.kind != DEFAULT_ABSENT)
        return;
    was->default_value = column->default_value;
    if (was->default_value.kind == DEFAULT_ABSENT)
        was->default_value.kind = DEFAULT_NONE;
}

/* What changes, as it is before. */
static const char *
fill_change(const OpModel *model, Operation *op)
{
    const OpColumn *column = find_column(find_table(model, op), op->name);
    const OpColumn *to = op->column;
    OpColumn *was = ARENA_NEW(model->arena, OpColumn);

    if (column == NULL)
        return UNKNOWN;
    if (op->was_column != NULL)
        *was = *op->was_column;
    const bool is_key = column->primary_key.is_set == TRI_YES ||
                        (column->identity != IDENTITY_ABSENT && column->identity != IDENTITY_NONE);
    if (to->type.kind != TYPE_ABSENT && was->type.kind == TYPE_ABSENT)
        was->type = column->type;
    if (to->nullable != TRI_UNSET && was->nullable == TRI_UNSET)
        was->nullable = column->nullable == TRI_NO || is_key ? TRI_NO : TRI_YES;
    fill_default(column, to, was);
    if (to->identity != IDENTITY_ABSENT && was->identity == IDENTITY_ABSENT)
        was->identity = column->identity == IDENTITY_ABSENT ? IDENTITY_NONE : column->identity;
    if (to->collate != NULL && was->collate == NULL)
        was->collate = column->collate;
    if ((to->comment.text.at != NULL || to->drops_comment) && was->comment.text.at == NULL) {
        was->comment = column->comment;
        was->drops_comment = column->comment.text.at == NULL;
    }
    op->was_column = was;
    return to->collate != NULL && was->collate == NULL ? "the column had no collation of its own"
                                                       : NULL;
}

static const char *
fill_in_table(const OpModel *model, Operation *op)
{
    OpTable *table = find_table(model, op);
    const OpColumn *column = op->name == NULL ? NULL : find_column(table, op->name);

    if (op->kind == OP_DROP_TABLE)
        return fill_table(model, op);
    if (op->kind == OP_ALTER_COLUMN)
        return fill_change(model, op);
    if (op->kind == OP_DROP_COLUMN) {
        op->was_column = column;
        return column == NULL ? UNKNOWN : NULL;
    }
    if (op->kind == OP_COMMENT) {
        op->has_was_comment = op->name == NULL ? table != NULL : column != NULL;
        if (op->has_was_comment)
            op->was_comment = op->name == NULL ? table->comment : column->comment;
        return op->has_was_comment ? NULL : UNKNOWN;
    }
    OpConstraint *found = ARENA_NEW(model->arena, OpConstraint);
    if (table == NULL || op->name == NULL || !take_constraint(model, table, op->name, false, found))
        return UNKNOWN;
    op->was_constraint = found;
    return NULL;
}

static const char *
fill_sequence(const OpModel *model, Operation *op)
{
    const OpSequence *sequence = map_find(&model->sequences, key_of(model, op->schema, op->name));
    OpSequence *was = ARENA_NEW(model->arena, OpSequence);

    if (sequence == NULL)
        return UNKNOWN;
    *was = *sequence;
    op->was_sequence = was;
    if (op->kind == OP_DROP_SEQUENCE)
        return NULL;
    was->start = was->start == NULL ? "1" : was->start;
    was->increment = was->increment == NULL ? "1" : was->increment;
    was->cache = was->cache == NULL ? "1" : was->cache;
    was->cycle = was->cycle == TRI_UNSET ? TRI_NO : was->cycle;
    return (op->sequence->min != NULL && was->min == NULL) ||
                   (op->sequence->max != NULL && was->max == NULL) ||
                   (op->sequence->type.kind != TYPE_ABSENT && was->type.kind == TYPE_ABSENT)
               ? "the sequence was made without it"
               : NULL;
}

static const char *
fill_other(const OpModel *model, Operation *op)
{
    const Slice key = key_of(model, op->schema, op->name);

    if (op->kind == OP_DROP_INDEX) {
        op->was_index = find_index(model, op);
        return op->was_index == NULL ? UNKNOWN : NULL;
    }
    if (op->kind == OP_DROP_ENUM) {
        const Names *values = map_find(&model->enums, key);
        if (values != NULL)
            op->was_values = *values;
        return values == NULL ? UNKNOWN : NULL;
    }
    if (op->kind == OP_ALTER_SEQUENCE || op->kind == OP_DROP_SEQUENCE)
        return fill_sequence(model, op);
    if (op->view != NULL) {
        op->was_view = map_find(&model->views, key);
        return op->was_view == NULL ? UNKNOWN : NULL;
    }
    op->was_routine = map_find(&model->routines, routine_key(model, op));
    return op->was_routine == NULL ? UNKNOWN : NULL;
}

const char *
op_model_fill(const OpModel *model, Operation *op)
{
    const bool is_in_table = op->kind == OP_DROP_TABLE || op->kind == OP_DROP_COLUMN ||
                             op->kind == OP_ALTER_COLUMN || op->kind == OP_DROP_CONSTRAINT ||
                             op->kind == OP_COMMENT;

    return is_in_table ? fill_in_table(model, op) : fill_other(model, op);
}
