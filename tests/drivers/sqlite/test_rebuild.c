/* SPDX-License-Identifier: MIT */
/* What a table is made again by keeps all that the operation is not about. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drivers/sqlite/catalog.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/sqlite.h"
#include "tests/support/operations.h"
#include "tests/support/problems.h"
#include "tests/support/scratch.h"
#include "tests/support/sqlite_shell.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Catalog *catalog;
static Connection *connection;
static const char *file;

static void
set_up(void)
{
    OpenOptions options = {.url = NULL};
    const char *output = NULL;
    bool may_retry = false;

    arena = (Arena){0};
    error = (Error){.arena = &arena};
    file = arena_format(&arena, "%s/app.db", scratch_folder(&arena));
    options.url = arena_format(&arena, "sqlite:///%s", file);
    ck_assert_int_eq(sqlite_shell(&arena, file, SLICE("PRAGMA user_version = 1"), &output), 0);
    ck_assert(sqlite_catalog_open(&arena, &catalog, &error));
    ck_assert(DRIVER_SQLITE.open(&options, &arena, &connection, &may_retry, &error));
}

static void
tear_down(void)
{
    sqlite_catalog_close(catalog);
    DRIVER_SQLITE.close(connection);
    arena_release(&arena);
}

static const char *
ask(const char *query)
{
    return sqlite_ask(&arena, file, query);
}

static void
shell(const char *script)
{
    const char *output = NULL;

    ck_assert_msg(sqlite_shell(&arena, file, slice_of(script), &output) == 0, "%s", output);
}

/* One transaction of what the operations render to; foreign keys are off around it. */
static bool
render(const char *items, Unit *unit)
{
    const RenderContext context = {.arena = &arena, .catalog = catalog};
    const Operations ops = operations_parse(items, &arena);
    Renderings out = {0};

    error = (Error){.arena = &arena};
    ck_assert(sqlite_catalog_load(catalog, connection, &error));
    *unit = (Unit){.revision = "a1", .is_transactional = true, .is_first = true, .is_last = true};
    *VEC_ADD(&arena, &unit->statements) =
        (Statement){.role = STATEMENT_SET, .text = SLICE("PRAGMA foreign_keys = OFF")};
    *VEC_ADD(&arena, &unit->statements) =
        (Statement){.role = STATEMENT_BEGIN, .text = SLICE("BEGIN IMMEDIATE")};
    for (size_t i = 0, taken = 0; i < ops.len; i += taken) {
        const size_t first = out.len;
        if (!DIALECT_SQLITE.render(&context, &ops.at[i], ops.len - i, &taken, &out, &error))
            return false;
        for (size_t j = first; j < out.len; j++)
            sqlite_catalog_play(catalog, &out.at[j].statement);
    }
    for (size_t i = 0; i < out.len; i++)
        *VEC_ADD(&arena, &unit->statements) = out.at[i].statement;
    *VEC_ADD(&arena, &unit->statements) =
        (Statement){.role = STATEMENT_COMMIT, .text = SLICE("COMMIT")};
    return true;
}

static bool
run(const Unit *unit)
{
    RunResult result;

    error = (Error){.arena = &arena};
    return DRIVER_SQLITE.run(connection, unit, 1, NULL, &arena, &result, &error);
}

static void
apply(const char *items)
{
    Unit unit;

    ck_assert_msg(render(items, &unit), "%s", problems_text(&error, &arena));
    ck_assert_msg(run(&unit), "%s%s", error.message, error.detail == NULL ? "" : error.detail);
}

/* The statements, each with its semicolon. */
static const char *
rendered(const char *items)
{
    Unit unit;
    Buf text = {.arena = &arena};

    ck_assert_msg(render(items, &unit), "%s", problems_text(&error, &arena));
    for (size_t i = 2; i + 1 < unit.statements.len; i++)
        buf_addf(&text, "%.*s;\n", SLICE_ARGS(unit.statements.at[i].text));
    return buf_text(&text);
}

/* The problems of operations that cannot be rendered here. */
static const char *
refused(const char *items)
{
    Unit unit;

    ck_assert(!render(items, &unit));
    return problems_text(&error, &arena);
}

/* ---- all there is, at once ---- */

