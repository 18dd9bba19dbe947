/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "drivers/sqlite/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/sqlite_shell.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

/* owner 1, 2; pet 10 of 1, 11 of 2 */
#define TABLES                                                                                     \
    "CREATE TABLE owner (id integer PRIMARY KEY, name text);"                                      \
    "CREATE TABLE pet (id integer PRIMARY KEY, owner integer REFERENCES owner ON DELETE CASCADE);" \
    "INSERT INTO owner VALUES (1, 'a'), (2, 'b'); INSERT INTO pet VALUES (10, 1), (11, 2);"

/* A pet of nobody, before us. */
#define ORPHAN "INSERT INTO pet VALUES (12, 99);"

#define REBUILD_OWNER                                                                              \
    "CREATE TABLE new_owner (id integer PRIMARY KEY, name text NOT NULL)",                         \
        "INSERT INTO new_owner SELECT * FROM owner", "DROP TABLE owner",                           \
        "ALTER TABLE new_owner RENAME TO owner"

#define REBUILD_PET                                                                                \
    "CREATE TABLE \"new_pet\" (owner integer REFERENCES owner)",                                   \
        "INSERT INTO new_pet SELECT owner FROM pet", "drop table if exists main . [pet]",          \
        "/* back */ ALTER TABLE main.\"new_pet\" RENAME TO `pet`"

typedef struct KeysCase {
    const char *before; /* script that makes the database */
    const char *statements[SKETCH_STATEMENTS];
    const char *detail; /* NULL: it runs */
    unsigned line;      /* of the statement that is blamed */
} KeysCase;

static const KeysCase CASES[] = {
    {TABLES, {REBUILD_OWNER}, NULL, 0},
    {TABLES, {REBUILD_PET}, NULL, 0},
    {TABLES ORPHAN, {REBUILD_OWNER}, NULL, 0},
    {TABLES ORPHAN, {REBUILD_PET}, NULL, 0},
    {TABLES ORPHAN, {"ALTER TABLE pet RENAME TO animal"}, NULL, 0},
    {TABLES ORPHAN, {"ALTER TABLE owner RENAME TO person"}, NULL, 0},
    {TABLES ORPHAN,
     {"ALTER TABLE owner RENAME TO person", "ALTER TABLE pet RENAME TO animal"},
     NULL,
     0},
    {TABLES, {"DROP TABLE pet", "DROP TABLE owner"}, NULL, 0},
    {TABLES, {"DROP TABLE owner", "DROP TABLE pet"}, NULL, 0},
    {TABLES,
     {"DROP TABLE owner"},
     "row 10 of pet refers to no row of owner\nrow 11 of pet refers to no row of owner",
     1},
    {TABLES "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (x); INSERT INTO p VALUES (1);"
            "ALTER TABLE c ADD COLUMN p rEfErences p; INSERT INTO c VALUES (5, 1);",
     {"DROP TABLE p"},
     "row 1 of c refers to no row of p",
     1},
    {TABLES ORPHAN,
     {"SELECT 1", REBUILD_OWNER, "DELETE FROM owner WHERE id = 2"},
     "row 11 of pet refers to no row of owner",
     5},
    {TABLES ORPHAN,
     {"ALTER TABLE pet RENAME TO animal", "INSERT INTO animal VALUES (13, 98)"},
     "row 13 of animal refers to no row of owner",
     1},
    {TABLES ORPHAN,
     {"DROP TABLE owner", "CREATE TABLE owner (id integer PRIMARY KEY)"},
     "row 10 of pet refers to no row of owner\nrow 11 of pet refers to no row of owner",
     1},
    /* data alone is not looked at: keys are off while revisions run */
    {TABLES, {"DELETE FROM owner"}, NULL, 0},
    {TABLES, {"ALTER TABLE owner ADD COLUMN age integer", "DELETE FROM owner"}, NULL, 0},
    /* another table's rows are not this unit's business */
    {TABLES ORPHAN "CREATE TABLE log (x);", {"DROP TABLE log"}, NULL, 0},
    {TABLES "CREATE TABLE tag (owner integer REFERENCES owner, t, PRIMARY KEY (t)) WITHOUT ROWID;"
            "INSERT INTO tag VALUES (2, 'x'); DELETE FROM pet;",
     {"DROP TABLE owner"},
     "a row of tag refers to no row of owner",
     1},
    /* a key that never fitted cannot be compared */
    {"CREATE TABLE p (x); CREATE TABLE c (x REFERENCES p (x)); INSERT INTO c VALUES (1);",
     {"ALTER TABLE c RENAME TO d"},
     NULL,
     0},
};

