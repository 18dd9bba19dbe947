/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/op_shapes.h"
#include "core/shape.h"
#include "tests/support/operations.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

/* As they are written again: every key that is read, in the order of the table. */
static const char *const ITEMS[] = {
    "create_table: {name: t, schema: s, columns: [{name: a, type: bigint, identity: always, "
    "primary_key: pk}, {name: b, type: 'decimal(12,2)', nullable: false, default: 0, unique: true}, "
    "{name: c, type: text, default: '5', collate: C, unique: u, check: {name: k, sql: c > d}, "
    "references: {table: x, schema: z, columns: [z], on_delete: cascade, on_update: set_null, "
    "match: full, name: fk, deferrable: true, initially: deferred}, comment: 'it''s'}, "
    "{name: d, type: integer, generated: a + 1, stored: true}, {name: e, type: boolean, default: "
    "true, check: {postgres: e, sqlite: e = 1}}, {name: f, type: timestamptz, default: now()}, "
    "{name: g, type: date, default: today()}, {name: h, type: uuid, default: uuid()}, {name: i, "
    "type: text, default: {sql: {postgres: now(), sqlite: CURRENT_TIMESTAMP}}}, {name: j, type: "
    "raw(inet), default: null}, {name: k, type: {postgres: inet, sqlite: TEXT}}, {name: l, type: "
    "'enum[a, b]', default: a}, {name: m, type: array(text), default: 'f()'}], constraints: "
    "[{type: unique, columns: [a, b], deferrable: false, nulls_not_distinct: true, include: [c]}, "
    "{name: ck, type: check, check: a > 0, not_valid: true, no_inherit: true}, {name: fk2, type: "
    "foreign_key, columns: [a], references: {table: x}, initially: immediate, comment: why}, "
    "{name: ex, type: exclude, exclude: {method: gist, elements: [{column: a, with: '=', opclass: "
    "o}, {expr: b + 1, with: '&&'}], where: a > 1}}], indexes: [{name: i1, columns: [{column: a, "
    "order: desc, nulls: last, collate: C, opclass: o}, {expr: lower(c)}], unique: true, "
    "nulls_not_distinct: true, method: gin, include: [b], where: a > 2, with: {fillfactor: '70'}, "
    "tablespace: ts, comment: x}], comment: all of it, options: {unlogged: true, partition_by: "
    "range (a), with: {fillfactor: '50'}, tablespace: ts}, if_not_exists: true}",
    "create_table: {name: t, columns: [{name: a, type: text, primary_key: true}], options: {strict: "
    "true, without_rowid: true}}",
    "drop_table: {name: t, was: {columns: [{name: a, type: text}]}, if_exists: true, cascade: true}",
    "rename_table: {from: a, to: b, schema: s}",
    "drop_column: {table: t, column: a, was: {type: string(5), nullable: false}}",
    "alter_column: {table: t, schema: s, column: a, type: bigint, nullable: false, default: null, "
    "identity: false, collate: C, comment: null, using: a + 1, down_using: a - 1, fill: '0', was: "
    "{type: integer, nullable: true, default: null, identity: true, collate: D, comment: x}, online: "
    "true}",
    "create_index: {name: i, table: t, columns: [{column: a}], if_not_exists: true, online: true}",
    "drop_index: {name: i, table: t, was: {table: t, columns: [{column: a}]}}",
    "rename_index: {from: a, to: b, table: t}",
    "add_constraint: {table: t, name: c, type: unique, columns: [a], using_index: i}",
    "drop_constraint: {table: t, match: {type: check, check: a > 0}, was: {type: check, check: a > "
    "0}}",
    "validate_constraint: {table: t, name: c}",
    "comment: {on: {table: t, column: c}, text: null, was: x}",
    "comment: {on: {table: t}, text: x, was: null}",
    "create_enum: {name: e, values: [a, 'no', '5']}",
    "drop_enum: {name: e, was: [a], cascade: true}",
    "add_enum_value: {enum: e, value: b, before: a}",
    "create_sequence: {name: s, type: bigint, start: -5, increment: 2, min: -10, max: 10, cache: 3, "
    "cycle: true, owned_by: t.a}",
    "alter_sequence: {name: s, start: 5, was: {start: 6}}",
    "create_view: {name: v, as: \"SELECT 1\\n  FROM t\", materialized: true, columns: [a], "
    "with_data: false, comment: x}",
    "drop_view: {name: v, was: {as: SELECT 1}}",
    "replace_function: {name: f, sql: CREATE x, arguments: 'integer, text', procedure: true, was: "
    "{sql: CREATE y}}",
    "drop_trigger: {name: f, table: t, was: {sql: {postgres: CREATE a, sqlite: CREATE b}}}",
    "create_extension: {name: x, schema: s, version: '1.2', if_not_exists: true, cascade: true}",
};

START_TEST(what_is_written_is_what_was_read)
{
    const char *colon = strchr(ITEMS[_i], ':');
    const Slice name = {ITEMS[_i], (size_t)(colon - ITEMS[_i])};
    const Operations ops = operations_parse(arena_format(&arena, "  - %s\n", ITEMS[_i]), &arena);
    Buf out = {.arena = &arena};

    shape_write(&out, op_shape_find(name)->shape, &ops.at[0]);
    ck_assert_str_eq(buf_text(&out), colon + 2);
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
    tcase_add_loop_test(tcase, what_is_written_is_what_was_read, 0, COUNT(ITEMS));
}

int
main(void)
{
    return suite_main("core/shape_write", add);
}
