/* SPDX-License-Identifier: MIT */
#include "core/op_values.h"

#include <string.h>

#include "core/base/map.h"
#include "core/base/text.h"
#include "core/yaml_write.h"

/* ---- types ---- */

typedef enum TypeSize {
    SIZE_NONE,
    SIZE_LENGTH,  /* (n), or none */
    SIZE_NEEDED,  /* (n) */
    SIZE_DIGITS,  /* (0) to (6), or none */
    SIZE_DECIMAL, /* (precision, scale), or none */
    SIZE_OTHER,   /* read by itself */
} TypeSize;

static const struct {
    const char *name;
    TypeKind kind;
    TypeSize size;
} TYPES[] = {
    {"boolean", TYPE_BOOLEAN, SIZE_NONE},
    {"smallint", TYPE_SMALLINT, SIZE_NONE},
    {"integer", TYPE_INTEGER, SIZE_NONE},
    {"bigint", TYPE_BIGINT, SIZE_NONE},
    {"decimal", TYPE_DECIMAL, SIZE_DECIMAL},
    {"real", TYPE_REAL, SIZE_NONE},
    {"double", TYPE_DOUBLE, SIZE_NONE},
    {"text", TYPE_TEXT, SIZE_NONE},
    {"string", TYPE_STRING, SIZE_LENGTH},
    {"char", TYPE_CHAR, SIZE_NEEDED},
    {"binary", TYPE_BINARY, SIZE_NONE},
    {"date", TYPE_DATE, SIZE_NONE},
    {"time", TYPE_TIME, SIZE_DIGITS},
    {"timestamp", TYPE_TIMESTAMP, SIZE_DIGITS},
    {"timestamptz", TYPE_TIMESTAMPTZ, SIZE_DIGITS},
    {"interval", TYPE_INTERVAL, SIZE_NONE},
    {"uuid", TYPE_UUID, SIZE_NONE},
    {"json", TYPE_JSON, SIZE_NONE},
    {"json!", TYPE_JSON_TEXT, SIZE_NONE},
    {"enum", TYPE_ENUM, SIZE_OTHER},
    {"array", TYPE_ARRAY, SIZE_OTHER},
    {"raw", TYPE_RAW, SIZE_OTHER},
};

enum {
    TYPE_COUNT = sizeof TYPES / sizeof TYPES[0],
    LONGEST_STRING = 10485760, /* PostgreSQL's */
    GREATEST_PRECISION = 1000,
    GREATEST_DIGITS = 6,
};

/* What else people call them. */
static const char *const SYNONYMS[][2] = {
    {"bool", "boolean"},
    {"int", "integer"},
    {"int2", "smallint"},
    {"int4", "integer"},
    {"int8", "bigint"},
    {"serial", "integer with identity: true"},
    {"bigserial", "bigint with identity: true"},
    {"numeric", "decimal"},
    {"number", "decimal"},
    {"float", "double"},
    {"float4", "real"},
    {"float8", "double"},
    {"double precision", "double"},
    {"varchar", "string"},
    {"character varying", "string"},
    {"character", "char"},
    {"clob", "text"},
    {"bytea", "binary"},
    {"blob", "binary"},
    {"bytes", "binary"},
    {"datetime", "timestamp"},
    {"timestamp with time zone", "timestamptz"},
    {"timestamp without time zone", "timestamp"},
    {"time without time zone", "time"},
    {"jsonb", "json"},
};

/* The text of a type while it is read. */
typedef struct TypeText {
    ShapeReader *reader;
    const YamlNode *node;
    Slice text; /* without blanks around */
    Slice name;
    char open;  /* '(' or '[', 0: nothing behind the name */
    Slice args; /* between the brackets */
} TypeText;

bool
op_type_is_integer(const OpType *type)
{
    return type->kind == TYPE_SMALLINT || type->kind == TYPE_INTEGER || type->kind == TYPE_BIGINT;
}

bool
op_type_is_number(const OpType *type)
{
    return op_type_is_integer(type) || type->kind == TYPE_DECIMAL || type->kind == TYPE_REAL ||
           type->kind == TYPE_DOUBLE;
}