static const char WORLD[] =
    "CREATE TABLE account (\n"
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, -- the key, once, and for all\n"
    "  email TEXT COLLATE NOCASE NOT NULL ON CONFLICT FAIL, /* unique (below) */\n"
    "  balance REAL DEFAULT (1 + 1) CHECK (balance >= 0),\n"
    "  parent INTEGER REFERENCES account(id) ON DELETE CASCADE,\n"
    "  twice REAL AS (balance * 2) STORED, thrice REAL GENERATED ALWAYS AS (balance * 3),\n"
    "  [odd name] TEXT DEFAULT 'it''s', extra TEXT, spare TEXT,\n"
    "  CONSTRAINT uq_email UNIQUE (email) ON CONFLICT IGNORE,\n"
    "  CHECK (length(email) > 2), -- it has no name\n"
    "  CONSTRAINT ck_odd CHECK (\"odd name\" <> '')\n"
    ") STRICT;\n"
    "CREATE TABLE pair (a TEXT, b INT, c TEXT DEFAULT 'c', extra TEXT, spare TEXT, "
    "PRIMARY KEY (a, b DESC)) WITHOUT ROWID;\n"
    "CREATE TABLE heap (v TEXT, extra TEXT, spare TEXT, n INT REFERENCES account);\n"
    "CREATE TABLE child (id INTEGER PRIMARY KEY, account INT NOT NULL REFERENCES account ON DELETE "
    "CASCADE ON UPDATE CASCADE);\n"
    "CREATE TABLE log (what TEXT);\n"
    "CREATE UNIQUE INDEX ix_expression ON account (lower(email), balance DESC);\n"
    "CREATE INDEX ix_partial ON account (parent) WHERE balance > 0; \n"
    "CREATE INDEX ix_extra ON account (extra);\n"
    "CREATE INDEX ix_heap ON heap (v COLLATE RTRIM DESC) WHERE v IS NOT NULL;\n"
    "CREATE INDEX ix_pair ON pair (c || a);\n"
    "CREATE TRIGGER on_account AFTER INSERT ON account BEGIN\n"
    "  INSERT INTO log VALUES ('account ' || new.id); -- ; END\n"
    "END;\n"
    "CREATE TRIGGER on_heap BEFORE DELETE ON heap WHEN old.v IS NULL BEGIN\n"
    "  SELECT raise(ABORT, 'kept'); END;\n"
    "CREATE TRIGGER on_child AFTER INSERT ON child BEGIN\n"
    "  UPDATE account SET balance = balance + 1 WHERE id = new.account;\n"
    "  INSERT INTO heap (v) SELECT c FROM pair; END;\n"
    "CREATE VIEW rich AS SELECT id, email, twice FROM account WHERE balance > 1;\n"
    "CREATE VIEW richest AS SELECT r.*, h.v, p.c FROM rich r, heap h, pair p;\n"
    "INSERT INTO account (id, email, balance, parent, extra) VALUES (1, 'a@x', 1, NULL, '7'), "
    "(2, 'b@x', 2, 1, '8'), (5, 'e@x', 5, 2, NULL), (9, 'gone', 0, 5, NULL);\n"
    "DELETE FROM account WHERE id = 9;\n"
    "INSERT INTO pair (a, b, extra) VALUES ('x', 1, '7'), ('x', 2, NULL);\n"
    "INSERT INTO heap (rowid, v, extra, n) VALUES (3, 'three', '7', 1), (7, 'seven', NULL, 2);\n"
    "INSERT INTO child VALUES (1, 1), (2, 5);\n"
    "DELETE FROM heap WHERE rowid > 7;\n";

