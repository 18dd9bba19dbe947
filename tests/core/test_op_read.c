/* SPDX-License-Identifier: MIT */
#include "core/op_read.h"

#include "core/op_shapes.h"
#include "tests/support/operations.h"
#include "tests/support/suite.h"

static Arena arena;

static const char EXAMPLE[] =
    "  - create_enum: {name: mood, values: [sad, ok, happy]}\n"
    "  - create_table:\n"
    "      name: account\n"
    "      columns:\n"
    "        - {name: id, type: bigint, identity: true, primary_key: true}\n"
    "        - {name: email, type: string(320), nullable: false, unique: uq_account_email}\n"
    "        - {name: mood, type: enum(mood), default: ok}\n"
    "        - {name: balance, type: 'decimal(12,2)', nullable: false, default: 0}\n"
    "        - {name: owner_id, type: bigint, references: {table: account, column: id, on_delete: "
    "cascade}}\n"
    "        - {name: created_at, type: timestamptz, nullable: false, default: {sql: {postgres: "
    "now(), sqlite: CURRENT_TIMESTAMP}}}\n"
    "      constraints:\n"
    "        - {name: ck_balance, check: \"balance >= 0\"}\n"
    "      comment: customer accounts\n"
    "  - create_index: {name: ix_account_lower_email, table: account, columns: [{expr: "
    "lower(email)}, {column: created_at, order: desc}], where: \"balance > 0\"}\n"
    "  - add_column: {table: orders, column: {name: note, type: text}}\n"
    "  - alter_column:\n"
    "      table: orders\n"
    "      column: total\n"
    "      type: decimal(14,2)\n"
    "      nullable: false\n"
    "      fill: \"0\"\n"
    "      was: {type: 'decimal(12,2)', nullable: true}\n"
    "  - drop_column: {table: orders, column: legacy, was: {type: text, nullable: true, default: "
    "null}}\n"
    "  - sql:\n"
    "      postgres: {up: \"GRANT SELECT ON account TO app\", down: \"REVOKE SELECT ON account FROM "
    "app\"}\n"
    "      sqlite: skip\n"
    "    loss: none\n";

START_TEST(the_example_is_read)
{
    const Operations ops = operations_parse(EXAMPLE, &arena);

    ck_assert_uint_eq(ops.len, 7);
    ck_assert_int_eq(ops.at[0].kind, OP_CREATE_ENUM);
    ck_assert_uint_eq(ops.at[0].values.len, 3);
    const OpTable *table = ops.at[1].create;
    ck_assert_str_eq(ops.at[1].path, "operations[1].create_table");
    ck_assert_str_eq(table->name, "account");
    ck_assert_uint_eq(table->columns.len, 6);
    ck_assert_int_eq(table->columns.at[0].identity, IDENTITY_BY_DEFAULT);
    ck_assert_int_eq(table->columns.at[0].primary_key.is_set, TRI_YES);
    ck_assert_str_eq(table->columns.at[1].unique.name, "uq_account_email");
    ck_assert_int_eq(table->columns.at[2].default_value.kind, DEFAULT_STRING);
    ck_assert_int_eq(table->columns.at[3].type.kind, TYPE_DECIMAL);
    ck_assert_uint_eq(table->columns.at[3].type.scale, 2);
    ck_assert_int_eq(table->columns.at[3].default_value.kind, DEFAULT_NUMBER);
    ck_assert_int_eq(table->columns.at[4].references->on_delete, KEY_CASCADE);
    ck_assert_str_eq(table->columns.at[4].references->columns.at[0], "id");
    ck_assert_int_eq(table->columns.at[5].default_value.kind, DEFAULT_EXPRESSION);
    ck_assert_int_eq(table->constraints.at[0].kind, CONSTRAINT_CHECK);
    ck_assert(slice_is(table->comment.text, "customer accounts"));
    ck_assert_str_eq(ops.at[2].create_index->table, "account");
    ck_assert_int_eq(ops.at[2].create_index->parts.at[1].order, ORDER_DESC);
    ck_assert_str_eq(ops.at[3].column->name, "note");
    ck_assert_str_eq(ops.at[4].name, "total");
    ck_assert_int_eq(ops.at[4].column->nullable, TRI_NO);
    ck_assert_int_eq(ops.at[4].was_column->nullable, TRI_YES);
    ck_assert_str_eq(ops.at[5].was_column->name, "legacy");
    ck_assert_int_eq(ops.at[6].loses, TRI_NO);
    ck_assert(ops.at[6].sql->skips_sqlite);
    ck_assert_uint_eq(ops.at[6].place.line, 27);
}
END_TEST

static const struct {
    const char *written;
    RowValueKind kind;
    const char *text; /* NULL: none */
} VALUES[] = {
    {"null", VALUE_IS_NULL, NULL},
    {"~", VALUE_IS_NULL, NULL},
    {"", VALUE_IS_NULL, NULL},
    {"'null'", VALUE_IS_TEXT, "null"},
    {"true", VALUE_IS_BOOLEAN, "true"},
    {"'true'", VALUE_IS_TEXT, "true"},
    /* truths for others, texts for us */
    {"no", VALUE_IS_TEXT, "no"},
    {"5", VALUE_IS_NUMBER, "5"},
    {"-1.5e-3", VALUE_IS_NUMBER, "-1.5e-3"},
    {".5", VALUE_IS_NUMBER, ".5"},
    {"0", VALUE_IS_NUMBER, "0"},
    {"'5'", VALUE_IS_TEXT, "5"},
    /* a postal code, a telephone number, others' octal, hexadecimal and sexagesimal */
    {"01234", VALUE_IS_TEXT, "01234"},
    {"+491234", VALUE_IS_TEXT, "+491234"},
    {"0x1F", VALUE_IS_TEXT, "0x1F"},
    {"1_000", VALUE_IS_TEXT, "1_000"},
    {"12:30", VALUE_IS_TEXT, "12:30"},
    {"2026-01-01", VALUE_IS_TEXT, "2026-01-01"},
    {"1e", VALUE_IS_TEXT, "1e"},
    {"now()", VALUE_IS_TEXT, "now()"},
    {"{sql: now()}", VALUE_IS_EXPRESSION, NULL},
    {"|\n          a\n          b", VALUE_IS_TEXT, "a\nb\n"},
};