static void
unknown_type(const TypeText *type)
{
    ShapeReader *reader = type->reader;
    const char *names[TYPE_COUNT + 1] = {NULL};
    const char *meant = NULL;

    for (size_t i = 0; i < TYPE_COUNT; i++)
        names[i] = TYPES[i].name;
    for (size_t i = 0; i < sizeof SYNONYMS / sizeof *SYNONYMS && meant == NULL; i++) {
        if (slice_is_nocase(type->name, SYNONYMS[i][0]))
            meant = SYNONYMS[i][1];
    }
    if (meant == NULL)
        meant = text_nearest(type->name, names);
    if (meant == NULL) {
        shape_problem(reader, type->node->place, "unknown type \"%.*s\"", SLICE_ARGS(type->text));
        error_hint(reader->problems,
                   "a type that only the database knows is written raw(%.*s), or "
                   "{postgres: …, sqlite: …}",
                   SLICE_ARGS(type->text));
        return;
    }
    const bool takes_args = type->open != 0 && strchr(meant, ' ') == NULL;
    shape_problem(reader, type->node->place, "unknown type \"%.*s\" (did you mean \"%s%.*s\"?)",
                  SLICE_ARGS(type->text), meant,
                  takes_args ? (int)(type->text.len - type->name.len) : 0,
                  type->text.at + type->name.len);
}

/* Cuts the text into name and arguments; false, and a problem, if it is no such thing. */
static bool
cut_type(TypeText *type)
{
    size_t len = 0;

    while (len < type->text.len && type->text.at[len] != '(' && type->text.at[len] != '[')
        len++;
    type->name = slice_trim((Slice){type->text.at, len});
    if (len == type->text.len)
        return true;
    type->open = type->text.at[len];
    const char close = type->open == '(' ? ')' : ']';
    if (type->text.at[type->text.len - 1] == close) {
        type->args = slice_trim((Slice){type->text.at + len + 1, type->text.len - len - 2});
        return true;
    }
    shape_problem(type->reader, type->node->place, "the type \"%.*s\" has no \"%c\" at its end",
                  SLICE_ARGS(type->text), close);
    error_hint(type->reader->problems, "between { and } a text with a comma needs quotes: "
                                       "\"decimal(12,2)\"");
    return false;
}

static bool
read_sizes(const TypeText *text, OpType *type, bool has_scale)
{
    Slice second = {NULL, 0};
    const Slice first = slice_trim(slice_cut(text->args, ',', &second));

    if (text->open != '(' || !slice_to_number(first, &type->size) ||
        (second.at != NULL && (!has_scale || !slice_to_number(slice_trim(second), &type->scale))))
        return false;
    type->has_size = true;
    return true;
}

static bool
size_is_possible(const OpType *type, TypeSize size)
{
    switch (size) {
    case SIZE_DIGITS:
        return type->size <= GREATEST_DIGITS;
    case SIZE_LENGTH:
    case SIZE_NEEDED:
        return type->size >= 1 && type->size <= LONGEST_STRING;
    case SIZE_DECIMAL:
        return type->size >= 1 && type->size <= GREATEST_PRECISION && type->scale <= type->size;
    case SIZE_NONE:
    case SIZE_OTHER:
        return true;
    }
    return true;
}

static void
read_sized(const TypeText *text, TypeSize size, OpType *type)
{
    static const char *const WANTED[] = {
        [SIZE_NONE] = "",
        [SIZE_LENGTH] = "(length), 1 to 10485760",
        [SIZE_NEEDED] = "(length), 1 to 10485760",
        [SIZE_DIGITS] = "(digits), 0 to 6",
        [SIZE_DECIMAL] = "(precision,scale), precision 1 to 1000, scale no greater",
        [SIZE_OTHER] = ""};

    if (text->open == 0) {
        if (size == SIZE_NEEDED)
            shape_problem(text->reader, text->node->place, "\"%.*s\" needs a length: \"%.*s(1)\"",
                          SLICE_ARGS(text->name), SLICE_ARGS(text->name));
        return;
    }
    if (size == SIZE_NONE)
        shape_problem(text->reader, text->node->place, "\"%.*s\" has no size: \"%.*s\"",
                      SLICE_ARGS(text->name), SLICE_ARGS(text->text));
    else if (!read_sizes(text, type, size == SIZE_DECIMAL) || !size_is_possible(type, size))
        shape_problem(text->reader, text->node->place, "\"%.*s\" is not %.*s%s",
                      SLICE_ARGS(text->text), SLICE_ARGS(text->name), WANTED[size]);
}

static void
read_enum_values(const TypeText *text, OpType *type)
{
    ShapeReader *reader = text->reader;
    Map seen = {.arena = reader->arena};

    for (Slice rest = text->args; rest.at != NULL;) {
        const Slice value = slice_trim(slice_cut(rest, ',', &rest));
        if (value.len == 0)
            shape_problem(reader, text->node->place, "a value of the enum is empty");
        else if (map_put(&seen, value, reader) != NULL)
            shape_problem(reader, text->node->place, "the enum has \"%.*s\" twice",
                          SLICE_ARGS(value));
        else
            *VEC_ADD(reader->arena, &type->values) = arena_copy(reader->arena, value);
    }
}

