/* SPDX-License-Identifier: MIT */
#include "cmd/output.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/text.h"
#include "core/base/url.h"

/* The C0 controls and DEL; `next` tells a C1 control, which UTF-8 writes as C2 80 to C2 9F. */
static bool
is_control(unsigned char c, unsigned char next)
{
    return c < 0x20 || c == 0x7f || (c == 0xc2 && next >= 0x80 && next < 0xa0);
}

/* What is written for a byte: itself, a blank for a line end, '?' for a control, '\0' for none. */
static char
shown_as(unsigned char c, unsigned char next, bool keeps_lines)
{
    const bool is_kept = c == '\t' || (c == '\n' && keeps_lines);

    if (c == '\r' && next == '\n')
        return '\0';
    if (!is_kept && (c == '\n' || c == '\r'))
        return ' ';
    return !is_kept && is_control(c, next) ? '?' : (char)c;
}

/* Adds what is printable of valid UTF-8; '\n' is kept where keeps_lines. */
static void
add_printable(Buf *out, Slice text, bool keeps_lines)
{
    for (size_t i = 0; i < text.len; i++) {
        const unsigned char c = (unsigned char)text.at[i];
        const unsigned char next = i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0;
        const char shown = shown_as(c, next, keeps_lines);

        if (shown != '\0')
            buf_add_char(out, shown);
        i += shown == '?' && c == 0xc2; /* a C1 control is two bytes */
    }
}

static const char *
printable(Arena *arena, const char *text, bool keeps_lines)
{
    Buf out = {.arena = arena};
    Slice rest = slice_of(text);

    while (rest.len > 0) {
        const size_t valid = utf8_check(rest);
        add_printable(&out, (Slice){rest.at, valid}, keeps_lines);
        rest = slice_after(rest, valid);
        if (rest.len > 0) {
            buf_add_char(&out, '?');
            rest = slice_after(rest, 1);
        }
    }
    return buf_text(&out);
}

const char *
output_line(Arena *arena, const char *text)
{
    return printable(arena, text, false);
}

const char *
output_title(Arena *arena, const char *message)
{
    Slice rest;
    const Slice first = slice_cut(slice_trim(slice_of(message)), '\n', &rest);

    return printable(arena, arena_copy(arena, slice_trim(first)), false);
}

const char *
output_duration(Arena *arena, int64_t milliseconds)
{
    if (milliseconds < 0)
        return "";
    if (milliseconds < 1000)
        return arena_format(arena, "%" PRId64 " ms", milliseconds);
    if (milliseconds < INT64_C(60000))
        return arena_format(arena, "%" PRId64 ".%" PRId64 " s", milliseconds / 1000,
                            milliseconds % 1000 / 100);
    return arena_format(arena, "%" PRId64 " min %" PRId64 " s", milliseconds / 60000,
                        milliseconds % 60000 / 1000);
}

const char *
output_time(Arena *arena, const char *time)
{
    enum { DATE = 10, SECONDS = 19 };

    if (time == NULL)
        return "";
    if (strlen(time) < SECONDS)
        return time;
    return arena_format(arena, "%.*s %.*s", (int)DATE, time, (int)(SECONDS - DATE - 1),
                        time + DATE + 1);
}

const char *
output_names(Arena *arena, const Names *names, const char *none)
{
    return names->len == 0 ? none : output_line(arena, names_join(arena, names, ", "));
}

const char *
output_open(Arena *arena, const HistoryRow *row)
{
    return arena_format(arena, "%s (%s stopped after statement %zu of %zu)",
                        output_line(arena, row->revision), output_line(arena, row->direction),
                        row->done, row->total);
}

static void
print_coloured(FILE *stream, const char *text, const char *colour, bool is_coloured)
{
    if (is_coloured && colour != NULL)
        fprintf(stream, "\033[%sm%s\033[0m", colour, text);
    else
        fputs(text, stream);
}

static void
print_place(const Error *err, FILE *stream)
{
    if (err->place.file == NULL)
        return;
    fputs(printable(err->arena, err->place.file, false), stream);
    if (err->place.line > 0)
        fprintf(stream, ":%u", err->place.line);
    if (err->place.line > 0 && err->place.column > 0)
        fprintf(stream, ":%u", err->place.column);
    fputs(": ", stream);
}

/* Each line of `text` with two blanks before it. */
static void
print_lines(const Error *err, const char *text, FILE *stream)
{
    Slice rest = slice_of(text);

    while (rest.at != NULL && rest.len > 0) {
        const Slice line = slice_cut(rest, '\n', &rest);
        fprintf(stream, "  %s\n", printable(err->arena, arena_copy(err->arena, line), false));
    }
}

static void
print_problem(const Error *err, FILE *stream, bool is_coloured)
{
    print_place(err, stream);
    print_coloured(stream, "error: ", COLOUR_BAD, is_coloured);
    fprintf(stream, "%s\n",
            printable(err->arena, url_redact_message(err->message, err->arena), true));
    if (err->excerpt != NULL)
        print_lines(err, err->excerpt, stream);
    if (err->detail != NULL)
        print_lines(err, url_redact_message(err->detail, err->arena), stream);
    if (err->sqlstate[0] != '\0')
        fprintf(stream, "  SQLSTATE %s\n", err->sqlstate);
    if (err->hint != NULL) {
        print_coloured(stream, "hint: ", COLOUR_STRONG, is_coloured);
        fprintf(stream, "%s\n", printable(err->arena, err->hint, true));
    }
}

