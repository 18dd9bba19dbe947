/* SPDX-License-Identifier: MIT */
/* Where in its revision file a statement failed. */
#include <string.h>

#include "core/base/excerpt.h"
#include "drivers/driver.h"

void
statement_locate(const Statement *statement, size_t offset, Error *err)
{
    const size_t within = sql_edit_source(&statement->edit, offset);
    Slice there = statement->text;

    if (statement->place.file == NULL)
        return;
    if (statement->source.at == NULL) {
        err->excerpt = excerpt_lines(there, within, err->arena);
    } else {
        there = slice_after(statement->source, statement->source_offset);
        err->excerpt =
            excerpt_lines(statement->source, statement->source_offset + within, err->arena);
    }
    /* counted from the statement on: what is above it may be large */
    err->place = excerpt_place(there, statement->place, within);
}

bool
statement_locate_row(const Statement *statement, unsigned line, Error *err)
{
    const Slice data = statement->data;
    size_t at = 0;

    if (line == 0 || statement->data_place.line == 0)
        return false;
    for (unsigned i = 1; i < line; i++) {
        const char *newline = memchr(data.at + at, '\n', data.len - at);
        if (newline == NULL)
            return false;
        at = (size_t)(newline - data.at) + 1;
    }
    if (at >= data.len)
        return false;
    err->place = (Place){statement->data_place.file, statement->data_place.line + line - 1, 1};
    err->excerpt = excerpt_lines(data, at, err->arena);
    return true;
}
