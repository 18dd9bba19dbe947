/* SPDX-License-Identifier: MIT */
#include "core/op_checks.h"

#include <string.h>

#include "core/base/map.h"
#include "core/op_values.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool
is_there(const OpExpression *expression)
{
    return op_expression_is_there(expression);
}

/* ---- parts ---- */

void
check_references(ShapeReader *reader, const YamlNode *node, void *value)
{
    const OpReferences *references = value;

    if (references->deferrable == TRI_NO && references->initially_deferred == TRI_YES)
        shape_problem(reader, node->place,
                      "deferrable: false and initially: deferred exclude "
                      "each other");
}

static void
check_computed(ShapeReader *reader, const OpColumn *column, Place place)
{
    const bool has_default =
        column->default_value.kind != DEFAULT_ABSENT && column->default_value.kind != DEFAULT_NONE;
    const bool has_identity =
        column->identity != IDENTITY_ABSENT && column->identity != IDENTITY_NONE;
    const bool is_generated = is_there(&column->generated);

    if (has_identity && has_default)
        shape_problem(reader, place, "identity and default exclude each other");
    if (is_generated && (has_identity || has_default))
        shape_problem(reader, place, "generated and %s exclude each other",
                      has_identity ? "identity" : "default");
    if (column->stored != TRI_UNSET && !is_generated)
        shape_problem(reader, place, "stored is only for a generated column");
    if (has_identity && column->type.kind != TYPE_ABSENT && column->type.kind != TYPE_RAW &&
        !op_type_is_integer(&column->type))
        shape_problem(reader, place, "identity needs smallint, integer or bigint, not \"%s\"",
                      column->type.written);
}

void
check_column(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpColumn *column = value;

    op_default_fit(reader, &column->type, &column->default_value);
    check_computed(reader, column, node->place);
    if (column->nullable == TRI_YES && column->primary_key.is_set == TRI_YES)
        shape_problem(reader, node->place, "a primary key cannot be nullable");
    if (column->nullable == TRI_YES && column->identity != IDENTITY_ABSENT &&
        column->identity != IDENTITY_NONE)
        shape_problem(reader, node->place, "identity and nullable exclude each other");
}

void
check_exclude_element(ShapeReader *reader, const YamlNode *node, void *value)
{
    const OpExcludeElement *element = value;

    if ((element->column != NULL) == is_there(&element->expression))
        shape_problem(reader, node->place, "one of column and expr has to be there");
}

bool
read_index_part(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpIndexPart *part = value;

    return node->kind == YAML_TEXT && shape_read_name(reader, node, &part->column);
}

void
check_index_part(ShapeReader *reader, const YamlNode *node, void *value)
{
    const OpIndexPart *part = value;

    if ((part->column != NULL) == is_there(&part->expression))
        shape_problem(reader, node->place, "one of column and expr has to be there");
}

bool
read_view_text(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpView *view = value;

    return node->kind == YAML_TEXT && shape_read_expression(reader, node, &view->query);
}

bool
read_routine_text(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpRoutine *routine = value;

    return node->kind == YAML_TEXT && shape_read_statement(reader, node, &routine->sql);
}

/* ---- constraints ---- */

static const char *
constraint_word(ConstraintKind kind)
{
    switch (kind) {
    case CONSTRAINT_ABSENT:
        return "constraint";
    case CONSTRAINT_PRIMARY_KEY:
        return "primary_key";
    case CONSTRAINT_UNIQUE:
        return "unique";
    case CONSTRAINT_CHECK:
        return "check";
    case CONSTRAINT_FOREIGN_KEY:
        return "foreign_key";
    case CONSTRAINT_EXCLUDE:
        return "exclude";
    }
    return "";
}

enum {
    FOR_PRIMARY_KEY = 1,
    FOR_UNIQUE = 2,
    FOR_CHECK = 4,
    FOR_FOREIGN_KEY = 8,
    FOR_EXCLUDE = 16,
    FOR_INDEXED = FOR_PRIMARY_KEY | FOR_UNIQUE | FOR_EXCLUDE,
};

static unsigned
constraint_bit(ConstraintKind kind)
{
    return kind == CONSTRAINT_ABSENT ? 0 : 1U << (kind - CONSTRAINT_PRIMARY_KEY);
}