START_TEST(a_value_of_a_row_is_what_it_looks_like)
{
    const char *item = arena_format(
        &arena, "  - insert:\n      table: t\n      rows:\n      - a: %s\n", VALUES[_i].written);
    const Operations ops = operations_parse(item, &arena);
    const OpValue *value = &ops.at[0].rows->at[0].values.at[0];

    ck_assert_str_eq(value->column, "a");
    ck_assert_int_eq((int)value->kind, (int)VALUES[_i].kind);
    if (VALUES[_i].text != NULL)
        ck_assert(slice_is(value->text.text, VALUES[_i].text));
    else
        ck_assert_ptr_null(value->text.text.at);
}
END_TEST

START_TEST(online_and_comments_stand_where_they_may)
{
    const Operations ops = operations_parse(
        "  - create_index: {name: i, table: t, columns: [a], online: true, comment: its own}\n"
        "    comment: for the reader\n"
        "  - create_index: {name: i, table: t, columns: [a]}\n"
        "    online: true\n"
        "    only: postgres\n"
        "  - comment: {on: {table: t}, text: null}\n",
        &arena);

    ck_assert(ops.at[0].is_online && ops.at[1].is_online);
    ck_assert(slice_is(ops.at[0].create_index->comment.text, "its own"));
    ck_assert_ptr_null(ops.at[0].comment.text.at);
    ck_assert(op_applies(&ops.at[1], "postgres") && !op_applies(&ops.at[1], "sqlite"));
    ck_assert_int_eq((int)ops.at[2].kind, (int)OP_COMMENT);
    ck_assert_ptr_null(ops.at[2].comment.text.at);
}
END_TEST

START_TEST(a_list_of_sql_is_one_text_after_the_other)
{
    const Operations ops = operations_parse("  - sql:\n"
                                            "      postgres:\n"
                                            "        up: [a, b, c]\n"
                                            "        down: d\n"
                                            "      sqlite: [e]\n",
                                            &arena);
    const OpSql *sql = ops.at[0].sql;

    ck_assert(slice_is(sql->up.postgres.text, "a"));
    ck_assert(slice_is(sql->down.postgres.text, "d"));
    ck_assert(slice_is(sql->up.sqlite.text, "e"));
    ck_assert(slice_is(sql->next->up.postgres.text, "b"));
    ck_assert_ptr_null(sql->next->up.sqlite.text.at);
    ck_assert(slice_is(sql->next->next->up.postgres.text, "c"));
    ck_assert_uint_eq(sql->next->next->up.postgres.origin->place.line, 6);
    ck_assert_uint_eq(sql->next->next->up.postgres.origin->place.column, 20);
    ck_assert_ptr_null(sql->next->next->next);
}
END_TEST

START_TEST(sql_has_no_space_and_no_comment_at_its_ends)
{
    const Operations ops = operations_parse("  - create_view:\n"
                                            "      name: v\n"
                                            "      as: |\n"
                                            "\n"
                                            "        SELECT 1 -- one\n"
                                            "          FROM t /* it */ -- and\n"
                                            "        -- so on\n",
                                            &arena);
    const OpText text = ops.at[0].view->query.all;

    ck_assert(slice_is(text.text, "SELECT 1 -- one\n  FROM t"));
    ck_assert_uint_eq(origin_place(text.origin, text.text, 0).line, 8);
    ck_assert_uint_eq(origin_place(text.origin, text.text, 18).line, 9);
    ck_assert_uint_eq(origin_place(text.origin, text.text, 18).column, 11);
}
END_TEST

START_TEST(every_operation_has_a_shape)
{
    for (int kind = 0; kind < OP_KIND_COUNT; kind++) {
        const OpShape *shape = op_shape_find(slice_of(OPERATION_NAMES[kind]));
        ck_assert_ptr_nonnull(shape);
        ck_assert_int_eq((int)shape->kind, kind);
        ck_assert_msg(OP_NOTES[kind].example != NULL, "%s has no example in core/op_notes.c",
                      OPERATION_NAMES[kind]);
    }
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
    tcase_add_test(tcase, the_example_is_read);
    tcase_add_loop_test(tcase, a_value_of_a_row_is_what_it_looks_like, 0,
                        sizeof VALUES / sizeof *VALUES);
    tcase_add_test(tcase, online_and_comments_stand_where_they_may);
    tcase_add_test(tcase, a_list_of_sql_is_one_text_after_the_other);
    tcase_add_test(tcase, sql_has_no_space_and_no_comment_at_its_ends);
    tcase_add_test(tcase, every_operation_has_a_shape);
}

int
main(void)
{
    return suite_main("core/op_read", add);
}
