/* SPDX-License-Identifier: MIT */
/*
 * Output: how results and errors look: printable text, tables, durations, errors. What is printed
 * may come from a file or a database, so control characters never reach a terminal.
 */
#ifndef MIGRATE_CMD_OUTPUT_H
#define MIGRATE_CMD_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cmd/json.h"
#include "core/base/error.h"
#include "core/base/vec.h"
#include "drivers/driver.h"

/* SGR codes of a terminal. */
#define COLOUR_GOOD   "32"
#define COLOUR_WAIT   "33"
#define COLOUR_BAD    "31"
#define COLOUR_STRONG "1"
#define COLOUR_FAINT  "2"

/* `text` on one line: control characters and bytes that are not UTF-8 as '?', line ends as one
 * blank. */
const char *output_line(Arena *arena, const char *text);
/* The first line of a message, printable. */
const char *output_title(Arena *arena, const char *message);
/* "12 ms", "1.2 s", "3 min 20 s"; "" for what is unknown (negative). */
const char *output_duration(Arena *arena, int64_t milliseconds);
/* "2026-11-20 14:03:11" of "2026-11-20T14:03:11.123Z"; "" for NULL. */
const char *output_time(Arena *arena, const char *time);
/* The names with ", " between, printable; `none` for no names. */
const char *output_names(Arena *arena, const Names *names, const char *none);

/* "8f2c1e04a7b1 (upgrade stopped after statement 3 of 5)" */
const char *output_open(Arena *arena, const HistoryRow *row);

/* Every problem of the chain: place and message, excerpt, detail, SQLSTATE, hint. */
void output_error(const Error *err, FILE *stream, bool is_coloured);
/* The problems of the chain as an array of objects; ERR_NONE has none. */
void output_problems(Json *json, const char *key, const Error *err);
/* {"event":"error", …} on one line; `rows` is where the database stands, NULL if that is not said.
 */
void output_error_json(const Error *err, const Names *rows, FILE *stream);

/* A table: columns are as wide as their widest cell and two blanks apart. */
typedef struct TableCell {
    const char *text;
    const char *colour; /* NULL: none */
} TableCell;

typedef struct Table {
    Arena *arena;
    size_t columns;
    bool folds;           /* columns that are too wide stand below their row, and are not cut */
    VEC(TableCell) cells; /* row by row */
} Table;

/* NULL is an empty cell. */
void table_add(Table *table, const char *text);
void table_add_coloured(Table *table, const char *text, const char *colour);
/* `width`: lines are cut to it, 0: they are not. */
void table_print(const Table *table, FILE *stream, size_t width, bool is_coloured);

/* Columns of the terminal that `stream` is, 0 if it is none. */
size_t output_width(FILE *stream);

#endif