/* Keys that a constraint of its kind cannot have. */
static void
check_parts(ShapeReader *reader, const OpConstraint *constraint, Place place)
{
    const struct {
        const char *name;
        bool is_set;
        unsigned kinds;
    } parts[] = {
        {"columns", constraint->columns.len > 0, FOR_PRIMARY_KEY | FOR_UNIQUE | FOR_FOREIGN_KEY},
        {"check", is_there(&constraint->check), FOR_CHECK},
        {"references", constraint->references != NULL, FOR_FOREIGN_KEY},
        {"exclude", constraint->elements.len > 0, FOR_EXCLUDE},
        {"deferrable", constraint->deferrable != TRI_UNSET, FOR_INDEXED | FOR_FOREIGN_KEY},
        {"initially", constraint->initially_deferred != TRI_UNSET, FOR_INDEXED | FOR_FOREIGN_KEY},
        {"not_valid", constraint->not_valid, FOR_CHECK | FOR_FOREIGN_KEY},
        {"no_inherit", constraint->no_inherit, FOR_CHECK},
        {"nulls_not_distinct", constraint->nulls_not_distinct, FOR_UNIQUE},
        {"include", constraint->include.len > 0, FOR_INDEXED},
        {"using_index", constraint->using_index != NULL, FOR_PRIMARY_KEY | FOR_UNIQUE},
    };
    const unsigned kind = constraint_bit(constraint->kind);

    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].is_set && (parts[i].kinds & kind) == 0)
            shape_problem(reader, place, "a constraint of type %s has no \"%s\"",
                          constraint_word(constraint->kind), parts[i].name);
    }
}

static const char *
missing_part(const OpConstraint *constraint)
{
    switch (constraint->kind) {
    case CONSTRAINT_ABSENT:
        return NULL;
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
        return constraint->columns.len == 0 && constraint->using_index == NULL ? "columns" : NULL;
    case CONSTRAINT_CHECK:
        return is_there(&constraint->check) ? NULL : "check";
    case CONSTRAINT_FOREIGN_KEY:
        if (constraint->columns.len == 0)
            return "columns";
        return constraint->references == NULL ? "references" : NULL;
    case CONSTRAINT_EXCLUDE:
        return constraint->elements.len == 0 ? "exclude" : NULL;
    }
    return NULL;
}

/* What the keys say of the kind. */
static ConstraintKind
kind_of(const OpConstraint *constraint)
{
    if (is_there(&constraint->check))
        return CONSTRAINT_CHECK;
    if (constraint->references != NULL)
        return CONSTRAINT_FOREIGN_KEY;
    return constraint->elements.len > 0 ? CONSTRAINT_EXCLUDE : CONSTRAINT_ABSENT;
}

static void
check_foreign_key(ShapeReader *reader, const OpConstraint *constraint)
{
    const OpReferences *references = constraint->references;

    if (references->columns.len > 0 && references->columns.len != constraint->columns.len)
        shape_problem(reader, references->place, "the key has %zu columns here and %zu in \"%s\"",
                      constraint->columns.len, references->columns.len,
                      references->table == NULL ? "" : references->table);
    if (references->name != NULL)
        shape_problem(reader, references->place,
                      "the name stands at the constraint, not in references");
    if (references->deferrable != TRI_UNSET || references->initially_deferred != TRI_UNSET)
        shape_problem(reader, references->place,
                      "deferrable and initially stand at the constraint, not in references");
}

static void
check_twice(ShapeReader *reader, const Names *names, Place place)
{
    Map seen = {.arena = reader->arena};

    for (size_t i = 0; i < names->len; i++) {
        if (map_put(&seen, slice_of(names->at[i]), reader) != NULL)
            shape_problem(reader, place, "\"%s\" is named twice", names->at[i]);
    }
}

