/* SPDX-License-Identifier: MIT */
/*
 * Yaml: a document as a tree, every node with its place. The plain part of YAML only: one document
 * of texts, lists and maps; anchors, aliases and tags are errors, and so is a key twice. What a
 * plain text means (a number, true, ~) is the reader's business. The only file that knows libyaml.
 */
#ifndef MIGRATE_CORE_YAML_H
#define MIGRATE_CORE_YAML_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/base/origin.h"
#include "core/base/slice.h"

typedef enum YamlKind {
    YAML_TEXT,
    YAML_LIST,
    YAML_MAP,
} YamlKind;

typedef enum YamlStyle {
    YAML_PLAIN,   /* without quotes */
    YAML_QUOTED,  /* '…' or "…" */
    YAML_LITERAL, /* | */
    YAML_FOLDED,  /* > */
} YamlStyle;

typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    bool is_plain;   /* a text without quotes, as ~, true and 5 have to be */
    YamlStyle style; /* of a text */
    Slice text;      /* of a text; a NUL behind it */
    Place place;
    size_t offset;       /* bytes of the file, BOM included: where it begins, with its quote or | */
    size_t end;          /* behind it; of a list or map in lines: somewhere behind its last line */
    bool is_flow;        /* a list or map in brackets */
    const YamlNode *key; /* in a map: a text */
    YamlNode *next;      /* in the same list or map */
    YamlNode *children;  /* of a list or map, the first */
    size_t count;        /* of children */
};

/* Reads `text`; `file` is borrowed for the places. *root is NULL for an empty document. Adds every
 * problem to *err, with `code`; *root is set even so, unless the text is no YAML at all. */
MUST_CHECK bool yaml_parse(const char *file, Slice text, ErrorCode code, Arena *arena,
                           YamlNode **root, Error *err);
/* The value of a key of a map; NULL if absent. */
const YamlNode *yaml_find(const YamlNode *map, const char *key);
/* Where the bytes of a text stand in `source`, the file it was parsed from; borrows it. Whole for
 * what stands there as it is: on one line without escapes, or as a literal block. */
const Origin *yaml_origin(const YamlNode *node, Slice source, Arena *arena);
/* ~, null or nothing at all. */
bool yaml_is_null(const YamlNode *node);
/* true or false (YAML 1.2: yes, no, on and off are texts); false if it is neither. */
bool yaml_to_bool(const YamlNode *node, bool *value);
/* "a text", "a list", "a map", "nothing": for messages. */
const char *yaml_kind_name(const YamlNode *node);

#endif
