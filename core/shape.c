/* SPDX-License-Identifier: MIT */
#include "core/shape.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "core/base/text.h"
#include "core/sql/token.h"

enum { MOST_KEYS = 64, LONGEST_NAME = 63 };

/* Any VEC. */
typedef struct AnyVec {
    void *at;
    size_t len;
    size_t cap;
} AnyVec;

/* A map while it is read: its keys with those that are included, and where they go. */
typedef struct Field {
    const ShapeKey *key;
    char *base;
    bool is_seen;
} Field;

typedef struct Fields {
    Field at[MOST_KEYS];
    size_t len;
} Fields;

/* ---- problems and paths ---- */

void
shape_problem(ShapeReader *reader, Place place, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    const char *message = arena_vformat(reader->problems->arena, format, values);
    va_end(values);
    if (reader->path.len == 0)
        error_add_at(reader->problems, ERR_REVISION, place, "%s", message);
    else
        error_add_at(reader->problems, ERR_REVISION, place, "%s: %s", buf_text(&reader->path),
                     message);
}

void
shape_expected(ShapeReader *reader, const YamlNode *node, const char *what)
{
    shape_problem(reader, node->place, "expected %s, not %s", what, yaml_kind_name(node));
}

const char *
shape_suggestion(ShapeReader *reader, Slice word, const char *const *words)
{
    const char *nearest = text_nearest(word, words);

    return nearest == NULL ? "" : arena_format(reader->arena, " (did you mean \"%s\"?)", nearest);
}

size_t
shape_enter(ShapeReader *reader, Slice name)
{
    const size_t mark = reader->path.len;

    if (mark > 0)
        buf_add_char(&reader->path, '.');
    buf_add_slice(&reader->path, name);
    return mark;
}

size_t
shape_enter_item(ShapeReader *reader, size_t index)
{
    const size_t mark = reader->path.len;

    buf_addf(&reader->path, "[%zu]", index);
    return mark;
}

void
shape_leave(ShapeReader *reader, size_t mark)
{
    reader->path.len = mark;
    if (reader->path.at != NULL)
        reader->path.at[mark] = '\0';
}

/* ---- texts ---- */

OpText
shape_text(ShapeReader *reader, const YamlNode *node)
{
    return (OpText){node->text, yaml_origin(node, reader->source, reader->arena)};
}

OpText
shape_piece(ShapeReader *reader, const YamlNode *node, Slice piece)
{
    const Origin *origin = yaml_origin(node, reader->source, reader->arena);
    const size_t at = (size_t)(piece.at - node->text.at);

    if (at == 0 || !origin->is_whole)
        return (OpText){piece, origin};
    Origin *moved = ARENA_NEW(reader->arena, Origin);
    *moved = *origin;
    moved->offset = origin_offset(origin, node->text, at);
    moved->place = origin_place(origin, node->text, at);
    return (OpText){piece, moved};
}

OpText
shape_sql(ShapeReader *reader, const YamlNode *node)
{
    return shape_piece(reader, node, slice_trim(node->text));
}

static bool
has_line_end(Slice text)
{
    return text.len > 0 && memchr(text.at, '\n', text.len) != NULL;
}

/* A text that is there. */
static bool
is_text(ShapeReader *reader, const YamlNode *node, const char *what)
{
    if (node->kind == YAML_TEXT && !yaml_is_null(node))
        return true;
    shape_expected(reader, node, what);
    return false;
}

static bool
read_word(ShapeReader *reader, const YamlNode *node, const char **word)
{
    if (!is_text(reader, node, "a text"))
        return false;
    if (node->text.len == 0 || has_line_end(node->text)) {
        shape_problem(reader, node->place,
                      node->text.len == 0 ? "the text is empty" : "the text has several lines");
        return false;
    }
    *word = node->text.at;
    return true;
}

bool
shape_read_name(ShapeReader *reader, const YamlNode *node, const char **name)
{
    if (!is_text(reader, node, "a name"))
        return false;
    if (node->text.len == 0) {
        shape_problem(reader, node->place, "the name is empty");
        return false;
    }
    if (node->text.len > LONGEST_NAME && (reader->dialects & SHAPE_POSTGRES) != 0) {
        shape_problem(reader, node->place,
                      "the name has %zu bytes, and PostgreSQL knows only the first %d of them",
                      node->text.len, LONGEST_NAME);
        return false;
    }
    *name = node->text.at;
    return true;
}

