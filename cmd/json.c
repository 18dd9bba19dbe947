/* SPDX-License-Identifier: MIT */
#include "cmd/json.h"

#include <inttypes.h>

#include "core/base/text.h"

static void
write_char(FILE *stream, char c)
{
    switch (c) {
    case '"':
        fputs("\\\"", stream);
        return;
    case '\\':
        fputs("\\\\", stream);
        return;
    case '\n':
        fputs("\\n", stream);
        return;
    case '\t':
        fputs("\\t", stream);
        return;
    default:
        break;
    }
    if ((unsigned char)c < 0x20 || c == 0x7f)
        fprintf(stream, "\\u%04x", (unsigned)c);
    else
        fputc(c, stream);
}

static void
write_text(FILE *stream, Slice text)
{
    fputc('"', stream);
    while (text.len > 0) {
        const size_t valid = utf8_check(text);
        for (size_t i = 0; i < valid; i++)
            write_char(stream, text.at[i]);
        text = slice_after(text, valid);
        if (text.len > 0) {
            fputs("\xef\xbf\xbd", stream);
            text = slice_after(text, 1);
        }
    }
    fputc('"', stream);
}

static void
new_line(const Json *json)
{
    if (!json->is_pretty || json->depth == 0)
        return;
    fputc('\n', json->stream);
    for (unsigned i = 0; i < json->depth; i++)
        fputs("  ", json->stream);
}

/* What stands before a value: a comma, a line break, its key. */
static void
begin_item(Json *json, const char *key)
{
    if (json->has_items)
        fputc(',', json->stream);
    new_line(json);
    json->has_items = true;
    if (key == NULL)
        return;
    write_text(json->stream, slice_of(key));
    fputs(json->is_pretty ? ": " : ":", json->stream);
}

static void
open_with(Json *json, const char *key, char bracket)
{
    begin_item(json, key);
    fputc(bracket, json->stream);
    json->depth++;
    json->has_items = false;
}

static void
close_with(Json *json, char bracket)
{
    json->depth--;
    if (json->has_items && json->is_pretty) {
        fputc('\n', json->stream);
        for (unsigned i = 0; i < json->depth; i++)
            fputs("  ", json->stream);
    }
    fputc(bracket, json->stream);
    json->has_items = true;
}

void
json_object(Json *json, const char *key)
{
    open_with(json, key, '{');
}

void
json_array(Json *json, const char *key)
{
    open_with(json, key, '[');
}

void
json_object_end(Json *json)
{
    close_with(json, '}');
}

void
json_array_end(Json *json)
{
    close_with(json, ']');
}

void
json_text(Json *json, const char *key, const char *value)
{
    begin_item(json, key);
    if (value == NULL)
        fputs("null", json->stream);
    else
        write_text(json->stream, slice_of(value));
}

void
json_slice(Json *json, const char *key, Slice value)
{
    begin_item(json, key);
    write_text(json->stream, value);
}

void
json_number(Json *json, const char *key, int64_t value)
{
    begin_item(json, key);
    fprintf(json->stream, "%" PRId64, value);
}

void
json_duration(Json *json, const char *key, int64_t milliseconds)
{
    if (milliseconds < 0)
        json_text(json, key, NULL);
    else
        json_number(json, key, milliseconds);
}

void
json_bool(Json *json, const char *key, bool value)
{
    begin_item(json, key);
    fputs(value ? "true" : "false", json->stream);
}

void
json_names(Json *json, const char *key, const Names *names)
{
    json_array(json, key);
    for (size_t i = 0; i < names->len; i++)
        json_text(json, NULL, names->at[i]);
    json_array_end(json);
}

void
json_end(Json *json)
{
    fputc('\n', json->stream);
    json->has_items = false;
}
