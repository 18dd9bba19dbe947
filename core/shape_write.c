/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/shape.h"
#include "core/yaml_write.h"

/* Any VEC. */
typedef struct AnyVec {
    const void *at;
    size_t len;
    size_t cap;
} AnyVec;

static void
write_slice(Buf *out, Slice text)
{
    yaml_write_text(out, arena_copy(out->arena, text));
}

bool
shape_write_expression(Buf *out, const OpExpression *expression)
{
    const bool has_both =
        expression->postgres.text.at != NULL && expression->sqlite.text.at != NULL;

    if (expression->all.text.at != NULL) {
        write_slice(out, expression->all.text);
        return true;
    }
    if (!op_expression_is_there(expression))
        return false;
    buf_add(out, "{");
    if (expression->postgres.text.at != NULL) {
        buf_add(out, "postgres: ");
        write_slice(out, expression->postgres.text);
    }
    if (expression->sqlite.text.at != NULL) {
        buf_add(out, has_both ? ", sqlite: " : "sqlite: ");
        write_slice(out, expression->sqlite.text);
    }
    buf_add(out, "}");
    return true;
}

static bool
write_pointer(Buf *out, const char *text)
{
    if (text == NULL)
        return false;
    yaml_write_text(out, text);
    return true;
}

static bool
write_integer(Buf *out, const char *text)
{
    buf_add(out, text == NULL ? "" : text);
    return text != NULL;
}

static bool
write_truth(Buf *out, bool is_there, bool is_true)
{
    if (is_there)
        buf_add(out, is_true ? "true" : "false");
    return is_there;
}

static bool
write_choice(Buf *out, const ShapeChoice *choices, int value)
{
    const bool is_truth = value != 0;

    for (const ShapeChoice *choice = choices; is_truth && choice->word != NULL; choice++) {
        if (choice->value == value) {
            buf_add(out, choice->word);
            return true;
        }
    }
    return false;
}

static bool
write_names(Buf *out, const Names *names)
{
    if (names->len == 0)
        return false;
    for (size_t i = 0; i < names->len; i++) {
        buf_add(out, i == 0 ? "[" : ", ");
        yaml_write_text(out, names->at[i]);
    }
    buf_add(out, "]");
    return true;
}

static bool
write_list(Buf *out, const Shape *shape, const void *value)
{
    AnyVec vec;

    memcpy(&vec, value, sizeof vec);
    if (vec.len == 0)
        return false;
    for (size_t i = 0; i < vec.len; i++) {
        buf_add(out, i == 0 ? "[" : ", ");
        shape_write(out, shape, (const char *)vec.at + i * shape->size);
    }
    buf_add(out, "]");
    return true;
}

/* A map in its place is left out when it has no key. */
static bool
write_map(Buf *out, const Shape *shape, const void *value)
{
    const size_t before = out->len;

    shape_write(out, shape, value);
    if (out->len - before > 2)
        return true;
    out->len = before;
    return false;
}

static bool
write_value(Buf *out, const ShapeKey *key, const char *at)
{
    int choice = 0;
    const void *inner = NULL;

    switch (key->kind) {
    case SHAPE_NAME:
    case SHAPE_WORD:
        return write_pointer(out, *(const char *const *)(const void *)at);
    case SHAPE_INTEGER:
        return write_integer(out, *(const char *const *)(const void *)at);
    case SHAPE_NUMBER:
        memcpy(&choice, at, sizeof choice);
        if (choice != 0)
            buf_addf(out, "%d", choice);
        return choice != 0;
    case SHAPE_BOOLEAN:
        return write_truth(out, *(const bool *)at, true);
    case SHAPE_TRISTATE:
        memcpy(&choice, at, sizeof choice);
        return write_truth(out, choice != TRI_UNSET, choice == TRI_YES);
    case SHAPE_CHOICE:
        memcpy(&choice, at, sizeof choice);
        return write_choice(out, key->choices, choice);
    case SHAPE_TEXT:
        inner = ((const OpText *)(const void *)at)->text.at;
        if (inner != NULL)
            write_slice(out, ((const OpText *)(const void *)at)->text);
        return inner != NULL;
    case SHAPE_EXPRESSION:
    case SHAPE_STATEMENT:
        return shape_write_expression(out, (const OpExpression *)(const void *)at);
    case SHAPE_NAMES:
    case SHAPE_TEXTS:
        return write_names(out, (const Names *)(const void *)at);
    case SHAPE_MAP:
        return write_map(out, key->shape, at);
    case SHAPE_POINTER:
        memcpy(&inner, at, sizeof inner);
        if (inner != NULL)
            shape_write(out, key->shape, inner);
        return inner != NULL;
    case SHAPE_LIST:
        return write_list(out, key->shape, at);
    case SHAPE_FORM:
        return key->form->write != NULL && key->form->write(out, at);
    case SHAPE_INCLUDE:
    case SHAPE_INLINE:
        return false;
    }
    return false;
}

/* The keys of a shape, with those of the shapes that it includes: tables of a few levels. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
write_keys(Buf *out, const Shape *shape, const char *value, bool *is_first)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        const void *inner = value + key->offset;
        if (key->kind == SHAPE_INLINE)
            memcpy(&inner, value + key->offset, sizeof inner);
        if (key->name == NULL) {
            write_keys(out, key->shape, inner, is_first);
            continue;
        }
        const size_t before = out->len;
        buf_addf(out, "%s%s: ", *is_first ? "" : ", ", key->name);
        if ((key->flags & SHAPE_HIDDEN) == 0 && write_value(out, key, inner))
            *is_first = false;
        else
            out->len = before;
    }
}

bool
shape_write_key(Buf *out, const ShapeKey *key, const void *value)
{
    return write_value(out, key, (const char *)value + key->offset);
}

/* NOLINTNEXTLINE(misc-no-recursion) */
void
shape_write(Buf *out, const Shape *shape, const void *value)
{
    bool is_first = true;

    buf_add(out, "{");
    write_keys(out, shape, value, &is_first);
    buf_add(out, "}");
}
