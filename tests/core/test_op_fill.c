/* SPDX-License-Identifier: MIT */
#include "core/op_fill.h"

#include "core/op_shapes.h"
#include "core/shape.h"
#include "tests/support/operations.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

/* An operation, its was: as a database says it, and how that is written. "?…" is what is wrong. */
static const struct {
    const char *item;
    const char *was;
    const char *written;
} CASES[] = {
    {"drop_table: {name: t}",
     "{\"columns\": [{\"name\": \"a\", \"type\": \"string(3)\", \"nullable\": false, \"default\": "
     "\"1\"}], \"constraints\": [{\"name\": \"k\", \"type\": \"unique\", \"columns\": [\"a\"]}]}",
     "{columns: [{name: a, type: string(3), nullable: false, default: '1'}], constraints: [{name: "
     "k, type: unique, columns: [a]}]}"},
    {"drop_column: {table: t, column: a}", "{\"type\": \"raw(serial)\"}", "{type: raw(serial)}"},
    {"drop_column: {table: t, column: a}",
     "{\"type\": \"text\", \"default\": {\"sql\": \"lower('\\\"X\\\\')\"}}",
     "{type: text, default: {sql: 'lower(''\"X\\'')'}}"},
    {"drop_view: {name: v}", "{\"as\": \"SELECT 1,\\n  2\"}", "{as: \"SELECT 1,\\n  2\"}"},
    {"drop_function: {name: f}", "\"CREATE FUNCTION f\"", "{sql: CREATE FUNCTION f}"},
    {"drop_enum: {name: e}", "[\"a\", \"it's\"]", "[a, 'it''s']"},
    {"comment: {on: {table: t}, text: x}", "null", "null"},
    {"comment: {on: {table: t}, text: x}", "\"null\"", "'null'"},
    {"drop_sequence: {name: s}", "{\"start\": 5, \"max\": 9223372036854775807}",
     "{start: 5, max: 9223372036854775807}"},
    {"drop_column: {table: t, column: a}", "{\"type\": \"text\", \"colour\": \"red\"}",
     "?was: unknown key \"colour\""},
    {"drop_table: {name: t}", "[]", "?was: expected a map (table), not a list"},
    {"drop_view: {name: v}", "{",
     "?did not find expected node content while parsing a flow node (line 2)"},
};

START_TEST(what_a_database_says_is_read)
{
    const Operations ops =
        operations_parse(arena_format(&arena, "  - %s\n", CASES[_i].item), &arena);
    Operation op = ops.at[0];
    const ShapeKey *key =
        shape_find(op_shape_find(slice_of(OPERATION_NAMES[op.kind]))->shape, SLICE("was"));
    Error err = {.arena = &arena};
    Buf out = {.arena = &arena};

    if (op_fill_read(CASES[_i].was, &op, &arena, &err))
        ck_assert(shape_write_key(&out, key, &op));
    else
        buf_addf(&out, "?%s", err.message);
    ck_assert_str_eq(buf_text(&out), CASES[_i].written);
}
END_TEST

static void
tear_down(void)
{
    arena_release(&arena);
}

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_loop_test(tcase, what_a_database_says_is_read, 0, COUNT(CASES));
}

int
main(void)
{
    return suite_main("core/op_fill", add);
}