/* Everything that no operation below is about. */
static const char *
state(void)
{
    return ask(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT IN ('account', 'pair', "
        "'heap', 'ix_extra', 'ix_new') AND name NOT LIKE 'sqlite%' ORDER BY type, name;"
        "SELECT rowid, id, email, balance, parent, twice, thrice, \"odd name\" FROM account;"
        "SELECT a, b, c FROM pair; SELECT rowid, v, n FROM heap; SELECT * FROM child;"
        "SELECT * FROM sqlite_sequence; SELECT count(*) FROM log; SELECT * FROM richest;"
        "SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite%' ORDER BY name;"
        "PRAGMA integrity_check; PRAGMA foreign_key_check;");
}

/* The statements of CREATE TABLE, of which each operation changes one place. */
static const char *
texts(void)
{
    return ask(
        "SELECT sql FROM sqlite_schema WHERE name IN ('account', 'pair', 'heap') ORDER BY name");
}

typedef struct WorldCase {
    const char *operation; /* {T} is each of the tables */
    const char *gone;      /* what is not in the text of the table any more; NULL: nothing */
    const char *come;
} WorldCase;

static const WorldCase WORLD_CASES[] = {
    {"- alter_column: {table: {T}, column: extra, type: integer}", "extra TEXT", "extra INTEGER"},
    {"- alter_column: {table: {T}, column: extra, nullable: false, default: d, fill: \"'0'\"}",
     "extra TEXT,", "extra TEXT NOT NULL DEFAULT 'd',"},
    {"- alter_column: {table: {T}, column: extra, default: \"d'd\"}", "extra TEXT,",
     "extra TEXT DEFAULT 'd''d',"},
    {"- alter_column: {table: {T}, column: extra, collate: NOCASE}", "extra TEXT,",
     "extra TEXT COLLATE NOCASE,"},
    {"- add_constraint: {table: {T}, type: check, name: ck_new, check: \"extra <> 'no'\"}", NULL,
     "CONSTRAINT ck_new CHECK (extra <> 'no')"},
    {"- add_constraint: {table: {T}, type: unique, name: uq_new, columns: [extra, spare]}", NULL,
     "CONSTRAINT uq_new UNIQUE (extra, spare)"},
    {"- add_constraint: {table: {T}, type: foreign_key, name: fk_new, columns: [spare], "
     "references: {table: account, columns: [id], on_delete: cascade}}",
     NULL, "CONSTRAINT fk_new FOREIGN KEY (spare) REFERENCES account (id) ON DELETE CASCADE"},
    {"- drop_column: {table: {T}, column: extra}", "extra TEXT", NULL},
    {"- drop_column: {table: {T}, column: spare}", "spare TEXT", NULL},
    {"- add_column: {table: {T}, column: {name: fresh, type: timestamptz, default: now()}}", NULL,
     "fresh "},
    {"- add_column: {table: {T}, column: {name: fresh, type: integer, nullable: false, default: 5}, fill: \"1\"}",
     NULL, "fresh INTEGER NOT NULL DEFAULT 5"},
    {"- add_column: {table: {T}, column: {name: fresh, type: integer, unique: true}}", NULL,
     "fresh INTEGER UNIQUE"},
    {"- add_column: {table: {T}, column: {name: fresh, type: text, generated: upper(spare), stored: "
     "true}}",
     NULL, "fresh TEXT GENERATED ALWAYS AS (upper(spare)) STORED"},
    {"- add_column: {table: {T}, column: {name: fresh, type: text}, position: {after: extra}}",
     "extra TEXT,", "extra TEXT,"},
};

static const char *const WORLD_TABLES[] = {"account", "pair", "heap"};

enum {
    WORLD_COUNT = sizeof WORLD_CASES / sizeof *WORLD_CASES,
    WORLD_TABLE_COUNT = 3,
};

static const char *
with_table(const char *operation, const char *table)
{
    const char *at = strstr(operation, "{T}");

    return arena_format(&arena, "%.*s%s%s", (int)(at - operation), operation, table, at + 3);
}

/* The text of the table without blanks, with the change taken back. */
static const char *
squeezed(const char *text, const char *from, const char *to)
{
    Buf out = {.arena = &arena};
    const char *at = from == NULL ? NULL : strstr(text, from);

    for (; *text != '\0'; text++) {
        if (text == at) {
            buf_add(&out, to);
            text += strlen(from) - 1;
            continue;
        }
        if (*text != ' ' && *text != '\n' && *text != '"')
            buf_add_char(&out, *text);
    }
    return buf_text(&out);
}

START_TEST(what_an_operation_is_not_about_survives)
{
    const char *table = WORLD_TABLES[_i % WORLD_TABLE_COUNT];
    const WorldCase *this = &WORLD_CASES[_i / WORLD_TABLE_COUNT];
    const char *items = with_table(this->operation, table);

    shell(WORLD);
    shell("PRAGMA foreign_keys = ON");
    const char *before = state();
    apply(items);
    ck_assert_str_eq(state(), before);
    const char *text =
        ask(arena_format(&arena, "SELECT sql FROM sqlite_schema WHERE name = '%s'", table));
    if (this->come != NULL)
        ck_assert_msg(strstr(text, this->come) != NULL, "%s", text);
    else
        ck_assert_msg(strstr(text, this->gone) == NULL, "%s", text);
    /* the table lives: its triggers fire, its numbers go on */
    shell("INSERT INTO account (email) VALUES ('new@x')");
    ck_assert_str_eq(ask("SELECT max(id) FROM account"), "10");
    ck_assert_str_eq(ask("SELECT what FROM log ORDER BY rowid DESC LIMIT 1"), "account 10");
    shell("PRAGMA foreign_keys = ON; DELETE FROM account WHERE id = 5");
    ck_assert_str_eq(ask("SELECT * FROM child"), "1|1");
}
END_TEST

static const char *const ACCOUNT_OPERATIONS[] = {
    "- drop_constraint: {table: account, name: ck_odd}",
    "- rename_constraint: {table: account, from: ck_odd, to: ck_even}",
    "- drop_constraint: {table: account, name: account_balance_check}",
    "- drop_constraint: {table: account, match: {type: check, check: length(email) > 2}}",
    "- drop_constraint: {table: account, name: account_parent_fkey}",
    "- create_enum: {name: mood, values: [a]}\n"
    "- add_column: {table: account, column: {name: fresh, type: enum(mood), default: a}}\n"
    "- add_enum_value: {enum: mood, value: b}\n"
    "- rename_enum_value: {enum: mood, from: a, to: c}\n"
    "- drop_column: {table: account, column: fresh}\n"
    "- drop_enum: {name: mood}\n",
};

START_TEST(a_change_of_constraints_keeps_the_rest)
{
    shell(WORLD);
    const char *before = state();
    apply(ACCOUNT_OPERATIONS[_i]);
    ck_assert_str_eq(state(), before);
    shell("INSERT INTO account (email) VALUES ('new@x')");
    ck_assert_str_eq(ask("SELECT max(id) FROM account; SELECT what FROM log WHERE rowid = (SELECT "
                         "max(rowid) FROM log)"),
                     "10\naccount 10");
}
END_TEST

/* The text is as it was but for the one place. */
START_TEST(the_text_changes_in_one_place)
{
    shell(WORLD);
    const char *before = texts();
    apply("- alter_column: {table: account, column: extra, type: integer}");
    ck_assert_str_eq(squeezed(texts(), "extra INTEGER", "extraTEXT"), squeezed(before, NULL, NULL));
    apply("- alter_column: {table: account, column: extra, type: text}");
    const char *back = texts();
    ck_assert_str_eq(squeezed(back, NULL, NULL), squeezed(before, NULL, NULL));
    apply("- add_column: {table: account, column: {name: fresh, type: text, unique: true}}");
    apply("- drop_column: {table: account, column: fresh}");
    ck_assert_str_eq(texts(), back);
    apply("- add_constraint: {table: account, type: check, name: c, check: \"1\"}");
    apply("- drop_constraint: {table: account, name: c}");
    ck_assert_str_eq(texts(), back);
}
END_TEST

START_TEST(neighbours_on_one_table_are_one_rebuild)
{
    shell(WORLD);
    const char *text =
        rendered("- add_column: {table: heap, column: {name: a, type: text}}\n"
                 "- alter_column: {table: heap, column: v, nullable: false, fill: \"'-'\"}\n"
                 "- comment: {on: {table: heap}, text: things}\n"
                 "- create_index: {name: ix_new, table: heap, columns: [a]}\n"
                 "- drop_index: {name: ix_heap}\n"
                 "- drop_column: {table: heap, column: extra}\n"
                 "- add_constraint: {table: heap, type: unique, name: uq, columns: [n]}");
    ck_assert_str_eq(
        strstr(text, "CREATE TABLE _mig"),
        "CREATE TABLE _migrate_new_heap (v TEXT NOT NULL, spare TEXT, n INT REFERENCES account, a "
        "TEXT, CONSTRAINT uq UNIQUE (n));\n"
        "INSERT INTO _migrate_new_heap (rowid, v, spare, n) SELECT rowid, coalesce(v, '-'), spare, "
        "n FROM heap;\n"
        "DROP TABLE heap;\n"
        "PRAGMA legacy_alter_table = ON;\n"
        "ALTER TABLE _migrate_new_heap RENAME TO heap;\n"
        "PRAGMA legacy_alter_table = OFF;\n"
        "CREATE INDEX ix_new ON heap (a);\n"
        "CREATE TRIGGER on_heap BEFORE DELETE ON heap WHEN old.v IS NULL BEGIN\n"
        "  SELECT raise(ABORT, 'kept'); END;\n");
    ck_assert_ptr_null(strstr(strstr(text, "CREATE TEMP") + 1, "CREATE TEMP"));
}
END_TEST

START_TEST(what_alter_table_does_is_left_to_it)
{
    shell(WORLD);
    ck_assert_str_eq(
        rendered("- add_column: {table: heap, column: {name: a, type: text, default: x}}\n"
                 "- add_column: {table: heap, column: {name: b, type: integer}, fill: \"1\"}\n"
                 "- rename_column: {table: heap, from: v, to: value}\n"
                 "- rename_table: {from: heap, to: pile}\n"
                 "- drop_column: {table: pile, column: spare}"),
        "ALTER TABLE heap ADD COLUMN a TEXT DEFAULT 'x';\n"
        "ALTER TABLE heap ADD COLUMN b INTEGER;\n"
        "UPDATE heap SET b = 1;\n"
        "ALTER TABLE heap RENAME COLUMN v TO value;\n"
        "ALTER TABLE heap RENAME TO pile;\n"
        "ALTER TABLE pile DROP COLUMN spare;\n");
}
END_TEST

/* ---- rows ---- */

START_TEST(values_are_converted_as_is_said)
{
    shell("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c INT) STRICT;"
          "INSERT INTO t VALUES (1, '12', NULL, 5), (2, 'x', 'y', NULL)");
    apply("- alter_column: {table: t, column: a, type: integer}\n"
          "- alter_column: {table: t, column: c, type: text, using: \"c * 100\", nullable: false, "
          "fill: \"'none'\"}\n"
          "- add_column: {table: t, column: {name: d, type: text, nullable: false, default: e}}\n"
          "- add_column: {table: t, column: {name: e, type: text, nullable: false}, fill: "
          "\"coalesce(b, '?') || '!'\"}\n");
    ck_assert_str_eq(ask("SELECT *, typeof(a), typeof(c) FROM t"),
                     "1|12||500|e|?!|integer|text\n2|0|y|none|e|y!|integer|text");
}
END_TEST

/* What is converted in one place is read in its new form in the next. */
START_TEST(an_expression_reads_what_came_before_it)
{
    shell("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)");
    apply("- alter_column: {table: t, column: a, type: bigint, using: \"a * 10\"}\n"
          "- add_column: {table: t, column: {name: b, type: bigint, nullable: false}, fill: \"a + "
          "1\"}\n"
          "- add_column: {table: t, column: {name: c, type: bigint, nullable: false}, fill: \"b + "
          "1\"}\n");
    ck_assert_str_eq(ask("SELECT * FROM t"), "10|11|12\n20|21|22");
}
END_TEST

START_TEST(nulls_without_a_fill_are_an_error_and_nothing_changes)
{
    Unit unit;

    shell("CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (NULL)");
    ck_assert(render("- alter_column: {table: t, column: a, nullable: false}", &unit));
    ck_assert(!run(&unit));
    ck_assert_str_eq(error.message, "NOT NULL constraint failed: _migrate_new_t.a");
    ck_assert_uint_eq(error.place.line, 4);
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema; SELECT * FROM t"),
                     "CREATE TABLE t (a INT)\n1");
}
END_TEST

