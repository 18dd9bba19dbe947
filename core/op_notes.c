/* SPDX-License-Identifier: MIT */
/* What docs/yaml.md says of each operation beyond its keys. Every example is rendered there. */
#include "core/op_shapes.h"

const char OP_NOTES_BEFORE[] =
    "  - create_enum: {name: mood, values: [sad, ok]}\n"
    "  - create_table:\n"
    "      name: account\n"
    "      columns:\n"
    "        - {name: id, type: bigint, identity: true, primary_key: true}\n"
    "        - {name: email, type: string(320)}\n"
    "        - {name: balance, type: 'decimal(12,2)'}\n"
    "  - create_table:\n"
    "      name: orders\n"
    "      columns:\n"
    "        - {name: id, type: bigint, identity: true, primary_key: true}\n"
    "        - {name: account_id, type: bigint}\n"
    "        - {name: total, type: 'decimal(12,2)'}\n"
    "        - {name: note, type: text}\n"
    "      constraints:\n"
    "        - {name: orders_total, check: total >= 0}\n"
    "  - create_index: {name: orders_account, table: orders, columns: [account_id]}\n"
    "  - create_table: {name: country, columns: [{name: code, type: char(2), primary_key: true},\n"
    "      {name: name, type: text}]}\n"
    "  - create_view: {name: rich, as: SELECT id FROM account WHERE balance > 1000}\n"
    "  - create_sequence: {name: invoice}\n"
    "    only: postgres\n"
    "  - create_function:\n"
    "      name: touch\n"
    "      sql: CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN new; "
    "END$$\n"
    "    only: postgres\n"
    "  - create_trigger:\n"
    "      name: noted\n"
    "      table: orders\n"
    "      sql:\n"
    "        postgres: CREATE TRIGGER noted BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION "
    "touch()\n"
    "        sqlite: CREATE TRIGGER noted AFTER UPDATE OF total ON orders BEGIN SELECT 1; END\n";

