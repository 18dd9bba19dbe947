/* SPDX-License-Identifier: MIT */
#include "core/ini.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

/* Values in values, as deep as Python follows them. */
enum { MAX_DEPTH = 10 };

/* A value as it stands there. */
typedef struct Raw {
    const char *text; /* NULL: there is none */
    unsigned line;
} Raw;

/* Where a search is. */
typedef struct Scan {
    Slice section;
    bool is_wanted; /* the value that goes on in indented lines */
    unsigned line;
} Scan;

static bool
is_indented(Slice line)
{
    return line.len > 0 && (line.at[0] == ' ' || line.at[0] == '\t');
}

static bool
is_comment(Slice trimmed)
{
    return trimmed.len > 0 && (trimmed.at[0] == '#' || trimmed.at[0] == ';');
}

/* "key = value": the part before and behind the first '=' or ':'. */
static bool
split_key(Slice line, Slice *key, Slice *value)
{
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != '=' && line.at[i] != ':')
            continue;
        *key = slice_trim((Slice){line.at, i});
        *value = slice_trim(slice_after(line, i + 1));
        return key->len > 0;
    }
    return false;
}

static void
take_line(Scan *scan, Slice line, const char *section, const char *key, Buf *value, Raw *found)
{
    const Slice trimmed = slice_trim(line);
    Slice name;
    Slice rest;

    if (trimmed.len == 0 || is_comment(trimmed))
        return;
    if (is_indented(line) && scan->is_wanted) {
        buf_add_char(value, '\n');
        buf_add_slice(value, trimmed);
        return;
    }
    scan->is_wanted = false;
    if (trimmed.at[0] == '[' && trimmed.at[trimmed.len - 1] == ']') {
        scan->section = (Slice){trimmed.at + 1, trimmed.len - 2};
        return;
    }
    if (!slice_is(scan->section, section) || !split_key(trimmed, &name, &rest) ||
        !slice_is_nocase(name, key))
        return;
    scan->is_wanted = true;
    *value = (Buf){.arena = value->arena};
    buf_add_slice(value, rest);
    found->line = scan->line;
}

static Raw
find_raw(const Ini *ini, const char *section, const char *key)
{
    Scan scan = {0};
    Buf value = {.arena = ini->arena};
    Raw found = {0};
    Slice rest = ini->text;

    while (rest.at != NULL) {
        const Slice line = slice_cut(rest, '\n', &rest);
        scan.line++;
        take_line(&scan, line, section, key, &value, &found);
    }
    if (found.line > 0)
        found.text = buf_text(&value);
    return found;
}

static Raw
find_either(const Ini *ini, const char *section, const char *key)
{
    const Raw found = find_raw(ini, section, key);

    return found.text != NULL ? found : find_raw(ini, "DEFAULT", key);
}

/* Replaces every %(name)s by the text of that key as it stands there, and leaves %%; *changed says
 * whether there was one. */
static bool
expand_once(const Ini *ini, const char *section, Raw *raw, bool *changed, Error *err)
{
    const Place place = {ini->file, raw->line, 0};
    Buf out = {.arena = ini->arena};
    const char *at = raw->text;

    *changed = false;
    while (*at != '\0') {
        const char *end = at[0] == '%' && at[1] == '(' ? strstr(at, ")s") : NULL;

        if (at[0] == '%' && at[1] == '%') {
            buf_add(&out, "%%");
            at += 2;
            continue;
        }
        if (at[0] != '%') {
            buf_add_char(&out, *at++);
            continue;
        }
        if (end == NULL) {
            error_set_at(err, ERR_CONFIG, place, "a \"%%\" that is neither %%%% nor %%(name)s");
            return error_hint(err, "a %% itself is written %%%% in this file");
        }
        const Slice name = {at + 2, (size_t)(end - at - 2)};
        const char *key = arena_copy(ini->arena, name);
        const Raw inner = find_either(ini, section, key);
        if (inner.text == NULL && !slice_is(name, "here")) {
            error_set_at(err, ERR_CONFIG, place, "%%(%s)s names no key of this file", key);
            return error_hint(err, "write the value itself, or the key into [%s]", section);
        }
        buf_add(&out, inner.text != NULL ? inner.text : ini->here);
        *changed = true;
        at = end + 2;
    }
    raw->text = buf_text(&out);
    return true;
}

/* "%%" as "%" */
static const char *
without_escapes(const Ini *ini, const char *text)
{
    Buf out = {.arena = ini->arena};

    for (; *text != '\0'; text++) {
        buf_add_char(&out, *text);
        text += text[0] == '%' && text[1] == '%';
    }
    return buf_text(&out);
}

bool
ini_find(const Ini *ini, const char *section, const char *key, const char **value, Error *err)
{
    Raw raw = find_either(ini, section, key);
    bool changed = raw.text != NULL;

    *value = NULL;
    for (unsigned depth = 0; changed; depth++) {
        if (depth > MAX_DEPTH) {
            error_set_at(err, ERR_CONFIG, (Place){ini->file, raw.line, 0},
                         "the value of \"%s\" holds itself", key);
            return error_hint(err, "one of its %%(name)s leads back to it");
        }
        if (!expand_once(ini, section, &raw, &changed, err))
            return false;
    }
    if (raw.text != NULL)
        *value = without_escapes(ini, raw.text);
    return true;
}
