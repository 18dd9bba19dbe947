/* SPDX-License-Identifier: MIT */
/*
 * What every driver does alike, on each driver there is: the scripted fake, SQLite in a file, and
 * PostgreSQL where a server is named:
 *
 *     MIGRATE_TEST_PG              a postgresql:// URL whose user may create databases
 *     MIGRATE_TEST_PGBOUNCER_TX    URL prefixes ("postgresql://…:6432/") behind which any database
 *     MIGRATE_TEST_PGBOUNCER_STMT  of that server is found
 *
 * Each test has a database of its own.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "drivers/sqlite/sqlite.h"
#include "tests/support/fake_driver.h"
#include "tests/support/scratch.h"
#include "tests/support/step_sketch.h"
#include "tests/support/suite.h"

enum {
    MAX_TARGETS = 5,
    MAX_REOPENED = 5,
    ADMIN_WAIT = 10000,
};

/* A way to a database. */
typedef struct Target {
    const Driver *driver;
    const char *name;
    const char *prefix; /* of the URL of a PostgreSQL database; NULL for the others */
    bool is_behind_statements;
} Target;

static Target targets[MAX_TARGETS];
static int target_count;

static Arena arena;
static Error error;
static Session session;
static TableNames names;
static Connection *connection;
static FakeDatabase fake;
static const char *url;
static const char *server_database; /* to be dropped; NULL: none */
static DriverMemory memory;
static bool is_behind_statements; /* a pooler in statement mode */
static int reopened;

static Connection *
open_url(const Driver *driver, const char *text, bool is_read_only)
{
    Connection *opened = NULL;
    bool may_retry = false;
    const OpenOptions options = {
        .url = text, .session = &session, .memory = &memory, .is_read_only = is_read_only};

    for (int tries = 0; !driver->open(&options, &arena, &opened, &may_retry, &error); tries++)
        ck_assert_msg(may_retry && tries < MAX_REOPENED, "%s: %s", text, error.message);
    return opened;
}

/* As a runner does: a pooler in statement mode hangs up on a driver that does not know it yet. */
static void
reopen(const Driver *driver)
{
    ck_assert_msg(is_behind_statements && reopened++ < MAX_REOPENED, "%s", error.message);
    driver->close(connection);
    error = (Error){.arena = &arena};
    connection = open_url(driver, url, false);
}

/* Runs units on the test's connection. */
static bool
run_units(const Driver *driver, const SketchUnits *units, const RunEvents *events,
          RunResult *result)
{
    for (;;) {
        error = (Error){.arena = &arena};
        if (driver->run(connection, units->at, units->len, events, &arena, result, &error))
            return true;
        if (result->outcome != RUN_LOST)
            return false;
        reopen(driver);
    }
}

/* A unit of one statement of the test's own, without a frame. */
static SketchUnits
bare_unit(const char *sql)
{
    Unit unit = {.revision = "test", .message = "", .is_first = true, .is_last = true};
    SketchUnits units = {0};

    *VEC_ADD(&arena, &unit.statements) =
        (Statement){.role = STATEMENT_USER, .text = slice_of(sql), .number = 1};
    unit.bytes = strlen(sql);
    *VEC_ADD(&arena, &units) = unit;
    return units;
}

static void
execute(const Driver *driver, const char *sql)
{
    const SketchUnits units = bare_unit(sql);
    RunResult result;

    ck_assert_msg(run_units(driver, &units, NULL, &result), "%s: %s", sql, error.message);
}

/* The URL of the server itself, which may create databases. */
static void
execute_on_server(const char *sql)
{
    const Driver *driver = driver_find("postgres");
    const DriverMemory kept = memory;
    Connection *admin = open_url(driver, getenv("MIGRATE_TEST_PG"), false);
    const SketchUnits units = bare_unit(sql);
    RunResult result;

    ck_assert_msg(driver->run(admin, units.at, units.len, NULL, &arena, &result, &error), "%s: %s",
                  sql, error.message);
    driver->close(admin);
    memory = kept;
}

