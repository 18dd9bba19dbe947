/* SPDX-License-Identifier: MIT */
/*
 * Json: writes JSON (RFC 8259) to a stream as it goes. Keys are given in objects and are NULL in
 * arrays. Bytes that are not UTF-8 become U+FFFD. Whether the stream failed is looked at by whoever
 * owns it.
 */
#ifndef MIGRATE_CMD_JSON_H
#define MIGRATE_CMD_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/base/names.h"
#include "core/base/slice.h"

/* Of documents and events, as docs/json.md says: raised when a key goes or changes its meaning. */
enum { JSON_FORMAT = 1 };

typedef struct Json {
    FILE *stream;
    bool is_pretty; /* a document: a line an item; else all on one line: an event */
    unsigned depth;
    bool has_items; /* the innermost object or array */
} Json;

void json_object(Json *json, const char *key);
void json_array(Json *json, const char *key);
void json_object_end(Json *json);
void json_array_end(Json *json);
/* NULL is null. */
void json_text(Json *json, const char *key, const char *value);
void json_slice(Json *json, const char *key, Slice value);
void json_number(Json *json, const char *key, int64_t value);
/* Milliseconds; what is unknown (negative) is null. */
void json_duration(Json *json, const char *key, int64_t milliseconds);
void json_bool(Json *json, const char *key, bool value);
/* An array of texts. */
void json_names(Json *json, const char *key, const Names *names);
/* The line end behind a document or an event. */
void json_end(Json *json);

#endif
