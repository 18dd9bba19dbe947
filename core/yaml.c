/* SPDX-License-Identifier: MIT */
#include "core/yaml.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/base/map.h"
#include "core/base/text.h"
#include "core/base/url.h"
#include "core/base/vec.h"

/* Deeper than anything we read; keeps whoever walks the tree from thinking about it. */
enum { DEEPEST = 64 };

/* A list or map whose end has not come. */
typedef struct Level {
    YamlNode *node;
    YamlNode *last;      /* of its children */
    const YamlNode *key; /* read, its value not yet */
    Map keys;
} Level;

typedef struct Reader {
    const char *file;
    ErrorCode code;
    Arena *arena;
    Error *err;
    Level levels[DEEPEST];
    size_t depth;
    YamlNode *root;
    size_t documents;
} Reader;

static void
event_release(yaml_event_t *event)
{
    yaml_event_delete(event);
}

static Place
place_of(const Reader *reader, yaml_mark_t mark)
{
    return (Place){reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* The place of a byte, for what is refused before libyaml looks. */
static Place
place_at(const char *file, Slice text, size_t offset)
{
    Place place = {file, 1, 1};
    const Slice before = {text.at, offset < text.len ? offset : text.len};
    size_t line = 0;

    for (size_t i = 0; i < before.len; i++) {
        if (before.at[i] == '\n') {
            place.line++;
            line = i + 1;
        }
    }
    place.column = (unsigned)utf8_count(slice_after(before, line)) + 1;
    return place;
}

/* Hangs `node` where the document is: into the open list or map, as its key or value. */
static void
add_node(Reader *reader, YamlNode *node)
{
    if (reader->depth == 0) {
        reader->root = node;
        return;
    }
    Level *level = &reader->levels[reader->depth - 1];
    assert(level->node != NULL);
    if (level->node->kind == YAML_MAP && level->key == NULL) {
        level->key = node;
        if (node->kind != YAML_TEXT) {
            error_add_at(reader->err, reader->code, node->place, "a key must be a text");
        } else if (map_put(&level->keys, node->text, node) != NULL) {
            error_add_at(reader->err, reader->code, node->place, "the key \"%s\" is there twice",
                         url_redact(node->text.at, reader->arena));
        }
        return;
    }
    node->key = level->key;
    level->key = NULL;
    if (level->last == NULL)
        level->node->children = node;
    else
        level->last->next = node;
    level->last = node;
    level->node->count++;
}

static bool
open_level(Reader *reader, YamlNode *node)
{
    add_node(reader, node);
    if (reader->depth == DEEPEST)
        return error_add_at(reader->err, reader->code, node->place,
                            "lists and maps are nested more than %d deep", DEEPEST);
    reader->levels[reader->depth++] = (Level){.node = node, .keys = {.arena = reader->arena}};
    return true;
}

static YamlNode *
node_new(const Reader *reader, YamlKind kind, const yaml_event_t *event)
{
    YamlNode *node = ARENA_NEW(reader->arena, YamlNode);

    *node =
        (YamlNode){.kind = kind, .text = SLICE(""), .place = place_of(reader, event->start_mark)};
    return node;
}

static void
check_properties(const Reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
                 const yaml_char_t *tag)
{
    if (anchor != NULL)
        error_add_at(reader->err, reader->code, place_of(reader, event->start_mark),
                     "anchors (\"&name\") are not supported");
    if (tag != NULL)
        error_add_at(reader->err, reader->code, place_of(reader, event->start_mark),
                     "tags (\"!name\") are not supported");
}

static void
take_text(Reader *reader, const yaml_event_t *event)
{
    YamlNode *node = node_new(reader, YAML_TEXT, event);
    const Slice text = {(const char *)event->data.scalar.value, event->data.scalar.length};

    check_properties(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
        error_add_at(reader->err, reader->code, node->place,
                     "a text must not hold a NUL character");
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->text = (Slice){arena_copy(reader->arena, text), text.len};
    add_node(reader, node);
}

/* Stands for what the alias would: nothing, so that what follows is read as it is meant. */
static void
add_alias(Reader *reader, const yaml_event_t *event)
{
    YamlNode *node = node_new(reader, YAML_TEXT, event);

    node->is_plain = true;
    error_add_at(reader->err, reader->code, node->place, "aliases (\"*name\") are not supported");
    add_node(reader, node);
}

/* False where reading cannot go on. */
static bool
take_event(Reader *reader, const yaml_event_t *event)
{
    const Place place = place_of(reader, event->start_mark);

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (reader->documents++ > 0)
            return error_add_at(reader->err, reader->code, place, "a second document begins here");
        return true;
    case YAML_ALIAS_EVENT:
        add_alias(reader, event);
        return true;
    case YAML_SCALAR_EVENT:
        take_text(reader, event);
        return true;
    case YAML_SEQUENCE_START_EVENT:
        check_properties(reader, event, event->data.sequence_start.anchor,
                         event->data.sequence_start.tag);
        return open_level(reader, node_new(reader, YAML_LIST, event));
    case YAML_MAPPING_START_EVENT:
        check_properties(reader, event, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag);
        return open_level(reader, node_new(reader, YAML_MAP, event));
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        assert(reader->depth > 0);
        reader->depth--;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

static bool
add_syntax_error(Reader *reader, const yaml_parser_t *parser, Slice text)
{
    const char *problem = parser->problem == NULL ? "it is not YAML" : parser->problem;
    Place place = place_of(reader, parser->problem_mark);

    if (parser->error == YAML_READER_ERROR)
        place = place_at(reader->file, text, parser->problem_offset);
    if (parser->context == NULL)
        return error_add_at(reader->err, reader->code, place, "%s", problem);
    return error_add_at(reader->err, reader->code, place, "%s %s (line %zu)", problem,
                        parser->context, parser->context_mark.line + 1);
}

/* What libyaml would take, or would not name the place of. */
static bool
check_bytes(const char *file, Slice text, ErrorCode code, Error *err)
{
    const size_t valid = utf8_check(text);
    const char *nul = text.len == 0 ? NULL : memchr(text.at, '\0', text.len);

    if (valid < text.len)
        return error_add_at(err, code, place_at(file, text, valid), "the file is not valid UTF-8");
    if (nul != NULL)
        return error_add_at(err, code, place_at(file, text, (size_t)(nul - text.at)),
                            "the file holds a NUL character");
    return true;
}

bool
yaml_parse(const char *file, Slice text, ErrorCode code, Arena *arena, YamlNode **root, Error *err)
{
    Error problems = {.arena = err->arena};
    Reader reader = {.file = file, .code = code, .arena = arena, .err = &problems};
    bool is_done = false;

    *root = NULL;
    if (!check_bytes(file, text, code, err))
        return false;
    /* libyaml counts a BOM as a column, and finds the other keys less indented than the first */
    if (slice_starts_with(text, "\xEF\xBB\xBF"))
        text = slice_after(text, 3);
    AUTO(yaml_parser_delete) yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0)
        abort(); /* out of memory, as in an arena */
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text.len > 0 ? text.at : ""),
                                 text.len);
    while (!is_done) {
        AUTO(event_release) yaml_event_t event = {0};
        if (yaml_parser_parse(&parser, &event) == 0) {
            add_syntax_error(&reader, &parser, text);
            reader.root = NULL;
            break;
        }
        is_done = event.type == YAML_STREAM_END_EVENT || !take_event(&reader, &event);
    }
    *root = reader.root;
    return problems.code == ERR_NONE || error_append(err, &problems);
}

const YamlNode *
yaml_find(const YamlNode *map, const char *key)
{
    for (const YamlNode *node = map->children; node != NULL; node = node->next) {
        if (node->key->kind == YAML_TEXT && slice_is(node->key->text, key))
            return node;
    }
    return NULL;
}

bool
yaml_is_null(const YamlNode *node)
{
    return node->kind == YAML_TEXT && node->is_plain &&
           (node->text.len == 0 || slice_is(node->text, "~") ||
            slice_is_nocase(node->text, "null"));
}

bool
yaml_to_bool(const YamlNode *node, bool *value)
{
    if (node->kind != YAML_TEXT || !node->is_plain)
        return false;
    *value = slice_is(node->text, "true");
    return *value || slice_is(node->text, "false");
}

const char *
yaml_kind_name(const YamlNode *node)
{
    if (yaml_is_null(node))
        return "nothing";
    switch (node->kind) {
    case YAML_TEXT:
        return "a text";
    case YAML_LIST:
        return "a list";
    case YAML_MAP:
        return "a map";
    }
    return "";
}