static void read_type_text(ShapeReader *reader, const YamlNode *node, Slice written,
                           bool is_element, OpType *type);

static void
read_element(const TypeText *text, bool is_element, OpType *type)
{
    OpType *element = ARENA_NEW(text->reader->arena, OpType);

    if (is_element) {
        shape_problem(text->reader, text->node->place,
                      "an array of arrays is written as an array: array(T) has any dimensions");
        return;
    }
    element->place = text->node->place;
    read_type_text(text->reader, text->node, text->args, true, element);
    type->element = element;
}

static void
read_other(const TypeText *text, bool is_element, OpType *type)
{
    const bool is_round = text->open == '(' && text->args.len > 0;

    if (type->kind == TYPE_ENUM && text->open == '[')
        read_enum_values(text, type);
    else if (!is_round)
        shape_problem(text->reader, text->node->place, "\"%.*s\" is not %s", SLICE_ARGS(text->text),
                      type->kind == TYPE_ENUM    ? "enum(name) or enum[a, b]"
                      : type->kind == TYPE_ARRAY ? "array(type)"
                                                 : "raw(type)");
    else if (type->kind == TYPE_ENUM)
        type->name = arena_copy(text->reader->arena, text->args);
    else if (type->kind == TYPE_ARRAY)
        read_element(text, is_element, type);
    else
        type->raw.all = shape_piece(text->reader, text->node, text->args);
}

/* Recursive once: an array's element is no array. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
read_type_text(ShapeReader *reader, const YamlNode *node, Slice written, bool is_element,
               OpType *type)
{
    TypeText text = {.reader = reader, .node = node, .text = slice_trim(written)};

    type->written = arena_copy(reader->arena, text.text);
    if (!cut_type(&text))
        return;
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (!slice_is(text.name, TYPES[i].name))
            continue;
        type->kind = TYPES[i].kind;
        if (TYPES[i].size == SIZE_OTHER)
            read_other(&text, is_element, type);
        else
            read_sized(&text, TYPES[i].size, type);
        return;
    }
    unknown_type(&text);
}

static void
read_type(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpType *type = value;

    type->place = node->place;
    if (node->kind == YAML_MAP) {
        type->kind = TYPE_RAW;
        if (shape_read_expression(reader, node, &type->raw))
            type->written = "a type for each database";
        return;
    }
    if (node->kind != YAML_TEXT || node->text.len == 0 || yaml_is_null(node))
        shape_expected(reader, node, "a type");
    else
        read_type_text(reader, node, node->text, false, type);
}

static bool
write_type(Buf *out, const void *value)
{
    const OpType *type = value;

    if (type->kind == TYPE_ABSENT)
        return false;
    if (type->kind == TYPE_RAW && type->raw.all.text.at == NULL)
        return shape_write_expression(out, &type->raw);
    yaml_write_text(out, type->written);
    return true;
}

const ShapeForm FORM_TYPE = {
    "type",
    "{\"anyOf\": [{\"type\": \"string\", \"pattern\": "
    "\"^(boolean|smallint|integer|bigint|decimal|real|double|text|string|char|binary|date|time|"
    "timestamp|timestamptz|interval|uuid|json|json!|enum|array|raw)\\\\s*([(\\\\[].*)?$\"}, "
    "{\"$ref\": \"#/definitions/sql_by_dialect\"}]}",
    read_type, write_type};

/* ---- numbers and words ---- */

/* A number as JSON has them, a point at either end allowed; no zero in front of other digits, which
 * some YAML readers take for octal and a postal code has. */
static bool
is_number(Slice text)
{
    size_t i = text.len > 0 && text.at[0] == '-' ? 1 : 0;
    const size_t first = i;
    size_t digits = 0;

    for (; i < text.len && ascii_is_digit(text.at[i]); i++)
        digits++;
    if (digits > 1 && text.at[first] == '0')
        return false;
    if (i < text.len && text.at[i] == '.') {
        for (i++; i < text.len && ascii_is_digit(text.at[i]); i++)
            digits++;
    }
    if (digits == 0)
        return false;
    if (i < text.len && (text.at[i] == 'e' || text.at[i] == 'E')) {
        i++;
        if (i < text.len && (text.at[i] == '-' || text.at[i] == '+'))
            i++;
        const size_t exponent = i;
        while (i < text.len && ascii_is_digit(text.at[i]))
            i++;
        if (i == exponent)
            return false;
    }
    return i == text.len;
}