void
check_constraint(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpConstraint *constraint = value;

    if (yaml_find(node, "type") == NULL && constraint->kind == CONSTRAINT_ABSENT)
        constraint->kind = kind_of(constraint);
    if (constraint->kind == CONSTRAINT_ABSENT) {
        if (yaml_find(node, "type") == NULL) {
            shape_problem(reader, node->place, "\"type\" is missing");
            error_hint(reader->problems,
                       "write type: unique or type: primary_key; check, references and exclude "
                       "say it themselves");
        }
        return;
    }
    check_parts(reader, constraint, node->place);
    if (missing_part(constraint) != NULL)
        shape_problem(reader, node->place, "a constraint of type %s needs \"%s\"",
                      constraint_word(constraint->kind), missing_part(constraint));
    else if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
        check_foreign_key(reader, constraint);
    if (constraint->deferrable == TRI_NO && constraint->initially_deferred == TRI_YES)
        shape_problem(reader, node->place,
                      "deferrable: false and initially: deferred exclude "
                      "each other");
    check_twice(reader, &constraint->columns, node->place);
}

/* ---- tables ---- */

enum { MOST_COLUMNS = 2000 }; /* SQLite's; PostgreSQL has 1600 at most */

typedef struct TableCheck {
    ShapeReader *reader;
    const OpTable *table;
    Map columns; /* by name */
    Map names;   /* of constraints and indexes */
    size_t primary_keys;
} TableCheck;

static void
check_known(TableCheck *check, const char *column, Place place)
{
    ShapeReader *reader = check->reader;
    const OpColumns *columns = &check->table->columns;

    if (column == NULL || map_find(&check->columns, slice_of(column)) != NULL)
        return;
    const char **names = ARENA_ARRAY(reader->arena, const char *, columns->len + 1);
    size_t count = 0;
    for (size_t i = 0; i < columns->len && columns->len <= MOST_COLUMNS; i++) {
        if (columns->at[i].name != NULL)
            names[count++] = columns->at[i].name;
    }
    shape_problem(reader, place, "the table has no column \"%s\"%s", column,
                  shape_suggestion(reader, slice_of(column), names));
}

static void
check_known_all(TableCheck *check, const Names *columns, Place place)
{
    for (size_t i = 0; i < columns->len; i++)
        check_known(check, columns->at[i], place);
}

/* Constraints and indexes share their names. */
static void
check_name(TableCheck *check, const char *name, Place place)
{
    if (name != NULL && map_put(&check->names, slice_of(name), check) != NULL)
        shape_problem(check->reader, place, "the name \"%s\" is there twice", name);
}

static void
check_primary_key(TableCheck *check, Place place)
{
    if (check->primary_keys++ != 1)
        return;
    shape_problem(check->reader, place, "the table has two primary keys");
    error_hint(check->reader->problems, "one of several columns is a constraint: {type: "
                                        "primary_key, columns: [a, b]}");
}

static void
check_table_column(TableCheck *check, const OpColumn *column)
{
    if (column->name != NULL && map_put(&check->columns, slice_of(column->name), check) != NULL)
        shape_problem(check->reader, column->place, "the table has two columns \"%s\"",
                      column->name);
    if (column->primary_key.is_set == TRI_YES)
        check_primary_key(check, column->place);
    check_name(check, column->primary_key.name, column->place);
    check_name(check, column->unique.name, column->place);
    check_name(check, column->check.name, column->place);
    if (column->references != NULL)
        check_name(check, column->references->name, column->place);
}

static void
check_table_constraint(TableCheck *check, const OpConstraint *constraint)
{
    check_name(check, constraint->name, constraint->place);
    if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
        check_primary_key(check, constraint->place);
    if (constraint->using_index != NULL)
        shape_problem(check->reader, constraint->place, "a new table has no index for using_index");
    check_known_all(check, &constraint->columns, constraint->place);
    check_known_all(check, &constraint->include, constraint->place);
    for (size_t i = 0; i < constraint->elements.len; i++)
        check_known(check, constraint->elements.at[i].column, constraint->place);
}

static void
check_table_index(TableCheck *check, const OpIndex *index)
{
    check_name(check, index->name, index->place);
    for (size_t i = 0; i < index->parts.len; i++)
        check_known(check, index->parts.at[i].column, index->parts.at[i].place);
    check_known_all(check, &index->include, index->place);
}