static bool
is_yaml_1_1_boolean(Slice text)
{
    static const char *const WORDS[] = {"yes", "no", "on", "off", "y", "n", "true", "false"};

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (slice_is_nocase(text, WORDS[i]))
            return true;
    }
    return false;
}

bool
shape_read_boolean(ShapeReader *reader, const YamlNode *node, bool *value)
{
    if (yaml_to_bool(node, value))
        return true;
    if (node->kind == YAML_TEXT && is_yaml_1_1_boolean(node->text))
        shape_problem(reader, node->place, "write true or false, without quotes, not \"%s\"",
                      node->text.at);
    else
        shape_expected(reader, node, "true or false");
    return false;
}

static void
read_number(ShapeReader *reader, const YamlNode *node, unsigned *number)
{
    if (node->kind != YAML_TEXT || !node->is_plain || !slice_to_number(node->text, number))
        shape_problem(reader, node->place, "expected a number");
}

static void
read_integer(ShapeReader *reader, const YamlNode *node, const char **integer)
{
    Slice digits = node->text;

    if (digits.len > 0 && digits.at[0] == '-')
        digits = slice_after(digits, 1);
    bool is_number = node->kind == YAML_TEXT && node->is_plain && digits.len > 0 &&
                     digits.len <= 19 && (digits.len == 1 || digits.at[0] != '0');
    for (size_t i = 0; is_number && i < digits.len; i++)
        is_number = ascii_is_digit(digits.at[i]);
    if (is_number)
        *integer = node->text.at;
    else
        shape_problem(reader, node->place, "expected a whole number");
}

static void
read_choice(ShapeReader *reader, const ShapeKey *key, const YamlNode *node, int *value)
{
    Buf words = {.arena = reader->arena};
    const char *names[MOST_KEYS] = {NULL};
    size_t count = 0;

    if (!is_text(reader, node, "a text"))
        return;
    for (const ShapeChoice *choice = key->choices; choice->word != NULL; choice++) {
        if (slice_is(node->text, choice->word)) {
            *value = choice->value;
            return;
        }
        buf_addf(&words, "%s%s", count > 0 ? ", " : "", choice->word);
        assert(count < MOST_KEYS - 1);
        names[count++] = choice->word;
    }
    shape_problem(reader, node->place, "unknown %s \"%s\"%s", key->name, node->text.at,
                  shape_suggestion(reader, node->text, names));
    error_hint(reader->problems, "write one of: %s", buf_text(&words));
}

/* ---- expressions ---- */

/* A walk over the tokens of a piece of SQL. */
typedef struct SqlWalk {
    const char *problem; /* NULL: none */
    const char *at;      /* where */
    const char *end;     /* behind the last token */
} SqlWalk;

/* What would end the piece before its end, or the statement around it. */
static SqlWalk
walk_sql(SqlDialect dialect, Slice text, bool is_statement)
{
    SqlTokens tokens = sql_tokens(dialect, text);
    SqlWalk walk = {NULL, text.at, text.at};
    SqlToken token;
    size_t depth = 0;

    while (walk.problem == NULL && sql_token_next(&tokens, &token) != SQL_TOKEN_END) {
        walk.at = token.text.at;
        walk.end = token.text.at + token.text.len;
        if (token.kind == SQL_TOKEN_BROKEN)
            walk.problem = tokens.error;
        else if (is_statement)
            continue;
        else if (token.kind == SQL_TOKEN_SEMICOLON)
            walk.problem = "a \";\" in it would end the statement";
        else if (token.kind == SQL_TOKEN_CLOSE && depth-- == 0)
            walk.problem = "a \")\" in it has no \"(\"";
        else if (token.kind == SQL_TOKEN_OPEN)
            depth++;
    }
    if (walk.problem == NULL && depth > 0 && !is_statement)
        walk.problem = "a \"(\" in it has no \")\"";
    return walk;
}