/* ON CONFLICT of the table's own constraints must not drop rows. */
START_TEST(no_row_is_lost_to_a_conflict)
{
    Unit unit;

    shell("CREATE TABLE t (a TEXT UNIQUE ON CONFLICT REPLACE) ; INSERT INTO t VALUES ('a'), ('A')");
    ck_assert(render("- alter_column: {table: t, column: a, collate: NOCASE}", &unit));
    ck_assert(!run(&unit));
    ck_assert_str_eq(error.message, "UNIQUE constraint failed: _migrate_new_t.a");
    ck_assert_str_eq(ask("SELECT * FROM t"), "a\nA");
}
END_TEST

START_TEST(a_foreign_key_that_rows_break_is_named)
{
    Unit unit;

    shell("CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT); INSERT INTO p VALUES "
          "(1); INSERT INTO t VALUES (1), (2)");
    ck_assert(render("- add_constraint: {table: t, type: foreign_key, name: f, columns: [a], "
                     "references: {table: p}}",
                     &unit));
    ck_assert(!run(&unit));
    ck_assert_str_eq(error.detail, "row 2 of t refers to no row of p");
    shell("DELETE FROM t WHERE a = 2");
    ck_assert(run(&unit));
}
END_TEST

/* ---- what is refused ---- */

typedef struct RefusedCase {
    const char *operation;
    const char *problem;
} RefusedCase;