static Arena arena;
static Error error;
static Session session;
static Connection *connection;
static const char *file;

static void
set_up(void)
{
    const char *folder = NULL;

    arena = (Arena){0};
    error = (Error){.arena = &arena};
    folder = scratch_folder(&arena);
    file = arena_format(&arena, "%s/app.db", folder);
}

static void
tear_down(void)
{
    DRIVER_SQLITE.close(connection);
    arena_release(&arena);
}

static bool
run(const KeysCase *one, RunResult *result)
{
    static const TableNames NAMES = {"main", "migrate_version", "migrate_history", true};
    const SketchTarget target = {DRIVER_SQLITE.dialect, &NAMES, &session};
    const OpenOptions options = {.url = arena_format(&arena, "sqlite:///%s", file),
                                 .session = &session};
    StepSketch step = {.revision = "a1", .before = "", .after = "a1", .unit_count = 1};
    bool may_retry = false;

    (void)sqlite_ask(&arena, file, one->before);
    memcpy(step.units[0].statements, one->statements, sizeof one->statements);
    ck_assert_msg(DRIVER_SQLITE.open(&options, &arena, &connection, &may_retry, &error), "%s",
                  error.message);
    const SketchUnits units = sketch_units(&target, &step, &arena);
    return DRIVER_SQLITE.run(connection, units.at, units.len, NULL, &arena, result, &error);
}

START_TEST(only_new_rows_that_refer_to_nothing_fail)
{
    const KeysCase *one = &CASES[_i];
    RunResult result;

    ck_assert_msg(run(one, &result) == (one->detail == NULL), "%s", error.message);
    ck_assert_pstr_eq(error.detail, one->detail);
    ck_assert_uint_eq(error.place.line, one->line);
    ck_assert_int_eq(result.outcome, one->detail == NULL ? RUN_DONE : RUN_FAILED);
    if (one->detail != NULL)
        ck_assert_str_eq(sqlite_ask(&arena, file,
                                    "SELECT count(*) FROM sqlite_schema WHERE name = "
                                    "'migrate_version'; SELECT count(*) FROM owner"),
                         "0\n2");
}
END_TEST

START_TEST(the_error_names_the_rows_and_the_statement)
{
    const KeysCase one = {TABLES, {"SELECT 1", "DROP TABLE owner"}, NULL, 0};
    RunResult result;

    ck_assert(!run(&one, &result));
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(error.message, "foreign keys: 2 rows refer to nothing any more");
    ck_assert_str_eq(error.hint, "foreign keys are off while revisions run: move or delete the "
                                 "rows of the referring table too");
    ck_assert_str_eq(error.excerpt, "DROP TABLE owner\n^");
    ck_assert_uint_eq(result.failed->number, 2);
}
END_TEST

START_TEST(of_many_rows_the_first_are_named)
{
    const KeysCase one = {TABLES "WITH RECURSIVE c(n) AS (SELECT 20 UNION ALL SELECT n + 1 FROM c "
                                 "WHERE n < 2019) INSERT INTO pet SELECT n, 1 FROM c;",
                          {"DROP TABLE owner"},
                          NULL,
                          0};
    RunResult result;

    ck_assert(!run(&one, &result));
    ck_assert_str_eq(error.message, "foreign keys: 2002 rows refer to nothing any more");
    ck_assert_ptr_nonnull(strstr(error.detail, "row 10 of pet refers to no row of owner\n"));
    ck_assert_ptr_nonnull(strstr(error.detail, "\nand 1992 more"));
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_loop_test(tcase, only_new_rows_that_refer_to_nothing_fail, 0,
                        sizeof CASES / sizeof *CASES);
    tcase_add_test(tcase, the_error_names_the_rows_and_the_statement);
    tcase_add_test(tcase, of_many_rows_the_first_are_named);
}

int
main(void)
{
    return suite_main("drivers/sqlite/foreign_keys", add);
}