/* Goes to an item of a list of the table. */
static size_t
enter(ShapeReader *reader, const char *list, size_t index)
{
    const size_t mark = shape_enter(reader, slice_of(list));

    shape_enter_item(reader, index);
    return mark;
}

void
check_table(ShapeReader *reader, const YamlNode *node, void *value)
{
    const OpTable *table = value;
    TableCheck check = {.reader = reader,
                        .table = table,
                        .columns = {.arena = reader->arena},
                        .names = {.arena = reader->arena}};

    if (table->columns.len > MOST_COLUMNS)
        shape_problem(reader, node->place, "the table has %zu columns; %d is the most",
                      table->columns.len, MOST_COLUMNS);
    for (size_t i = 0; i < table->columns.len; i++) {
        const size_t mark = enter(reader, "columns", i);
        check_table_column(&check, &table->columns.at[i]);
        shape_leave(reader, mark);
    }
    for (size_t i = 0; i < table->constraints.len; i++) {
        const size_t mark = enter(reader, "constraints", i);
        check_table_constraint(&check, &table->constraints.at[i]);
        shape_leave(reader, mark);
    }
    for (size_t i = 0; i < table->indexes.len; i++) {
        const size_t mark = enter(reader, "indexes", i);
        check_table_index(&check, &table->indexes.at[i]);
        shape_leave(reader, mark);
    }
    if (table->is_without_rowid && check.primary_keys == 0)
        shape_problem(reader, node->place, "without_rowid needs a primary key");
}

/* A copy that knows what is said of the table beside it. */
static const OpTable *
named_table(ShapeReader *reader, const Operation *op, const OpTable *table)
{
    OpTable *named = ARENA_NEW(reader->arena, OpTable);

    *named = *table;
    named->name = op->table;
    named->schema = op->schema;
    for (size_t i = 0; i < named->indexes.len; i++) {
        named->indexes.at[i].table = op->table;
        named->indexes.at[i].schema = op->schema;
    }
    return named;
}

void
check_create_table(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    op->create = named_table(reader, op, op->create);
}

void
check_drop_table(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    if (op->was_table != NULL)
        op->was_table = named_table(reader, op, op->was_table);
}

/* ---- columns ---- */

void
check_rename(ShapeReader *reader, const YamlNode *node, void *value)
{
    const Operation *op = value;

    if (op->from != NULL && op->to != NULL && strcmp(op->from, op->to) == 0)
        shape_problem(reader, node->place, "from and to are the same");
}

void
check_add_column(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    if (op->column == NULL)
        return;
    op->name = op->column->name;
    if (is_there(&op->fill) && is_there(&op->column->generated))
        shape_problem(reader, node->place, "a generated column has no fill");
    if (op->after_column != NULL && op->name != NULL && strcmp(op->after_column, op->name) == 0)
        shape_problem(reader, node->place, "a column cannot stand behind itself");
}

void
check_drop_column(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    if (op->was_column == NULL)
        return;
    OpColumn *named = ARENA_NEW(reader->arena, OpColumn);
    *named = *op->was_column;
    named->name = op->name;
    op->was_column = named;
}

static const OpColumn *
change_of(ShapeReader *reader, const Operation *op, const OpColumn *column, const OpType *type)
{
    OpColumn *change = ARENA_NEW(reader->arena, OpColumn);

    *change = *column;
    change->name = op->name;
    op_default_fit(reader, type, &change->default_value);
    check_computed(reader, change, change->place);
    return change;
}

static bool
changes_anything(const OpColumn *column)
{
    return column->type.kind != TYPE_ABSENT || column->nullable != TRI_UNSET ||
           column->default_value.kind != DEFAULT_ABSENT || column->identity != IDENTITY_ABSENT ||
           column->collate != NULL || column->comment.text.at != NULL || column->drops_comment;
}