/* SQL that is a piece of a statement, or a whole one, for these dialects. */
static bool
read_sql(ShapeReader *reader, const YamlNode *node, unsigned dialects, bool is_statement,
         OpText *text)
{
    if (!is_text(reader, node, "SQL"))
        return false;
    *text = shape_sql(reader, node);
    const SqlDialect dialect = (dialects & SHAPE_POSTGRES) != 0 ? SQL_POSTGRES : SQL_SQLITE;
    const SqlWalk walk = walk_sql(dialect, text->text, is_statement);
    if (walk.problem != NULL) {
        const Place place =
            origin_place(text->origin, text->text, (size_t)(walk.at - text->text.at));
        shape_problem(reader, place, "%s", walk.problem);
        return false;
    }
    /* a comment behind it would hide what follows */
    text->text.len = (size_t)(walk.end - text->text.at);
    if (text->text.len > 0)
        return true;
    shape_problem(reader, node->place, "the SQL is empty");
    return false;
}

unsigned
shape_dialect(ShapeReader *reader, const YamlNode *name)
{
    if (name->kind == YAML_TEXT && slice_is(name->text, "postgres"))
        return SHAPE_POSTGRES;
    if (name->kind == YAML_TEXT && slice_is(name->text, "sqlite"))
        return SHAPE_SQLITE;
    if (name->kind != YAML_TEXT) {
        shape_expected(reader, name, "the name of a dialect");
        return 0;
    }
    const bool is_postgres = slice_is_nocase(name->text, "postgresql") ||
                             slice_is_nocase(name->text, "pg") ||
                             slice_is_nocase(name->text, "postgres");
    static const char *const DIALECTS[] = {"postgres", "sqlite", NULL};
    shape_problem(reader, name->place, "unknown dialect \"%s\"%s", name->text.at,
                  is_postgres ? " (did you mean \"postgres\"?)"
                  : slice_is_nocase(name->text, "sqlite3")
                      ? " (did you mean \"sqlite\"?)"
                      : shape_suggestion(reader, name->text, DIALECTS));
    return 0;
}

static bool
read_sqls(ShapeReader *reader, const YamlNode *node, bool is_statement, OpExpression *expression)
{
    bool is_ok = true;

    if (node->kind != YAML_MAP)
        return read_sql(reader, node, reader->dialects, is_statement, &expression->all);
    if (node->count == 0)
        shape_problem(reader, node->place, "expected SQL for postgres or sqlite");
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const unsigned dialect = shape_dialect(reader, child->key);
        const size_t mark = shape_enter(reader, child->key->text);
        OpText *text = dialect == SHAPE_POSTGRES ? &expression->postgres : &expression->sqlite;
        is_ok = dialect != 0 && read_sql(reader, child, dialect, is_statement, text) && is_ok;
        shape_leave(reader, mark);
    }
    return is_ok && node->count > 0;
}

bool
shape_read_expression(ShapeReader *reader, const YamlNode *node, OpExpression *expression)
{
    return read_sqls(reader, node, false, expression);
}

bool
shape_read_statement(ShapeReader *reader, const YamlNode *node, OpExpression *expression)
{
    return read_sqls(reader, node, true, expression);
}

/* ---- lists ---- */

static void
read_names(ShapeReader *reader, const ShapeKey *key, const YamlNode *node, Names *names)
{
    const bool is_list = node->kind == YAML_LIST;
    size_t index = 0;

    if (names->len > 0)
        shape_problem(reader, node->place, "it is there twice, under two names");
    if (is_list && node->count == 0 && (key->flags & SHAPE_REQUIRED) != 0)
        shape_problem(reader, node->place, "the list is empty");
    for (const YamlNode *item = is_list ? node->children : node; item != NULL;
         item = is_list ? item->next : NULL) {
        const size_t mark = is_list ? shape_enter_item(reader, index++) : reader->path.len;
        const char *name = NULL;
        if (key->kind == SHAPE_TEXTS) {
            if (is_text(reader, item, is_list ? "a text" : "a list of texts"))
                name = item->text.at;
        } else {
            (void)shape_read_name(reader, item, &name);
        }
        if (name != NULL)
            *VEC_ADD(reader->arena, names) = name;
        shape_leave(reader, mark);
    }
}

static void
read_list(ShapeReader *reader, const ShapeKey *key, const YamlNode *node, AnyVec *vec)
{
    size_t index = 0;

    if (node->kind != YAML_LIST) {
        shape_expected(reader, node, "a list");
        return;
    }
    if (node->count == 0) {
        if ((key->flags & SHAPE_REQUIRED) != 0)
            shape_problem(reader, node->place, "the list is empty");
        return;
    }
    *vec = (AnyVec){arena_alloc(reader->arena, node->count * key->shape->size), node->count,
                    node->count};
    for (const YamlNode *item = node->children; item != NULL; item = item->next) {
        const size_t mark = shape_enter_item(reader, index);
        shape_read(reader, key->shape, item, (char *)vec->at + index++ * key->shape->size);
        shape_leave(reader, mark);
    }
}

