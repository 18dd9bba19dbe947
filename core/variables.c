/* SPDX-License-Identifier: MIT */
#include "core/variables.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/text.h"

static bool
is_name_start(char c)
{
    return ascii_is_letter(c) || c == '_';
}

/* The length of the name at the beginning of `text`. */
static size_t
name_length(Slice text)
{
    size_t i = 0;

    if (text.len == 0 || !is_name_start(text.at[0]))
        return 0;
    while (i < text.len && (is_name_start(text.at[i]) || ascii_is_digit(text.at[i])))
        i++;
    return i;
}

static void
add(Variables *variables, Slice name, const char *value, const char *file)
{
    if (map_find(&variables->values, name) != NULL)
        return;
    Variable *variable = ARENA_NEW(variables->values.arena, Variable);
    *variable = (Variable){.value = value, .file = file};
    map_put(&variables->values, name, variable);
}

void
variables_add(Variables *variables, const char *const *environment)
{
    for (; environment != NULL && *environment != NULL; environment++) {
        const char *equals = strchr(*environment, '=');
        if (equals != NULL)
            add(variables, (Slice){*environment, (size_t)(equals - *environment)}, equals + 1,
                NULL);
    }
}

const Variable *
variables_find(const Variables *variables, Slice name)
{
    return map_find(&variables->values, name);
}

/* What a backslash and `c` stand for between double quotes. */
static char
unescape(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/* The value between the quotes at the beginning of `text`; *rest is what follows. NULL if they do
 * not close. */
static const char *
quoted_value(Slice text, Arena *arena, Slice *rest)
{
    Buf value = {.arena = arena};
    const char quote = text.at[0];

    for (size_t i = 1; i < text.len; i++) {
        char c = text.at[i];
        if (c == quote) {
            *rest = slice_after(text, i + 1);
            return arena_copy(arena, buf_slice(&value));
        }
        if (c == '\\' && quote == '"' && i + 1 < text.len)
            c = unescape(text.at[++i]);
        buf_add_char(&value, c);
    }
    return NULL;
}

/* A value without quotes ends at " #". */
static Slice
plain_value(Slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '#' && (i == 0 || ascii_is_space(text.at[i - 1])))
            return slice_trim((Slice){text.at, i});
    }
    return slice_trim(text);
}

/* Why the line cannot be read, or NULL. */
static const char *
add_line(Variables *variables, Slice line, const char *file)
{
    Arena *arena = variables->values.arena;

    if (slice_starts_with(line, "export ") || slice_starts_with(line, "export\t"))
        line = slice_trim(slice_after(line, strlen("export ")));
    const Slice name = {line.at, name_length(line)};
    Slice rest = slice_trim(slice_after(line, name.len));
    if (name.len == 0 || rest.len == 0 || rest.at[0] != '=')
        return "expected NAME=value";
    rest = slice_trim(slice_after(rest, 1));
    if (rest.len == 0 || (rest.at[0] != '"' && rest.at[0] != '\'')) {
        add(variables, name, arena_copy(arena, plain_value(rest)), file);
        return NULL;
    }
    const char *value = quoted_value(rest, arena, &rest);
    if (value == NULL)
        return "the quotes do not close on this line";
    rest = slice_trim(rest);
    if (rest.len > 0 && rest.at[0] != '#')
        return "text follows the closing quote";
    add(variables, name, value, file);
    return NULL;
}

bool
variables_add_file(Variables *variables, const char *file, Slice text, Error *err)
{
    Error problems = {.arena = err->arena};
    Place place = {file, 0, 1};

    if (slice_starts_with(text, "\xEF\xBB\xBF"))
        text = slice_after(text, 3);
    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
        return error_add_at(err, ERR_CONFIG, (Place){.file = file},
                            "the file holds a NUL character");
    while (text.at != NULL) {
        const Slice line = slice_trim(slice_cut(text, '\n', &text));
        place.line++;
        if (line.len == 0 || line.at[0] == '#')
            continue;
        const char *problem = add_line(variables, line, file);
        if (problem != NULL)
            error_add_at(&problems, ERR_CONFIG, place, "%s", problem);
    }
    return problems.code == ERR_NONE || error_append(err, &problems);
}

/* One "${…}": adds what it stands for. `inside` is what is between the braces. */
static void
expand_one(const Variables *variables, Slice inside, Place place, Buf *out, Error *err)
{
    const Slice name = {inside.at, name_length(inside)};
    const Slice rest = slice_after(inside, name.len);
    const Variable *variable = variables_find(variables, name);
    const bool has_default = slice_starts_with(rest, ":-");
    const bool has_message = slice_starts_with(rest, ":?");

    if (name.len == 0 || (rest.len > 0 && !has_default && !has_message)) {
        error_add_at(err, ERR_CONFIG, place, "\"${\" does not begin a variable");
        error_hint(err, "write ${NAME}, ${NAME:-default} or ${NAME:?message}; $${ is a literal ${");
        return;
    }
    if (variable != NULL && (rest.len == 0 || variable->value[0] != '\0')) {
        buf_add(out, variable->value);
        return;
    }
    if (has_default) {
        buf_add_slice(out, slice_after(rest, 2));
        return;
    }
    if (has_message && rest.len > 2) {
        error_add_at(err, ERR_CONFIG, place, "the environment variable %.*s: %.*s",
                     SLICE_ARGS(name), SLICE_ARGS(slice_after(rest, 2)));
        return;
    }
    error_add_at(err, ERR_CONFIG, place, "the environment variable %.*s is %s", SLICE_ARGS(name),
                 variable == NULL ? "not set" : "empty");
    error_hint(err, "set it, or write a default: ${%.*s:-default}", SLICE_ARGS(name));
}

bool
variables_expand(const Variables *variables, Slice text, Place place, const char **expanded,
                 Error *err)
{
    Error problems = {.arena = err->arena};
    Buf out = {.arena = variables->values.arena};

    for (size_t i = 0; i < text.len; i++) {
        const Slice here = slice_after(text, i);
        if (slice_starts_with(here, "$${")) {
            buf_add(&out, "${");
            i += 2;
            continue;
        }
        if (!slice_starts_with(here, "${")) {
            buf_add_char(&out, text.at[i]);
            continue;
        }
        const char *closing = memchr(here.at, '}', here.len);
        if (closing == NULL) {
            error_add_at(&problems, ERR_CONFIG, place, "\"${\" has no \"}\"");
            break;
        }
        const Slice inside = {here.at + 2, (size_t)(closing - here.at) - 2};
        expand_one(variables, inside, place, &out, &problems);
        i += inside.len + 2;
    }
    *expanded = buf_text(&out);
    return problems.code == ERR_NONE || error_append(err, &problems);
}