static bool
is_whole_number(Slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!ascii_is_digit(text.at[i]) && text.at[i] != '-')
            return false;
    }
    return is_number(text);
}

/* name(…): what a person who forgot {sql: …} writes. */
static bool
looks_like_call(Slice text)
{
    size_t i = 0;

    while (i < text.len && (ascii_is_letter(text.at[i]) || ascii_is_digit(text.at[i]) ||
                            text.at[i] == '_' || text.at[i] == '.'))
        i++;
    return i > 0 && i < text.len && text.at[i] == '(' && text.at[text.len - 1] == ')';
}

/* {sql: …}; false, and a problem, for any other map. */
static bool
read_sql_map(ShapeReader *reader, const YamlNode *node, OpExpression *expression)
{
    const YamlNode *sql = yaml_find(node, "sql");

    if (sql == NULL || node->count != 1) {
        shape_problem(reader, node->place, "expected a value, or {sql: …} for an expression");
        return false;
    }
    const size_t mark = shape_enter(reader, SLICE("sql"));
    const bool is_ok = shape_read_expression(reader, sql, expression);
    shape_leave(reader, mark);
    return is_ok;
}

/* ---- defaults ---- */

static const char VALUE_SCHEMA[] = "{\"anyOf\": [{\"type\": [\"string\", \"number\", \"boolean\", "
                                   "\"null\"]}, {\"$ref\": \"#/definitions/sql_value\"}]}";

static DefaultKind
default_kind(const YamlNode *node)
{
    bool flag = false;

    if (!node->is_plain)
        return DEFAULT_STRING;
    if (yaml_is_null(node))
        return DEFAULT_NONE;
    if (yaml_to_bool(node, &flag))
        return DEFAULT_BOOLEAN;
    if (slice_is(node->text, "now()"))
        return DEFAULT_NOW;
    if (slice_is(node->text, "today()"))
        return DEFAULT_TODAY;
    if (slice_is(node->text, "uuid()"))
        return DEFAULT_UUID;
    return is_number(node->text) ? DEFAULT_NUMBER : DEFAULT_STRING;
}

static void
read_default(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpDefault *made = value;

    made->place = node->place;
    if (node->kind == YAML_MAP) {
        made->kind = DEFAULT_EXPRESSION;
        (void)read_sql_map(reader, node, &made->expression);
        return;
    }
    if (node->kind != YAML_TEXT) {
        shape_expected(reader, node, "a value, or {sql: …} for an expression");
        return;
    }
    made->kind = default_kind(node);
    (void)yaml_to_bool(node, &made->boolean);
    if (made->kind != DEFAULT_NONE)
        made->text = shape_text(reader, node);
    if (made->kind == DEFAULT_STRING && node->is_plain && looks_like_call(node->text)) {
        shape_problem(reader, node->place, "\"%s\" would be the text itself", node->text.at);
        error_hint(reader->problems,
                   "write {sql: \"%s\"} for an expression, or quotes for the text", node->text.at);
    }
}

static void
write_sql(Buf *out, const OpExpression *expression)
{
    buf_add(out, "{sql: ");
    (void)shape_write_expression(out, expression);
    buf_add(out, "}");
}

/* A text that would be taken for something else without quotes. */
static void
write_string(Buf *out, Slice text)
{
    const char *copy = arena_copy(out->arena, text);

    if (looks_like_call(text))
        yaml_write_quoted(out, copy);
    else
        yaml_write_text(out, copy);
}

static bool
write_default(Buf *out, const void *value)
{
    const OpDefault *made = value;

    switch (made->kind) {
    case DEFAULT_ABSENT:
        return false;
    case DEFAULT_NONE:
        buf_add(out, "null");
        return true;
    case DEFAULT_STRING:
        write_string(out, made->text.text);
        return true;
    case DEFAULT_NUMBER:
        buf_add_slice(out, made->text.text);
        return true;
    case DEFAULT_BOOLEAN:
        buf_add(out, made->boolean ? "true" : "false");
        return true;
    case DEFAULT_EXPRESSION:
        write_sql(out, &made->expression);
        return true;
    case DEFAULT_NOW:
        buf_add(out, "now()");
        return true;
    case DEFAULT_TODAY:
        buf_add(out, "today()");
        return true;
    case DEFAULT_UUID:
        buf_add(out, "uuid()");
        return true;
    }
    return false;
}

const ShapeForm FORM_DEFAULT = {"value", VALUE_SCHEMA, read_default, write_default};

