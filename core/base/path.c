/* SPDX-License-Identifier: MIT */
#include "core/base/path.h"

#include <string.h>

#include "core/base/buf.h"

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

/* The next part of *rest, without its slashes; len 0 at the end. */
static Slice
next_part(Slice *rest)
{
    Slice part = {0};

    while (rest->len > 0 && part.len == 0)
        part = slice_cut(*rest, '/', rest);
    return part;
}

static bool
has_dots(Slice path)
{
    for (Slice part = next_part(&path); part.len > 0; part = next_part(&path)) {
        if (slice_is(part, ".") || slice_is(part, ".."))
            return true;
    }
    return false;
}

const char *
path_between(Arena *arena, const char *from, const char *to)
{
    Slice up = slice_of(from);
    Slice down = slice_of(to);
    Buf way = {.arena = arena};

    if (has_dots(up) || has_dots(down))
        return arena_text(arena, to);
    Slice leaves = next_part(&up);
    Slice enters = next_part(&down);
    while (leaves.len > 0 && slice_equals(leaves, enters)) {
        leaves = next_part(&up);
        enters = next_part(&down);
    }
    for (; leaves.len > 0; leaves = next_part(&up))
        buf_add(&way, way.len > 0 ? "/.." : "..");
    for (; enters.len > 0; enters = next_part(&down)) {
        buf_add(&way, way.len > 0 ? "/" : "");
        buf_add_slice(&way, enters);
    }
    return buf_text(&way);
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
