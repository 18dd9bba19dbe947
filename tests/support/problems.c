/* SPDX-License-Identifier: MIT */
#include "tests/support/problems.h"

#include <check.h>
#include <stdlib.h>

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/path.h"

const char *
problems_text(const Error *err, Arena *arena)
{
    Buf text = {.arena = arena};

    for (; err != NULL && err->code != ERR_NONE; err = err->next) {
        if (err->place.file != NULL)
            buf_addf(&text, "%s:", path_name(err->place.file));
        if (err->place.line > 0)
            buf_addf(&text, "%u:%u:", err->place.line, err->place.column);
        buf_addf(&text, "%serror: %s\n", err->place.file == NULL ? "" : " ", err->message);
        if (err->hint != NULL)
            buf_addf(&text, "hint: %s\n", err->hint);
    }
    return buf_text(&text);
}

void
problems_expect(const char *path, const char *actual, Arena *arena)
{
    Slice expected = {NULL, 0};
    Error err = {.arena = arena};

    if (getenv("MIGRATE_TEST_ACCEPT") != NULL)
        ck_assert_msg(file_write(path, slice_of(actual), true, &err), "%s", err.message);
    ck_assert_msg(file_read(path, arena, &expected, &err), "%s", err.message);
    ck_assert_msg(slice_is(expected, actual), "%s: expected\n%s\nbut it was\n%s", path, expected.at,
                  actual);
}