void
check_alter_column(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;
    const OpColumn *was = op->was_column;
    const OpType *before = was != NULL ? &was->type : &op->column->type;
    const bool has_type = yaml_find(node, "type") != NULL;

    op->column = change_of(reader, op, op->column, has_type ? &op->column->type : before);
    if (was != NULL)
        op->was_column =
            change_of(reader, op, was, was->type.kind != TYPE_ABSENT ? before : &op->column->type);
    if (!has_type && !changes_anything(op->column))
        shape_problem(reader, node->place,
                      "it changes nothing: write type, nullable, default, identity, collate or "
                      "comment");
    if (is_there(&op->using_expression) && !has_type)
        shape_problem(reader, node->place, "using is for a changed type");
    if (is_there(&op->down_using) && !has_type)
        shape_problem(reader, node->place, "down_using is for a changed type");
    if (is_there(&op->fill) && op->column->nullable != TRI_NO)
        shape_problem(reader, node->place, "fill is for nullable: false");
}

/* ---- indexes and constraints ---- */

static const OpIndex *
named_index(ShapeReader *reader, const Operation *op, const OpIndex *index)
{
    OpIndex *named = ARENA_NEW(reader->arena, OpIndex);

    *named = *index;
    named->name = op->name;
    named->schema = op->schema;
    if (op->table != NULL)
        named->table = op->table;
    return named;
}

void
check_create_index(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    op->create_index = named_index(reader, op, op->create_index);
}

void
check_drop_index(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    if (op->was_index == NULL)
        return;
    if (op->table != NULL && op->was_index->table != NULL &&
        strcmp(op->table, op->was_index->table) != 0)
        shape_problem(reader, node->place, "the index is of \"%s\", and was of \"%s\"", op->table,
                      op->was_index->table);
    op->was_index = named_index(reader, op, op->was_index);
    if (op->table == NULL)
        op->table = op->was_index->table;
}

void
check_add_constraint(ShapeReader *reader, const YamlNode *node, void *value)
{
    const OpReading *reading = reader->user;
    Operation *op = value;
    OpConstraint *named = ARENA_NEW(reader->arena, OpConstraint);

    *named = *op->constraint;
    named->name = op->name;
    if (reading->alias != CONSTRAINT_ABSENT) {
        if (named->kind != CONSTRAINT_ABSENT && named->kind != reading->alias)
            shape_problem(reader, node->place, "the operation says its type already");
        named->kind = reading->alias;
    }
    op->constraint = named;
    check_constraint(reader, node, named);
}

void
check_drop_constraint(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    if ((op->name != NULL) == (op->constraint != NULL) && yaml_find(node, "name") == NULL)
        shape_problem(reader, node->place, "\"name\" is missing");
    if (op->name != NULL && op->constraint != NULL)
        shape_problem(reader, node->place, "name and match exclude each other");
    if (op->was_constraint == NULL)
        return;
    OpConstraint *named = ARENA_NEW(reader->arena, OpConstraint);
    *named = *op->was_constraint;
    named->name = op->name;
    op->was_constraint = named;
    const size_t mark = shape_enter(reader, SLICE("was"));
    check_constraint(reader, yaml_find(node, "was"), named);
    shape_leave(reader, mark);
}

/* ---- rows ---- */

/* Says which columns of the key a row does not have. */
static void
check_missing(ShapeReader *reader, const OpRow *row, const Names *key)
{
    Map columns = {.arena = reader->arena};

    for (size_t i = 0; i < row->values.len; i++)
        map_put(&columns, slice_of(row->values.at[i].column), reader);
    for (size_t i = 0; i < key->len; i++) {
        if (map_find(&columns, slice_of(key->at[i])) == NULL)
            shape_problem(reader, row->place, "the row has no \"%s\", which is in the key",
                          key->at[i]);
    }
}

static void
check_row(ShapeReader *reader, const OpRow *row, const Names *key, const Map *is_key)
{
    size_t found = 0;

    for (size_t i = 0; i < row->values.len; i++) {
        const OpValue *value = &row->values.at[i];
        if (map_find(is_key, slice_of(value->column)) == NULL)
            continue;
        found++;
        if (value->kind == VALUE_IS_NULL || value->kind == VALUE_IS_EXPRESSION)
            shape_problem(reader, value->place, "\"%s\" is in the key and cannot be %s",
                          value->column, value->kind == VALUE_IS_NULL ? "null" : "SQL");
    }
    if (found < key->len)
        check_missing(reader, row, key);
}

