/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/op.h"
#include "tests/support/operations.h"
#include "tests/support/problems.h"
#include "tests/support/suite.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static Arena arena;

static const char *const DIALECTS[] = {"postgres", "sqlite"};

/* Operations that have an inverse, and its kind. */
static const struct {
    const char *item;
    OperationKind inverse;
} PAIRS[] = {
    {"create_table: {name: t, columns: [{name: a, type: text}]}", OP_DROP_TABLE},
    {"drop_table: {name: t, was: {columns: [{name: a, type: text}]}}", OP_CREATE_TABLE},
    {"rename_table: {from: a, to: b}", OP_RENAME_TABLE},
    {"add_column: {table: t, column: {name: a, type: text}, fill: '1'}", OP_DROP_COLUMN},
    {"drop_column: {table: t, column: a, was: {type: text}}", OP_ADD_COLUMN},
    {"alter_column: {table: t, column: a, type: bigint, nullable: true, default: 5, using: a + 1,\n"
     "       was: {type: integer, nullable: false, default: null}, down_using: a - 1}",
     OP_ALTER_COLUMN},
    {"alter_column: {table: t, column: a, comment: null, identity: always, collate: x,\n"
     "       was: {comment: x, identity: false, collate: y}}",
     OP_ALTER_COLUMN},
    {"rename_column: {table: t, from: a, to: b}", OP_RENAME_COLUMN},
    {"create_index: {name: i, table: t, columns: [a]}", OP_DROP_INDEX},
    {"drop_index: {name: i, was: {table: t, columns: [a]}}", OP_CREATE_INDEX},
    {"rename_index: {from: a, to: b}", OP_RENAME_INDEX},
    {"add_constraint: {name: c, table: t, type: unique, columns: [a]}", OP_DROP_CONSTRAINT},
    {"add_check: {name: c, table: t, check: a > 0}", OP_DROP_CONSTRAINT},
    {"drop_constraint: {name: c, table: t, was: {check: a > 0}}", OP_ADD_CONSTRAINT},
    {"rename_constraint: {table: t, from: a, to: b}", OP_RENAME_CONSTRAINT},
    {"comment: {on: {table: t, column: a}, text: x, was: null}", OP_COMMENT},
    {"insert: {table: t, rows: [{a: 1}], key: [a]}", OP_DELETE_ROWS},
    {"delete_rows: {table: t, rows: [{a: 1}], key: [a]}", OP_INSERT},
    {"sql: {up: a, down: b}", OP_SQL},
    {"sql: {up: [a, b], down: [c]}", OP_SQL},
    {"sql: {postgres: {up: a, down: b}, sqlite: {up: c, down: d}}", OP_SQL},
    {"create_enum: {name: e, values: [a]}", OP_DROP_ENUM},
    {"drop_enum: {name: e, was: [a]}", OP_CREATE_ENUM},
    {"rename_enum_value: {enum: e, from: a, to: b}", OP_RENAME_ENUM_VALUE},
    {"create_sequence: {name: s, start: 5}", OP_DROP_SEQUENCE},
    {"alter_sequence: {name: s, start: 5, was: {start: 6}}", OP_ALTER_SEQUENCE},
    {"drop_sequence: {name: s, was: {start: 6}}", OP_CREATE_SEQUENCE},
    {"create_view: {name: v, as: SELECT 1}", OP_DROP_VIEW},
    {"replace_view: {name: v, as: SELECT 1, was: SELECT 2}", OP_REPLACE_VIEW},
    {"drop_view: {name: v, was: {as: SELECT 2}}", OP_CREATE_VIEW},
    {"create_function: {name: f, sql: CREATE x}", OP_DROP_FUNCTION},
    {"replace_function: {name: f, sql: CREATE x, was: CREATE y}", OP_REPLACE_FUNCTION},
    {"drop_function: {name: f, was: CREATE y}", OP_CREATE_FUNCTION},
    {"create_trigger: {name: f, table: t, sql: CREATE x}", OP_DROP_TRIGGER},
    {"replace_trigger: {name: f, table: t, sql: CREATE x, was: CREATE y}", OP_REPLACE_TRIGGER},
    {"drop_trigger: {name: f, table: t, was: CREATE y}", OP_CREATE_TRIGGER},
    {"create_schema: {name: s}", OP_DROP_SCHEMA},
    {"drop_schema: {name: s}", OP_CREATE_SCHEMA},
    {"create_extension: {name: x}", OP_DROP_EXTENSION},
    {"drop_extension: {name: x}", OP_CREATE_EXTENSION},
};

