/* SPDX-License-Identifier: MIT */
#include "core/op_schema.h"

#include <string.h>

#include "core/base/map.h"
#include "core/op_shapes.h"
#include "core/revision_shape.h"

typedef struct Writer {
    Buf *out;
    Map shapes;    /* those that have a definition, by name; written in order of their discovery */
    bool is_first; /* of the object that is being written */
} Writer;

/* What several forms refer to. */
static const char *const DEFINITIONS[][2] = {
    {"dialect", "{\"enum\": [\"postgres\", \"sqlite\"]}"},
    {"id", "{\"type\": [\"string\", \"number\"]}"},
    {"ids", "{\"anyOf\": [{\"$ref\": \"#/definitions/id\"}, {\"type\": \"array\", \"items\": "
            "{\"$ref\": \"#/definitions/id\"}}, {\"type\": \"null\"}]}"},
    {"duration", "{\"anyOf\": [{\"type\": \"string\", \"pattern\": \"^[0-9]+(ms|s|m|h)$\"}, "
                 "{\"const\": 0}]}"},
    {"sql_by_dialect",
     "{\"type\": \"object\", \"minProperties\": 1, \"properties\": {\"postgres\": {\"type\": "
     "\"string\"}, \"sqlite\": {\"type\": \"string\"}}, \"additionalProperties\": false}"},
    {"sql", "{\"anyOf\": [{\"type\": [\"string\", \"number\"]}, {\"$ref\": "
            "\"#/definitions/sql_by_dialect\"}]}"},
    {"sql_value", "{\"type\": \"object\", \"properties\": {\"sql\": {\"$ref\": "
                  "\"#/definitions/sql\"}}, \"required\": [\"sql\"], \"additionalProperties\": "
                  "false}"},
    {"value", "{\"anyOf\": [{\"type\": [\"string\", \"number\", \"boolean\", \"null\"]}, "
              "{\"$ref\": \"#/definitions/sql_value\"}]}"},
    {"sql_texts", "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": "
                  "{\"type\": \"string\"}}]}"},
    {"sql_directions",
     "{\"anyOf\": [{\"$ref\": \"#/definitions/sql_texts\"}, {\"type\": \"object\", "
     "\"properties\": {\"up\": {\"$ref\": \"#/definitions/sql_texts\"}, \"down\": {\"$ref\": "
     "\"#/definitions/sql_texts\"}}, \"required\": [\"up\"], \"additionalProperties\": false}]}"},
    {"operations",
     "{\"type\": [\"array\", \"null\"], \"items\": {\"$ref\": \"#/definitions/operation\"}}"},
    {"operations_or_sql", "{\"anyOf\": [{\"$ref\": \"#/definitions/operations\"}, {\"type\": "
                          "\"string\"}]}"},
};

/* ---- pieces ---- */

static void
write_string(Buf *out, const char *text)
{
    buf_add_char(out, '"');
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, *c);
    }
    buf_add_char(out, '"');
}

/* Begins a member of an object, on a line of its own. */
static void
member(Writer *writer, unsigned depth, const char *name)
{
    buf_add(writer->out, writer->is_first ? "\n" : ",\n");
    writer->is_first = false;
    buf_addf(writer->out, "%*s", (int)depth * 2, "");
    write_string(writer->out, name);
    buf_add(writer->out, ": ");
}

static void
open_object(Writer *writer)
{
    buf_add_char(writer->out, '{');
    writer->is_first = true;
}

static void
close_object(Writer *writer, unsigned depth)
{
    if (!writer->is_first)
        buf_addf(writer->out, "\n%*s", (int)depth * 2, "");
    buf_add_char(writer->out, '}');
    writer->is_first = false;
}

/* ---- values ---- */

static void
write_choices(Buf *out, const ShapeChoice *choices)
{
    buf_add(out, "\"enum\": [");
    for (const ShapeChoice *choice = choices; choice->word != NULL; choice++) {
        buf_add(out, choice == choices ? "" : ", ");
        if (strcmp(choice->word, "true") == 0 || strcmp(choice->word, "false") == 0)
            buf_add(out, choice->word);
        else
            write_string(out, choice->word);
    }
    buf_add_char(out, ']');
}