void
check_rows(ShapeReader *reader, const YamlNode *node, void *value)
{
    const Operation *op = value;
    Map is_key = {.arena = reader->arena};

    if (op->rows == NULL)
        return;
    check_twice(reader, &op->key, node->place);
    for (size_t i = 0; i < op->key.len; i++)
        map_put(&is_key, slice_of(op->key.at[i]), reader);
    for (size_t i = 0; i < op->rows->len; i++)
        check_row(reader, &op->rows->at[i], &op->key, &is_key);
}

/* ---- the second half ---- */

static void
check_values(ShapeReader *reader, const Names *values, Place place)
{
    enum { LONGEST = 63 };

    check_twice(reader, values, place);
    for (size_t i = 0; i < values->len; i++) {
        if (strlen(values->at[i]) > LONGEST)
            shape_problem(reader, place, "\"%s\" is longer than %d bytes", values->at[i], LONGEST);
    }
}

void
check_enum(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    op->has_was = yaml_find(node, "was") != NULL;
    check_values(reader, &op->values, node->place);
    check_values(reader, &op->was_values, node->place);
}

void
check_enum_value(ShapeReader *reader, const YamlNode *node, void *value)
{
    const Operation *op = value;

    if (op->before_value != NULL && op->after_value != NULL)
        shape_problem(reader, node->place, "before and after exclude each other");
}

void
check_sequence(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpSequence *sequence = value;
    const struct {
        const char *number;
        SequenceFlag flag;
    } numbers[] = {{sequence->start, SEQUENCE_START},
                   {sequence->increment, SEQUENCE_INCREMENT},
                   {sequence->min, SEQUENCE_MIN},
                   {sequence->max, SEQUENCE_MAX},
                   {sequence->cache, SEQUENCE_CACHE}};

    for (size_t i = 0; i < COUNT(numbers); i++)
        sequence->set |= numbers[i].number != NULL ? (unsigned)numbers[i].flag : 0U;
    if (sequence->type.kind != TYPE_ABSENT && !op_type_is_integer(&sequence->type))
        shape_problem(reader, node->place,
                      "the type of a sequence is smallint, integer or bigint, not \"%s\"",
                      sequence->type.written);
    if (sequence->increment != NULL && strcmp(sequence->increment, "0") == 0)
        shape_problem(reader, node->place, "increment must not be 0");
}

static const OpSequence *
named_sequence(ShapeReader *reader, const Operation *op, const OpSequence *sequence)
{
    OpSequence *named = ARENA_NEW(reader->arena, OpSequence);

    *named = *sequence;
    named->name = op->name;
    named->schema = op->schema;
    return named;
}

void
check_sequences(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    if (op->sequence != NULL)
        op->sequence = named_sequence(reader, op, op->sequence);
    if (op->was_sequence != NULL)
        op->was_sequence = named_sequence(reader, op, op->was_sequence);
}

static const OpView *
named_view(ShapeReader *reader, const Operation *op, const OpView *view)
{
    OpView *named = ARENA_NEW(reader->arena, OpView);

    *named = *view;
    named->name = op->name;
    named->schema = op->schema;
    return named;
}

void
check_views(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    op->view = named_view(reader, op, op->view);
    if (op->view->with_data != TRI_UNSET && !op->view->is_materialized)
        shape_problem(reader, node->place, "with_data is for a materialized view");
    if (op->was_view == NULL)
        return;
    OpView *was = ARENA_NEW(reader->arena, OpView);
    *was = *named_view(reader, op, op->was_view);
    was->is_materialized = was->is_materialized || op->view->is_materialized;
    op->was_view = was;
}

static const OpRoutine *
named_routine(ShapeReader *reader, const Operation *op, const OpRoutine *routine)
{
    OpRoutine *named = ARENA_NEW(reader->arena, OpRoutine);

    *named = *routine;
    named->name = op->name;
    named->schema = op->schema;
    return named;
}

void
check_routines(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    (void)node;
    op->routine = named_routine(reader, op, op->routine);
    op->table = op->routine->table;
    if (op->was_routine == NULL)
        return;
    OpRoutine *was = ARENA_NEW(reader->arena, OpRoutine);
    *was = *op->routine;
    was->place = op->was_routine->place;
    was->sql = op->was_routine->sql;
    op->was_routine = was;
}
