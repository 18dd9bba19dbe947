/* SPDX-License-Identifier: MIT */
#include "core/op_read.h"

#include <string.h>

#include "core/op_checks.h"
#include "core/op_shapes.h"
#include "core/op_values.h"

/* ---- keys beside the operation ---- */

/* NOLINTNEXTLINE(misc-no-recursion): once, a down has no down */
static void
read_down(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;
    OpReading *reading = reader->user;
    Operations *down = ARENA_NEW(reader->arena, Operations);
    const OpReading before = *reading;

    if (reading->is_inside_down) {
        shape_problem(reader, node->key->place, "a down has no down of its own");
        return;
    }
    reading->is_inside_down = true;
    op_read_list(reader, node, down);
    *reading = before;
    op->has_down = true;
    op->down = down;
}

static const ShapeForm FORM_DOWN = {
    "operations, or SQL", "{\"$ref\": \"#/definitions/operations_or_sql\"}", read_down, NULL};

static void
read_note(ShapeReader *reader, const YamlNode *node, void *value)
{
    (void)value;
    if (node->kind != YAML_TEXT)
        shape_expected(reader, node, "a text");
}

static const ShapeForm FORM_NOTE = {"text", "{\"type\": \"string\"}", read_note, NULL};

static const ShapeChoice LOSSES[] = {{"none", TRI_NO}, {"data", TRI_YES}, {NULL, 0}};

static const ShapeKey COMMON_KEYS[] = {
    {"only", SHAPE_FORM, 0, offsetof(Operation, only),
     "dialects it is for: postgres, sqlite; without: all", NULL, NULL, &FORM_DIALECTS},
    {"online", SHAPE_BOOLEAN, 0, offsetof(Operation, is_online),
     "the careful form, for a table that is in use", NULL, NULL, NULL},
    {"loss", SHAPE_CHOICE, 0, offsetof(Operation, loses),
     "whether it loses data, where its kind does not say it", NULL, LOSSES, NULL},
    {"down", SHAPE_FORM, 0, 0, "what a downgrade runs in place of the inverse", NULL, NULL,
     &FORM_DOWN},
    {"comment", SHAPE_FORM, 0, 0, "a note for who reads the file", NULL, NULL, &FORM_NOTE},
};

const Shape OP_COMMON = {"common",
                         "keys that every operation may have",
                         .size = sizeof(Operation),
                         .place_offset = SHAPE_NO_PLACE,
                         .keys = COMMON_KEYS,
                         .count = sizeof COMMON_KEYS / sizeof *COMMON_KEYS};

/* ---- one operation ---- */

/* The keys of an item: the operation's, and those beside it. */
typedef struct Item {
    const YamlNode *operation; /* NULL: none */
    const OpShape *shape;
} Item;

static void
unknown_operation(ShapeReader *reader, const YamlNode *key)
{
    const char **names =
        ARENA_ARRAY(reader->arena, const char *, OP_SHAPE_COUNT + OP_COMMON.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < OP_SHAPE_COUNT; i++)
        names[count++] = OP_SHAPES[i].name;
    for (size_t i = 0; i < OP_COMMON.count; i++)
        names[count++] = OP_COMMON.keys[i].name;
    shape_problem(reader, key->place, "unknown operation \"%s\"%s", key->text.at,
                  shape_suggestion(reader, key->text, names));
}

/* Finds the one key that is an operation; reports the others. False if there is none. */
static bool
find_operation(ShapeReader *reader, const YamlNode *node, Item *item)
{
    bool is_told = false;

    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const OpShape *shape = op_shape_find(child->key->text);
        const bool is_common = shape_find(&OP_COMMON, child->key->text) != NULL;
        /* "comment" is both: beside an operation, or as a text, it is a note */
        const bool is_note =
            shape != NULL && is_common && (child->kind != YAML_MAP || item->operation != NULL);
        if (child->key->kind != YAML_TEXT) {
            is_told = true;
        } else if (shape == NULL && !is_common) {
            unknown_operation(reader, child->key);
            is_told = true;
        } else if (shape == NULL || is_note) {
            continue;
        } else if (item->operation == NULL || item->shape->kind == OP_COMMENT) {
            *item = (Item){child, shape};
        } else {
            shape_problem(reader, child->key->place,
                          "%s and %s in one item: each operation is an item of its own",
                          item->shape->name, shape->name);
        }
    }
    if (item->operation == NULL && !is_told)
        shape_problem(reader, node->place, "there is no operation in this item");
    return item->operation != NULL;
}

