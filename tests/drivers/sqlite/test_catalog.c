/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/catalog.h"

#include <unistd.h>

#include "drivers/sqlite/sqlite.h"
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
    arena = (Arena){0};
    error = (Error){.arena = &arena};
    file = arena_format(&arena, "%s/app.db", scratch_folder(&arena));
    connection = NULL;
    ck_assert(sqlite_catalog_open(&arena, &catalog, &error));
}

static void
tear_down(void)
{
    sqlite_catalog_close(catalog);
    if (connection != NULL)
        DRIVER_SQLITE.close(connection);
    arena_release(&arena);
}

static void
play(const char *sql)
{
    const Statement statement = {.role = STATEMENT_USER, .text = slice_of(sql)};

    sqlite_catalog_play(catalog, &statement);
}

/* Writes the schema of the file with the sqlite3 shell, and loads it. */
static void
load(const char *script)
{
    const OpenOptions options = {.url = arena_format(&arena, "sqlite:///%s", file)};
    const char *output = NULL;
    bool may_retry = false;

    ck_assert_msg(sqlite_shell(&arena, file, slice_of(script), &output) == 0, "%s", output);
    if (connection == NULL)
        ck_assert(DRIVER_SQLITE.open(&options, &arena, &connection, &may_retry, &error));
    ck_assert_msg(sqlite_catalog_load(catalog, connection, &error), "%s", error.message);
}

/* "table t, index i" */
static const char *
objects(const char *table)
{
    const CatalogObjects found = catalog_of(catalog, table, &arena);
    Names names = {0};

    for (size_t i = 0; i < found.len; i++)
        *VEC_ADD(&arena, &names) =
            arena_format(&arena, "%s %s", found.at[i].type, found.at[i].name);
    return names_join(&arena, &names, ", ");
}

static const char *
text(const char *type, const char *name)
{
    CatalogObject object = {0};

    return catalog_find(catalog, type, name, &arena, &object) ? object.sql : "";
}

START_TEST(what_is_played_is_there)
{
    play("CREATE TABLE IF NOT EXISTS  t (a INT /* x */, b)");
    play("CREATE UNIQUE INDEX i ON t (a)");
    play("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END");
    play("CREATE VIEW v AS SELECT a FROM t");
    ck_assert_str_eq(objects("T"), "table t, index i, trigger g");
    ck_assert_str_eq(text("table", "T"), "CREATE TABLE t (a INT /* x */, b)");
    play("ALTER TABLE t RENAME COLUMN a TO c");
    ck_assert_str_eq(text("view", "v"), "CREATE VIEW v AS SELECT c FROM t");
    play("DROP TABLE t");
    ck_assert_str_eq(objects("t"), "");
}
END_TEST

START_TEST(a_statement_that_fails_changes_nothing)
{
    play("CREATE TABLE t (a)");
    play("CREATE TABLE t (b)");
    play("ALTER TABLE nowhere ADD COLUMN c");
    play("CREATE INDEX i ON t (nowhere)");
    play("CREATE TABLE broken (");
    ck_assert_str_eq(objects("t"), "table t");
    ck_assert_str_eq(text("table", "t"), "CREATE TABLE t (a)");
}
END_TEST

START_TEST(nothing_but_the_schema_is_played)
{
    const char *other = arena_format(&arena, "%s.other", file);

    play("CREATE TABLE t (a)");
    play("INSERT INTO t VALUES (1)");
    play(arena_format(&arena, "ATTACH '%s' AS other", other));
    play("CREATE TABLE other.u (a)");
    play(arena_format(&arena, "VACUUM INTO '%s'", other));
    play("PRAGMA writable_schema = ON");
    play("UPDATE sqlite_schema SET sql = 'x'");
    play("WITH x AS (SELECT 1) DELETE FROM t");
    play("BEGIN");
    play("DROP TABLE IF EXISTS u");
    ck_assert_str_eq(objects("t"), "table t");
    ck_assert_str_eq(objects("u"), "");
    ck_assert_int_ne(access(other, F_OK), 0);
}
END_TEST

START_TEST(a_table_of_a_query_has_its_columns_and_not_its_rows)
{
    play("CREATE TABLE t (a INTEGER, b TEXT)");
    play("CREATE TABLE u AS SELECT a, b AS \"the b\" FROM t ORDER BY 1 -- all");
    play("CREATE TABLE endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
         "SELECT i FROM n");
    ck_assert_str_eq(text("table", "u"), "CREATE TABLE u(a INT,\"the b\" TEXT)");
    ck_assert_str_eq(text("table", "endless"), "CREATE TABLE endless(i)");
}
END_TEST

START_TEST(legacy_alter_table_is_followed)
{
    play("CREATE TABLE t (a)");
    play("CREATE TABLE n (a)");
    play("CREATE VIEW v AS SELECT a FROM t");
    play("DROP TABLE t");
    play("ALTER TABLE n RENAME TO t");
    ck_assert_str_eq(objects("t"), "");
    play("PRAGMA legacy_alter_table = ON");
    play("ALTER TABLE n RENAME TO t");
    play("PRAGMA legacy_alter_table = OFF");
    ck_assert_str_eq(objects("t"), "table t");
    play("ALTER TABLE t RENAME TO w");
    ck_assert_str_eq(text("view", "v"), "CREATE VIEW v AS SELECT a FROM \"w\"");
}
END_TEST

