/* SPDX-License-Identifier: MIT */
/* Where in its revision file a statement failed. */
#include <string.h>

#include "core/base/excerpt.h"
#include "core/base/mapping.h"
#include "drivers/driver.h"

/* A statement that was made: the piece of the file that the byte belongs to, else the operation. */
static void
locate_rendered(const Statement *statement, size_t offset, Error *err)
{
    const size_t within = sql_edit_source(&statement->edit, offset);

    for (size_t i = 0; i < statement->pieces.len; i++) {
        const StatementPiece *piece = &statement->pieces.at[i];
        const bool ends = within == piece->at + piece->len && within == statement->text.len;
        if (within < piece->at || (within >= piece->at + piece->len && !ends))
            continue;
        const Origin *origin = piece->from.origin;
        const size_t at = piece->from_at + within - piece->at;
        err->place = origin_place(origin, piece->from.text, at);
        err->excerpt =
            excerpt_lines(origin->source, origin_offset(origin, piece->from.text, at), err->arena);
        return;
    }
    err->place = statement->place;
    err->excerpt = excerpt_lines(statement->source, statement->source_offset, err->arena);
}

void
statement_locate(const Statement *statement, size_t offset, Error *err)
{
    const size_t within = sql_edit_source(&statement->edit, offset);
    Slice there = statement->text;

    if (statement->place.file == NULL)
        return;
    if (statement->is_rendered) {
        locate_rendered(statement, offset, err);
        return;
    }
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
    Trail trail = trail_begin(data, statement->is_mapped);
    size_t at = 0;

    if (line == 0 || statement->data_place.line == 0)
        return false;
    for (unsigned i = 1; i < line; i++) {
        const char *newline = memchr(data.at + at, '\n', data.len - at);
        if (newline == NULL)
            return false;
        at = (size_t)(newline - data.at) + 1;
        trail_follow(&trail, newline);
    }
    if (at >= data.len)
        return false;
    err->place = (Place){statement->data_place.file, statement->data_place.line + line - 1, 1};
    err->excerpt = excerpt_lines(data, at, err->arena);
    return true;
}