static const char TANGLE[] =
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, c INT, d INT AS (c + 1), e INT, f INT, "
    "g INT, CONSTRAINT ck CHECK (a > b), UNIQUE (b, e));"
    "CREATE INDEX ix ON t (f, g);"
    "CREATE TABLE u (t INT REFERENCES t, g INT REFERENCES t(g));"
    "CREATE TABLE only_one (a);"
    "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
    "CREATE TABLE seen (a, b, x, y);"
    "CREATE VIEW v AS SELECT x FROM seen;"
    "CREATE VIEW vv AS SELECT x AS z FROM v;"
    "CREATE TABLE audit (a);"
    "CREATE TRIGGER tr AFTER UPDATE ON seen BEGIN INSERT INTO audit VALUES (new.y); END;";

static const RefusedCase REFUSED[] = {
    {"- drop_column: {table: nowhere, column: a}",
     "operations[0].drop_column: there is no table nowhere"},
    {"- drop_column: {table: t, column: z}", "operations[0].drop_column: table t has no column z"},
    {"- drop_column: {table: t, column: a}",
     "operations[0].drop_column: column a of t is needed by: CONSTRAINT ck CHECK (a > b)"},
    {"- drop_column: {table: t, column: e}",
     "operations[0].drop_column: column e of t is needed by: UNIQUE (b, e)"},
    {"- drop_column: {table: t, column: c}",
     "operations[0].drop_column: column c of t is needed by: AS (c + 1)"},
    {"- drop_column: {table: t, column: f}",
     "operations[0].drop_column: column f of t is needed by: CREATE INDEX ix ON t (f, g)"},
    {"- drop_column: {table: t, column: id}",
     "operations[0].drop_column: column id of t is what a foreign key of table u refers to"},
    {"- drop_column: {table: only_one, column: a}",
     "operations[0].drop_column: table only_one cannot be without its column a"},
    {"- drop_column: {table: w, column: k}",
     "operations[0].drop_column: table w cannot be without its column k"},
    {"- drop_column: {table: seen, column: x}",
     "operations[0].drop_column: this breaks view v: no such column: x"},
    {"- drop_column: {table: seen, column: y}",
     "operations[0].drop_column: this breaks trigger tr of seen: no such column: new.y"},
    {"- drop_table: {name: audit}",
     "operations[0].drop_table: this breaks trigger tr of seen: no such table: main.audit"},
    {"- drop_table: {name: seen}",
     "operations[0].drop_table: this breaks view v: no such table: main.seen"},
    {"- add_column: {table: t, column: {name: A, type: text}}",
     "operations[0].add_column: table t has a column A already"},
    {"- add_constraint: {table: t, type: unique, name: q, columns: [a, zz]}",
     "operations[0].add_constraint: table t has no column zz"},
    {"- add_constraint: {table: t, type: primary_key, name: q, columns: [a]}",
     "operations[0].add_constraint: table t has a primary key already"},
    {"- add_constraint: {table: t, type: check, name: CK, check: \"1\"}",
     "operations[0].add_constraint: table t has a constraint CK already"},
    {"- add_constraint: {table: t, type: check, name: c2, check: \"nope > 1\"}",
     "operations[0].add_constraint: table t: no such column: nope"},
    {"- alter_column: {table: t, column: a, type: {sqlite: \"INT, CHECK\"}}",
     "operations[0].alter_column: this does not fit into the text of a table"},
    {"- drop_constraint: {table: t, name: nope}",
     "operations[0].drop_constraint: table t has no constraint nope"},
    {"- alter_column: {table: t, column: a, type: array(text)}",
     "operations[0].alter_column: SQLite has no type array(text)"},
    {"- alter_column: {table: t, column: a, collate: de_DE}",
     "operations[0].alter_column: SQLite has no collation de_DE"},
    {"- rename_index: {table: t, from: nope, to: other}",
     "operations[0].rename_index: table t has no index nope"},
    {"- add_column: {table: v, column: {name: a, type: text}}",
     "operations[0].add_column: v is no table that can change"},
    {"- create_sequence: {name: s}", "operations[0].create_sequence: SQLite has no sequences"},
    {"- drop_function: {name: f}",
     "operations[0].drop_function: SQLite has no functions of its own"},
    {"- create_view: {name: m, materialized: true, as: SELECT 1}",
     "operations[0].create_view: SQLite has no materialized views"},
    {"- create_table: {name: n, schema: app, columns: [{name: a, type: text}]}",
     "operations[0].create_table: SQLite has no schema app"},
    {"- create_table: {name: n, columns: [{name: a, type: \"decimal(3,1)\"}], options: {strict: "
     "true}}",
     "operations[0].create_table: a STRICT table of SQLite has no type decimal(3,1)"},
    {"- create_table: {name: n, columns: [{name: a, type: bigint, identity: true}]}",
     "operations[0].create_table: identity column a is not the primary key, as SQLite needs it"},
    {"- create_index: {name: i, table: t, columns: [{column: a, opclass: x}]}",
     "operations[0].create_index: SQLite has no operator classes"},
    {"- create_index: {name: i, table: t, columns: [a], method: gin}",
     "operations[0].create_index: SQLite has no index methods"},
    {"- add_enum_value: {enum: mood, value: x}",
     "operations[0].add_enum_value: there is no enum mood"},
    {"- add_column: {table: t, column: {name: z, type: enum(mood)}}",
     "operations[0].add_column: there is no enum mood"},
};