static Operation
inverse_of(const Operation *op, const char *dialect)
{
    Operations inverses = {0};
    Error err = {.arena = &arena};
    const bool is_ok = op_invert(op, dialect, &arena, &inverses, &err);

    ck_assert_msg(is_ok, "%s", problems_text(&err, &arena));
    ck_assert_uint_eq(inverses.len, 1);
    return inverses.at[0];
}

static void
assert_same_text(OpText a, OpText b)
{
    ck_assert_ptr_eq(a.text.at, b.text.at);
    ck_assert_uint_eq(a.text.len, b.text.len);
}

static void
assert_same_expression(const OpExpression *a, const OpExpression *b)
{
    assert_same_text(a->all, b->all);
    assert_same_text(a->postgres, b->postgres);
    assert_same_text(a->sqlite, b->sqlite);
}

static void
assert_same_column(const OpColumn *a, const OpColumn *b)
{
    ck_assert_int_eq((int)a->type.kind, (int)b->type.kind);
    ck_assert_int_eq((int)a->nullable, (int)b->nullable);
    ck_assert_int_eq((int)a->default_value.kind, (int)b->default_value.kind);
    assert_same_text(a->default_value.text, b->default_value.text);
    ck_assert_int_eq((int)a->identity, (int)b->identity);
    ck_assert_ptr_eq(a->collate, b->collate);
    assert_same_text(a->comment, b->comment);
    ck_assert_int_eq(a->drops_comment, b->drops_comment);
    ck_assert_str_eq(a->name, b->name);
}

static void
assert_same_parts(const Operation *a, const Operation *b)
{
    const OpSql *sql = b->sql;

    if (a->kind == OP_ALTER_COLUMN)
        assert_same_column(a->column, b->column);
    else
        ck_assert_ptr_eq(a->column, b->column);
    for (const OpSql *at = a->sql; at != NULL; at = at->next, sql = sql->next) {
        ck_assert_ptr_nonnull(sql);
        assert_same_expression(&at->up, &sql->up);
        assert_same_expression(&at->down, &sql->down);
    }
    if (a->kind == OP_ALTER_SEQUENCE)
        ck_assert_str_eq(a->sequence->start, b->sequence->start);
    else
        ck_assert_ptr_eq(a->sequence, b->sequence);
}

static void
assert_same(const Operation *a, const Operation *b)
{
    ck_assert_int_eq((int)a->kind, (int)b->kind);
    ck_assert_pstr_eq(a->table, b->table);
    ck_assert_pstr_eq(a->name, b->name);
    ck_assert_pstr_eq(a->from, b->from);
    ck_assert_pstr_eq(a->to, b->to);
    ck_assert_ptr_eq(a->create, b->create);
    ck_assert_ptr_eq(a->was_table, b->was_table);
    ck_assert_ptr_eq(a->create_index, b->create_index);
    ck_assert_ptr_eq(a->constraint, b->constraint);
    ck_assert_ptr_eq(a->rows, b->rows);
    ck_assert_ptr_eq(a->values.at, b->values.at);
    /* of a dropped one only its kind is there: then what was counts */
    ck_assert_ptr_eq(a->was_view != NULL ? a->was_view : a->view,
                     a->was_view != NULL ? b->was_view : b->view);
    ck_assert_ptr_eq(a->was_routine != NULL ? a->was_routine : a->routine,
                     a->was_routine != NULL ? b->was_routine : b->routine);
    assert_same_text(a->comment, b->comment);
    assert_same_text(a->was_comment, b->was_comment);
    assert_same_expression(&a->using_expression, &b->using_expression);
    assert_same_expression(&a->down_using, &b->down_using);
    assert_same_expression(&a->fill, &b->fill);
    assert_same_parts(a, b);
}