static const char SHOP[] = "CREATE TABLE zebra (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT);\n"
                           "CREATE INDEX by_b ON zebra (b) WHERE b <> '';\n"
                           "CREATE VIEW all_of_them AS SELECT * FROM apple, zebra;\n"
                           "CREATE TABLE apple (id INT REFERENCES zebra(a));\n"
                           "CREATE TRIGGER fill INSTEAD OF INSERT ON all_of_them BEGIN\n"
                           "  INSERT INTO apple VALUES (new.id); END;\n"
                           "INSERT INTO zebra (b) VALUES ('x');\n";

START_TEST(a_database_is_loaded_with_every_text)
{
    load(SHOP);
    ck_assert_str_eq(objects("zebra"), "table zebra, index by_b");
    ck_assert_str_eq(objects("all_of_them"), "view all_of_them, trigger fill");
    ck_assert_str_eq(text("table", "apple"),
                     sqlite_ask(&arena, file, "SELECT sql FROM sqlite_schema WHERE name='apple'"));
    ck_assert_str_eq(text("table", "sqlite_sequence"), "CREATE TABLE sqlite_sequence(name,seq)");
}
END_TEST

START_TEST(what_changed_beside_us_is_loaded)
{
    load(SHOP);
    load("ALTER TABLE zebra ADD COLUMN c");
    ck_assert_str_eq(text("table", "zebra"),
                     "CREATE TABLE zebra (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, c)");
    load("DROP VIEW all_of_them");
    ck_assert_str_eq(objects("all_of_them"), "");
}
END_TEST

START_TEST(what_was_played_and_did_not_happen_is_forgotten)
{
    load(SHOP);
    play("DROP TABLE apple");
    play("CREATE TABLE pear (a)");
    load("SELECT 1");
    ck_assert_str_eq(objects("apple"), "table apple");
    ck_assert_str_eq(objects("pear"), "");
}
END_TEST

/* The shell knows functions and modules that a program need not have. */
START_TEST(what_needs_more_than_sqlite_has_is_kept)
{
    load("CREATE TABLE t (a CHECK (sha3(a) <> ''), b TEXT COLLATE uint);\n"
         "CREATE INDEX i ON t (sha3(a));\n"
         "PRAGMA writable_schema = ON;\n"
         "INSERT INTO sqlite_schema VALUES ('table', 'docs', 'docs', 0,"
         " 'CREATE VIRTUAL TABLE docs USING nowhere(a, b)');\n");
    ck_assert_str_eq(objects("t"), "table t, index i");
    ck_assert_str_eq(text("table", "docs"), "CREATE VIRTUAL TABLE docs USING nowhere(a, b)");
    play("DROP TABLE docs");
    ck_assert_str_eq(objects("docs"), "");
}
END_TEST

START_TEST(what_cannot_be_compiled_is_told)
{
    Names broken;

    play("CREATE TABLE t (a, b)");
    play("CREATE VIEW v AS SELECT a FROM t");
    play("CREATE VIEW w AS SELECT other(b) FROM t");
    play("CREATE TRIGGER g AFTER UPDATE OF b ON t BEGIN INSERT INTO log VALUES (new.b); END");
    ck_assert_str_eq(names_join(&arena, &(Names){0}, ""), "");
    broken = catalog_broken(catalog, NULL, &arena);
    ck_assert_str_eq(names_join(&arena, &broken, "; "), "trigger g of t: no such table: main.log");
    play("CREATE TABLE log (b)");
    broken = catalog_broken(catalog, NULL, &arena);
    ck_assert_uint_eq(broken.len, 0);
    catalog_try(catalog);
    CatalogProblem problem = {0};
    ck_assert(catalog_run(catalog, SLICE("DROP TABLE log"), &problem, &arena));
    ck_assert(!catalog_run(catalog, SLICE("DROP TABLE nowhere"), &problem, &arena));
    ck_assert_str_eq(problem.message, "no such table: nowhere");
    broken = catalog_broken(catalog, NULL, &arena);
    ck_assert_uint_eq(broken.len, 1);
    catalog_undo(catalog);
    ck_assert_str_eq(objects("log"), "table log");
    ck_assert(catalog_is_used(catalog, "LOG", &arena));
    ck_assert(!catalog_is_used(catalog, "lo", &arena));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_is_played_is_there);
    tcase_add_test(tcase, a_statement_that_fails_changes_nothing);
    tcase_add_test(tcase, nothing_but_the_schema_is_played);
    tcase_add_test(tcase, a_table_of_a_query_has_its_columns_and_not_its_rows);
    tcase_add_test(tcase, legacy_alter_table_is_followed);
    tcase_add_test(tcase, a_database_is_loaded_with_every_text);
    tcase_add_test(tcase, what_changed_beside_us_is_loaded);
    tcase_add_test(tcase, what_was_played_and_did_not_happen_is_forgotten);
    tcase_add_test(tcase, what_needs_more_than_sqlite_has_is_kept);
    tcase_add_test(tcase, what_cannot_be_compiled_is_told);
}

int
main(void)
{
    return suite_main("drivers/sqlite/catalog", add);
}