const OpNote OP_NOTES[OP_KIND_COUNT] = {
    [OP_CREATE_TABLE] =
        {"A primary key of several columns, and every constraint that has a name of its own, "
         "stands under `constraints`.",
         "- create_table:\n"
         "    name: invoice\n"
         "    columns:\n"
         "      - {name: id, type: bigint, identity: true, primary_key: true}\n"
         "      - {name: account_id, type: bigint, nullable: false, references: {table: account, "
         "on_delete: cascade}}\n"
         "      - {name: state, type: string(20), nullable: false, default: open}\n"
         "      - {name: total, type: \"decimal(12,2)\", nullable: false, default: 0}\n"
         "      - {name: created_at, type: timestamptz, nullable: false, default: now()}\n"
         "    constraints:\n"
         "      - {name: invoice_total, check: total >= 0}\n"
         "      - {name: invoice_once, type: unique, columns: [account_id, created_at]}\n"
         "    comment: what customers owe\n"},
    [OP_DROP_TABLE] = {"Loses data: the revision has to say `destructive: true`.",
                       "- drop_table:\n"
                       "    name: country\n"
                       "    was:\n"
                       "      columns:\n"
                       "        - {name: code, type: char(2), primary_key: true}\n"
                       "        - {name: name, type: text}\n"},
    [OP_RENAME_TABLE] = {NULL, "- rename_table: {from: orders, to: purchase}\n"},
    [OP_ADD_COLUMN] =
        {"`fill` is for a column that is not nullable in a table that has rows. With `online: true` "
         "PostgreSQL fills in batches and adds keys and checks without keeping others from the table; an "
         "identity or a stored generated column has no such form.",
         "- add_column:\n"
         "    table: orders\n"
         "    column: {name: currency, type: char(3), nullable: false}\n"
         "    fill: \"'EUR'\"\n"},
    [OP_DROP_COLUMN] = {"Loses data: the revision has to say `destructive: true`.",
                        "- drop_column: {table: orders, column: note, was: {type: text}}\n"},
    [OP_ALTER_COLUMN] =
        {"Only what is said changes. `was` has to say each of the same keys. With `online: true` PostgreSQL "
         "fills in batches, and NOT NULL is proved by a check that is validated beside others; a type can "
         "then only become wider.",
         "- alter_column:\n"
         "    table: orders\n"
         "    column: total\n"
         "    type: decimal(14,2)\n"
         "    nullable: false\n"
         "    fill: \"0\"\n"
         "    was: {type: \"decimal(12,2)\", nullable: true}\n"},
    [OP_RENAME_COLUMN] = {NULL, "- rename_column: {table: orders, from: note, to: remark}\n"},
    [OP_CREATE_INDEX] =
        {"With `online: true` it is built CONCURRENTLY on PostgreSQL, outside of a transaction.",
         "- create_index:\n"
         "    name: account_email\n"
         "    table: account\n"
         "    columns: [{expr: lower(email)}, {column: balance, order: desc}]\n"
         "    where: balance > 0\n"},
    [OP_DROP_INDEX] = {NULL, "- drop_index: {name: orders_account, table: orders, was: {columns: "
                             "[account_id]}}\n"},
    [OP_RENAME_INDEX] = {NULL, "- rename_index: {from: orders_account, to: orders_by_account}\n"},
    [OP_ADD_CONSTRAINT] =
        {"`add_primary_key`, `add_unique`, `add_check` and `add_foreign_key` are the same with "
         "their `type`. With `online: true` PostgreSQL does not lock the table while it looks at "
         "the rows. An index that `using_index` took over would go with the constraint, so that "
         "such a one has no inverse.",
         "- add_constraint:\n"
         "    name: orders_account_fk\n"
         "    table: orders\n"
         "    type: foreign_key\n"
         "    columns: [account_id]\n"
         "    references: {table: account, columns: [id], on_delete: set_null}\n"},
    [OP_DROP_CONSTRAINT] = {NULL, "- drop_constraint: {table: orders, name: orders_total, was: "
                                  "{check: total >= 0}}\n"},
    [OP_RENAME_CONSTRAINT] = {NULL, "- rename_constraint: {table: orders, from: orders_total, to: "
                                    "total_is_positive}\n"},
    [OP_VALIDATE_CONSTRAINT] = {"Looks at the rows that `not_valid` has passed over.",
                                "- validate_constraint: {table: orders, name: orders_total}\n"},
    [OP_COMMENT] = {"Does nothing on SQLite. Beside another operation `comment` is a note for who "
                    "reads the file; inside create_table and of a column it is the object's own.",
                    "- comment: {on: {table: orders, column: note}, text: what was said, was: "
                    "null}\n"},
    [OP_INSERT] = {"`key` names the columns by which a downgrade finds the rows. A value is what "
                   "it looks like: `5`, `true` and `null` without quotes are no texts. A number "
                   "with zeros or a + in front is a text.",
                   "- insert:\n"
                   "    table: country\n"
                   "    key: [code]\n"
                   "    rows:\n"
                   "      - {code: DE, name: Germany}\n"
                   "      - {code: FR, name: {sql: upper('France')}}\n"},
    [OP_DELETE_ROWS] = {"Loses data: the revision has to say `destructive: true`. The rows of the "
                        "file are what a downgrade puts back.",
                        "- delete_rows: {table: country, key: [code], rows: [{code: DE, name: "
                        "Germany}]}\n"},
    [OP_SQL] = {"A text, a list of texts, `{up: …, down: …}`, or one of these for each database; "
                "`skip` where there is nothing to do. Several statements may stand in one text.",
                "- sql:\n"
                "    postgres: {up: GRANT SELECT ON account TO PUBLIC, down: REVOKE SELECT ON "
                "account FROM PUBLIC}\n"
                "    sqlite: skip\n"},
    [OP_CREATE_ENUM] =
        {"On SQLite a view keeps its values, and each column of the type has a CHECK.",
         "- create_enum: {name: state, values: [open, paid, void]}\n"},
    [OP_DROP_ENUM] = {NULL, "- drop_enum: {name: mood, was: [sad, ok]}\n"},
    [OP_ADD_ENUM_VALUE] = {"On PostgreSQL what follows begins another transaction, since the value "
                           "cannot be used before. Say in `down` what is to be done about it: a "
                           "`drop_enum_value`, or `[]` for nothing.",
                           "- add_enum_value: {enum: mood, value: happy, after: ok}\n"
                           "  down: []\n"},
    [OP_RENAME_ENUM_VALUE] = {NULL, "- rename_enum_value: {enum: mood, from: sad, to: unhappy}\n"},
    [OP_DROP_ENUM_VALUE] =
        {"PostgreSQL has no statement for it: the type is made again without the value, and every "
         "column of it changed to the new one, under a lock that keeps others out. Rows that have "
         "the value get `instead`; without that it fails if there are any. With `instead` it loses "
         "data.",
         "- drop_enum_value: {enum: mood, value: sad, before: ok}\n"},
    [OP_CREATE_SEQUENCE] = {"PostgreSQL only.",
                            "- create_sequence: {name: ticket, start: 1000, cache: 10}\n"
                            "  only: postgres\n"},
    [OP_ALTER_SEQUENCE] = {"PostgreSQL only.",
                           "- alter_sequence: {name: invoice, increment: 10, was: {increment: 1}}\n"
                           "  only: postgres\n"},
    [OP_DROP_SEQUENCE] = {"PostgreSQL only.", "- drop_sequence: {name: invoice, was: {start: 1}}\n"
                                              "  only: postgres\n"},
    [OP_CREATE_VIEW] = {NULL, "- create_view:\n"
                              "    name: open_orders\n"
                              "    as: |\n"
                              "      SELECT id, total\n"
                              "        FROM orders\n"
                              "       WHERE note IS NULL\n"},
    [OP_REPLACE_VIEW] =
        {"On PostgreSQL it is replaced in place where the server can. Otherwise, and if it is "
         "materialized, it is dropped and made again with the views that depend on it, with all "
         "that is theirs: owners, grants, comments, options, indexes, triggers, rules.",
         "- replace_view:\n"
         "    name: rich\n"
         "    as: SELECT id FROM account WHERE balance > 5000\n"
         "    was: SELECT id FROM account WHERE balance > 1000\n"},
    [OP_DROP_VIEW] = {NULL, "- drop_view: {name: rich, was: SELECT id FROM account WHERE balance > "
                            "1000}\n"},
    [OP_CREATE_FUNCTION] = {"PostgreSQL only. The whole CREATE statement, so that nothing of it "
                            "is out of reach; `procedure: true` for a procedure.",
                            "- create_function:\n"
                            "    name: twice\n"
                            "    arguments: integer\n"
                            "    sql: |\n"
                            "      CREATE FUNCTION twice(n integer) RETURNS integer\n"
                            "      LANGUAGE sql AS $$ SELECT n * 2 $$\n"
                            "  only: postgres\n"},
    [OP_REPLACE_FUNCTION] = {"PostgreSQL only.",
                             "- replace_function:\n"
                             "    name: touch\n"
                             "    sql: CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE "
                             "plpgsql AS $$BEGIN RETURN NULL; END$$\n"
                             "    was: CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE "
                             "plpgsql AS $$BEGIN RETURN new; END$$\n"
                             "  only: postgres\n"},
    [OP_DROP_FUNCTION] = {"PostgreSQL only.",
                          "- drop_function:\n"
                          "    name: touch\n"
                          "    was: CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS "
                          "$$BEGIN RETURN new; END$$\n"
                          "  only: postgres\n"},
    [OP_CREATE_TRIGGER] = {NULL, "- create_trigger:\n"
                                 "    name: renamed\n"
                                 "    table: country\n"
                                 "    sql:\n"
                                 "      postgres: CREATE TRIGGER renamed BEFORE UPDATE ON country "
                                 "FOR EACH ROW EXECUTE FUNCTION touch()\n"
                                 "      sqlite: CREATE TRIGGER renamed AFTER UPDATE ON country "
                                 "BEGIN SELECT 1; END\n"},
    [OP_REPLACE_TRIGGER] = {NULL, "- replace_trigger:\n"
                                  "    name: noted\n"
                                  "    table: orders\n"
                                  "    sql: CREATE TRIGGER noted AFTER DELETE ON orders BEGIN "
                                  "SELECT 1; END\n"
                                  "    was: CREATE TRIGGER noted AFTER UPDATE OF total ON orders "
                                  "BEGIN SELECT 1; END\n"
                                  "  only: sqlite\n"},
    [OP_DROP_TRIGGER] = {NULL, "- drop_trigger:\n"
                               "    name: noted\n"
                               "    table: orders\n"
                               "    was:\n"
                               "      sql:\n"
                               "        postgres: CREATE TRIGGER noted BEFORE UPDATE ON orders "
                               "FOR EACH ROW EXECUTE FUNCTION touch()\n"
                               "        sqlite: CREATE TRIGGER noted AFTER UPDATE OF total ON "
                               "orders BEGIN SELECT 1; END\n"},
    [OP_CREATE_SCHEMA] = {"Does nothing on SQLite.", "- create_schema: {name: billing}\n"},
    [OP_DROP_SCHEMA] = {"With `cascade` it loses data, and has no inverse.",
                        "- drop_schema: {name: billing}\n"},
    [OP_CREATE_EXTENSION] = {"Does nothing on SQLite.",
                             "- create_extension: {name: citext, if_not_exists: true}\n"},
    [OP_DROP_EXTENSION] = {"`schema` and `version` are for the downgrade.",
                           "- drop_extension: {name: citext}\n"},
    [OP_BACKFILL] = {"Updates rows in batches, each in a transaction of its own, on PostgreSQL; in "
                     "one statement on SQLite. The batches go by the primary key, 1000 rows "
                     "each if `batch` does not say otherwise. A run that is cut off begins anew: "
                     "`where` should not match a row that is done. `set` may be made of a column "
                     "that it sets only with a `where`.",
                     "- backfill:\n"
                     "    table: orders\n"
                     "    set: {note: \"'none'\"}\n"
                     "    where: note IS NULL\n"
                     "    batch: 5000\n"
                     "  down: []\n"},
};
