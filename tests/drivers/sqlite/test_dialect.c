/* SPDX-License-Identifier: MIT */
/* Printed scripts, run through the real shell. */
#include <string.h>

#include "drivers/sqlite/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/sqlite_shell.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

static Arena arena;
static Error error;
static Session session;
static TableNames names;
static const char *folder;
static const char *file;

static void
set_up(void)
{
    arena = (Arena){0};
    error = (Error){.arena = &arena};
    session = (Session){.program = "migrate 0.1.0"};
    names = (TableNames){"main", "migrate_version", "migrate_history", true};
    folder = scratch_folder(&arena);
    file = arena_format(&arena, "%s/shell.db", folder);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static SketchUnits
units_of(const StepSketch *steps, size_t count)
{
    const SketchTarget target = {DRIVER_SQLITE.dialect, &names, &session};
    SketchUnits all = {0};

    for (size_t i = 0; i < count; i++) {
        const SketchUnits units = sketch_units(&target, &steps[i], &arena);
        for (size_t j = 0; j < units.len; j++)
            *VEC_ADD(&arena, &all) = units.at[j];
    }
    return all;
}

static const char *
script_of(const StepSketch *steps, size_t count)
{
    const SketchUnits units = units_of(steps, count);

    return sketch_script(DRIVER_SQLITE.dialect, &units, &arena);
}

/* What the shell says of the script of one step; "" when it went through. */
static const char *
shell_step(const StepSketch *step)
{
    const char *output = NULL;
    const int status = sqlite_shell(&arena, file, slice_of(script_of(step, 1)), &output);

    ck_assert_msg((status == 0) == (*output == '\0'), "%s", output);
    return output;
}

static const char *
ask(const char *query)
{
    return sqlite_ask(&arena, file, query);
}

static void
assert_refused(const StepSketch *step, const char *message)
{
    const char *before = ask(".dump");
    const char *output = shell_step(step);

    ck_assert_msg(strstr(output, message) != NULL, "%s", output);
    ck_assert_str_eq(ask(".dump"), before);
}

static StepSketch
step_of(const char *revision, const char *before, const char *after, const char *statement)
{
    return (StepSketch){.revision = revision,
                        .before = before,
                        .after = after,
                        .unit_count = 1,
                        .units = {{.statements = {statement}}}};
}

START_TEST(a_unit_reads_as_sql)
{
    const StepSketch step = step_of("b2", "a1", "b2", "DROP TABLE old");

    static const char EXPECTED[] =
        "PRAGMA foreign_keys = OFF;\n"
        "BEGIN IMMEDIATE;\n"
        "CREATE TABLE IF NOT EXISTS \"main\".\"migrate_version\" (version_num varchar(255) NOT "
        "NULL, CONSTRAINT \"migrate_version_pkc\" PRIMARY KEY (version_num));\n"
        "CREATE TABLE IF NOT EXISTS \"main\".\"migrate_history\" (id INTEGER PRIMARY KEY, revision "
        "varchar(255) NOT NULL, direction varchar(16) NOT NULL, state varchar(16) NOT NULL, "
        "rows_before text NOT NULL, rows_after text NOT NULL, checksum char(64), done integer NOT "
        "NULL, total integer NOT NULL, done_checksum char(64), started text NOT NULL, finished "
        "text, run_by text, run_from text, program text, error text);\n"
        "CREATE TEMP TABLE migrate_guard (at_rows CONSTRAINT \"migrate: the database is not at "
        "a1\" CHECK (at_rows), at_step CONSTRAINT \"migrate: the history has another step open, or "
        "this one elsewhere\" CHECK (at_step), at_rows_after CONSTRAINT \"migrate: the version "
        "rows do not become b2\" CHECK (at_rows_after));\n"
        "INSERT INTO temp.migrate_guard (at_rows, at_step) SELECT (SELECT count(DISTINCT "
        "version_num) FROM \"main\".\"migrate_version\") = 1 AND NOT EXISTS (SELECT 1 FROM "
        "\"main\".\"migrate_version\" WHERE version_num NOT IN ('a1')), NOT EXISTS (SELECT 1 FROM "
        "\"main\".\"migrate_history\" WHERE state IN ('running', 'failed'));\n"
        "INSERT INTO \"main\".\"migrate_history\" (revision, direction, state, rows_before, "
        "rows_after, checksum, done, total, started, run_by, run_from, program) VALUES ('b2', "
        "'upgrade', 'running', 'a1', 'b2', "
        "'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0, 1, "
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NULL, NULL, 'migrate 0.1.0');\n"
        "UPDATE \"main\".\"migrate_version\" SET version_num = 'b2' WHERE version_num = 'a1';\n"
        "INSERT INTO temp.migrate_guard (at_rows_after) SELECT (SELECT count(DISTINCT version_num) "
        "FROM \"main\".\"migrate_version\") = 1 AND NOT EXISTS (SELECT 1 FROM "
        "\"main\".\"migrate_version\" WHERE version_num NOT IN ('b2'));\n"
        "DROP TABLE temp.migrate_guard;\n"
        "DROP TABLE old;\n"
        "UPDATE \"main\".\"migrate_history\" SET state = 'done', done = 1, done_checksum = "
        "'4ecb19ee098c6b96e6952560991cdbf2ee6ef112fce239cc9e2a0cbf8877b8ee', finished = "
        "strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE state IN ('running', 'failed') AND revision = "
        "'b2' AND direction = 'upgrade';\n"
        "COMMIT;\n";
    const char *head = DRIVER_SQLITE.dialect->script_head;
    const char *script = script_of(&step, 1);

    ck_assert_ptr_nonnull(strstr(head, "\n.bail on\n"));
    ck_assert_int_eq(strncmp(script, head, strlen(head)), 0);
    /* Check cannot show texts that long */
    ck_assert_msg(strcmp(script + strlen(head), EXPECTED) == 0, "%.4000s", script);
}
END_TEST