/* MIGRATE_TEST_PG up to the name of its database. */
static const char *
server_prefix(const char *server)
{
    const char *host = strstr(server, "://");
    const size_t length = host == NULL ? strlen(server) : 3 + (size_t)(host - server);
    const size_t end = length + strcspn(server + length, "/?");

    return strndup(server, end);
}

static void
target_add(const Driver *driver, const char *name, const char *prefix)
{
    if (prefix != NULL)
        targets[target_count++] = (Target){driver, name, prefix, false};
}

static void
targets_find(void)
{
    const Driver *postgres = driver_find("postgres");
    const char *server = getenv("MIGRATE_TEST_PG");

    targets[target_count++] = (Target){.driver = &DRIVER_FAKE, .name = "fake"};
    targets[target_count++] = (Target){.driver = &DRIVER_SQLITE, .name = "sqlite"};
    if (server == NULL)
        return;
    target_add(postgres, "postgres", server_prefix(server));
    target_add(postgres, "pgbouncer, transaction mode", getenv("MIGRATE_TEST_PGBOUNCER_TX"));
    if (getenv("MIGRATE_TEST_PGBOUNCER_STMT") != NULL) {
        target_add(postgres, "pgbouncer, statement mode", getenv("MIGRATE_TEST_PGBOUNCER_STMT"));
        targets[target_count - 1].is_behind_statements = true;
    }
}

static const char *
database_make(const Target *target)
{
    if (target->driver == &DRIVER_FAKE) {
        fake = (FakeDatabase){.arena = &arena};
        return fake_url(&fake);
    }
    if (target->prefix == NULL)
        return arena_format(&arena, "sqlite:///%s/app.db", scratch_folder(&arena));
    server_database = arena_format(&arena, "migrate_conformance_%ld", (long)getpid());
    execute_on_server(arena_format(&arena, "CREATE DATABASE %s", server_database));
    const size_t length = strlen(target->prefix);
    const bool has_slash = length > 0 && target->prefix[length - 1] == '/';
    return arena_format(&arena, "%s%s%s", target->prefix, has_slash ? "" : "/", server_database);
}

/* The loop's own variable is not there in a fixture: each test begins with this. */
static const Driver *
begin(int index)
{
    const Target *target = &targets[index];

    is_behind_statements = target->is_behind_statements;
    url = database_make(target);
    connection = open_url(target->driver, url, false);
    return target->driver;
}

static void
set_up(void)
{
    arena = (Arena){0};
    error = (Error){.arena = &arena};
    session = (Session){.application_name = "migrate",
                        .connect_timeout = ADMIN_WAIT,
                        .run_by = "o'brien",
                        .run_from = "here",
                        .program = "migrate 0.1.0"};
    names = (TableNames){NULL, "migrate_version", "migrate_history", true};
    server_database = NULL;
    connection = NULL;
    memory = (DriverMemory){0};
    reopened = 0;
}