static bool
is_time(const OpType *type)
{
    return type->kind == TYPE_DATE || type->kind == TYPE_TIME || type->kind == TYPE_TIMESTAMP ||
           type->kind == TYPE_TIMESTAMPTZ;
}

static void
check_time(ShapeReader *reader, const OpDefault *value)
{
    static const char *const WORDS[] = {"now", "current_timestamp", "current_time", "today",
                                        "current_date"};

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (!slice_is_nocase(value->text.text, WORDS[i]))
            continue;
        shape_problem(reader, value->place,
                      "\"%.*s\" as a text is the time at which the migration runs",
                      SLICE_ARGS(value->text.text));
        error_hint(reader->problems, "write %s for the time at which a row is written",
                   i < 3 ? "now()" : "today()");
    }
}

static void
fit_number(ShapeReader *reader, const OpType *type, OpDefault *value)
{
    const Slice text = value->text.text;

    if (op_type_is_integer(type) ? is_whole_number(text) : is_number(text))
        value->kind = DEFAULT_NUMBER;
    else
        shape_problem(reader, value->place, "\"%.*s\" is no %s, as \"%s\" needs", SLICE_ARGS(text),
                      op_type_is_integer(type) ? "whole number" : "number", type->written);
}

static void
fit_default(ShapeReader *reader, const OpType *type, OpDefault *value)
{
    const bool is_literal = value->kind == DEFAULT_STRING || value->kind == DEFAULT_NUMBER ||
                            value->kind == DEFAULT_BOOLEAN;

    if (!is_literal || type->kind == TYPE_ABSENT || type->kind == TYPE_RAW)
        return;
    if (type->kind == TYPE_BOOLEAN) {
        if (value->kind != DEFAULT_BOOLEAN)
            shape_problem(reader, value->place, "write true or false, without quotes, not \"%.*s\"",
                          SLICE_ARGS(value->text.text));
        return;
    }
    if (op_type_is_number(type)) {
        fit_number(reader, type, value);
        return;
    }
    value->kind = DEFAULT_STRING;
    if (is_time(type))
        check_time(reader, value);
    const char *text = arena_copy(reader->arena, value->text.text);
    if (type->values.len > 0 && !names_contain(&type->values, text))
        shape_problem(reader, value->place, "\"%s\" is no value of %s", text, type->written);
}

void
op_default_fit(ShapeReader *reader, const OpType *type, OpDefault *value)
{
    const size_t mark = shape_enter(reader, SLICE("default"));

    fit_default(reader, type, value);
    shape_leave(reader, mark);
}

/* ---- rows ---- */

/* In {a: x, y} the y is a column without a value: rather a comma that wants quotes. */
static bool
refuse_nothing(ShapeReader *reader, const YamlNode *node)
{
    size_t at = node->offset;

    if (node->kind != YAML_TEXT || !node->is_plain || node->text.len > 0)
        return false;
    while (at > 0 && ascii_is_space(reader->source.at[at - 1]))
        at--;
    if (at > 0 && reader->source.at[at - 1] == ':')
        return false;
    shape_problem(reader, node->place, "there is no value");
    error_hint(reader->problems,
               "null is written null; between { and } a text with a comma needs quotes");
    return true;
}

static void
read_row_value(ShapeReader *reader, const YamlNode *node, OpValue *value)
{
    value->place = node->place;
    if (node->kind == YAML_MAP) {
        value->kind = VALUE_IS_EXPRESSION;
        (void)read_sql_map(reader, node, &value->expression);
        return;
    }
    if (node->kind != YAML_TEXT) {
        shape_expected(reader, node, "a value");
        error_hint(reader->problems, "a list for a json column is written as a text: '[1, 2]'");
        return;
    }
    if (refuse_nothing(reader, node))
        return;
    if (yaml_is_null(node)) {
        value->kind = VALUE_IS_NULL;
        return;
    }
    value->text = shape_text(reader, node);
    if (yaml_to_bool(node, &value->boolean))
        value->kind = VALUE_IS_BOOLEAN;
    else
        value->kind = node->is_plain && is_number(node->text) ? VALUE_IS_NUMBER : VALUE_IS_TEXT;
}

static void
read_row(ShapeReader *reader, const YamlNode *node, OpRow *row)
{
    row->place = node->place;
    if (node->kind != YAML_MAP) {
        shape_expected(reader, node, "a row: {column: value}");
        return;
    }
    if (node->count == 0) {
        shape_problem(reader, node->place, "the row is empty");
        return;
    }
    row->values.at = ARENA_ARRAY(reader->arena, OpValue, node->count);
    row->values.cap = node->count;
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        OpValue value = {.column = NULL};
        if (!shape_read_name(reader, child->key, &value.column))
            continue;
        const size_t mark = shape_enter(reader, child->key->text);
        read_row_value(reader, child, &value);
        shape_leave(reader, mark);
        row->values.at[row->values.len++] = value;
    }
}

