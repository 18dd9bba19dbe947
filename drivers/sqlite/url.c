/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/url.h"

#include <string.h>

#include "core/base/buf.h"
#include "core/base/path.h"
#include "core/base/slice.h"
#include "core/base/url.h"

static bool
driver_check(const Url *parts, Error *err)
{
    if (parts->driver.at == NULL || slice_is_nocase(parts->driver, "aiosqlite") ||
        slice_is_nocase(parts->driver, "pysqlite"))
        return true;
    error_set(err, ERR_CONFIG, "cannot read a database of sqlite+%.*s", SLICE_ARGS(parts->driver));
    return error_hint(err, "an ordinary SQLite database is sqlite:///app.db");
}

static bool
host_check(const Url *parts, Error *err)
{
    if (parts->hosts.len == 0 && parts->user.at == NULL)
        return true;
    error_set(err, ERR_CONFIG, "the SQLite URL names a host, and SQLite has none");
    return error_hint(err, "a relative path takes three slashes (sqlite:///app.db), an absolute "
                           "one four (sqlite:////srv/app.db)");
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
        error_set(err, ERR_CONFIG, "unknown mode \"%.*s\" in the SQLite URL", SLICE_ARGS(value));
        return error_hint(err, "mode is ro, rw, rwc or memory");
    }
    return true;
}

/* What sqlite3.connect() of Python takes and what says nothing to us. */
static bool
is_python_parameter(Slice name)
{
    static const char *const NAMES[] = {"check_same_thread", "timeout",           "isolation_level",
                                        "detect_types",      "cached_statements", NULL};

    for (size_t i = 0; NAMES[i] != NULL; i++) {
        if (slice_is(name, NAMES[i]))
            return true;
    }
    return false;
}

static bool
parameters_read(SqliteUrl *url, Slice query, const Log *log, Error *err)
{
    Slice name;
    Slice value;

    while (url_next_parameter(&query, &name, &value)) {
        if (slice_is(name, "mode")) {
            if (!mode_set(url, value, err))
                return false;
        } else if (is_python_parameter(name)) {
            log_debug(log, "the URL's parameter %.*s has no meaning here: dropped",
                      SLICE_ARGS(name));
        } else {
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
    Url parts;
    const char *path = "";

    *url = (SqliteUrl){0};
    if (!url_split(slice_of(text), &parts) || !slice_is_nocase(parts.scheme, "sqlite")) {
        error_set(err, ERR_CONFIG, "a SQLite URL begins with sqlite://");
        return error_hint(err, "sqlite:///relative.db or sqlite:////absolute/path.db");
    }
    if (!driver_check(&parts, err) || !host_check(&parts, err))
        return false;
    if (parts.path.len > 1 && !url_decode(slice_after(parts.path, 1), arena, &path)) {
        error_set(err, ERR_CONFIG,
                  "the path of the SQLite URL has a '%%' that no two hexadecimal "
                  "digits follow");
        return error_hint(err, "write a percent sign in a file name as %%25");
    }
    if (path[0] != '\0' && strcmp(path, ":memory:") != 0)
        url->path = plain_path(arena, path_join(arena, folder == NULL ? "" : folder, path));
    return parameters_read(url, parts.query, log, err);
}

const char *
sqlite_url_rebase(const char *text, const char *folder, Arena *arena)
{
    Url parts;
    Buf url = {.arena = arena};

    if (!url_split(slice_of(text), &parts) || parts.path.len < 2 || parts.path.at[1] == '/' ||
        slice_is(parts.path, "/:memory:") || folder[0] == '\0')
        return text;
    buf_add_slice(&url, (Slice){text, (size_t)(parts.path.at - text) + 1});
    for (const char *at = folder; *at != '\0'; at++) {
        if (*at == '%' || *at == '?' || *at == '#')
            buf_addf(&url, "%%%02X", (unsigned)*at);
        else
            buf_add_char(&url, *at);
    }
    buf_add_char(&url, '/');
    buf_add(&url, parts.path.at + 1);
    return buf_text(&url);
}
