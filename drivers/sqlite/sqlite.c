/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/sqlite.h"

#include "core/base/path.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/url.h"

static bool
accepts(const char *url)
{
    (void)url;
    return false;
}

static bool
url_read(const char *text, const char *folder, Arena *arena, SqliteUrl *url)
{
    Error ignored = {.arena = arena};

    return sqlite_url_parse(text, folder, NULL, arena, url, &ignored);
}

static const char *
describe(const char *text, const char *folder, Arena *arena)
{
    SqliteUrl url;

    if (!url_read(text, folder, arena, &url))
        return "?";
    return url.path == NULL ? "sqlite:// (in memory)"
                            : arena_format(arena, "sqlite:///%s", url.path);
}

static const char *
database_name(const char *text, const char *folder, Arena *arena)
{
    SqliteUrl url;

    if (!url_read(text, folder, arena, &url))
        return "?";
    return url.path == NULL ? ":memory:" : path_name(url.path);
}

static const char *const SCHEMES[] = {"sqlite", NULL};

const Driver DRIVER_SQLITE = {
    .name = "sqlite",
    .schemes = SCHEMES,
    .dialect = &DIALECT_SQLITE,
    .accepts = accepts,
    .describe = describe,
    .database_name = database_name,
    .rebase = sqlite_url_rebase,
    .open = sqlite_open,
    .close = sqlite_close,
    .state_read = sqlite_state_read,
    .history_read = sqlite_history_read,
    .run = sqlite_run_units,
    .recall = sqlite_recall,
    .inventory = sqlite_inventory,
    .rehearsal_url = "sqlite://",
    .objects_list = sqlite_objects_list,
    .reset = sqlite_reset,
    .chunk_bytes = (size_t)1024 * 1024,
    .waits_for_lock = true,
    .is_shared = false,
};
