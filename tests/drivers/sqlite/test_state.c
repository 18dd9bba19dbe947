/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "core/base/file.h"
#include "drivers/sqlite/sqlite.h"
#include "tests/support/scratch.h"
#include "tests/support/sqlite_shell.h"
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
    session = (Session){.wait_for_lock = 0};
    names = (TableNames){NULL, "migrate_version", "migrate_history", true};
    folder = scratch_folder(&arena);
    file = arena_format(&arena, "%s/app.db", folder);
}

static void
tear_down(void)
{
    arena_release(&arena);
}

static bool
try_open(const char *url, bool is_read_only, Connection **connection)
{
    bool may_retry = true;
    const OpenOptions options = {
        .url = url, .url_folder = folder, .session = &session, .is_read_only = is_read_only};

    const bool is_open = DRIVER_SQLITE.open(&options, &arena, connection, &may_retry, &error);
    ck_assert(!may_retry);
    return is_open;
}

static Connection *
open_file(bool is_read_only)
{
    Connection *connection = NULL;

    ck_assert_msg(try_open("sqlite:///app.db", is_read_only, &connection), "%s", error.message);
    return connection;
}

static DatabaseState
read_state(Connection *connection, bool with_lock)
{
    DatabaseState state;

    ck_assert_msg(DRIVER_SQLITE.state_read(connection, &names, with_lock, &arena, &state, &error),
                  "%s", error.message);
    return state;
}

/* The state of the file after the shell has run `script` on it. */
static DatabaseState
state_after(const char *script)
{
    (void)sqlite_ask(&arena, file, script);
    Connection *connection = open_file(false);
    const DatabaseState state = read_state(connection, false);
    DRIVER_SQLITE.close(connection);
    return state;
}

START_TEST(reading_never_makes_the_file)
{
    Connection *connection = open_file(true);
    const DatabaseState state = read_state(connection, true);
    HistoryRows rows;

    ck_assert(!state.has_version_table);
    ck_assert(!state.is_busy);
    ck_assert_str_eq(state.tables.schema, "main");
    ck_assert(DRIVER_SQLITE.history_read(connection, &state, &arena, &rows, &error));
    ck_assert_uint_eq(rows.len, 0);
    DRIVER_SQLITE.close(connection);
    ck_assert(!file_exists(file));
}
END_TEST

