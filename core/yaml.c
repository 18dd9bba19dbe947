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
    Slice text;    /* what libyaml reads: the file without its BOM */
    size_t bom;    /* bytes of it */
    size_t chars;  /* libyaml counts characters: as many of them */
    size_t offset; /* are so many bytes */
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

static bool
begins_character(char c)
{
    return ((unsigned char)c & 0xC0U) != 0x80U;
}

/* The byte of the file at a mark. Marks follow each other, so that the way is short. */
static size_t
offset_of(Reader *reader, yaml_mark_t mark)
{
    const Slice text = reader->text;

    for (; reader->chars < mark.index && reader->offset < text.len; reader->chars++) {
        do
            reader->offset++;
        while (reader->offset < text.len && !begins_character(text.at[reader->offset]));
    }
    for (; reader->chars > mark.index && reader->offset > 0; reader->chars--) {
        do
            reader->offset--;
        while (reader->offset > 0 && !begins_character(text.at[reader->offset]));
    }
    return reader->offset + reader->bom;
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
open_level(Reader *reader, YamlNode *node, bool is_flow)
{
    node->is_flow = is_flow;
    add_node(reader, node);
    if (reader->depth == DEEPEST)
        return error_add_at(reader->err, reader->code, node->place,
                            "lists and maps are nested more than %d deep", DEEPEST);
    reader->levels[reader->depth++] = (Level){.node = node, .keys = {.arena = reader->arena}};
    return true;
}

static YamlNode *
node_new(Reader *reader, YamlKind kind, const yaml_event_t *event)
{
    YamlNode *node = ARENA_NEW(reader->arena, YamlNode);

    *node = (YamlNode){.kind = kind,
                       .text = SLICE(""),
                       .place = place_of(reader, event->start_mark),
                       .offset = offset_of(reader, event->start_mark),
                       .end = offset_of(reader, event->end_mark)};
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

static YamlStyle
style_of(yaml_scalar_style_t style)
{
    switch (style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return YAML_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE:
        return YAML_LITERAL;
    case YAML_FOLDED_SCALAR_STYLE:
        return YAML_FOLDED;
    case YAML_ANY_SCALAR_STYLE:
    case YAML_PLAIN_SCALAR_STYLE:
        return YAML_PLAIN;
    }
    return YAML_PLAIN;
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
    node->style = style_of(event->data.scalar.style);
    node->is_plain = node->style == YAML_PLAIN;
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
        return open_level(reader, node_new(reader, YAML_LIST, event),
                          event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    case YAML_MAPPING_START_EVENT:
        check_properties(reader, event, event->data.mapping_start.anchor,
                         event->data.mapping_start.tag);
        return open_level(reader, node_new(reader, YAML_MAP, event),
                          event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        assert(reader->depth > 0);
        reader->depth--;
        reader->levels[reader->depth].node->end = offset_of(reader, event->end_mark);
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
    const size_t at = offset_of(reader, parser->problem_mark) - reader->bom;
    if (parser->context == NULL)
        error_add_at(reader->err, reader->code, place, "%s", problem);
    else
        error_add_at(reader->err, reader->code, place, "%s %s (line %zu)", problem, parser->context,
                     parser->context_mark.line + 1);
    if (parser->error == YAML_SCANNER_ERROR && at < text.len && text.at[at] == '\t')
        return error_hint(reader->err, "YAML is indented with blanks, not with tabs");
    return false;
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
        reader.bom = 3;
    text = slice_after(text, reader.bom);
    reader.text = text;
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

/* The line of `text` that begins at `at`, without its end. */
static Slice
line_at(Slice text, size_t at)
{
    const Slice rest = slice_after(text, at);
    const char *newline = rest.len == 0 ? NULL : memchr(rest.at, '\n', rest.len);

    return (Slice){rest.at, newline == NULL ? rest.len : (size_t)(newline - rest.at)};
}

static size_t
count_blanks(Slice line)
{
    size_t blanks = 0;

    while (blanks < line.len && line.at[blanks] == ' ')
        blanks++;
    return blanks;
}

/* How far the lines of a literal block are indented: the first that is not empty tells it. */
static size_t
block_indent(Slice text, Slice source, size_t offset)
{
    size_t at = 0;

    while (at < text.len && text.at[at] == '\n') {
        at++;
        offset += line_at(source, offset).len + 1;
    }
    const size_t kept = count_blanks(line_at(text, at));
    const size_t found = offset < source.len ? count_blanks(line_at(source, offset)) : 0;
    return found > kept ? found - kept : 0;
}

/* True if the lines from `offset` on are those of `text`, but for the indentation. */
static bool
is_block(Slice text, Slice source, size_t offset, size_t indent)
{
    for (size_t at = 0; at < text.len;) {
        const Slice line = line_at(text, at);
        Slice found = offset < source.len ? line_at(source, offset) : (Slice){"", 0};
        offset += found.len + 1;
        const size_t blanks = count_blanks(found);
        found = slice_after(found, blanks < indent ? blanks : indent);
        if (found.len > 0 && found.at[found.len - 1] == '\r')
            found.len--;
        if (!slice_equals(line, found))
            return false;
        at += line.len + 1;
    }
    return true;
}

static void
find_block(const YamlNode *node, Origin *origin)
{
    const Slice source = origin->source;
    const size_t header = node->offset + line_at(source, node->offset).len + 1;
    const size_t indent = block_indent(node->text, source, header);

    if (header >= source.len || !is_block(node->text, source, header, indent))
        return;
    const size_t blanks = count_blanks(line_at(source, header));
    const size_t lost = blanks < indent ? blanks : indent;
    origin->is_whole = true;
    origin->indent = indent;
    origin->offset = header + lost;
    origin->place.line++;
    origin->place.column = (unsigned)lost + 1;
}

static void
find_line(const YamlNode *node, Origin *origin)
{
    const size_t quote = node->style == YAML_QUOTED ? 1 : 0;

    if (origin->source.len < node->offset + quote + node->text.len)
        return;
    const Slice found = {origin->source.at + node->offset + quote, node->text.len};
    if (!slice_equals(found, node->text))
        return;
    origin->is_whole = true;
    origin->offset += quote;
    origin->place.column += (unsigned)quote;
}

const Origin *
yaml_origin(const YamlNode *node, Slice source, Arena *arena)
{
    Origin *origin = ARENA_NEW(arena, Origin);

    *origin = (Origin){.source = source, .offset = node->offset, .place = node->place};
    if (node->style == YAML_LITERAL)
        find_block(node, origin);
    else if (memchr(node->text.at, '\n', node->text.len) == NULL)
        find_line(node, origin);
    return origin;
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
