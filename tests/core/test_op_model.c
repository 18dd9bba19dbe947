/* SPDX-License-Identifier: MIT */
#include "core/op_model.h"

#include "core/op_shapes.h"
#include "tests/support/operations.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

#define TABLE                                                                                        \
    "  - create_table:\n"                                                                            \
    "      name: t\n"                                                                                \
    "      columns:\n"                                                                               \
    "        - {name: id, type: bigint, identity: true, primary_key: t_pk}\n"                        \
    "        - {name: a, type: text, unique: t_a, check: {name: t_c, sql: a > ''}, comment: note}\n" \
    "        - {name: b, type: integer, default: 5, references: {table: u, name: t_fk, "             \
    "deferrable: true}}\n"                                                                           \
    "      constraints: [{name: t_ab, type: unique, columns: [a, b]}, {name: t_b, check: b > 0}]\n"  \
    "      indexes: [{name: t_i, columns: [b], where: a > ''}]\n"

/* What is below; the operation; its was. "?…" is why that is not known. */
static const struct {
    const char *below;
    const char *item;
    const char *was;
} CASES[] = {
    {TABLE, "drop_column: {table: t, column: b}",
     "{type: integer, default: 5, references: {table: u, name: t_fk, deferrable: true}}"},
    {TABLE, "drop_column: {table: t, column: z}", "?no operation below it has made that"},
    {TABLE, "drop_column: {table: t, schema: s, column: b}",
     "?no operation below it has made that"},
    {TABLE, "alter_column: {table: t, column: a, nullable: false, type: string(5)}",
     "{type: text, nullable: true}"},
    {TABLE, "alter_column: {table: t, column: id, nullable: true, default: 1, identity: false}",
     "{nullable: false, default: null, identity: true}"},
    {TABLE, "alter_column: {table: t, column: b, default: null, comment: x}",
     "{default: 5, comment: null}"},
    {TABLE, "alter_column: {table: t, column: a, collate: C}",
     "?the column had no collation of its own"},
    {TABLE "  - alter_column: {table: t, column: b, default: 6, comment: x, nullable: false}\n",
     "alter_column: {table: t, column: b, default: null, comment: null, nullable: true}",
     "{nullable: false, default: 6, comment: x}"},
    {TABLE, "drop_constraint: {table: t, name: t_ab}", "{type: unique, columns: [a, b]}"},
    {TABLE, "drop_constraint: {table: t, name: t_b}", "{type: check, check: b > 0}"},
    {TABLE, "drop_constraint: {table: t, name: t_a}", "{type: unique, columns: [a]}"},
    {TABLE, "drop_constraint: {table: t, name: t_pk}", "{type: primary_key, columns: [id]}"},
    {TABLE, "drop_constraint: {table: t, name: t_c}", "{type: check, check: 'a > '''''}"},
    {TABLE, "drop_constraint: {table: t, name: t_fk}",
     "{type: foreign_key, columns: [b], references: {table: u}, deferrable: true}"},
    {TABLE "  - drop_constraint: {table: t, name: t_a}\n", "drop_column: {table: t, column: a}",
     "{type: text, check: {name: t_c, sql: 'a > '''''}, comment: note}"},
    {TABLE "  - rename_constraint: {table: t, from: t_a, to: x}\n",
     "drop_constraint: {table: t, name: x}", "{type: unique, columns: [a]}"},
    {TABLE "  - rename_column: {table: t, from: b, to: c}\n",
     "drop_constraint: {table: t, name: t_ab}", "{type: unique, columns: [a, c]}"},
    {TABLE "  - rename_column: {table: t, from: b, to: c}\n",
     "drop_constraint: {table: t, name: t_b}", "?no operation below it has made that"},
    {TABLE "  - rename_column: {table: t, from: b, to: c}\n", "drop_index: {name: t_i}",
     "{table: t, columns: [{column: c}], where: 'a > '''''}"},
    {TABLE "  - rename_column: {table: t, from: a, to: c}\n", "drop_index: {name: t_i}",
     "?no operation below it has made that"},
    {TABLE "  - drop_column: {table: t, column: b}\n", "drop_constraint: {table: t, name: t_ab}",
     "?no operation below it has made that"},
    {TABLE "  - rename_index: {from: t_i, to: x}\n  - rename_table: {from: t, to: v}\n",
     "drop_index: {name: x}", "{table: v, columns: [{column: b}], where: 'a > '''''}"},
    {TABLE "  - drop_table: {name: t}\n", "drop_index: {name: t_i}",
     "?no operation below it has made that"},
    {"  - create_table: {name: t, columns: [{name: a, type: text}], options: {strict: true}}\n"
     "  - add_column: {table: t, column: {name: b, type: text}, position: first}\n"
     "  - add_column: {table: t, column: {name: c, type: text}, position: {after: b}}\n"
     "  - add_column: {table: t, column: {name: d, type: text}}\n"
     "  - add_constraint: {table: t, name: k, type: unique, columns: [a]}\n"
     "  - create_index: {name: i, table: t, columns: [a]}\n"
     "  - comment: {on: {table: t}, text: x}\n"
     "  - comment: {on: {table: t, column: d}, text: y}\n",
     "drop_table: {name: t}",
     "{columns: [{name: b, type: text}, {name: c, type: text}, {name: a, type: text}, {name: d, "
     "type: text, comment: 'y'}], constraints: [{name: k, type: unique, columns: [a]}], indexes: "
     "[{name: i, columns: [{column: a}]}], comment: x, options: {strict: true}}"},
    {TABLE, "comment: {on: {table: t}, text: x}", "null"},
    {TABLE, "comment: {on: {table: t, column: a}, text: x}", "note"},
    {TABLE, "comment: {on: {table: v}, text: x}", "?no operation below it has made that"},
    {"  - create_enum: {name: e, values: [b, d]}\n"
     "  - add_enum_value: {enum: e, value: a, before: b}\n"
     "  - add_enum_value: {enum: e, value: c, after: b}\n"
     "  - add_enum_value: {enum: e, value: e}\n"
     "  - rename_enum_value: {enum: e, from: d, to: D}\n"
     "  - add_enum_value: {enum: e, value: f}\n"
     "  - drop_enum_value: {enum: e, value: f}\n",
     "drop_enum: {name: e}", "[a, b, c, D, e]"},
    {"  - create_sequence: {name: s, start: 5, max: 9}\n"
     "  - alter_sequence: {name: s, increment: 2, was: {increment: 1}}\n",
     "drop_sequence: {name: s}", "{start: 5, increment: 2, max: 9}"},
    {"  - create_sequence: {name: s}\n", "alter_sequence: {name: s, min: 5}",
     "?the sequence was made without it"},
    {"  - create_view: {name: v, as: SELECT 1}\n"
     "  - replace_view: {name: v, as: SELECT 2, was: SELECT 1}\n",
     "replace_view: {name: v, as: SELECT 3}", "{as: SELECT 2}"},
    {"  - create_view: {name: v, as: SELECT t.a FROM t}\n" TABLE
     "  - rename_column: {table: t, from: a, to: c}\n",
     "drop_view: {name: v}", "?no operation below it has made that"},
    {"  - create_function: {name: f, arguments: integer, sql: CREATE a}\n"
     "  - create_function: {name: f, arguments: text, sql: CREATE b}\n",
     "drop_function: {name: f, arguments: text}", "{sql: CREATE b}"},
    {"  - create_trigger: {name: f, table: t, sql: CREATE a}\n"
     "  - create_trigger: {name: f, table: u, sql: CREATE b}\n"
     "  - drop_trigger: {name: f, table: u}\n",
     "replace_trigger: {name: f, table: t, sql: x}", "{sql: CREATE a}"},
    {"  - create_trigger: {name: f, table: t, sql: CREATE a}\n"
     "  - drop_trigger: {name: f, table: t}\n",
     "drop_trigger: {name: f, table: t}", "?no operation below it has made that"},
};

START_TEST(what_was_is_known_from_the_operations_below)
{
    const Operations below = operations_parse(CASES[_i].below, &arena);
    const Operations ops =
        operations_parse(arena_format(&arena, "  - %s\n", CASES[_i].item), &arena);
    Operation op = ops.at[0];
    const ShapeKey *key =
        shape_find(op_shape_find(slice_of(OPERATION_NAMES[op.kind]))->shape, SLICE("was"));
    Buf out = {.arena = &arena};
    OpModel model;

    op_model_init(&model, &arena);
    for (size_t i = 0; i < below.len; i++)
        op_model_play(&model, &below.at[i]);
    const char *problem = op_model_fill(&model, &op);
    if (problem != NULL)
        buf_addf(&out, "?%s", problem);
    else
        ck_assert(shape_write_key(&out, key, &op));
    ck_assert_str_eq(buf_text(&out), CASES[_i].was);
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
    tcase_add_loop_test(tcase, what_was_is_known_from_the_operations_below, 0, COUNT(CASES));
}

int
main(void)
{
    return suite_main("core/op_model", add);
}