void
output_error(const Error *err, FILE *stream, bool is_coloured)
{
    for (; err != NULL; err = err->next)
        print_problem(err, stream, is_coloured);
}

static void
add_problem(Json *json, const Error *err)
{
    json_object(json, NULL);
    json_text(json, "message", url_redact_message(err->message, err->arena));
    if (err->place.file != NULL) {
        json_text(json, "file", err->place.file);
        json_number(json, "line", err->place.line);
        json_number(json, "column", err->place.column);
    }
    if (err->detail != NULL)
        json_text(json, "detail", url_redact_message(err->detail, err->arena));
    if (err->sqlstate[0] != '\0')
        json_text(json, "sqlstate", err->sqlstate);
    if (err->hint != NULL)
        json_text(json, "hint", err->hint);
    json_object_end(json);
}

void
output_problems(Json *json, const char *key, const Error *err)
{
    json_array(json, key);
    for (; err != NULL && err->code != ERR_NONE; err = err->next)
        add_problem(json, err);
    json_array_end(json);
}

void
output_error_json(const Error *err, const Names *rows, FILE *stream)
{
    Json json = {.stream = stream};

    json_object(&json, NULL);
    json_text(&json, "event", "error");
    json_number(&json, "format", JSON_FORMAT);
    json_number(&json, "exit_status", error_exit_status(err->code));
    output_problems(&json, "errors", err);
    if (rows != NULL)
        json_names(&json, "rows", rows);
    json_object_end(&json);
    json_end(&json);
}

void
table_add(Table *table, const char *text)
{
    table_add_coloured(table, text, NULL);
}

void
table_add_coloured(Table *table, const char *text, const char *colour)
{
    const char *line = text == NULL ? "" : output_line(table->arena, text);

    *VEC_ADD(table->arena, &table->cells) = (TableCell){line, colour};
}

/* The cell and, but behind the last one of its line, blanks up to the next column. */
static size_t
print_cell(const TableCell *cell, size_t pad, size_t room, FILE *stream, bool is_coloured)
{
    const Slice text = slice_of(cell->text);
    const size_t bytes = utf8_offset(text, room);
    const char *colour = is_coloured ? cell->colour : NULL;

    if (colour != NULL)
        fprintf(stream, "\033[%sm", colour);
    fwrite(text.at, 1, bytes, stream);
    if (colour != NULL)
        fputs("\033[0m", stream);
    fprintf(stream, "%*s", (int)pad, "");
    return utf8_count((Slice){text.at, bytes}) + pad;
}

/* The first `columns` of a row, and behind them the end of its line. */
static void
print_table_row(const TableCell *row, size_t columns, const size_t *widths, size_t width,
                FILE *stream, bool is_coloured)
{
    size_t used = 0;
    size_t last = columns;

    while (last > 0 && row[last - 1].text[0] == '\0')
        last--;
    for (size_t i = 0; i < last; i++) {
        const size_t room = width == 0 ? SIZE_MAX : width - used;
        const size_t length = utf8_count(slice_of(row[i].text));
        size_t pad = i + 1 < last ? widths[i] - length + 2 : 0;

        if (room <= length)
            pad = 0;
        else if (pad > room - length)
            pad = room - length;
        used += print_cell(&row[i], pad, room, stream, is_coloured);
    }
    fputc('\n', stream);
}

/* Columns that stand beside each other: all of them, unless the table folds. */
static size_t
columns_beside(const Table *table, const size_t *widths, size_t width)
{
    size_t end = 0;

    for (size_t i = 0; i < table->columns && table->folds && width > 0; i++) {
        end += widths[i];
        if (end > width)
            return i == 0 ? 1 : i;
        end += widths[i] > 0 ? 2 : 0;
    }
    return table->columns;
}

void
table_print(const Table *table, FILE *stream, size_t width, bool is_coloured)
{
    enum { INDENT = 6 };
    size_t *widths = ARENA_ARRAY(table->arena, size_t, table->columns);

    assert(table->cells.len % table->columns == 0);
    for (size_t i = 0; i < table->cells.len; i++) {
        const size_t length = utf8_count(slice_of(table->cells.at[i].text));
        if (length > widths[i % table->columns])
            widths[i % table->columns] = length;
    }
    const size_t beside = columns_beside(table, widths, width);
    for (size_t i = 0; i < table->cells.len; i += table->columns) {
        const TableCell *row = table->cells.at + i;
        print_table_row(row, beside, widths, table->folds ? 0 : width, stream, is_coloured);
        for (size_t j = beside; j < table->columns; j++) {
            if (row[j].text[0] == '\0')
                continue;
            fprintf(stream, "%*s", INDENT, "");
            print_table_row(row + j, 1, widths + j, 0, stream, is_coloured);
        }
    }
}

size_t
output_width(FILE *stream)
{
    struct winsize size;
    const int handle = fileno(stream);

    if (handle < 0 || !isatty(handle))
        return 0;
    return ioctl(handle, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
