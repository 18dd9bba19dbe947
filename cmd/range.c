/* SPDX-License-Identifier: MIT */
#include "cmd/range.h"

#include <string.h>

#include "cmd/context.h"

bool
range_split(const char *text, Arena *arena, const char **from, const char **to, Error *err)
{
    Slice rest;
    const Slice first = slice_cut(slice_of(text), ':', &rest);

    *from = "";
    *to = text;
    if (rest.at == NULL)
        return true;
    if (memchr(rest.at, ':', rest.len) != NULL) {
        error_set(err, ERR_USAGE, "\"%s\" is not a range", text);
        return error_hint(err, "FROM:TO, FROM: or :TO");
    }
    *from = arena_copy(arena, slice_trim(first));
    *to = arena_copy(arena, slice_trim(rest));
    return true;
}

bool
range_current(Context *context, const char *text, const Names **rows, Error *err)
{
    *rows = NULL;
    if (!target_names_current(text))
        return true;
    if (!context_connect(context, true, err))
        return false;
    *rows = &context->runner.state.rows;
    return true;
}