/* Everything at once: branches, a merge, a journalled step, one without a transaction, a downgrade
 * and a stamp. */
static const StepSketch JOURNEY[] = {
    {.revision = "a1",
     .before = "",
     .after = "a1",
     .unit_count = 1,
     .units = {{.statements = {"CREATE TABLE account (id integer PRIMARY KEY, name text)",
                               "INSERT INTO account VALUES (1, 'it''s; one')",
                               "CREATE TRIGGER t AFTER INSERT ON account BEGIN\n"
                               "  UPDATE account SET name = 'x;' WHERE id = new.id;\nEND"}}}},
    {.revision = "b2",
     .before = "a1",
     .after = "a1,b2",
     .unit_count = 2,
     .units = {{.statements = {"CREATE TABLE domain (id integer)", "SELECT 1"}},
               {.statements = {"INSERT INTO domain VALUES (2)"}}}},
    {.revision = "c3",
     .before = "a1,b2",
     .after = "c3",
     .unit_count = 3,
     .units = {{.statements = {"INSERT INTO domain VALUES (3)"}},
               {.is_autocommit = true, .statements = {"VACUUM", "PRAGMA user_version = 7"}},
               {.statements = {"CREATE VIEW v AS SELECT * FROM domain"}}}},
    {.revision = "c3",
     .direction = DIRECTION_DOWNGRADE,
     .before = "c3",
     .after = "a1,b2",
     .unit_count = 1,
     .units = {{.statements = {"DROP VIEW v"}}}},
    {.revision = "d4,e5",
     .direction = DIRECTION_STAMP,
     .before = "a1,b2",
     .after = "d4,e5",
     .unit_count = 1},
};

enum { JOURNEY_STEPS = sizeof JOURNEY / sizeof *JOURNEY };

static const char CONTENT[] =
    "SELECT type, name, sql FROM sqlite_schema ORDER BY name; SELECT * FROM account; SELECT * FROM "
    "domain; PRAGMA user_version; SELECT * FROM migrate_version; SELECT id, revision, direction, "
    "state, rows_before, rows_after, checksum, done, total, done_checksum, program, error FROM "
    "migrate_history";