START_TEST(the_inverse_of_an_inverse_is_the_operation)
{
    const Operations ops =
        operations_parse(arena_format(&arena, "  - %s\n", PAIRS[_i].item), &arena);

    for (size_t i = 0; i < COUNT(DIALECTS); i++) {
        const Operation inverse = inverse_of(&ops.at[0], DIALECTS[i]);
        ck_assert_int_eq((int)inverse.kind, (int)PAIRS[_i].inverse);
        const Operation again = inverse_of(&inverse, DIALECTS[i]);
        assert_same(&ops.at[0], &again);
    }
}
END_TEST

/* Items without an inverse, and what is said; for postgres. */
static const struct {
    const char *item;
    const char *problem;
} REFUSED[] = {
    {"drop_table: {name: t}",
     "operations[0].drop_table: it cannot be reversed: drop_table has no was:\n"
     "hint: write was: (\"migrate revision fill\" finds it out), or down:\n"},
    {"drop_column: {table: t, column: a}",
     "operations[0].drop_column: it cannot be reversed: drop_column has no was:\n"
     "hint: write was: (\"migrate revision fill\" finds it out), or down:\n"},
    {"alter_column: {table: t, column: a, nullable: true}",
     "operations[0].alter_column: it cannot be reversed: alter_column has no was:\n"
     "hint: write was: (\"migrate revision fill\" finds it out), or down:\n"},
    {"alter_column: {table: t, column: a, nullable: true, type: text, was: {type: bigint}}",
     "operations[0].alter_column: it cannot be reversed: alter_column changes nullable, and its "
     "was: does not say what that was before\n"
     "hint: write was: (\"migrate revision fill\" finds it out), or down:\n"},
    {"drop_index: {name: i, was: {columns: [a]}}",
     "operations[0].drop_index: it cannot be reversed: drop_index has no table:\n"
     "hint: write table: with the index's table\n"},
    {"add_unique: {table: t, name: c, using_index: i}",
     "operations[0].add_unique: it cannot be reversed: the index of using_index would go with its "
     "constraint\nhint: write down:; \"down: []\" if there is nothing to do\n"},
    {"insert: {table: t, rows: [{a: 1}]}",
     "operations[0].insert: it cannot be reversed: insert has no key:\n"
     "hint: write key: with the columns that tell the rows, or down:\n"},
    {"sql: SELECT 1", "operations[0].sql: it cannot be reversed: sql has no down:\n"
                      "hint: write {up: SQL, down: SQL}, or down: beside it; \"down: []\" if "
                      "there is nothing to do\n"},
    {"add_enum_value: {enum: e, value: a}",
     "operations[0].add_enum_value: it cannot be reversed: add_enum_value has no inverse\n"
     "hint: write down: with a drop_enum_value, or \"down: []\" to leave it\n"},
    {"backfill: {table: t, set: {a: '1'}}",
     "operations[0].backfill: it cannot be reversed: backfill has no inverse\n"
     "hint: write down:; \"down: []\" if there is nothing to do\n"},
    {"drop_schema: {name: s, cascade: true}",
     "operations[0].drop_schema: it cannot be reversed: drop_schema with cascade has no inverse\n"
     "hint: write down:; \"down: []\" if there is nothing to do\n"},
    {"alter_sequence: {name: s, start: 5, was: {min: 1}}",
     "operations[0].alter_sequence: it cannot be reversed: alter_sequence changes what its was: "
     "does not have\nhint: write was: (\"migrate revision fill\" finds it out), or down:\n"},
};