static unsigned
dialects_of(const Names *only)
{
    unsigned dialects = 0;

    if (only->len == 0)
        return SHAPE_DIALECTS;
    if (names_contain(only, "postgres"))
        dialects |= SHAPE_POSTGRES;
    return names_contain(only, "sqlite") ? dialects | SHAPE_SQLITE : dialects;
}

/* The keys beside the operation, without it. */
static void
read_common(ShapeReader *reader, const YamlNode *node, const YamlNode *operation, Operation *op)
{
    YamlNode rest = {.kind = YAML_MAP, .place = node->place};
    YamlNode **last = &rest.children;

    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        if (child == operation || shape_find(&OP_COMMON, child->key->text) == NULL)
            continue;
        YamlNode *copy = ARENA_NEW(reader->arena, YamlNode);
        *copy = *child;
        copy->next = NULL;
        *last = copy;
        last = &copy->next;
        rest.count++;
    }
    shape_read(reader, &OP_COMMON, &rest, op);
}

static void
read_operation(ShapeReader *reader, const YamlNode *node, Operation *op)
{
    OpReading *reading = reader->user;
    const unsigned dialects = reader->dialects;
    Item item = {NULL, NULL};

    op->place = node->place;
    if (node->kind != YAML_MAP) {
        shape_expected(reader, node, "an operation: a map");
        return;
    }
    if (!find_operation(reader, node, &item))
        return;
    const YamlNode *key = item.operation->key;
    op->kind = item.shape->kind;
    op->place = key->place;
    op->offset = key->offset;
    read_common(reader, node, item.operation, op);
    const size_t mark = shape_enter(reader, key->text);
    op->path = arena_text(reader->arena, buf_text(&reader->path));
    reader->dialects &= dialects_of(&op->only);
    if (reader->dialects == 0)
        shape_problem(reader, key->place, "it is for no dialect that the revision is for");
    reading->alias = item.shape->constraint;
    if (op->kind == OP_SQL)
        FORM_SQL.read(reader, item.operation, &op->sql);
    else
        shape_read(reader, item.shape->shape, item.operation, op);
    reading->alias = CONSTRAINT_ABSENT;
    reader->dialects = dialects;
    shape_leave(reader, mark);
}

/* A text in place of a list: one operation that runs it. */
static void
read_text(ShapeReader *reader, const YamlNode *node, Operations *operations)
{
    Operation *op = VEC_ADD(reader->arena, operations);
    OpSql *sql = ARENA_NEW(reader->arena, OpSql);

    sql->up.all = shape_sql(reader, node);
    *op = (Operation){.kind = OP_SQL,
                      .place = node->place,
                      .source = reader->source,
                      .offset = node->offset,
                      .path = arena_text(reader->arena, buf_text(&reader->path)),
                      .sql = sql};
}

/* NOLINTNEXTLINE(misc-no-recursion): once, a down has no down */
void
op_read_list(ShapeReader *reader, const YamlNode *node, Operations *operations)
{
    *operations = (Operations){0};
    if (node->kind == YAML_TEXT && !yaml_is_null(node)) {
        read_text(reader, node, operations);
        return;
    }
    if (node->kind != YAML_LIST) {
        shape_expected(reader, node, "a list of operations");
        return;
    }
    if (node->count == 0)
        return;
    operations->at = ARENA_ARRAY(reader->arena, Operation, node->count);
    operations->cap = node->count;
    for (const YamlNode *item = node->children; item != NULL; item = item->next) {
        const size_t mark = shape_enter_item(reader, operations->len);
        Operation *op = &operations->at[operations->len];
        *op = (Operation){.source = reader->source, .index = operations->len++};
        read_operation(reader, item, op);
        shape_leave(reader, mark);
    }
}