START_TEST(offline_equals_online)
{
    const SketchUnits units = units_of(JOURNEY, JOURNEY_STEPS);
    const char *online = arena_format(&arena, "%s/online.db", folder);
    const OpenOptions options = {.url = arena_format(&arena, "sqlite:///%s", online),
                                 .session = &session};
    Connection *connection = NULL;
    const char *output = NULL;
    bool may_retry = false;
    RunResult result;

    ck_assert_msg(DRIVER_SQLITE.open(&options, &arena, &connection, &may_retry, &error), "%s",
                  error.message);
    ck_assert_msg(DRIVER_SQLITE.run(connection, units.at, units.len, NULL, &arena, &result, &error),
                  "%s", error.message);
    DRIVER_SQLITE.close(connection);
    ck_assert_msg(
        sqlite_shell(&arena, file, slice_of(script_of(JOURNEY, JOURNEY_STEPS)), &output) == 0, "%s",
        output);
    ck_assert_str_eq(ask(CONTENT), sqlite_ask(&arena, online, CONTENT));
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "d4\ne5");
    ck_assert_str_eq(ask("SELECT revision, state, done, total FROM migrate_history"),
                     "a1|done|3|3\nb2|done|3|3\nc3|done|4|4\nc3|done|1|1\nd4,e5|done|0|0");
}
END_TEST

START_TEST(a_script_that_is_cut_off_leaves_whole_units)
{
    enum { STRIDE = 211 };
    const char *script = script_of(JOURNEY, 2);
    const char *output = NULL;
    const size_t length = strlen(script);

    for (size_t cut = 0; cut < length; cut += STRIDE) {
        const char *cut_file = arena_format(&arena, "%s/cut.db", folder);
        (void)remove(cut_file);
        (void)sqlite_shell(&arena, cut_file, (Slice){script, cut}, &output);
        const char *tables = sqlite_ask(&arena, cut_file, "SELECT count(*) FROM sqlite_schema");
        if (strcmp(tables, "0") == 0)
            continue;
        const char *got = sqlite_ask(
            &arena, cut_file,
            "SELECT (SELECT group_concat(version_num) FROM migrate_version) || ' ' || (SELECT "
            "group_concat(revision || state || done) FROM migrate_history) || ' ' || (SELECT "
            "count(*) FROM sqlite_schema WHERE name = 'domain')");
        ck_assert_msg(strcmp(got, "a1 a1done3 0") == 0 ||
                          strcmp(got, "a1 a1done3,b2running2 1") == 0 ||
                          strcmp(got, "a1,b2 a1done3,b2done3 1") == 0,
                      "cut at %zu: %s", cut, got);
    }
}
END_TEST

START_TEST(a_second_run_stops_with_a_message)
{
    const StepSketch step = step_of("a1", "", "a1", "CREATE TABLE account (id integer)");

    ck_assert_str_eq(shell_step(&step), "");
    assert_refused(&step, "CHECK constraint failed: migrate: the database is not at base");
}
END_TEST

START_TEST(another_state_stops_with_a_message)
{
    const StepSketch first = step_of("a1", "", "a1", "CREATE TABLE account (id integer)");
    const StepSketch missing = step_of("c3", "a1,b2", "c3", "CREATE TABLE domain (id integer)");
    const StepSketch other = step_of("c3", "b2", "c3", "CREATE TABLE domain (id integer)");

    assert_refused(&missing, "CHECK constraint failed: migrate: the database is not at a1, b2");
    ck_assert_str_eq(shell_step(&first), "");
    assert_refused(&missing, "CHECK constraint failed: migrate: the database is not at a1, b2");
    assert_refused(&other, "CHECK constraint failed: migrate: the database is not at b2");
}
END_TEST

START_TEST(a_statement_that_fails_leaves_nothing)
{
    const StepSketch step = step_of("a1", "", "a1", "DROP TABLE gone");

    assert_refused(&step, "no such table: gone");
}
END_TEST