static void
write_shape_ref(Writer *writer, const Shape *shape)
{
    /* the value is only ever read again as what it is here */
    const Shape **slot = ARENA_NEW(writer->out->arena, const Shape *);

    *slot = shape;
    if (map_find(&writer->shapes, slice_of(shape->name)) == NULL)
        map_put(&writer->shapes, slice_of(shape->name), slot);
    buf_addf(writer->out, "{\"$ref\": \"#/definitions/%s\"}", shape->name);
}

static const char *
kind_schema(ShapeKind kind)
{
    switch (kind) {
    case SHAPE_NAME:
        return "\"type\": \"string\", \"minLength\": 1";
    case SHAPE_WORD:
    case SHAPE_TEXT:
        return "\"type\": [\"string\", \"number\"]";
    case SHAPE_NUMBER:
        return "\"type\": \"integer\", \"minimum\": 0";
    case SHAPE_INTEGER:
        return "\"type\": \"integer\"";
    case SHAPE_BOOLEAN:
    case SHAPE_TRISTATE:
        return "\"type\": \"boolean\"";
    case SHAPE_NAMES:
        return "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": "
               "\"string\", \"minLength\": 1}}]";
    case SHAPE_TEXTS:
        return "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": "
               "[\"string\", \"number\", \"boolean\"]}}]";
    case SHAPE_EXPRESSION:
    case SHAPE_STATEMENT:
        return "\"allOf\": [{\"$ref\": \"#/definitions/sql\"}]";
    case SHAPE_CHOICE:
    case SHAPE_MAP:
    case SHAPE_POINTER:
    case SHAPE_LIST:
    case SHAPE_FORM:
    case SHAPE_INCLUDE:
    case SHAPE_INLINE:
        return NULL;
    }
    return NULL;
}

static void
write_value(Writer *writer, const ShapeKey *key)
{
    Buf *out = writer->out;
    const char *schema = kind_schema(key->kind);
    const unsigned dialects = key->flags & SHAPE_DIALECTS;
    const char *only = dialects == 0                ? ""
                       : dialects == SHAPE_POSTGRES ? " (PostgreSQL)"
                                                    : " (SQLite)";

    buf_add(out, "{\"description\": ");
    write_string(out, arena_format(out->arena, "%s%s", key->doc, only));
    buf_add(out, ", ");
    if (schema != NULL) {
        buf_add(out, schema);
    } else if (key->kind == SHAPE_CHOICE) {
        write_choices(out, key->choices);
    } else if (key->kind == SHAPE_LIST) {
        buf_add(out, "\"type\": \"array\", \"items\": ");
        write_shape_ref(writer, key->shape);
    } else {
        buf_add(out, "\"allOf\": [");
        if (key->kind == SHAPE_FORM)
            buf_add(out, key->form->schema);
        else
            write_shape_ref(writer, key->shape);
        buf_add_char(out, ']');
    }
    buf_add_char(out, '}');
}

/* The keys, with those of the shapes that are included: tables of a few levels. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
write_keys(Writer *writer, const Shape *shape, unsigned depth)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        if (key->name == NULL) {
            write_keys(writer, key->shape, depth);
            continue;
        }
        member(writer, depth, key->name);
        write_value(writer, key);
    }
}

/* NOLINTNEXTLINE(misc-no-recursion) */
static void
add_required(const Shape *shape, Arena *arena, Names *names)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        if (key->name == NULL)
            add_required(key->shape, arena, names);
        else if ((key->flags & SHAPE_REQUIRED) != 0)
            *VEC_ADD(arena, names) = key->name;
    }
}

/* The members of an object schema, inside its braces. */
static void
write_map(Writer *writer, const Shape *shape, unsigned depth)
{
    Names required = {0};

    add_required(shape, writer->out->arena, &required);
    member(writer, depth, "type");
    buf_add(writer->out, "\"object\"");
    member(writer, depth, "properties");
    open_object(writer);
    write_keys(writer, shape, depth + 1);
    close_object(writer, depth);
    if (required.len > 0) {
        member(writer, depth, "required");
        buf_addf(writer->out, "[\"%s\"]", names_join(writer->out->arena, &required, "\", \""));
    }
    member(writer, depth, "additionalProperties");
    buf_add(writer->out, "false");
}