/* ---- maps ---- */

static void
set_place(const Shape *shape, const YamlNode *node, char *value)
{
    if (shape->place_offset != SHAPE_NO_PLACE)
        memcpy(value + shape->place_offset, &node->place, sizeof node->place);
}

static void
collect(ShapeReader *reader, const Shape *shape, const YamlNode *node, char *value, Fields *fields)
{
    set_place(shape, node, value);
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        if (key->kind == SHAPE_INCLUDE) {
            collect(reader, key->shape, node, value + key->offset, fields);
        } else if (key->kind == SHAPE_INLINE) {
            void *inner = arena_alloc(reader->arena, key->shape->size);
            memcpy(value + key->offset, &inner, sizeof inner);
            collect(reader, key->shape, node, inner, fields);
        } else {
            assert(fields->len < MOST_KEYS);
            fields->at[fields->len++] = (Field){key, value, false};
        }
    }
}

const ShapeKey *
shape_find(const Shape *shape, Slice name)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        if (key->name == NULL)
            key = shape_find(key->shape, name);
        if (key != NULL && slice_is(name, key->name))
            return key;
    }
    return NULL;
}

static Field *
find_field(Fields *fields, Slice name)
{
    for (size_t i = 0; i < fields->len; i++) {
        if (slice_is(name, fields->at[i].key->name))
            return &fields->at[i];
    }
    return NULL;
}

/* The hint for a word that means something elsewhere; NULL if none is known. */
static const char *
synonym_hint(const ShapeReader *reader, Slice word)
{
    const ShapeSynonym *synonym = reader->synonyms;

    while (synonym != NULL && synonym->word != NULL && !slice_is_nocase(word, synonym->word))
        synonym++;
    return synonym == NULL ? NULL : synonym->hint;
}

static void
unknown_key(ShapeReader *reader, const Fields *fields, const YamlNode *key)
{
    const char *names[MOST_KEYS + 1] = {NULL};
    Buf all = {.arena = reader->arena};
    size_t count = 0;

    for (size_t i = 0; i < fields->len; i++) {
        if ((fields->at[i].key->flags & SHAPE_HIDDEN) != 0)
            continue;
        buf_addf(&all, "%s%s", count > 0 ? ", " : "", fields->at[i].key->name);
        names[count++] = fields->at[i].key->name;
    }
    const bool is_torn = key->text.len > 0 && key->text.at[key->text.len - 1] == ')' &&
                         memchr(key->text.at, '(', key->text.len) == NULL;
    const char *hint = synonym_hint(reader, key->text);
    shape_problem(reader, key->place, "unknown key \"%s\"%s", key->text.at,
                  hint == NULL ? shape_suggestion(reader, key->text, names) : "");
    if (is_torn)
        error_hint(reader->problems, "between { and } a text with a comma needs quotes: "
                                     "\"decimal(12,2)\"");
    else if (hint != NULL)
        error_hint(reader->problems, "%s", hint);
    else
        error_hint(reader->problems, "the keys here are %s", buf_text(&all));
}

static void
read_pointer(ShapeReader *reader, const ShapeKey *key, const YamlNode *node, char *at)
{
    void *inner = arena_alloc(reader->arena, key->shape->size);

    shape_read(reader, key->shape, node, inner);
    memcpy(at, &inner, sizeof inner);
}

