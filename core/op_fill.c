/* SPDX-License-Identifier: MIT */
#include "core/op_fill.h"

#include <string.h>

#include "core/op_checks.h"
#include "core/op_shapes.h"
#include "core/yaml.h"
#include "core/yaml_write.h"

/* A piece that is put into the text. */
typedef struct Edit {
    size_t offset;
    const char *text;
} Edit;

typedef struct Filler {
    Slice text;
    Arena *arena;
    Edit edit;
} Filler;

/* "key: value" of each key that is to be added. */
typedef VEC(const char *) Pairs;

/* ---- values ---- */

/* The struct that an alter_column or alter_sequence changes, was, and was by its file. */
typedef struct Change {
    const void *to;
    const void *was;
    const void *said; /* NULL: nothing */
} Change;

static bool
has_key(const ShapeKey *key, const void *value, Arena *arena)
{
    Buf scratch = {.arena = arena};

    return value != NULL && shape_write_key(&scratch, key, value);
}

/* The keys that change and are not said yet. */
static Pairs
changed_pairs(const Shape *shape, const Change *change, Arena *arena)
{
    Pairs pairs = {0};

    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        Buf out = {.arena = arena};
        if (!has_key(key, change->to, arena) || has_key(key, change->said, arena))
            continue;
        buf_addf(&out, "%s: ", key->name);
        if (shape_write_key(&out, key, change->was))
            *VEC_ADD(arena, &pairs) = buf_text(&out);
    }
    return pairs;
}

static const char *
join(const Pairs *pairs, const char *separator, Arena *arena)
{
    Buf out = {.arena = arena};

    for (size_t i = 0; i < pairs->len; i++)
        buf_addf(&out, "%s%s", i > 0 ? separator : "", pairs->at[i]);
    return buf_text(&out);
}

/* A table in lines: each column, constraint and index on its own. */
static const char *
table_lines(const Shape *shape, const OpTable *table, const char *indent, const char *end,
            Arena *arena)
{
    Buf out = {.arena = arena};

    buf_addf(&out, "was:");
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        Buf value = {.arena = arena};
        if (!shape_write_key(&value, key, table))
            continue;
        buf_addf(&out, "%s%s  %s:", end, indent, key->name);
        if (key->kind != SHAPE_LIST) {
            buf_addf(&out, " %s", buf_text(&value));
            continue;
        }
        VEC(char) items;
        memcpy(&items, (const char *)table + key->offset, sizeof items);
        for (size_t j = 0; j < items.len; j++) {
            buf_addf(&out, "%s%s    - ", end, indent);
            shape_write(&out, key->shape, items.at + j * key->shape->size);
        }
    }
    return buf_text(&out);
}

/* ---- places ---- */

/* A child that stands on one line, behind which another line can go; NULL if there is none. */
static const YamlNode *
last_line(const Filler *filler, const YamlNode *map)
{
    const YamlNode *found = NULL;

    for (const YamlNode *child = map->children; child != NULL; child = child->next) {
        const bool is_simple = child->kind == YAML_TEXT
                                   ? child->style == YAML_PLAIN || child->style == YAML_QUOTED
                                   : child->is_flow;
        const size_t begin = child->key->offset;
        if (is_simple && child->end >= begin &&
            memchr(filler->text.at + begin, '\n', child->end - begin) == NULL)
            found = child;
    }
    return found;
}

static const YamlNode *
last_child(const YamlNode *map)
{
    const YamlNode *child = map->children;

    while (child != NULL && child->next != NULL)
        child = child->next;
    return child;
}

static void
add_edit(Filler *filler, size_t offset, const char *text)
{
    filler->edit = (Edit){offset, text};
}

/* Puts pairs into a map in brackets. */
static void
edit_flow(Filler *filler, const YamlNode *map, const Pairs *pairs)
{
    const YamlNode *last = last_child(map);
    const char *text = join(pairs, ", ", filler->arena);

    if (last == NULL)
        add_edit(filler, map->offset + 1, text);
    else
        add_edit(filler, last->end, arena_format(filler->arena, ", %s", text));
}

/* Where a line behind a child begins, how far it is indented, and how lines end. */
typedef struct Line {
    size_t offset;
    const char *indent;
    const char *end;
    bool is_last; /* the text has no line end there */
} Line;

static Line
line_behind(const Filler *filler, const YamlNode *child)
{
    const Slice source = filler->text;
    const char *newline = memchr(source.at + child->end, '\n', source.len - child->end);
    const char *first = memchr(source.at, '\n', source.len);
    const bool has_cr = first != NULL && first > source.at && first[-1] == '\r';
    Line line = {.end = has_cr ? "\r\n" : "\n", .is_last = newline == NULL};

    line.offset = newline == NULL ? source.len : (size_t)(newline - source.at) + 1;
    line.indent = arena_format(filler->arena, "%*s", (int)child->key->place.column - 1, "");
    return line;
}