static void
read_rows(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpRows *rows = ARENA_NEW(reader->arena, OpRows);

    *(const OpRows **)value = rows;
    if (node->kind != YAML_LIST) {
        shape_expected(reader, node, "a list of rows");
        return;
    }
    if (node->count == 0) {
        shape_problem(reader, node->place, "the list is empty");
        return;
    }
    rows->at = ARENA_ARRAY(reader->arena, OpRow, node->count);
    rows->cap = node->count;
    for (const YamlNode *item = node->children; item != NULL; item = item->next) {
        const size_t mark = shape_enter_item(reader, rows->len);
        read_row(reader, item, &rows->at[rows->len++]);
        shape_leave(reader, mark);
    }
}

const ShapeForm FORM_ROWS = {
    "rows",
    "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", \"minProperties\": "
    "1, \"additionalProperties\": {\"$ref\": \"#/definitions/value\"}}}",
    read_rows, NULL};

static void
read_set(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpRow *row = ARENA_NEW(reader->arena, OpRow);

    *(const OpRow **)value = row;
    row->place = node->place;
    if (node->kind != YAML_MAP) {
        shape_expected(reader, node, "{column: SQL}");
        return;
    }
    if (node->count == 0)
        shape_problem(reader, node->place, "the map is empty");
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        OpValue item = {.kind = VALUE_IS_EXPRESSION, .place = child->place};
        if (!shape_read_name(reader, child->key, &item.column))
            continue;
        const size_t mark = shape_enter(reader, child->key->text);
        (void)refuse_nothing(reader, child);
        if (yaml_is_null(child))
            item.kind = VALUE_IS_NULL;
        else
            (void)shape_read_expression(reader, child, &item.expression);
        shape_leave(reader, mark);
        *VEC_ADD(reader->arena, &row->values) = item;
    }
}

const ShapeForm FORM_SET = {
    "column: SQL",
    "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"anyOf\": "
    "[{\"$ref\": \"#/definitions/sql\"}, {\"type\": \"null\"}]}}",
    read_set, NULL};

/* ---- small ones ---- */

static void
read_flag_name(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpFlagName *flag = value;
    bool is_set = false;

    if (yaml_to_bool(node, &is_set)) {
        flag->is_set = is_set ? TRI_YES : TRI_NO;
        return;
    }
    if (node->kind == YAML_TEXT && node->is_plain &&
        (slice_is_nocase(node->text, "yes") || slice_is_nocase(node->text, "no") ||
         slice_is_nocase(node->text, "on") || slice_is_nocase(node->text, "off"))) {
        (void)shape_read_boolean(reader, node, &is_set); /* says what to write */
        return;
    }
    if (shape_read_name(reader, node, &flag->name))
        flag->is_set = TRI_YES;
}

static bool
write_flag_name(Buf *out, const void *value)
{
    const OpFlagName *flag = value;

    if (flag->name != NULL)
        yaml_write_text(out, flag->name);
    else if (flag->is_set != TRI_UNSET)
        buf_add(out, flag->is_set == TRI_YES ? "true" : "false");
    return flag->is_set != TRI_UNSET;
}

const ShapeForm FORM_FLAG_NAME = {"true, or a name", "{\"type\": [\"boolean\", \"string\"]}",
                                  read_flag_name, write_flag_name};

static void
read_check(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpCheck *check = value;
    const YamlNode *sql = node->kind == YAML_MAP ? yaml_find(node, "sql") : NULL;
    const bool is_named = node->kind == YAML_MAP && yaml_find(node, "name") != NULL;

    if (sql == NULL && is_named)
        shape_problem(reader, node->place, "\"sql\" is missing");
    if (sql == NULL && !is_named) {
        (void)shape_read_expression(reader, node, &check->expression);
        return;
    }
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const size_t mark = shape_enter(reader, child->key->text);
        if (child == sql)
            (void)shape_read_expression(reader, child, &check->expression);
        else if (slice_is(child->key->text, "name"))
            (void)shape_read_name(reader, child, &check->name);
        else
            shape_problem(reader, child->key->place, "unknown key: a check has name and sql");
        shape_leave(reader, mark);
    }
}

static bool
write_check(Buf *out, const void *value)
{
    const OpCheck *check = value;

    if (check->name == NULL)
        return shape_write_expression(out, &check->expression);
    buf_add(out, "{name: ");
    yaml_write_text(out, check->name);
    buf_add(out, ", sql: ");
    (void)shape_write_expression(out, &check->expression);
    buf_add(out, "}");
    return true;
}