static void
read_value(ShapeReader *reader, const ShapeKey *key, const YamlNode *node, char *at)
{
    bool flag = false;

    switch (key->kind) {
    case SHAPE_NAME:
        (void)shape_read_name(reader, node, (const char **)(void *)at);
        return;
    case SHAPE_WORD:
        (void)read_word(reader, node, (const char **)(void *)at);
        return;
    case SHAPE_NUMBER:
        read_number(reader, node, (unsigned *)(void *)at);
        return;
    case SHAPE_INTEGER:
        read_integer(reader, node, (const char **)(void *)at);
        return;
    case SHAPE_BOOLEAN:
        (void)shape_read_boolean(reader, node, (bool *)at);
        return;
    case SHAPE_TRISTATE:
        if (shape_read_boolean(reader, node, &flag))
            *(Tristate *)(void *)at = flag ? TRI_YES : TRI_NO;
        return;
    case SHAPE_CHOICE:
        read_choice(reader, key, node, (int *)(void *)at);
        return;
    case SHAPE_TEXT:
        if (is_text(reader, node, "a text"))
            *(OpText *)(void *)at = shape_text(reader, node);
        return;
    case SHAPE_EXPRESSION:
        (void)shape_read_expression(reader, node, (OpExpression *)(void *)at);
        return;
    case SHAPE_STATEMENT:
        (void)shape_read_statement(reader, node, (OpExpression *)(void *)at);
        return;
    case SHAPE_NAMES:
    case SHAPE_TEXTS:
        read_names(reader, key, node, (Names *)(void *)at);
        return;
    case SHAPE_MAP:
        shape_read(reader, key->shape, node, at);
        return;
    case SHAPE_POINTER:
        read_pointer(reader, key, node, at);
        return;
    case SHAPE_LIST: {
        AnyVec vec = {NULL, 0, 0};
        read_list(reader, key, node, &vec);
        memcpy(at, &vec, sizeof vec);
        return;
    }
    case SHAPE_FORM:
        key->form->read(reader, node, at);
        return;
    case SHAPE_INCLUDE:
    case SHAPE_INLINE:
        return;
    }
}

static void
read_field(ShapeReader *reader, Fields *fields, const YamlNode *node)
{
    Field *field = find_field(fields, node->key->text);

    if (node->key->kind != YAML_TEXT)
        return; /* told already */
    if (field == NULL) {
        unknown_key(reader, fields, node->key);
        return;
    }
    if (field->is_seen)
        return; /* told already */
    field->is_seen = true;
    const size_t mark = shape_enter(reader, node->key->text);
    const unsigned dialects = field->key->flags & SHAPE_DIALECTS;
    if (dialects != 0 && (dialects & reader->dialects) == 0)
        shape_problem(reader, node->key->place, "only %s has this, and the operation is for %s",
                      dialects == SHAPE_POSTGRES ? "PostgreSQL" : "SQLite",
                      dialects == SHAPE_POSTGRES ? "SQLite" : "PostgreSQL");
    read_value(reader, field->key, node, field->base + field->key->offset);
    shape_leave(reader, mark);
}

/* The checks of the shape and of those it includes, innermost first. */
static void
check_all(ShapeReader *reader, const Shape *shape, const YamlNode *node, char *value)
{
    for (size_t i = 0; i < shape->count; i++) {
        const ShapeKey *key = &shape->keys[i];
        void *inner = value + key->offset;
        if (key->kind == SHAPE_INLINE)
            memcpy(&inner, value + key->offset, sizeof inner);
        if (key->name == NULL)
            check_all(reader, key->shape, node, inner);
    }
    if (shape->check != NULL)
        shape->check(reader, node, value);
}

/* A text in place of a map is most often the name of the thing. */
static void
expected_map(ShapeReader *reader, const Shape *shape, const YamlNode *node)
{
    const ShapeKey *name = shape_find(shape, SLICE("name"));

    shape_expected(reader, node, arena_format(reader->arena, "a map (%s)", shape->name));
    if (node->kind == YAML_TEXT && name != NULL && (name->flags & SHAPE_REQUIRED) != 0)
        error_hint(reader->problems, "write {name: %.*s}", SLICE_ARGS(node->text));
}

void
shape_read(ShapeReader *reader, const Shape *shape, const YamlNode *node, void *value)
{
    Fields fields = {.len = 0};

    collect(reader, shape, node, value, &fields);
    if (node->kind != YAML_MAP) {
        if (shape->read_short == NULL || !shape->read_short(reader, node, value))
            expected_map(reader, shape, node);
        return;
    }
    for (const YamlNode *child = node->children; child != NULL; child = child->next)
        read_field(reader, &fields, child);
    for (size_t i = 0; i < fields.len; i++) {
        const ShapeKey *key = fields.at[i].key;
        if ((key->flags & SHAPE_REQUIRED) == 0 || fields.at[i].is_seen)
            continue;
        shape_problem(reader, node->place, "\"%s\" is missing", key->name);
        if ((key->flags & SHAPE_EXPLAINED) != 0)
            error_hint(reader->problems, "%s", key->doc);
    }
    check_all(reader, shape, node, value);
}
