/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the editor of CREATE TABLE texts: what is found lies inside the text and in order, what is
 * added and taken away again leaves the bytes, what is taken away leaves a table. A violation
 * aborts.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "drivers/sqlite/table_text.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                  \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum { MOST_ITEMS = 64 }; /* of which each is tried, so that a long text costs no more */

/* NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_range(TextRange inner, TextRange outer)
{
    REQUIRE(inner.at <= inner.end);
    REQUIRE(inner.end == 0 || (inner.at >= outer.at && inner.end <= outer.end));
}

static void
check_ranges(const TableText *table)
{
    const TextRange all = {0, table->text.len};

    for (size_t i = 0; i < table->columns.len; i++) {
        const TableColumn *column = &table->columns.at[i];
        check_range(column->range, all);
        check_range(column->name, column->range);
        check_range(column->type, column->range);
        REQUIRE(column->first + column->count <= table->constraints);
    }
    for (size_t i = 0; i < table->parts.len; i++) {
        const TablePart *part = &table->parts.at[i];
        check_range(part->range, all);
        check_range(part->name, part->range);
        check_range(part->body, part->range);
        check_range(part->parent, part->range);
        check_range(part->parent_body, part->range);
        REQUIRE(part->range.at < part->range.end);
    }
    REQUIRE(table->items.len == table->columns.len + table->parts.len - table->constraints);
}

static void
check_additions(TableText *table, Slice text)
{
    const TextPatch column = {.text = SLICE("\"a new one\" INT DEFAULT ')'")};
    const TextPatch constraint = {.text = SLICE("CHECK (1)")};

    for (int i = NO_COLUMN; i < (int)table->columns.len && i < MOST_ITEMS; i++) {
        REQUIRE(table_text_add_column(table, i, &column));
        REQUIRE(table_text_remove_column(table, i + 1));
        REQUIRE(slice_equals(table->text, text));
    }
    REQUIRE(table_text_add_constraint(table, &constraint));
    check_ranges(table);
    REQUIRE(table_text_remove_part(table, VEC_LAST(&table->parts)));
    REQUIRE(slice_equals(table->text, text));
}

static void
check_removals(Slice text, Arena *arena)
{
    TableText table;

    for (size_t i = 0; i < MOST_ITEMS; i++) {
        REQUIRE(table_text_parse(&table, text, arena));
        if (i >= table.parts.len)
            break;
        const size_t columns = table.columns.len;
        const size_t parts = table.parts.len;
        REQUIRE(table_text_remove_part(&table, &table.parts.at[i]));
        /* what stood apart from its foreign key, or from a loose name, may come to it */
        REQUIRE(table.columns.len == columns && table.parts.len < parts);
        check_ranges(&table);
    }
    for (size_t i = 0; i < MOST_ITEMS; i++) {
        REQUIRE(table_text_parse(&table, text, arena));
        if (i >= table.columns.len || table.columns.len == 1)
            break;
        const size_t columns = table.columns.len;
        REQUIRE(table_text_remove_column(&table, (int)i));
        REQUIRE(table.columns.len == columns - 1);
        check_ranges(&table);
    }
}

int /* NOLINTNEXTLINE(readability-identifier-naming) */
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const Slice text = {size == 0 ? "" : (const char *)data, size};
    Arena arena = {0};
    TableText table;

    if (table_text_parse(&table, text, &arena)) {
        check_ranges(&table);
        (void)table_text_rowid(&table);
        check_additions(&table, text);
        check_removals(text, &arena);
    }
    arena_release(&arena);
    return 0;
}
