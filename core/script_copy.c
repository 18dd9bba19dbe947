/* SPDX-License-Identifier: MIT */
#include "core/script_copy.h"

#include <string.h>

static const char BOM[] = "\xEF\xBB\xBF";

/* Behind the rows only the end marker of COPY may stand, and nothing behind that. */
static bool
cut_rows(Statement *statement, Error *err)
{
    unsigned line = 0;
    const size_t end = sql_data_end(statement->data, statement->is_mapped, &line);
    const Slice rest = slice_after(statement->data, end);

    if (rest.len > 0 && slice_trim(rest).len > 2) {
        const Place place = {statement->data_place.file, statement->data_place.line + line - 1, 1};
        error_add_at(err, ERR_REVISION, place, "the line \"\\.\" would end the rows here");
        return error_hint(err, "PostgreSQL takes it for the end even between quotes");
    }
    statement->data.len = end;
    return true;
}

/* PostgreSQL before 15 knows a header in CSV only: that of a text file is left out here. */
static void
cut_header(const SqlCopy *copy, Statement *statement)
{
    const Slice data = statement->data;

    if (copy->is_csv || !copy->has_header || data.len == 0)
        return;
    const char *newline = memchr(data.at, '\n', data.len);
    statement->data =
        slice_after(data, newline == NULL ? data.len : (size_t)(newline - data.at) + 1);
    statement->data_place.line++;
}

bool
script_copy(const Dialect *dialect, const Revision *revision, const RevisionText *text,
            size_t index, Arena *arena, Statement *statement, Error *err)
{
    const RevisionCopy *copy = &revision->copies.at[index];
    const FileText *file = &text->files[index];
    const bool has_bom = slice_starts_with(file->text, BOM);

    *statement = (Statement){.role = STATEMENT_USER,
                             .place = {revision->file, copy->line, 1},
                             .source = text->text,
                             .source_offset = copy->offset,
                             .is_rendered = true,
                             .copy = &copy->copy,
                             .data = slice_after(file->text, has_bom ? sizeof BOM - 1 : 0),
                             .data_place = {copy->path, 1, 1},
                             .is_mapped = file->is_mapped};
    if (dialect->copy == NULL)
        return error_add_at(err, ERR_REVISION, statement->place,
                            "\"-- migrate:copy\" is not known for %s", dialect->name);
    if (dialect->lexer != SQL_POSTGRES && copy->copy.encoding != NULL)
        return error_add_at(err, ERR_REVISION, statement->place,
                            "only PostgreSQL converts encodings: for %s the file must be UTF-8",
                            dialect->name);
    statement->text = slice_of(dialect->copy(&copy->copy, arena, &statement->facts));
    if (!cut_rows(statement, err))
        return false;
    if ((statement->facts & SQL_COPY_FROM_STDIN) != 0)
        cut_header(&copy->copy, statement);
    return true;
}

bool
script_copy_print(const Dialect *dialect, const Statement *statement, Sink *sink, Error *err)
{
    Buf *const out = &sink->text;
    Arena of_row = {0};
    SqlRows rows;

    sql_rows_init(&rows, statement->copy, statement->data, statement->is_mapped, &of_row);
    for (; sql_rows_next(&rows); sink_pass(sink)) {
        buf_add_slice(out, statement->text);
        for (size_t i = 0; i < rows.fields.len; i++) {
            const SqlField *field = &rows.fields.at[i];
            buf_add(out, i == 0 ? " (" : ", ");
            if (field->is_null)
                buf_add(out, "NULL");
            else
                dialect->quote_line(out, field->text);
        }
        buf_add(out, ");\n");
    }
    const Place place = {statement->data_place.file, statement->data_place.line + rows.line - 1, 1};
    arena_release(&of_row);
    return rows.error == NULL || error_add_at(err, ERR_REVISION, place, "%s", rows.error);
}
