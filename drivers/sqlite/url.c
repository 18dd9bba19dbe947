/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/url.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/path.h"
#include "core/base/slice.h"
#include "core/base/text.h"

/* -1: not a hexadecimal digit */
static int
hex_value(char c)
{
    const char lower = ascii_lower(c);

    if (ascii_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool
percent_decode(Slice text, Arena *arena, const char **decoded, Error *err)
{
    Buf buf = {.arena = arena};

    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '%') {
            buf_add_char(&buf, text.at[i]);
            continue;
        }
        const int high = i + 2 < text.len ? hex_value(text.at[i + 1]) : -1;
        const int low = i + 2 < text.len ? hex_value(text.at[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            error_set(err, ERR_CONFIG, "the SQLite URL has a '%%' that no two digits follow");
            return error_hint(err, "write a percent sign in a file name as %%25");
        }
        buf_add_char(&buf, (char)(high * 16 + low));
        i += 2;
    }
    *decoded = buf_text(&buf);
    return true;
}

/* The part behind "sqlite[+driver]://". */
static bool
scheme_skip(Slice text, Slice *rest, Error *err)
{
    const Slice scheme = slice_cut(text, ':', rest);
    Slice driver;
    const Slice name = slice_cut(scheme, '+', &driver);

    if (rest->at == NULL || !slice_is_nocase(name, "sqlite"))
        return error_set(err, ERR_CONFIG, "not a SQLite URL");
    if (driver.at != NULL && !slice_is_nocase(driver, "aiosqlite") &&
        !slice_is_nocase(driver, "pysqlite")) {
        return error_set(err, ERR_CONFIG, "cannot read a database of sqlite+%.*s",
                         SLICE_ARGS(driver));
    }
    if (!slice_starts_with(*rest, "//")) {
        error_set(err, ERR_CONFIG, "a SQLite URL begins with sqlite://");
        return error_hint(err, "sqlite:///relative.db or sqlite:////absolute/path.db");
    }
    *rest = slice_after(*rest, 2);
    return true;
}

static bool
mode_set(SqliteUrl *url, Slice value, Error *err)
{
    if (slice_is(value, "memory")) {
        url->path = NULL;
    } else if (slice_is(value, "ro")) {
        url->mode = SQLITE_MODE_READ;
    } else if (slice_is(value, "rw")) {
        url->mode = SQLITE_MODE_WRITE;
    } else if (!slice_is(value, "rwc")) {
        return error_set(err, ERR_CONFIG,
                         "unknown mode \"%.*s\" in the SQLite URL (ro, rw, rwc or memory)",
                         SLICE_ARGS(value));
    }
    return true;
}

/* What sqlite3.connect() of Python takes and what says nothing to us. */
static bool
is_python_parameter(Slice name)
{
    static const char *const names[] = {"check_same_thread",
                                        "timeout",
                                        "isolation_level",
                                        "detect_types",
                                        "cached_statements",
                                        "uri",
                                        NULL};

    for (size_t i = 0; names[i] != NULL; i++) {
        if (slice_is(name, names[i]))
            return true;
    }
    return false;
}

static bool
parameters_read(SqliteUrl *url, Slice query, const Log *log, Error *err)
{
    while (query.at != NULL) {
        Slice value;
        const Slice name = slice_cut(slice_cut(query, '&', &query), '=', &value);
        if (slice_is(name, "mode")) {
            if (!mode_set(url, value, err))
                return false;
        } else if (is_python_parameter(name)) {
            log_debug(log, "the URL's parameter %.*s has no meaning here: dropped",
                      SLICE_ARGS(name));
        } else if (name.len > 0) {
            error_set(err, ERR_CONFIG, "unknown parameter \"%.*s\" in the SQLite URL",
                      SLICE_ARGS(name));
            return error_hint(err, "mode is known; write a question mark in a file name as %%3F");
        }
    }
    return true;
}

/* A name that SQLite can only take for a file: ":memory:" and "file:…" mean something else. */
static const char *
plain_path(Arena *arena, const char *path)
{
    if (path[0] == ':' || strncmp(path, "file:", 5) == 0)
        return arena_format(arena, "./%s", path);
    return path;
}

bool
sqlite_url_parse(const char *text, const char *folder, const Log *log, Arena *arena, SqliteUrl *url,
                 Error *err)
{
    Slice rest;
    Slice query;
    const char *path = "";

    *url = (SqliteUrl){0};
    if (!scheme_skip(slice_of(text), &rest, err))
        return false;
    rest = slice_cut(rest, '?', &query);
    if (rest.len > 0 && rest.at[0] != '/') {
        error_set(err, ERR_CONFIG, "the SQLite URL names a host, and SQLite has none");
        return error_hint(
            err, "a relative path takes three slashes (sqlite:///%.*s), an absolute one four",
            SLICE_ARGS(rest));
    }
    if (!percent_decode(rest.len > 0 ? slice_after(rest, 1) : rest, arena, &path, err))
        return false;
    if (path[0] != '\0' && strcmp(path, ":memory:") != 0)
        url->path = plain_path(arena, path_join(arena, folder == NULL ? "" : folder, path));
    return parameters_read(url, query, log, err);
}