static void
write_definition(Writer *writer, const char *name, const Shape *shape)
{
    const bool has_short = shape->short_schema != NULL;

    member(writer, 2, name);
    open_object(writer);
    if (has_short) {
        member(writer, 3, "anyOf");
        buf_addf(writer->out, "[%s, ", shape->short_schema);
        open_object(writer);
    }
    write_map(writer, shape, has_short ? 4 : 3);
    if (has_short) {
        close_object(writer, 3);
        buf_add_char(writer->out, ']');
    }
    close_object(writer, 2);
}

/* ---- operations ---- */

static void
write_operation_ref(Writer *writer, const OpShape *shape)
{
    if (shape->kind == OP_SQL)
        buf_add(writer->out, shape->shape->keys[0].form->schema);
    else if (shape->kind == OP_COMMENT)
        buf_add(writer->out,
                "{\"anyOf\": [{\"$ref\": \"#/definitions/op_comment\"}, {\"type\": \"string\"}]}");
    else if (shape->constraint != CONSTRAINT_ABSENT)
        buf_add(writer->out, "{\"$ref\": \"#/definitions/op_add_constraint\"}");
    else
        buf_addf(writer->out, "{\"$ref\": \"#/definitions/op_%s\"}", shape->name);
}

static void
write_item(Writer *writer)
{
    member(writer, 2, "operation");
    open_object(writer);
    member(writer, 3, "type");
    buf_add(writer->out, "\"object\"");
    member(writer, 3, "properties");
    open_object(writer);
    for (size_t i = 0; i < OP_SHAPE_COUNT; i++) {
        member(writer, 4, OP_SHAPES[i].name);
        write_operation_ref(writer, &OP_SHAPES[i]);
    }
    for (size_t i = 0; i < OP_COMMON.count; i++) {
        if (op_shape_find(slice_of(OP_COMMON.keys[i].name)) != NULL)
            continue;
        member(writer, 4, OP_COMMON.keys[i].name);
        write_value(writer, &OP_COMMON.keys[i]);
    }
    close_object(writer, 3);
    member(writer, 3, "anyOf");
    buf_add_char(writer->out, '[');
    for (size_t i = 0; i < OP_SHAPE_COUNT; i++)
        buf_addf(writer->out, "%s{\"required\": [\"%s\"]}", i > 0 ? ", " : "", OP_SHAPES[i].name);
    buf_add_char(writer->out, ']');
    member(writer, 3, "additionalProperties");
    buf_add(writer->out, "false");
    close_object(writer, 2);
}

static void
write_definitions(Writer *writer)
{
    for (size_t i = 0; i < sizeof DEFINITIONS / sizeof *DEFINITIONS; i++) {
        member(writer, 2, DEFINITIONS[i][0]);
        buf_add(writer->out, DEFINITIONS[i][1]);
    }
    write_item(writer);
    for (size_t i = 0; i < OP_SHAPE_COUNT; i++) {
        const OpShape *shape = &OP_SHAPES[i];
        if (shape->kind != OP_SQL && shape->constraint == CONSTRAINT_ABSENT)
            write_definition(writer, arena_format(writer->out->arena, "op_%s", shape->name),
                             shape->shape);
    }
    /* writing one may find others */
    for (size_t i = 0; i < writer->shapes.len; i++) {
        const Shape *const *shape = writer->shapes.entries[i].value;
        write_definition(writer, (*shape)->name, *shape);
    }
}

void
op_schema_write(Buf *out)
{
    Writer writer = {.out = out, .shapes = {.arena = out->arena}};

    open_object(&writer);
    member(&writer, 1, "$schema");
    buf_add(out, "\"http://json-schema.org/draft-07/schema#\"");
    member(&writer, 1, "title");
    buf_add(out, "\"A YAML revision of migrate\"");
    write_map(&writer, &REVISION_SHAPE, 1);
    member(&writer, 1, "definitions");
    open_object(&writer);
    write_definitions(&writer);
    close_object(&writer, 1);
    close_object(&writer, 0);
    buf_add_char(out, '\n');
}
