/* SPDX-License-Identifier: MIT */
#include "tests/support/operations.h"

#include <check.h>

#include "tests/support/problems.h"

/* The first line of the items is line 4 of the file. */
static bool
parse(const char *items, Arena *arena, OpBody *body, Error *err)
{
    const char *text = arena_format(arena, "revision: a\nrevises:\noperations:\n%s", items);
    Revision revision = {0};

    return revision_parse_yaml("a.yaml", slice_of(text), arena, &revision, body, err);
}

OpBody
operations_body(const char *items, Arena *arena)
{
    Error err = {.arena = arena};
    OpBody body = {.has_down = false};

    ck_assert_msg(parse(items, arena, &body, &err), "%s", problems_text(&err, arena));
    return body;
}

Operations
operations_parse(const char *items, Arena *arena)
{
    return operations_body(items, arena).up;
}

const char *
operations_problems(const char *items, Arena *arena)
{
    Error err = {.arena = arena};
    OpBody body = {.has_down = false};

    return parse(items, arena, &body, &err) ? "" : problems_text(&err, arena);
}