const ShapeForm FORM_CHECK = {
    "SQL, or {name, sql}",
    "{\"anyOf\": [{\"$ref\": \"#/definitions/sql\"}, {\"type\": \"object\", \"properties\": {\"name\": "
    "{\"type\": \"string\"}, \"sql\": {\"$ref\": \"#/definitions/sql\"}}, \"required\": [\"sql\"], "
    "\"additionalProperties\": false}]}",
    read_check, write_check};

static void
read_change_text(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpColumn *column = value;

    if (yaml_is_null(node))
        column->drops_comment = true;
    else if (node->kind == YAML_TEXT)
        column->comment = shape_text(reader, node);
    else
        shape_expected(reader, node, "a text, or null for none");
}

static bool
write_change_text(Buf *out, const void *value)
{
    const OpColumn *column = value;

    if (column->comment.text.at != NULL)
        yaml_write_text(out, arena_copy(out->arena, column->comment.text));
    else if (column->drops_comment)
        buf_add(out, "null");
    return column->comment.text.at != NULL || column->drops_comment;
}

const ShapeForm FORM_CHANGE_TEXT = {"text, or null", "{\"type\": [\"string\", \"null\"]}",
                                    read_change_text, write_change_text};

static void
read_parameters(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpParameters *parameters = value;

    if (node->kind != YAML_MAP) {
        shape_expected(reader, node, "a map of parameters");
        return;
    }
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const size_t mark = shape_enter(reader, child->key->text);
        if (child->kind != YAML_TEXT || yaml_is_null(child) || child->text.len == 0)
            shape_expected(reader, child, "a value");
        else
            *VEC_ADD(reader->arena, parameters) =
                (OpParameter){child->key->text.at, child->text.at};
        shape_leave(reader, mark);
    }
}

static bool
write_parameters(Buf *out, const void *value)
{
    const OpParameters *parameters = value;

    for (size_t i = 0; i < parameters->len; i++) {
        buf_add(out, i == 0 ? "{" : ", ");
        yaml_write_text(out, parameters->at[i].name);
        buf_add(out, ": ");
        yaml_write_text(out, parameters->at[i].value);
    }
    buf_add(out, parameters->len > 0 ? "}" : "");
    return parameters->len > 0;
}

const ShapeForm FORM_PARAMETERS = {
    "{parameter: value}",
    "{\"type\": \"object\", \"additionalProperties\": {\"type\": [\"string\", \"number\", "
    "\"boolean\"]}}",
    read_parameters, write_parameters};

static void
read_position(ShapeReader *reader, const YamlNode *node, void *value)
{
    const YamlNode *after = node->kind == YAML_MAP ? yaml_find(node, "after") : NULL;

    if (node->kind == YAML_TEXT && slice_is(node->text, "first"))
        *(const char **)value = "";
    else if (after != NULL && node->count == 1)
        (void)shape_read_name(reader, after, value);
    else
        shape_problem(reader, node->place, "expected first or {after: column}");
}

const ShapeForm FORM_POSITION = {
    "first, or {after: column}",
    "{\"anyOf\": [{\"const\": \"first\"}, {\"type\": \"object\", \"properties\": {\"after\": "
    "{\"type\": \"string\"}}, \"required\": [\"after\"], \"additionalProperties\": false}]}",
    read_position, NULL};

static void
read_dialect(ShapeReader *reader, const YamlNode *node, Names *names)
{
    const unsigned dialect = shape_dialect(reader, node);
    const char *name = dialect == SHAPE_POSTGRES ? "postgres" : "sqlite";

    if (dialect == 0)
        return;
    if (names_contain(names, name))
        shape_problem(reader, node->place, "\"%s\" is named twice", name);
    else
        *VEC_ADD(reader->arena, names) = name;
}

static void
read_dialects(ShapeReader *reader, const YamlNode *node, void *value)
{
    Names *names = value;
    const bool is_list = node->kind == YAML_LIST;
    size_t index = 0;

    if (is_list && node->count == 0)
        shape_problem(reader, node->place, "the list is empty");
    for (const YamlNode *item = is_list ? node->children : node; item != NULL;
         item = is_list ? item->next : NULL) {
        const size_t mark = is_list ? shape_enter_item(reader, index++) : reader->path.len;
        read_dialect(reader, item, names);
        shape_leave(reader, mark);
    }
}

