/* SPDX-License-Identifier: MIT */
#include "core/base/path.h"

#include <string.h>

const char *
path_join(Arena *arena, const char *folder, const char *name)
{
    if (path_is_absolute(name) || folder[0] == '\0' || strcmp(folder, ".") == 0)
        return arena_text(arena, name);
    const bool has_slash = folder[strlen(folder) - 1] == '/';
    return arena_format(arena, "%s%s%s", folder, has_slash ? "" : "/", name);
}

const char *
path_folder(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return ".";
    if (slash == path)
        return "/";
    return arena_copy(arena, (Slice){path, (size_t)(slash - path)});
}

const char *
path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

bool
path_is_absolute(const char *path)
{
    return path[0] == '/';
}

const char *
path_extension(const char *path)
{
    const char *name = path_name(path);
    const char *dot = strrchr(name, '.');

    return dot == NULL || dot == name ? "" : dot;
}