START_TEST(reading_writes_nothing)
{
    (void)sqlite_ask(&arena, file, "CREATE TABLE t (x)");
    Connection *connection = open_file(true);
    Unit unit = {.revision = "x", .message = ""};
    RunResult result;

    *VEC_ADD(&arena, &unit.statements) =
        (Statement){.role = STATEMENT_USER, .text = SLICE("CREATE TABLE u (x)")};
    ck_assert(!DRIVER_SQLITE.run(connection, &unit, 1, NULL, &arena, &result, &error));
    ck_assert_str_eq(error.message, "attempt to write a readonly database");
    ck_assert(!DRIVER_SQLITE.reset(connection, &names, NULL, &error));
    ck_assert_str_eq(error.message, "the database was opened for reading");
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(a_wal_database_is_read_beside_its_writer)
{
    (void)sqlite_ask(&arena, file,
                     "PRAGMA journal_mode = wal; CREATE TABLE migrate_version (version_num text)");
    SqliteHolder holder =
        sqlite_hold(file, "INSERT INTO migrate_version VALUES ('a1'); BEGIN IMMEDIATE; INSERT INTO "
                          "migrate_version VALUES ('b2')");
    Connection *connection = open_file(true);
    const DatabaseState state = read_state(connection, false);

    ck_assert_str_eq(names_join(&arena, &state.rows, ","), "a1");
    DRIVER_SQLITE.close(connection);
    sqlite_let_go(&holder);
}
END_TEST

START_TEST(a_held_lock_is_told)
{
    (void)sqlite_ask(&arena, file, "CREATE TABLE migrate_version (version_num text)");
    Connection *connection = open_file(false);
    SqliteHolder holder = sqlite_hold(file, "BEGIN IMMEDIATE");

    ck_assert(read_state(connection, true).is_busy);
    ck_assert(!read_state(connection, false).is_busy);
    sqlite_let_go(&holder);
    ck_assert(!read_state(connection, true).is_busy);
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(a_database_that_is_locked_altogether_cannot_be_read)
{
    DatabaseState state;
    SqliteHolder holder = sqlite_hold(file, "BEGIN EXCLUSIVE");
    Connection *connection = open_file(false);

    ck_assert(!DRIVER_SQLITE.state_read(connection, &names, false, &arena, &state, &error));
    ck_assert_int_eq(error.code, ERR_LOCKED);
    sqlite_let_go(&holder);
    DRIVER_SQLITE.close(connection);
}
END_TEST

typedef struct OpenCase {
    const char *url;
    bool is_read_only;
    ErrorCode code;
    const char *message; /* one %s: the folder */
    const char *hint;
} OpenCase;

static const OpenCase OPEN_CASES[] = {
    {"sqlite:///gone/app.db", false, ERR_CONNECT,
     "cannot open the database %s/gone/app.db: there is no folder %s/gone",
     "make the folder, or correct the URL"},
    {"sqlite:///gone/app.db", true, ERR_CONNECT,
     "cannot open the database %s/gone/app.db: there is no folder %s/gone",
     "make the folder, or correct the URL"},
    {"sqlite:///app.db?mode=rw", false, ERR_CONNECT, "there is no database %s/app.db",
     "without mode=rw in the URL it is made"},
    {"sqlite:///app.db?mode=ro", false, ERR_CONFIG, "the URL says mode=ro, and this command writes",
     "leave mode=ro out of the URL"},
    {"sqlite:///text", false, ERR_CONNECT,
     "cannot open the database %s/text: file is not a database", NULL},
    {"sqlite:///sub", false, ERR_CONNECT,
     "cannot open the database %s/sub: unable to open database file: Is a directory", NULL},
    {"sqlite://app.db", false, ERR_CONFIG, "the SQLite URL names a host, and SQLite has none",
     "a relative path takes three slashes (sqlite:///app.db), an absolute one four "
     "(sqlite:////srv/app.db)"},
};

START_TEST(what_cannot_be_opened_says_why)
{
    const OpenCase *one = &OPEN_CASES[_i];
    Connection *connection = NULL;
    Buf message = {.arena = &arena};

    ck_assert(file_write(arena_format(&arena, "%s/text", folder),
                         SLICE("this is a text of some length, and no database at all: see its "
                               "first sixteen bytes, which would have to be SQLite format 3"),
                         false, &error));
    ck_assert_int_eq(mkdir(arena_format(&arena, "%s/sub", folder), 0700), 0);
    ck_assert(!try_open(one->url, one->is_read_only, &connection));
    for (const char *at = one->message; *at != '\0'; at++) {
        if (at[0] == '%' && at[1] == 's') {
            buf_add(&message, folder);
            at++;
        } else {
            buf_add_char(&message, *at);
        }
    }
    ck_assert_str_eq(error.message, buf_text(&message));
    ck_assert_int_eq(error.code, one->code);
    ck_assert_pstr_eq(error.hint, one->hint);
    ck_assert(!file_exists(file));
}
END_TEST

START_TEST(mode_ro_reads)
{
    Connection *connection = NULL;

    (void)sqlite_ask(&arena, file,
                     "CREATE TABLE migrate_version (version_num text); INSERT INTO migrate_version "
                     "VALUES ('a1')");
    ck_assert_msg(try_open("sqlite:///app.db?mode=ro", true, &connection), "%s", error.message);
    ck_assert_uint_eq(read_state(connection, false).rows.len, 1);
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(a_database_in_memory_begins_empty)
{
    Connection *connection = NULL;

    ck_assert_msg(try_open("sqlite://", false, &connection), "%s", error.message);
    ck_assert(!read_state(connection, true).has_version_table);
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(rows_come_in_byte_order_each_once)
{
    const DatabaseState state =
        state_after("CREATE TABLE Migrate_Version (version_num varchar(32) COLLATE NOCASE, note); "
                    "INSERT INTO migrate_version VALUES ('b', 1), ('ä', 2), ('B', 3), ('a', 4), "
                    "(NULL, 5), ('a', 6)");

    ck_assert(state.has_version_table);
    ck_assert_uint_eq(state.version_width, 0);
    ck_assert_str_eq(names_join(&arena, &state.rows, ","), "B,a,b,ä");
}
END_TEST

START_TEST(a_view_of_that_name_is_no_version_table)
{
    ck_assert(!state_after("CREATE VIEW migrate_version AS SELECT 'a1' AS version_num")
                   .has_version_table);
}
END_TEST

static const char HISTORY[] =
    "CREATE TABLE migrate_history (id INTEGER PRIMARY KEY, extra text, revision text, direction "
    "text, state text, rows_before text, rows_after text, done integer, total integer, started "
    "text, finished text, error text);";

START_TEST(history_columns_are_found_by_name)
{
    const DatabaseState state = state_after(arena_format(
        &arena,
        "%s INSERT INTO migrate_history VALUES (4, 'x', 'b2', 'upgrade', 'failed', 'a1', 'b2', 2, "
        "3, '2026-02-28T23:59:59.900Z', '2026-03-01T00:00:01.123Z', 'no such'), (3, 'x', 'a1', "
        "'upgrade', 'done', '', 'a1', 1, 1, '2024-02-28T00:00:00.000Z', "
        "'2024-03-01T00:00:00.000Z', NULL), (5, 'x', 'c3', 'stamp', 'done', '', 'c3', 0, 0, "
        "'then', 'now', NULL)",
        HISTORY));
    Connection *connection = open_file(true);
    HistoryRows rows;

    ck_assert_ptr_nonnull(state.open);
    ck_assert_str_eq(state.open->id, "4");
    ck_assert_str_eq(state.open->revision, "b2");
    ck_assert_str_eq(state.open->state, "failed");
    ck_assert_uint_eq(state.open->done, 2);
    ck_assert_uint_eq(state.open->total, 3);
    ck_assert_str_eq(state.open->error, "no such");
    ck_assert_ptr_null(state.open->checksum);
    ck_assert_ptr_null(state.open->run_by);
    ck_assert_int_eq(state.open->duration, 1223);
    ck_assert_msg(DRIVER_SQLITE.history_read(connection, &state, &arena, &rows, &error), "%s",
                  error.message);
    ck_assert_uint_eq(rows.len, 3);
    ck_assert_str_eq(rows.at[0].revision, "a1");
    ck_assert_int_eq(rows.at[0].duration, (int64_t)2 * 86400 * 1000); /* a leap year */
    ck_assert_int_eq(rows.at[2].duration, -1);
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(a_table_that_is_no_history_is_named)
{
    Connection *connection = NULL;
    DatabaseState state;

    (void)sqlite_ask(&arena, file, "CREATE TABLE migrate_history (x)");
    connection = open_file(true);
    ck_assert(!DRIVER_SQLITE.state_read(connection, &names, false, &arena, &state, &error));
    ck_assert_str_eq(error.message,
                     "cannot read the history table migrate_history: no such column: state");
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(history_of_former_runs_goes_on_being_kept)
{
    names.keeps_history = false;
    ck_assert(!state_after(HISTORY).tables.keeps_history);
    ck_assert(
        state_after("INSERT INTO migrate_history (state) VALUES ('done')").tables.keeps_history);
}
END_TEST

START_TEST(a_schema_that_sqlite_has_not_is_refused)
{
    Connection *connection = open_file(true);
    DatabaseState state;

    names.schema = "app";
    ck_assert(!DRIVER_SQLITE.state_read(connection, &names, false, &arena, &state, &error));
    ck_assert_int_eq(error.code, ERR_CONFIG);
    ck_assert_str_eq(error.message, "SQLite has no schema \"app\"");
    ck_assert_str_eq(error.hint, "leave version_table_schema out for this database");
    names.schema = "main";
    ck_assert(DRIVER_SQLITE.state_read(connection, &names, false, &arena, &state, &error));
    DRIVER_SQLITE.close(connection);
}
END_TEST

START_TEST(reset_empties_a_database_of_any_kind)
{
    static const char *const SCRIPTS[] = {
        "CREATE TABLE t (x); CREATE INDEX i ON t (x); CREATE VIEW v AS SELECT * FROM t; CREATE "
        "TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END; INSERT INTO t VALUES (1)",
        "PRAGMA journal_mode = wal; CREATE TABLE t (x); CREATE INDEX i ON t (x); CREATE VIEW v AS "
        "SELECT * FROM t; CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
    };

    for (size_t i = 0; i < 2; i++) {
        const Names none = {0};
        ObjectNames objects;
        (void)sqlite_ask(&arena, file, SCRIPTS[i]);
        Connection *connection = open_file(false);
        ck_assert(DRIVER_SQLITE.objects_list(connection, &none, &arena, &objects, &error));
        ck_assert_str_eq(names_join(&arena, &objects.lines, ", "),
                         "index i, table t, trigger r, view v");
        ck_assert_msg(DRIVER_SQLITE.reset(connection, &names, &objects, &error), "%s",
                      error.message);
        DRIVER_SQLITE.close(connection);
        ck_assert_str_eq(sqlite_ask(&arena, file, "SELECT count(*) FROM sqlite_schema"), "0");
    }
}
END_TEST

START_TEST(reset_waits_for_others)
{
    Connection *connection = open_file(false);
    ObjectNames objects = {0};

    (void)sqlite_ask(&arena, file, "CREATE TABLE t (x)");
    SqliteHolder holder = sqlite_hold(file, "BEGIN IMMEDIATE");
    ck_assert(!DRIVER_SQLITE.reset(connection, &names, &objects, &error));
    ck_assert_int_eq(error.code, ERR_LOCKED);
    sqlite_let_go(&holder);
    ck_assert_str_eq(sqlite_ask(&arena, file, "SELECT name FROM sqlite_schema"), "t");
    ck_assert(DRIVER_SQLITE.reset(connection, &names, &objects, &error));
    DRIVER_SQLITE.close(connection);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, reading_never_makes_the_file);
    tcase_add_test(tcase, reading_writes_nothing);
    tcase_add_test(tcase, a_wal_database_is_read_beside_its_writer);
    tcase_add_test(tcase, a_held_lock_is_told);
    tcase_add_test(tcase, a_database_that_is_locked_altogether_cannot_be_read);
    tcase_add_loop_test(tcase, what_cannot_be_opened_says_why, 0,
                        sizeof OPEN_CASES / sizeof *OPEN_CASES);
    tcase_add_test(tcase, mode_ro_reads);
    tcase_add_test(tcase, a_database_in_memory_begins_empty);
    tcase_add_test(tcase, rows_come_in_byte_order_each_once);
    tcase_add_test(tcase, a_view_of_that_name_is_no_version_table);
    tcase_add_test(tcase, history_columns_are_found_by_name);
    tcase_add_test(tcase, a_table_that_is_no_history_is_named);
    tcase_add_test(tcase, history_of_former_runs_goes_on_being_kept);
    tcase_add_test(tcase, a_schema_that_sqlite_has_not_is_refused);
    tcase_add_test(tcase, reset_empties_a_database_of_any_kind);
    tcase_add_test(tcase, reset_waits_for_others);
}

int
main(void)
{
    return suite_main("drivers/sqlite/state", add);
}