START_TEST(what_cannot_be_done_is_refused_by_name)
{
    shell(TANGLE);
    const char *problems = refused(REFUSED[_i].operation);
    ck_assert_msg(strstr(problems, REFUSED[_i].problem) != NULL, "%s", problems);
}
END_TEST

/* As PostgreSQL does, but only what is about nothing else. */
START_TEST(what_a_column_has_for_itself_goes_with_it)
{
    shell(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, CONSTRAINT ca CHECK (a > 0), UNIQUE "
        "(a), FOREIGN KEY (a) REFERENCES t); CREATE INDEX ia ON t (a DESC) WHERE a > 1; CREATE "
        "INDEX ib ON t (b); INSERT INTO t VALUES (3, 3, 5)");
    apply("- drop_column: {table: t, column: a}");
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL; SELECT * FROM t"),
                     "CREATE TABLE \"t\" (id INTEGER PRIMARY KEY, b INT)\n"
                     "CREATE INDEX ib ON t (b)\n3|5");
}
END_TEST

START_TEST(constraints_without_a_name_are_found)
{
    shell(
        "CREATE TABLE t (id INT PRIMARY KEY, a INT UNIQUE, b INT, CHECK (a  > /**/ B), UNIQUE (a, "
        "b), FOREIGN KEY (a) REFERENCES p); CREATE TABLE p (id INT PRIMARY KEY)");
    apply("- drop_constraint: {table: t, match: {type: check, check: a > b}}\n"
          "- drop_constraint: {table: t, name: t_a_b_key}\n"
          "- rename_constraint: {table: t, from: t_a_fkey, to: itself}\n"
          "- drop_constraint: {table: t, match: {type: unique, columns: [a]}}\n"
          "- drop_constraint: {table: t, name: t_pkey}\n");
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema WHERE name = 't'"),
                     "CREATE TABLE \"t\" (id INT, a INT, b INT, CONSTRAINT itself FOREIGN KEY (a) "
                     "REFERENCES p)");
}
END_TEST

/* Numbers of rows stay when the column that named them goes, and when one comes. */
START_TEST(keys_come_and_go_with_the_numbers_of_the_rows)
{
    shell("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); INSERT INTO t VALUES (3, 1), (8, 2)");
    apply("- drop_column: {table: t, column: id}");
    ck_assert_str_eq(ask("SELECT rowid, * FROM t"), "3|1\n8|2");
    apply("- add_constraint: {table: t, type: primary_key, name: pk, columns: [a]}");
    ck_assert_str_eq(
        ask("SELECT rowid, * FROM t; SELECT sql FROM sqlite_schema LIMIT 1"),
        "3|1\n8|2\nCREATE TABLE \"t\" (a INT NOT NULL, CONSTRAINT pk PRIMARY KEY (a))");
    apply("- alter_column: {table: t, column: a, identity: autoincrement}");
    ck_assert_str_eq(ask("SELECT rowid, * FROM t; SELECT * FROM sqlite_sequence"), "1|1\n2|2\nt|2");
}
END_TEST