START_TEST(an_open_step_stops_with_a_message)
{
    StepSketch broken = {.revision = "a1",
                         .before = "",
                         .after = "a1",
                         .unit_count = 1,
                         .units = {{.is_autocommit = true,
                                    .statements = {"CREATE TABLE a (id integer)", "DROP TABLE gone",
                                                   "PRAGMA user_version = 1"}}}};
    const StepSketch other = step_of("b2", "", "b2", "CREATE TABLE b (id integer)");

    ck_assert_ptr_nonnull(strstr(shell_step(&broken), "no such table: gone"));
    ck_assert_str_eq(ask("SELECT state, done FROM migrate_history"), "running|1");
    assert_refused(&other, "migrate: the history has another step open, or this one elsewhere");
    assert_refused(&broken, "migrate: the history has another step open, or this one elsewhere");

    broken.is_resumed = true;
    broken.done = 2; /* one more than is true */
    assert_refused(&broken, "migrate: the history has another step open, or this one elsewhere");
    broken.done = 1;
    broken.units[0].statements[0] = "CREATE TABLE changed (id integer)";
    assert_refused(&broken, "migrate: the history has another step open, or this one elsewhere");
    broken.units[0].statements[0] = "CREATE TABLE a (id integer)";
    broken.units[0].statements[1] = "CREATE TABLE gone (id integer)";
    ck_assert_str_eq(shell_step(&broken), "");
    ck_assert_str_eq(ask("SELECT state, done, total FROM migrate_history"), "done|3|3");
    ck_assert_str_eq(ask("SELECT * FROM migrate_version"), "a1");
}
END_TEST

START_TEST(old_history_is_not_thrown_away)
{
    const StepSketch step = step_of("a1", "", "a1", "CREATE TABLE a (id integer)");
    const StepSketch next = step_of("b2", "a1", "b2", "CREATE TABLE b (id integer)");

    ck_assert_str_eq(shell_step(&step), "");
    names.keeps_history = false;
    assert_refused(&next, "migrate: ");
}
END_TEST

START_TEST(names_and_rows_of_any_text_are_quoted)
{
    const StepSketch first =
        step_of("it's \"x\"\n.quit", "", "it's \"x\"\n.quit", "PRAGMA user_version = 1");
    const StepSketch second = step_of("z", "it's \"x\"\n.quit", "z", "PRAGMA user_version = 2");

    names.version = "we\"ird 'version'";
    names.history = "hi story\"";
    session.run_by = "o'\nbrien";
    ck_assert_str_eq(shell_step(&first), "");
    ck_assert_str_eq(ask("SELECT version_num FROM \"we\"\"ird 'version'\""), "it's \"x\"\n.quit");
    assert_refused(&first, "migrate: the database is not at base");
    ck_assert_str_eq(shell_step(&second), "");
    ck_assert_str_eq(ask("SELECT count(*), min(run_by) FROM \"hi story\"\"\""), "2|o'\nbrien");
}
END_TEST

START_TEST(a_row_that_the_changes_do_not_hit_is_noticed)
{
    const StepSketch step = step_of("b2", "a1", "b2", "PRAGMA user_version = 1");

    (void)ask(
        "CREATE TABLE migrate_version (version_num text NOT NULL); INSERT INTO "
        "migrate_version VALUES ('a1'); CREATE TRIGGER keeps BEFORE UPDATE ON migrate_version "
        "BEGIN SELECT RAISE(IGNORE); END");
    assert_refused(&step, "migrate: the version rows do not become b2");
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_unit_reads_as_sql);
    tcase_add_test(tcase, offline_equals_online);
    tcase_add_test(tcase, a_script_that_is_cut_off_leaves_whole_units);
    tcase_add_test(tcase, a_second_run_stops_with_a_message);
    tcase_add_test(tcase, another_state_stops_with_a_message);
    tcase_add_test(tcase, a_statement_that_fails_leaves_nothing);
    tcase_add_test(tcase, an_open_step_stops_with_a_message);
    tcase_add_test(tcase, old_history_is_not_thrown_away);
    tcase_add_test(tcase, names_and_rows_of_any_text_are_quoted);
    tcase_add_test(tcase, a_row_that_the_changes_do_not_hit_is_noticed);
}

int
main(void)
{
    return suite_main("drivers/sqlite/dialect", add);
}