static void
end(const Driver *driver)
{
    driver->close(connection);
    if (server_database != NULL)
        execute_on_server(
            arena_format(&arena, "DROP DATABASE IF EXISTS %s WITH (FORCE)", server_database));
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static DatabaseState
read_state(const Driver *driver)
{
    DatabaseState state;

    for (;;) {
        error = (Error){.arena = &arena};
        if (driver->state_read(connection, &names, false, &arena, &state, &error))
            return state;
        reopen(driver);
    }
}

static const char *
read_rows(const Driver *driver)
{
    const DatabaseState state = read_state(driver);

    return names_join(&arena, &state.rows, ",");
}

static HistoryRows
read_history(const Driver *driver)
{
    const DatabaseState state = read_state(driver);
    HistoryRows rows;

    ck_assert_msg(driver->history_read(connection, &state, &arena, &rows, &error), "%s",
                  error.message);
    return rows;
}

/* "a1 upgrade done 2/2; …" */
static const char *
history_text(const Driver *driver)
{
    const HistoryRows rows = read_history(driver);
    Buf text = {.arena = &arena};

    for (size_t i = 0; i < rows.len; i++) {
        const HistoryRow *row = &rows.at[i];
        buf_addf(&text, "%s%s %s %s %zu/%zu", i > 0 ? "; " : "", row->revision, row->direction,
                 row->state, row->done, row->total);
    }
    return buf_text(&text);
}

static SketchUnits
units_of(const Driver *driver, const StepSketch *steps, size_t count)
{
    const DatabaseState state = read_state(driver);
    TableNames *tables = ARENA_NEW(&arena, TableNames);
    *tables = state.tables;
    const SketchTarget target = {driver->dialect, tables, &session};
    SketchUnits all = {0};

    for (size_t i = 0; i < count; i++) {
        const SketchUnits units = sketch_units(&target, &steps[i], &arena);
        for (size_t j = 0; j < units.len; j++)
            *VEC_ADD(&arena, &all) = units.at[j];
    }
    return all;
}

static bool
run_steps(const Driver *driver, const StepSketch *steps, size_t count, RunResult *result)
{
    const SketchUnits units = units_of(driver, steps, count);

    return run_units(driver, &units, NULL, result);
}

static void
run_step(const Driver *driver, StepSketch step)
{
    RunResult result;

    ck_assert_msg(run_steps(driver, &step, 1, &result), "%s", error.message);
    ck_assert_int_eq(result.outcome, RUN_DONE);
}

static void
mark_failed(const Driver *driver, const StepSketch *step, const char *message)
{
    const DatabaseState state = read_state(driver);
    const SketchTarget target = {driver->dialect, &state.tables, &session};
    SketchUnits units = {0};
    RunResult result;

    *VEC_ADD(&arena, &units) = sketch_mark_failed(&target, step, message, &arena);
    ck_assert_msg(run_units(driver, &units, NULL, &result), "%s", error.message);
}

static const char *
object_lines(const Driver *driver)
{
    const Names none = {0};
    ObjectNames objects;

    ck_assert_msg(driver->objects_list(connection, &none, &arena, &objects, &error), "%s",
                  error.message);
    return names_join(&arena, &objects.lines, "; ");
}

static bool
has_object(const Driver *driver, const char *name)
{
    return strstr(object_lines(driver), name) != NULL;
}

static StepSketch
upgrade(const char *revision, const char *before, const char *after, const char *first,
        const char *second)
{
    return (StepSketch){.revision = revision,
                        .before = before,
                        .after = after,
                        .unit_count = 1,
                        .units = {{.statements = {first, second}}}};
}

START_TEST(an_empty_database_has_no_rows_and_reading_makes_none)
{
    const Driver *driver = begin(_i);

    for (int i = 0; i < 2; i++) {
        const DatabaseState state = read_state(driver);
        ck_assert(!state.has_version_table);
        ck_assert(!state.has_history_table);
        ck_assert_uint_eq(state.rows.len, 0);
        ck_assert_ptr_null(state.open);
        ck_assert_ptr_null(state.elsewhere);
        ck_assert_ptr_nonnull(state.tables.schema);
        ck_assert_ptr_nonnull(state.server);
        ck_assert(!state.is_busy);
    }
    ck_assert_str_eq(history_text(driver), "");
    ck_assert_str_eq(object_lines(driver), "");
    end(driver);
}
END_TEST

START_TEST(a_unit_moves_the_rows_and_stands_in_the_history)
{
    const Driver *driver = begin(_i);

    run_step(driver, upgrade("a1", "", "a1", "CREATE TABLE account (id integer)",
                             "CREATE TABLE domain (id integer)"));
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 2/2");
    const HistoryRows rows = read_history(driver);
    const HistoryRow *row = &rows.at[0];
    ck_assert_str_eq(row->rows_before, "");
    ck_assert_str_eq(row->rows_after, "a1");
    ck_assert_uint_eq(strlen(row->checksum), 64);
    ck_assert_uint_eq(strlen(row->done_checksum), 64);
    ck_assert_uint_eq(strlen(row->started), strlen("2026-11-20T14:03:11.123Z"));
    ck_assert_uint_eq(strlen(row->finished), strlen(row->started));
    ck_assert_int_ge(row->duration, 0);
    ck_assert_ptr_null(row->error);
    ck_assert(has_object(driver, "account"));
    end(driver);
}
END_TEST

START_TEST(the_history_says_who_ran_it)
{
    const Driver *driver = begin(_i);

    if (driver != &DRIVER_FAKE) {
        run_step(driver, upgrade("a1", "", "a1", NULL, NULL));
        const HistoryRows rows = read_history(driver);
        ck_assert_str_eq(rows.at[0].run_by, "o'brien");
        ck_assert_str_eq(rows.at[0].run_from, "here");
        ck_assert_str_eq(rows.at[0].program, "migrate 0.1.0");
    }
    end(driver);
}
END_TEST

START_TEST(a_failing_statement_leaves_nothing_of_its_unit_and_is_named)
{
    const Driver *driver = begin(_i);
    const StepSketch step =
        upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", "DROP TABLE no_such_table");
    RunResult result;

    ck_assert(!run_steps(driver, &step, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.units_done, 0);
    ck_assert_ptr_nonnull(result.failed);
    ck_assert_uint_eq(result.failed->number, 2);
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(error.place.file, "a1.sql");
    ck_assert_uint_eq(error.place.line, 2);
    ck_assert_str_eq(read_rows(driver), "");
    ck_assert_str_eq(history_text(driver), "");
    ck_assert(!has_object(driver, "account"));
    end(driver);
}
END_TEST

START_TEST(a_unit_planned_on_other_rows_is_not_run)
{
    const Driver *driver = begin(_i);
    const StepSketch first = upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL);
    const StepSketch strange = upgrade("c3", "b2", "c3", "CREATE TABLE domain (id integer)", NULL);
    RunResult result;

    run_step(driver, first);
    ck_assert(!run_steps(driver, &strange, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    ck_assert_uint_eq(result.units_done, 0);
    ck_assert_int_eq(error.code, ERR_STATE);
    ck_assert(!run_steps(driver, &first, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 1/1");
    ck_assert(!has_object(driver, "domain"));
    end(driver);
}
END_TEST

START_TEST(units_before_the_one_that_fails_stay)
{
    const Driver *driver = begin(_i);
    const StepSketch steps[] = {
        upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL),
        upgrade("b2", "a1", "b2", "CREATE TABLE domain (id integer)", "DROP TABLE no_such_table"),
        upgrade("c3", "b2", "c3", "CREATE TABLE job (id integer)", NULL),
    };
    RunResult result;

    ck_assert(!run_steps(driver, steps, 3, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.units_done, 1);
    ck_assert_str_eq(error.place.file, "b2.sql");
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 1/1");
    ck_assert(has_object(driver, "account"));
    ck_assert(!has_object(driver, "domain"));
    ck_assert(!has_object(driver, "job"));
    end(driver);
}
END_TEST

START_TEST(several_rows_change_as_whole_sets)
{
    const Driver *driver = begin(_i);

    run_step(driver, upgrade("a1", "", "a1", NULL, NULL));
    run_step(driver, upgrade("b2", "a1", "b2", NULL, NULL));
    run_step(driver, upgrade("c3", "b2", "b2,c3", NULL, NULL));
    run_step(driver, upgrade("d4", "b2,c3", "b2,c3,d4", NULL, NULL));
    ck_assert_str_eq(read_rows(driver), "b2,c3,d4");
    run_step(driver, upgrade("e5", "b2,c3,d4", "e5", NULL, NULL));
    ck_assert_str_eq(read_rows(driver), "e5");
    StepSketch down = upgrade("e5", "e5", "b2,c3,d4", NULL, NULL);
    down.direction = DIRECTION_DOWNGRADE;
    run_step(driver, down);
    ck_assert_str_eq(read_rows(driver), "b2,c3,d4");
    const HistoryRows rows = read_history(driver);
    ck_assert_str_eq(rows.at[rows.len - 1].direction, "downgrade");
    ck_assert_str_eq(rows.at[rows.len - 1].rows_after, "b2,c3,d4");
    end(driver);
}
END_TEST

START_TEST(rows_of_any_text_are_quoted)
{
    const Driver *driver = begin(_i);

    run_step(driver, upgrade("o'brien\"s", "", "o'brien\"s", NULL, NULL));
    run_step(driver, upgrade("$$;ä\\", "o'brien\"s", "$$;ä\\", NULL, NULL));
    ck_assert_str_eq(read_rows(driver), "$$;ä\\");
    ck_assert_str_eq(history_text(driver), "o'brien\"s upgrade done 0/0; $$;ä\\ upgrade done 0/0");
    end(driver);
}
END_TEST

static StepSketch
two_units(const char *second)
{
    return (StepSketch){
        .revision = "a1",
        .before = "",
        .after = "a1",
        .unit_count = 2,
        .units = {{.statements = {"CREATE TABLE account (id integer)",
                                  "CREATE TABLE domain (id integer)"}},
                  {.statements = {"CREATE TABLE job (id integer)", second}}},
    };
}

START_TEST(a_step_of_several_units_is_journalled_and_resumed)
{
    const Driver *driver = begin(_i);
    const StepSketch broken = two_units("DROP TABLE no_such_table");
    StepSketch corrected = two_units("CREATE TABLE event (id integer)");
    RunResult result;

    ck_assert(!run_steps(driver, &broken, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.units_done, 1);
    ck_assert_uint_eq(result.failed->number, 4);
    DatabaseState state = read_state(driver);
    ck_assert_uint_eq(state.rows.len, 0);
    ck_assert_ptr_nonnull(state.open);
    ck_assert_str_eq(state.open->state, "running");
    ck_assert_uint_eq(state.open->done, 2);
    ck_assert_uint_eq(state.open->total, 4);
    ck_assert(!has_object(driver, "job"));

    mark_failed(driver, &broken, "it's \"gone\"");
    state = read_state(driver);
    ck_assert_str_eq(state.open->state, "failed");
    ck_assert_str_eq(state.open->error, "it's \"gone\"");
    ck_assert_uint_eq(state.open->done, 2);

    corrected.is_resumed = true;
    corrected.done = 2;
    run_step(driver, corrected);
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 4/4");
    ck_assert_ptr_null(read_state(driver).open);
    ck_assert_ptr_null(read_history(driver).at[0].error);
    end(driver);
}
END_TEST

START_TEST(an_open_step_is_in_the_way_of_others)
{
    const Driver *driver = begin(_i);
    const StepSketch broken = two_units("DROP TABLE no_such_table");
    const StepSketch other = upgrade("b2", "", "b2", "CREATE TABLE event (id integer)", NULL);
    StepSketch elsewhere = two_units("CREATE TABLE event (id integer)");
    RunResult result;

    ck_assert(!run_steps(driver, &broken, 1, &result));
    ck_assert(!run_steps(driver, &other, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    ck_assert(!run_steps(driver, &broken, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED); /* a message that arrives twice */
    elsewhere.is_resumed = true;
    elsewhere.done = 3;
    ck_assert(!run_steps(driver, &elsewhere, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_MOVED);
    ck_assert_str_eq(history_text(driver), "a1 upgrade running 2/4");
    ck_assert(!has_object(driver, "event"));
    end(driver);
}
END_TEST

START_TEST(a_stamp_closes_what_is_open)
{
    const Driver *driver = begin(_i);
    const StepSketch broken = two_units("DROP TABLE no_such_table");
    StepSketch stamp = upgrade("a1", "", "a1", NULL, NULL);
    RunResult result;

    stamp.direction = DIRECTION_STAMP;
    ck_assert(!run_steps(driver, &broken, 1, &result));
    run_step(driver, stamp);
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade abandoned 2/4; a1 stamp done 0/0");
    ck_assert_ptr_null(read_history(driver).at[1].checksum);
    end(driver);
}
END_TEST

static StepSketch
autocommit_step(const char *third)
{
    return (StepSketch){
        .revision = "a1",
        .before = "",
        .after = "a1",
        .unit_count = 1,
        .units = {{.is_autocommit = true,
                   .statements = {"CREATE TABLE account (id integer)",
                                  "CREATE TABLE domain (id integer)", third}}},
    };
}

START_TEST(a_unit_without_a_transaction_is_journalled_after_each_statement)
{
    const Driver *driver = begin(_i);
    const StepSketch broken = autocommit_step("DROP TABLE no_such_table");
    StepSketch corrected = autocommit_step("CREATE TABLE job (id integer)");
    RunResult result;

    ck_assert(!run_steps(driver, &broken, 1, &result));
    ck_assert_int_eq(result.outcome, RUN_FAILED);
    ck_assert_uint_eq(result.failed->number, 3);
    ck_assert_str_eq(history_text(driver), "a1 upgrade running 2/3");
    ck_assert_str_eq(read_rows(driver), "");
    ck_assert(has_object(driver, "domain"));
    corrected.is_resumed = true;
    corrected.done = 2;
    run_step(driver, corrected);
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 3/3");
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert(has_object(driver, "job"));
    end(driver);
}
END_TEST

START_TEST(without_a_history_open_steps_are_kept_meanwhile)
{
    const Driver *driver = begin(_i);
    const StepSketch broken = two_units("DROP TABLE no_such_table");
    StepSketch corrected = two_units(NULL);
    RunResult result;

    names.keeps_history = false;
    ck_assert(!run_steps(driver, &broken, 1, &result));
    ck_assert_str_eq(history_text(driver), "a1 upgrade running 2/4");
    corrected.is_resumed = true;
    corrected.done = 2;
    run_step(driver, corrected);
    ck_assert_str_eq(history_text(driver), "");
    ck_assert_str_eq(read_rows(driver), "a1");
    run_step(driver, upgrade("b2", "a1", "b2", "CREATE TABLE event (id integer)", NULL));
    ck_assert_str_eq(history_text(driver), "");
    ck_assert_str_eq(read_rows(driver), "b2");
    if (driver != &DRIVER_FAKE)
        ck_assert(!has_object(driver, "migrate_history"));
    end(driver);
}
END_TEST

/* "+a1 -a1 +b2 …" */
static void
note_started(void *context, const Unit *unit)
{
    buf_addf(context, "+%s ", unit->revision);
}

static void
note_finished(void *context, const Unit *unit, int64_t milliseconds)
{
    ck_assert_int_ge(milliseconds, 0);
    buf_addf(context, "-%s ", unit->revision);
}

START_TEST(each_unit_is_announced_and_reported)
{
    const Driver *driver = begin(_i);
    const StepSketch steps[] = {
        upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL),
        upgrade("b2", "a1", "b2", "CREATE TABLE domain (id integer)", NULL),
    };
    const SketchUnits units = units_of(driver, steps, 2);
    Buf seen = {.arena = &arena};
    const RunEvents events = {
        .unit_started = note_started, .unit_finished = note_finished, .context = &seen};
    RunResult result;

    ck_assert_msg(driver->run(connection, units.at, units.len, &events, &arena, &result, &error),
                  "%s", error.message);
    ck_assert_uint_eq(result.units_done, 2);
    /* units that are committed together are finished together */
    ck_assert_msg(strcmp(buf_text(&seen), "+a1 -a1 +b2 -b2 ") == 0 ||
                      strcmp(buf_text(&seen), "+a1 +b2 -a1 -b2 ") == 0,
                  "%s", buf_text(&seen));
    end(driver);
}
END_TEST

/* "a1:1 a1:1ok …" */
static void
note_statement(void *context, const Unit *unit, const Statement *statement)
{
    ck_assert_int_eq(statement->role, STATEMENT_USER);
    buf_addf(context, "%s:%zu ", unit->revision, statement->number);
}

static void
note_statement_end(void *context, const Unit *unit, const Statement *statement,
                   int64_t milliseconds)
{
    ck_assert_int_ge(milliseconds, 0);
    buf_addf(context, "%s:%zuok ", unit->revision, statement->number);
}

static const char *
statements_told(const Driver *driver, const StepSketch *steps, size_t count, bool *is_done)
{
    const SketchUnits units = units_of(driver, steps, count);
    Buf seen = {.arena = &arena};
    const RunEvents events = {.statement_started = note_statement,
                              .statement_finished = note_statement_end,
                              .told_from = 2,
                              .context = &seen};
    RunResult result;

    *is_done = run_units(driver, &units, &events, &result);
    return buf_text(&seen);
}

START_TEST(each_statement_is_told_where_there_are_enough)
{
    const Driver *driver = begin(_i);
    const StepSketch steps[] = {
        upgrade("a1", "", "a1", "CREATE TABLE account (id integer)",
                "CREATE TABLE domain (id integer)"),
        upgrade("b2", "a1", "b2", "CREATE TABLE job (id integer)", NULL),
        upgrade("c3", "b2", "c3", "CREATE TABLE event (id integer)", "DROP TABLE no_such_table"),
    };
    bool is_done = true;

    const char *seen = statements_told(driver, steps, 3, &is_done);
    ck_assert(!is_done);
    ck_assert_str_eq(seen, "a1:1 a1:1ok a1:2 a1:2ok c3:1 c3:1ok c3:2 ");
    ck_assert_int_eq(error.code, ERR_FAILED);
    ck_assert_str_eq(read_rows(driver), "b2");
    end(driver);
}
END_TEST

static void
note_waiting(void *context)
{
    *(size_t *)context += 1;
}

START_TEST(a_long_statement_is_waited_for_with_a_word_now_and_then)
{
    const Driver *driver = begin(_i);
    const StepSketch step = upgrade(
        "a1", "", "a1",
        strcmp(driver->name, "postgres") == 0
            ? "SELECT pg_sleep(0.5)"
            : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
              "SELECT count(*) FROM n",
        NULL);
    const SketchUnits units = units_of(driver, &step, 1);
    size_t words = 0;
    const RunEvents events = {.waiting = note_waiting, .context = &words};
    RunResult result;

    ck_assert_msg(run_units(driver, &units, &events, &result), "%s", error.message);
    /* the scripted driver waits for nothing */
    ck_assert((words > 0) == (strcmp(driver->name, "fake") != 0));
    end(driver);
}
END_TEST

START_TEST(statements_without_a_transaction_are_told_too)
{
    const Driver *driver = begin(_i);
    const StepSketch step = autocommit_step("CREATE TABLE job (id integer)");
    bool is_done = false;

    const char *seen = statements_told(driver, &step, 1, &is_done);
    ck_assert_msg(is_done, "%s", error.message);
    ck_assert_str_eq(seen, "a1:1 a1:1ok a1:2 a1:2ok a1:3 a1:3ok ");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 3/3");
    end(driver);
}
END_TEST

START_TEST(reset_leaves_an_empty_database)
{
    const Driver *driver = begin(_i);
    const Names none = {0};
    ObjectNames objects;

    run_step(driver, upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL));
    ck_assert(has_object(driver, "account"));
    ck_assert(driver->objects_list(connection, &none, &arena, &objects, &error));
    const DatabaseState state = read_state(driver);
    ck_assert_msg(driver->reset(connection, &state.tables, &objects, &error), "%s", error.message);
    ck_assert_str_eq(object_lines(driver), "");
    ck_assert(!read_state(driver).has_version_table);
    run_step(driver, upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL));
    end(driver);
}
END_TEST

START_TEST(a_reader_sees_what_a_writer_made)
{
    const Driver *driver = begin(_i);

    run_step(driver, upgrade("a1", "", "a1", "CREATE TABLE account (id integer)", NULL));
    driver->close(connection);
    connection = open_url(driver, url, true);
    ck_assert_str_eq(read_rows(driver), "a1");
    ck_assert_str_eq(history_text(driver), "a1 upgrade done 1/1");
    end(driver);
}
END_TEST

START_TEST(nobody_holds_the_lock_of_an_idle_database)
{
    const Driver *driver = begin(_i);
    DatabaseState state;

    ck_assert_msg(driver->state_read(connection, &names, true, &arena, &state, &error), "%s",
                  error.message);
    ck_assert(!state.is_busy);
    run_step(driver, upgrade("a1", "", "a1", NULL, NULL));
    ck_assert_msg(driver->state_read(connection, &names, true, &arena, &state, &error), "%s",
                  error.message);
    ck_assert(!state.is_busy);
    ck_assert_str_eq(names_join(&arena, &state.rows, ","), "a1");
    end(driver);
}
END_TEST

START_TEST(an_alembic_table_is_taken_over_as_it_stands)
{
    const Driver *driver = begin(_i);

    names.version = "alembic_version";
    if (driver != &DRIVER_FAKE) {
        execute(driver,
                "CREATE TABLE alembic_version (version_num varchar(32) NOT NULL, note text)");
        execute(driver, "INSERT INTO alembic_version VALUES ('a1', 'kept')");
        execute(driver, "INSERT INTO alembic_version VALUES ('a1', 'twice')");
        ck_assert_str_eq(read_rows(driver), "a1");
        run_step(driver, upgrade("b2", "a1", "b2", NULL, NULL));
        ck_assert_str_eq(read_rows(driver), "b2");
        run_step(driver, upgrade("c3", "b2", "b2,c3", NULL, NULL));
        ck_assert_str_eq(read_rows(driver), "b2,c3");
    }
    end(driver);
}
END_TEST

START_TEST(a_version_table_in_another_schema_is_seen)
{
    const Driver *driver = begin(_i);

    if (strcmp(driver->name, "postgres") == 0) {
        execute(driver, "CREATE SCHEMA other");
        execute(driver, "CREATE TABLE other.migrate_version (version_num varchar(255) NOT NULL)");
        const DatabaseState state = read_state(driver);
        ck_assert(!state.has_version_table);
        ck_assert_str_eq(state.elsewhere, "other");
        ck_assert_str_eq(state.tables.schema, "public");
        names.schema = "other";
        ck_assert(read_state(driver).has_version_table);
        ck_assert_ptr_null(read_state(driver).elsewhere);
    }
    end(driver);
}
END_TEST

static void
add(TCase *tcase)
{
    const TTest *const tests[] = {
        an_empty_database_has_no_rows_and_reading_makes_none,
        a_unit_moves_the_rows_and_stands_in_the_history,
        the_history_says_who_ran_it,
        a_failing_statement_leaves_nothing_of_its_unit_and_is_named,
        a_unit_planned_on_other_rows_is_not_run,
        units_before_the_one_that_fails_stay,
        several_rows_change_as_whole_sets,
        rows_of_any_text_are_quoted,
        a_step_of_several_units_is_journalled_and_resumed,
        an_open_step_is_in_the_way_of_others,
        a_stamp_closes_what_is_open,
        a_unit_without_a_transaction_is_journalled_after_each_statement,
        without_a_history_open_steps_are_kept_meanwhile,
        each_unit_is_announced_and_reported,
        each_statement_is_told_where_there_are_enough,
        statements_without_a_transaction_are_told_too,
        a_long_statement_is_waited_for_with_a_word_now_and_then,
        reset_leaves_an_empty_database,
        a_reader_sees_what_a_writer_made,
        nobody_holds_the_lock_of_an_idle_database,
        an_alembic_table_is_taken_over_as_it_stands,
        a_version_table_in_another_schema_is_seen,
    };

    targets_find();
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_loop_test(tcase, tests[i], 0, target_count);
}

int
main(void)
{
    return suite_main("drivers/conformance", add);
}