START_TEST(enums_are_checks_that_follow)
{
    shell("CREATE TABLE other (a)");
    apply(
        "- create_enum: {name: mood, values: [sad, \"o'k\"]}\n"
        "- create_table: {name: t, columns: [{name: id, type: integer, primary_key: true}, {name: "
        "m, type: enum(mood), default: sad}, {name: n, type: \"enum[x, y]\"}]}\n"
        "- add_column: {table: other, column: {name: m, type: enum(mood)}}\n"
        "- insert: {table: t, rows: [{id: 1, m: sad, n: x}, {id: 2, m: \"o'k\", n: null}]}\n");
    apply("- add_enum_value: {enum: mood, value: happy, after: sad}\n"
          "- rename_enum_value: {enum: mood, from: sad, to: blue}\n");
    ck_assert_str_eq(
        ask("SELECT sql FROM sqlite_schema WHERE type <> 'index' ORDER BY name; SELECT * FROM t"),
        "CREATE VIEW enum_mood (value) AS VALUES ('blue'), ('happy'), ('o''k')\n"
        "CREATE TABLE \"other\" (a, m TEXT CONSTRAINT enum_mood CHECK (m IN ('blue', 'happy', "
        "'o''k')))\n"
        "CREATE TABLE \"t\" (\n    id INTEGER NOT NULL PRIMARY KEY,\n"
        "    m TEXT DEFAULT 'blue' CONSTRAINT enum_mood CHECK (m IN ('blue', 'happy', 'o''k')),\n"
        "    n TEXT CONSTRAINT t_n_values CHECK (n IN ('x', 'y'))\n)\n"
        "1|blue|x\n2|o'k|");
    ck_assert_ptr_nonnull(strstr(refused("- drop_enum: {name: mood}"),
                                 "enum mood is the type of a column of table other"));
    apply("- alter_column: {table: other, column: m, type: text}\n"
          "- drop_column: {table: t, column: m}\n"
          "- drop_enum: {name: mood}\n");
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema WHERE name IN ('other', 'enum_mood')"),
                     "CREATE TABLE \"other\" (a, m TEXT)");
}
END_TEST

/* main is the schema that there is; what belongs to PostgreSQL's servers is passed over. */
START_TEST(what_means_nothing_here_is_passed_over)
{
    shell("CREATE TABLE t (a INT)");
    ck_assert_str_eq(rendered("- create_schema: {name: app}\n"
                              "- create_extension: {name: pg_trgm}\n"
                              "- comment: {on: {table: t}, text: x}\n"
                              "- alter_column: {table: t, column: a, comment: y}\n"
                              "- add_column: {table: t, schema: main, column: {name: b, type: "
                              "boolean, default: true}}\n"
                              "- create_index: {name: i, table: t, columns: [b], online: true}\n"),
                     "ALTER TABLE t ADD COLUMN b BOOLEAN DEFAULT 1;\n"
                     "CREATE INDEX i ON t (b);\n");
}
END_TEST

/* Without a catalog what can be said is said, and what cannot is nothing. */
START_TEST(without_a_catalog_only_what_is_certain_is_said)
{
    const RenderContext context = {.arena = &arena};
    const Operations ops =
        operations_parse("- alter_column: {table: t, column: a, type: integer}\n"
                         "- add_column: {table: t, column: {name: m, type: enum(mood)}}\n"
                         "- drop_column: {table: t, column: a}\n"
                         "- add_enum_value: {enum: mood, value: x}\n"
                         "- create_table: {name: n, columns: [{name: a, type: array(text)}]}\n"
                         "- alter_column: {table: t, column: a, collate: de_DE}\n",
                         &arena);
    Renderings out = {0};
    size_t failed = 0;

    for (size_t i = 0, taken = 0; i < ops.len; i += taken) {
        if (!DIALECT_SQLITE.render(&context, &ops.at[i], ops.len - i, &taken, &out, &error))
            failed++;
    }
    ck_assert_uint_eq(out.len, 0);
    ck_assert_uint_eq(failed, 2);
    ck_assert_str_eq(error.message, "operations[4].create_table: SQLite has no type array(text)");
}
END_TEST

/* ---- drift ---- */

static const char *const DRIFTS[] = {
    "ALTER TABLE account ADD COLUMN more TEXT",
    "CREATE INDEX ix_new ON account (id)",
    "DROP INDEX ix_extra",
    "DROP TRIGGER on_account",
    "DROP INDEX ix_partial; CREATE INDEX ix_partial ON account (parent) WHERE balance > 1",
};

START_TEST(a_table_that_has_drifted_stops_the_run)
{
    Unit unit;

    shell(WORLD);
    ck_assert(render("- alter_column: {table: account, column: extra, type: integer}", &unit));
    shell(DRIFTS[_i]);
    const char *before = ask("SELECT sql FROM sqlite_schema; SELECT * FROM account");
    ck_assert(!run(&unit));
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert_str_eq(error.message,
                     "table account, its indexes and triggers are not what this was made for");
    ck_assert_uint_eq(error.place.line, 4);
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema; SELECT * FROM account"), before);
    const char *output = NULL;
    Buf script = {.arena = &arena};
    buf_add(&script, ".bail on\n");
    for (size_t i = 0; i < unit.statements.len; i++)
        buf_addf(&script, "%.*s;\n", SLICE_ARGS(unit.statements.at[i].text));
    ck_assert_int_ne(sqlite_shell(&arena, file, buf_slice(&script), &output), 0);
    ck_assert_msg(strstr(output, "migrate: table account, its indexes and triggers are not what") !=
                      NULL,
                  "%s", output);
    ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema; SELECT * FROM account"), before);
}
END_TEST