const ShapeForm FORM_DIALECTS = {
    "list of dialects",
    "{\"anyOf\": [{\"$ref\": \"#/definitions/dialect\"}, {\"type\": \"array\", \"minItems\": 1, "
    "\"items\": {\"$ref\": \"#/definitions/dialect\"}}]}",
    read_dialects, NULL};

/* ---- sql ---- */

/* Which texts of the list of OpSql a piece of YAML is about. */
typedef struct SqlSlot {
    OpSql *first;
    unsigned dialect; /* 0: all */
} SqlSlot;

static OpText *
sql_member(OpSql *sql, unsigned dialect, bool is_down)
{
    OpExpression *expression = is_down ? &sql->down : &sql->up;

    if (dialect == SHAPE_POSTGRES)
        return &expression->postgres;
    return dialect == SHAPE_SQLITE ? &expression->sqlite : &expression->all;
}

/* A text, or a list of them: one in each OpSql. */
static void
read_sql_texts(ShapeReader *reader, const SqlSlot *slot, const YamlNode *node, bool is_down)
{
    const bool is_list = node->kind == YAML_LIST;
    OpSql *sql = slot->first;
    size_t index = 0;

    if (is_list && node->count == 0) {
        *sql_member(sql, slot->dialect, is_down) = (OpText){.text = SLICE("")};
        return;
    }
    for (const YamlNode *item = is_list ? node->children : node; item != NULL;
         item = is_list ? item->next : NULL) {
        const size_t mark = is_list ? shape_enter_item(reader, index) : reader->path.len;
        if (index++ > 0) {
            if (sql->next == NULL)
                sql->next = ARENA_NEW(reader->arena, OpSql);
            sql = sql->next;
        }
        if (item->kind == YAML_TEXT && !yaml_is_null(item))
            *sql_member(sql, slot->dialect, is_down) = shape_sql(reader, item);
        else
            shape_expected(reader, item, "SQL");
        shape_leave(reader, mark);
    }
}

/* True if the keys are up and down. */
static bool
has_directions(const YamlNode *node)
{
    return node->kind == YAML_MAP &&
           (yaml_find(node, "up") != NULL || yaml_find(node, "down") != NULL);
}

static void
read_directions(ShapeReader *reader, const SqlSlot *slot, const YamlNode *node)
{
    if (!has_directions(node)) {
        if (node->kind == YAML_MAP)
            shape_problem(reader, node->place, "expected SQL, or {up: SQL, down: SQL}");
        else
            read_sql_texts(reader, slot, node, false);
        return;
    }
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const size_t mark = shape_enter(reader, child->key->text);
        if (slice_is(child->key->text, "up") || slice_is(child->key->text, "down"))
            read_sql_texts(reader, slot, child, slice_is(child->key->text, "down"));
        else
            shape_problem(reader, child->key->place, "unknown key: here are up and down");
        shape_leave(reader, mark);
    }
    if (yaml_find(node, "up") == NULL)
        shape_problem(reader, node->place, "\"up\" is missing");
}

static void
read_sql_dialects(ShapeReader *reader, OpSql *sql, const YamlNode *node)
{
    if (node->count == 0)
        shape_problem(reader, node->place, "expected SQL");
    for (const YamlNode *child = node->children; child != NULL; child = child->next) {
        const size_t mark = shape_enter(reader, child->key->text);
        const unsigned dialect = shape_dialect(reader, child->key);
        const bool is_skip =
            child->kind == YAML_TEXT && child->is_plain && slice_is(child->text, "skip");
        const SqlSlot slot = {sql, dialect};
        if (is_skip && dialect == SHAPE_POSTGRES)
            sql->skips_postgres = true;
        else if (is_skip)
            sql->skips_sqlite = true;
        else if (dialect != 0)
            read_directions(reader, &slot, child);
        shape_leave(reader, mark);
    }
}

static void
read_sql(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpSql *sql = ARENA_NEW(reader->arena, OpSql);
    const SqlSlot slot = {sql, 0};

    *(const OpSql **)value = sql;
    if (node->kind == YAML_MAP && !has_directions(node))
        read_sql_dialects(reader, sql, node);
    else
        read_directions(reader, &slot, node);
}

const ShapeForm FORM_SQL = {
    "SQL",
    "{\"anyOf\": [{\"$ref\": \"#/definitions/sql_directions\"}, {\"type\": \"object\", "
    "\"minProperties\": 1, \"properties\": {\"postgres\": {\"$ref\": \"#/definitions/sql_directions\"}, "
    "\"sqlite\": {\"$ref\": \"#/definitions/sql_directions\"}}, \"additionalProperties\": false}]}",
    read_sql, NULL};