static const char *
selected(const char *items, Direction direction, const char *dialect)
{
    const OpBody body = operations_body(items, &arena);
    Operations ops = {0};
    Error err = {.arena = &arena};
    Buf text = {.arena = &arena};

    if (!op_select(&body, direction, dialect, &arena, &ops, &err))
        return problems_text(&err, &arena);
    for (size_t i = 0; i < ops.len; i++)
        buf_addf(&text, "%s%s", i > 0 ? " " : "", OPERATION_NAMES[ops.at[i].kind]);
    return buf_text(&text);
}

START_TEST(a_value_that_is_dropped_is_added_again_where_it_stood)
{
    const Operations ops =
        operations_parse("- drop_enum_value: {enum: e, value: a, instead: c, before: b}\n", &arena);
    const Operation inverse = inverse_of(&ops.at[0], "postgres");

    ck_assert(op_loses_data(&ops.at[0]));
    ck_assert_int_eq(inverse.kind, OP_ADD_ENUM_VALUE);
    ck_assert_str_eq(inverse.name, "e");
    ck_assert_str_eq(inverse.value, "a");
    ck_assert_str_eq(inverse.before_value, "b");
}
END_TEST

START_TEST(what_has_no_inverse_says_what_to_write)
{
    const char *items = arena_format(&arena, "  - %s\n", REFUSED[_i].item);

    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "postgres"),
                     arena_format(&arena, "a.yaml:4:5: error: %s", REFUSED[_i].problem));
}
END_TEST

START_TEST(every_operation_that_drops_says_what_it_lacks)
{
    static const char *const ITEMS[] = {
        "drop_index: {name: i}",
        "drop_constraint: {table: t, name: c}",
        "comment: {on: {table: t}, text: x}",
        "drop_enum: {name: e}",
        "alter_sequence: {name: s, start: 1}",
        "drop_sequence: {name: s}",
        "replace_view: {name: v, as: SELECT 1}",
        "drop_view: {name: v}",
        "replace_function: {name: f, sql: x}",
        "drop_function: {name: f}",
        "replace_trigger: {name: f, table: t, sql: x}",
        "drop_trigger: {name: f, table: t}",
    };

    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        const Operations ops = operations_parse(arena_format(&arena, "  - %s\n", ITEMS[i]), &arena);
        const char *name = OPERATION_NAMES[ops.at[0].kind];
        ck_assert_str_eq(op_problem(&ops.at[0], DIRECTION_DOWNGRADE, "sqlite", &arena),
                         arena_format(&arena, "%s has no was:", name));
        ck_assert_ptr_null(op_problem(&ops.at[0], DIRECTION_UPGRADE, "sqlite", &arena));
    }
}
END_TEST

static const char TWO[] = "  - create_table: {name: t, columns: [{name: a, type: text}]}\n"
                          "  - create_index: {name: i, table: t, columns: [a]}\n"
                          "    only: sqlite\n";

START_TEST(a_downgrade_goes_backwards_through_what_applies)
{
    ck_assert_str_eq(selected(TWO, DIRECTION_UPGRADE, "sqlite"), "create_table create_index");
    ck_assert_str_eq(selected(TWO, DIRECTION_UPGRADE, "postgres"), "create_table");
    ck_assert_str_eq(selected(TWO, DIRECTION_DOWNGRADE, "sqlite"), "drop_index drop_table");
    ck_assert_str_eq(selected(TWO, DIRECTION_DOWNGRADE, "postgres"), "drop_table");
}
END_TEST