/* What a failure leaves behind: nothing. */
START_TEST(a_failure_in_the_middle_puts_the_connection_back)
{
    Unit unit;
    int is_on = 1;

    shell(WORLD);
    ck_assert(render("- alter_column: {table: account, column: extra, type: integer}", &unit));
    const char *before = texts();
    for (size_t i = 0; i < unit.statements.len; i++) {
        if (slice_starts_with(unit.statements.at[i].text, "PRAGMA legacy_alter_table = OFF"))
            unit.statements.at[i].text = SLICE("SELECT nowhere");
    }
    ck_assert(!run(&unit));
    ck_assert_int_eq(
        sqlite3_db_config(connection->db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, -1, &is_on),
        SQLITE_OK);
    ck_assert_int_eq(is_on, 0);
    ck_assert_str_eq(texts(), before);
}
END_TEST

/* ---- killed ---- */

typedef struct Killer {
    size_t at;
    size_t seen;
} Killer;

static void
kill_at(void *context, const Unit *unit, const Statement *statement)
{
    Killer *killer = context;

    (void)unit;
    (void)statement;
    if (killer->seen++ == killer->at)
        (void)raise(SIGKILL);
}

/* In a process of its own, which dies when statement `at` begins. */
static bool
run_killed(const Unit *unit, size_t at)
{
    int status = 0;
    const pid_t process = fork();

    ck_assert_int_ge(process, 0);
    if (process == 0) {
        const OpenOptions options = {.url = arena_format(&arena, "sqlite:///%s", file)};
        Killer killer = {.at = at};
        const RunEvents events = {.statement_started = kill_at, .told_from = 1, .context = &killer};
        Connection *own = NULL;
        RunResult result;
        bool may_retry = false;
        const bool is_done = DRIVER_SQLITE.open(&options, &arena, &own, &may_retry, &error) &&
                             DRIVER_SQLITE.run(own, unit, 1, &events, &arena, &result, &error);
        _exit(is_done ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    return WIFSIGNALED(status);
}

START_TEST(a_process_killed_at_any_statement_leaves_before_or_after)
{
    Unit unit;
    size_t at = 0;

    shell(WORLD);
    /* several pages, and no cache that holds them: the file itself is written before the commit */
    shell("PRAGMA cache_size = 1; INSERT INTO heap (v) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
          "SELECT i + 1 FROM n WHERE i < 3000) SELECT hex(zeroblob(200)) FROM n;");
    ck_assert(render("- alter_column: {table: heap, column: extra, type: integer}\n"
                     "- alter_column: {table: account, column: extra, nullable: false, fill: "
                     "\"'0'\"}",
                     &unit));
    unit.count = unit.statements.len;
    const char *before = ask("SELECT sql FROM sqlite_schema; SELECT count(*), sum(length(v)) FROM "
                             "heap; SELECT * FROM account");
    while (run_killed(&unit, at)) {
        ck_assert_str_eq(ask("SELECT sql FROM sqlite_schema; SELECT count(*), sum(length(v)) FROM "
                             "heap; SELECT * FROM account"),
                         before);
        ck_assert_str_eq(ask("PRAGMA integrity_check"), "ok");
        at++;
    }
    ck_assert_uint_ge(at, 14);
    ck_assert_str_eq(ask("SELECT count(*) FROM account WHERE extra IS NULL; PRAGMA "
                         "integrity_check; SELECT count(*) FROM heap"),
                     "0\nok\n3002");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, what_an_operation_is_not_about_survives, 0,
                        WORLD_COUNT * WORLD_TABLE_COUNT);
    tcase_add_loop_test(tcase, a_change_of_constraints_keeps_the_rest, 0,
                        (int)(sizeof ACCOUNT_OPERATIONS / sizeof *ACCOUNT_OPERATIONS));
    tcase_add_test(tcase, the_text_changes_in_one_place);
    tcase_add_test(tcase, neighbours_on_one_table_are_one_rebuild);
    tcase_add_test(tcase, what_alter_table_does_is_left_to_it);
    tcase_add_test(tcase, values_are_converted_as_is_said);
    tcase_add_test(tcase, an_expression_reads_what_came_before_it);
    tcase_add_test(tcase, nulls_without_a_fill_are_an_error_and_nothing_changes);
    tcase_add_test(tcase, no_row_is_lost_to_a_conflict);
    tcase_add_test(tcase, a_foreign_key_that_rows_break_is_named);
    tcase_add_loop_test(tcase, what_cannot_be_done_is_refused_by_name, 0,
                        (int)(sizeof REFUSED / sizeof *REFUSED));
    tcase_add_test(tcase, what_a_column_has_for_itself_goes_with_it);
    tcase_add_test(tcase, constraints_without_a_name_are_found);
    tcase_add_test(tcase, keys_come_and_go_with_the_numbers_of_the_rows);
    tcase_add_test(tcase, enums_are_checks_that_follow);
    tcase_add_test(tcase, what_means_nothing_here_is_passed_over);
    tcase_add_test(tcase, without_a_catalog_only_what_is_certain_is_said);
    tcase_add_loop_test(tcase, a_table_that_has_drifted_stops_the_run, 0,
                        (int)(sizeof DRIFTS / sizeof *DRIFTS));
    tcase_add_test(tcase, a_failure_in_the_middle_puts_the_connection_back);
    tcase_add_test(tcase, a_process_killed_at_any_statement_leaves_before_or_after);
}

int
main(void)
{
    return suite_main("drivers/sqlite/rebuild", add);
}