static void
edit_lines(Filler *filler, const Line *line, const char *text)
{
    Arena *arena = filler->arena;

    add_edit(filler, line->offset,
             line->is_last ? arena_format(arena, "%s%s%s", line->end, line->indent, text)
                           : arena_format(arena, "%s%s%s", line->indent, text, line->end));
}

static bool
edit_block(Filler *filler, const YamlNode *map, const Pairs *pairs)
{
    const YamlNode *child = last_line(filler, map);

    if (child == NULL)
        return false;
    const Line line = line_behind(filler, child);
    edit_lines(
        filler, &line,
        join(pairs, arena_format(filler->arena, "%s%s", line.end, line.indent), filler->arena));
    return true;
}

/* ---- operations ---- */

static Change
change_of(const Operation *said, const Operation *filled)
{
    if (said->kind == OP_ALTER_COLUMN)
        return (Change){filled->column, filled->was_column, said->was_column};
    return (Change){filled->sequence, filled->was_sequence, said->was_sequence};
}

/* The was: of an operation that has none yet. */
static bool
add_was(Filler *filler, const YamlNode *node, const ShapeKey *key, const Operation *said,
        const Operation *filled)
{
    const bool is_change = said->kind == OP_ALTER_COLUMN || said->kind == OP_ALTER_SEQUENCE;
    const Change change = change_of(said, filled);
    Buf out = {.arena = filler->arena};
    Pairs pairs = {0};

    if (said->kind == OP_DROP_TABLE && !node->is_flow) {
        const YamlNode *child = last_line(filler, node);
        if (child == NULL)
            return false;
        const Line line = line_behind(filler, child);
        edit_lines(
            filler, &line,
            table_lines(key->shape, filled->was_table, line.indent, line.end, filler->arena));
        return true;
    }
    buf_add(&out, "was: ");
    if (is_change) {
        pairs = changed_pairs(key->shape, &change, filler->arena);
        buf_addf(&out, "{%s}", join(&pairs, ", ", filler->arena));
    } else if (!shape_write_key(&out, key, filled)) {
        return false;
    }
    pairs = (Pairs){0};
    *VEC_ADD(filler->arena, &pairs) = buf_text(&out);
    if (!node->is_flow)
        return edit_block(filler, node, &pairs);
    edit_flow(filler, node, &pairs);
    return true;
}

static bool
edit_operation(Filler *filler, const YamlNode *node, const Operation *said, const Operation *filled)
{
    const OpShape *shape = op_shape_find(node->key->text);
    const ShapeKey *key = shape_find(shape->shape, SLICE("was"));
    const YamlNode *was = yaml_find(node, "was");

    if (was == NULL)
        return add_was(filler, node, key, said, filled);
    const Change change = change_of(said, filled);
    const Pairs pairs = changed_pairs(key->shape, &change, filler->arena);
    if (!was->is_flow)
        return edit_block(filler, was, &pairs);
    edit_flow(filler, was, &pairs);
    return true;
}

/* The value of the operation's key, in its item. */
static const YamlNode *
node_of(const YamlNode *item, const Operation *op)
{
    const YamlNode *node = item->children;

    while (node != NULL && node->key->offset != op->offset)
        node = node->next;
    return node;
}

bool
op_fill_put(Slice text, const Operation *said, const Operation *filled, Arena *arena, Slice *result)
{
    Filler filler = {.text = text, .arena = arena};
    Error ignored = {.arena = arena};
    Buf out = {.arena = arena};
    YamlNode *root = NULL;

    if (!yaml_parse("", text, ERR_REVISION, arena, &root, &ignored))
        return false;
    const YamlNode *item = yaml_find(root, "operations")->children;
    for (size_t i = 0; i < said->index; i++)
        item = item->next;
    const YamlNode *node = node_of(item, said);
    if (node == NULL || !edit_operation(&filler, node, said, filled))
        return false;
    buf_add_slice(&out, (Slice){text.at, filler.edit.offset});
    buf_add(&out, filler.edit.text);
    buf_add_slice(&out, slice_after(text, filler.edit.offset));
    *result = buf_slice(&out);
    return true;
}

bool
op_fill_read(const char *was, Operation *op, Arena *arena, Error *err)
{
    const ShapeKey *key =
        shape_find(op_shape_find(slice_of(OPERATION_NAMES[op->kind]))->shape, SLICE("was"));
    const Shape shape = {
        .name = "was", .size = sizeof *op, .place_offset = SHAPE_NO_PLACE, .keys = key, .count = 1};
    const Slice source = slice_of(arena_format(arena, "was: %s", was));
    Error problems = {.arena = err->arena};
    OpReading reading = {.is_inside_down = false};
    ShapeReader reader = {.source = source,
                          .arena = arena,
                          .problems = &problems,
                          .path = {.arena = arena},
                          .dialects = SHAPE_DIALECTS,
                          .user = &reading};
    YamlNode *root = NULL;

    if (!yaml_parse("was", source, ERR_REVISION, arena, &root, err))
        return false;
    shape_read(&reader, &shape, root, op);
    return problems.code == ERR_NONE || error_append(err, &problems);
}