START_TEST(a_down_of_an_operation_or_of_the_revision_wins)
{
    const char *items = "  - drop_table: {name: t}\n"
                        "    down:\n"
                        "      - sql: a\n"
                        "      - {sql: b, only: sqlite}\n"
                        "  - drop_table: {name: u}\n"
                        "    down: []\n"
                        "  - drop_table: {name: v}\n"
                        "    down: CREATE TABLE v (a int)\n";

    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "postgres"), "sql sql");
    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "sqlite"), "sql sql sql");
    items = arena_format(&arena, "%sdown: [{drop_table: {name: x}}, {sql: b}]\n", items);
    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "postgres"), "drop_table sql");
    ck_assert_str_eq(selected("  []\ndown: []\n", DIRECTION_DOWNGRADE, "postgres"), "");
    ck_assert_str_eq(
        selected("  - drop_table: {name: t}\ndown: SELECT 1\n", DIRECTION_DOWNGRADE, "postgres"),
        "sql");
}
END_TEST

START_TEST(what_was_there_before_is_not_dropped)
{
    const char *items = "  - create_schema: {name: s, if_not_exists: true}\n"
                        "  - create_extension: {name: x, if_not_exists: true}\n"
                        "  - validate_constraint: {table: t, name: c}\n"
                        "  - sql: {sqlite: skip, postgres: {up: a, down: b}}\n";

    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "sqlite"), "");
    ck_assert_str_eq(selected(items, DIRECTION_DOWNGRADE, "postgres"), "sql");
}
END_TEST

START_TEST(what_loses_data_is_refused)
{
    const char *refused = "a.yaml:4:5: error: operations[0].drop_table: it loses data\n"
                          "hint: write \"destructive: true\" at the top of the file if that is "
                          "meant, \"loss: none\" beside the operation if it does not\n";

    ck_assert_str_eq(selected("  - drop_table: {name: t}\n", DIRECTION_UPGRADE, "sqlite"), refused);
    ck_assert_str_eq(
        selected("  - drop_table: {name: t}\n    loss: none\n", DIRECTION_UPGRADE, "sqlite"),
        "drop_table");
    ck_assert_str_eq(
        selected("  - drop_table: {name: t}\ndestructive: true\n", DIRECTION_UPGRADE, "sqlite"),
        "drop_table");
    ck_assert_str_eq(
        selected("  - drop_table: {name: t}\n    only: postgres\n", DIRECTION_UPGRADE, "sqlite"),
        "");
    ck_assert_str_eq(selected("  - sql: SELECT 1\n    loss: data\n", DIRECTION_UPGRADE, "sqlite"),
                     "a.yaml:4:5: error: operations[0].sql: it loses data\n"
                     "hint: write \"destructive: true\" at the top of the file if that is meant, "
                     "\"loss: none\" beside the operation if it does not\n");
}
END_TEST

START_TEST(sql_says_something_for_each_database)
{
    ck_assert_str_eq(selected("  - sql: {postgres: SELECT 1}\n", DIRECTION_UPGRADE, "sqlite"),
                     "a.yaml:4:5: error: operations[0].sql: it cannot be run: sql has nothing for "
                     "sqlite\nhint: write skip for this database if there is nothing to do\n");
    ck_assert_str_eq(
        selected("  - sql: {postgres: SELECT 1, sqlite: skip}\n", DIRECTION_UPGRADE, "sqlite"),
        "sql");
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
    tcase_add_loop_test(tcase, the_inverse_of_an_inverse_is_the_operation, 0, COUNT(PAIRS));
    tcase_add_test(tcase, a_value_that_is_dropped_is_added_again_where_it_stood);
    tcase_add_loop_test(tcase, what_has_no_inverse_says_what_to_write, 0, COUNT(REFUSED));
    tcase_add_test(tcase, every_operation_that_drops_says_what_it_lacks);
    tcase_add_test(tcase, a_downgrade_goes_backwards_through_what_applies);
    tcase_add_test(tcase, a_down_of_an_operation_or_of_the_revision_wins);
    tcase_add_test(tcase, what_was_there_before_is_not_dropped);
    tcase_add_test(tcase, what_loses_data_is_refused);
    tcase_add_test(tcase, sql_says_something_for_each_database);
}

int
main(void)
{
    return suite_main("core/op_invert", add);
}
