/* SPDX-License-Identifier: MIT */
/* Running units: each statement as the script has it, one after the other, in this thread. */
#include <limits.h>
#include <string.h>

#include "core/base/text.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/foreign_keys.h"
#include "drivers/sqlite/lock.h"

/* Units that are committed together: a commit waits for the disk, and a chain of small revisions
 * would wait for it each time. Each unit has a savepoint, so that one that fails takes no other
 * with it; a crash leaves the database where the group began, at a revision all the same. */
typedef struct Group {
    bool is_open;       /* the transaction of a unit before was kept open */
    bool stays_open;    /* the one of this unit will be */
    int64_t since;      /* when its transaction began, milliseconds */
    size_t first;       /* unit */
    int64_t *durations; /* of its units, told when they are committed */
} Group;

/* How long a group may keep others waiting for its commit, in milliseconds. */
enum { GROUP_LASTS = 50 };

/* What the statements of one unit share. */
typedef struct Running {
    Connection *connection;
    const Unit *unit;
    RunResult *result;
    const Group *group;
    const RunEvents *events; /* NULL: nobody listens to statements */
    size_t user_end;         /* behind its last user statement */
    bool in_user;            /* between its first one and that */
    bool checks_keys;        /* keys holds what was there before them */
    ForeignKeys keys;
    Arena scratch;
} Running;

static bool
is_guard(const Statement *statement)
{
    return statement->role == STATEMENT_GUARD || statement->role == STATEMENT_JOURNAL;
}

static RunOutcome
outcome_of(const Statement *statement, int code, const Error *err)
{
    if (err->code == ERR_INTERRUPTED || err->code == ERR_TERMINATED)
        return RUN_INTERRUPTED;
    if (err->code == ERR_LOCKED)
        return RUN_BUSY;
    if (!is_guard(statement) || (code & 0xFF) != SQLITE_CONSTRAINT)
        return RUN_FAILED;
    /* the guard of a text, which is not what it was made from: reading the rows again says nothing
     */
    return statement->is_rendered ? RUN_FAILED : RUN_MOVED;
}

/* The schema is not what the statements behind this guard were made for. */
static void
schema_moved(const Statement *statement, Error *err)
{
    const char *name = strstr(err->message, "migrate: ");

    if (name != NULL)
        error_set(err, ERR_STATE, "%s", name + strlen("migrate: "));
    statement_locate(statement, 0, err);
    error_hint(err, "somebody has changed it meanwhile: run it again; a printed script has to be "
                    "made anew");
}

/* Sets *err and the result from what SQLite says of a statement of the unit. */
static bool
statement_fail(Running *running, const Statement *statement, int code, Error *err)
{
    const size_t offset = sqlite_error_offset(running->connection->db);

    sqlite_fail(running->connection, code, err);
    running->result->failed = statement;
    running->result->outcome = outcome_of(statement, code, err);
    if (running->result->outcome == RUN_MOVED)
        err->code = ERR_STATE;
    if (running->result->outcome == RUN_FAILED) {
        err->code = ERR_FAILED;
        if (is_guard(statement) && statement->is_rendered && (code & 0xFF) == SQLITE_CONSTRAINT)
            schema_moved(statement, err);
        running->result->had_no_effect = statement->role == STATEMENT_USER;
        running->result->is_of_rows =
            statement->role == STATEMENT_USER && (code & 0xFF) == SQLITE_CONSTRAINT;
        if (statement->role == STATEMENT_USER)
            statement_locate(statement, offset, err);
    }
    return false;
}

/* As statement_fail, for what we found ourselves at `offset`. */
static bool
statement_refuse(Running *running, const Statement *statement, size_t offset, Error *err)
{
    running->result->failed = statement;
    running->result->outcome = RUN_FAILED;
    statement_locate(statement, offset, err);
    return false;
}

/* The first byte of `text` from `at` on that is neither space nor in a comment. */
static size_t
space_end(Slice text, size_t at)
{
    while (at < text.len) {
        const Slice rest = slice_after(text, at);
        if (ascii_is_space(rest.at[0])) {
            at++;
        } else if (slice_starts_with(rest, "--")) {
            while (at < text.len && text.at[at] != '\n')
                at++;
        } else if (slice_starts_with(rest, "/*")) {
            at += 2;
            while (at < text.len && !slice_starts_with(slice_after(text, at), "*/"))
                at++;
            at = at < text.len ? at + 2 : at;
        } else {
            return at;
        }
    }
    return at;
}

/* SQLite takes a parameter that has no value for NULL: never what the author meant. */
static bool
parameters_refuse(Running *running, const Statement *statement, sqlite3_stmt *stmt, Error *err)
{
    if (sqlite3_bind_parameter_count(stmt) == 0)
        return true;
    const char *name = sqlite3_bind_parameter_name(stmt, 1);
    error_set(err, ERR_FAILED, "the statement has a parameter, %s, that nothing gives a value",
              name == NULL ? "?" : name);
    error_hint(err, "text stands in 'single quotes'");
    return statement_refuse(running, statement, 0, err);
}

static bool
statement_prepare(Running *running, const Statement *statement, sqlite3_stmt **stmt, Error *err)
{
    const Slice text = statement->text;
    const char *tail = NULL;

    if (text.len > INT_MAX) {
        error_set(err, ERR_FAILED, "a statement of %zu bytes is too long for SQLite", text.len);
        return statement_refuse(running, statement, 0, err);
    }
    const int code =
        sqlite3_prepare_v2(running->connection->db, text.at, (int)text.len, stmt, &tail);
    if (code != SQLITE_OK)
        return statement_fail(running, statement, code, err);
    const size_t end = space_end(text, (size_t)(tail - text.at));
    if (end < text.len) {
        error_set(err, ERR_FAILED, "SQLite ends the statement before this");
        return statement_refuse(running, statement, end, err);
    }
    return parameters_refuse(running, statement, *stmt, err);
}

/* A statement that ends the transaction around it, or leaves one open behind it, has broken the
 * frame that makes its revision whole. */
static bool
transaction_check(Running *running, const Statement *statement, Error *err)
{
    const bool is_open = sqlite3_get_autocommit(running->connection->db) == 0;

    if (statement->role != STATEMENT_USER || is_open == running->unit->is_transactional)
        return true;
    if (is_open)
        error_set(err, ERR_FAILED, "the statement leaves a transaction open");
    else
        error_set(err, ERR_FAILED, "the statement ended the transaction of its revision");
    error_hint(err, "transactions are migrate's; a section with transaction:false has none");
    return statement_refuse(running, statement, 0, err);
}

/* In a group a unit begins and ends by a savepoint; the first one begins the transaction itself. */
static bool
group_replaces(const Running *running, const Statement *statement, const char **sql)
{
    const Group *group = running->group;

    if (statement->role == STATEMENT_BEGIN && group->is_open)
        *sql = "SAVEPOINT migrate_unit";
    else if (statement->role == STATEMENT_COMMIT && (group->is_open || group->stays_open))
        *sql = group->is_open ? "RELEASE migrate_unit" : "";
    else
        return false;
    return true;
}

static bool
copy_run(Running *running, const Statement *statement, Error *err)
{
    int code = SQLITE_OK;

    if (sqlite_copy(running->connection, statement, &code, err))
        return true;
    running->result->failed = statement;
    running->result->outcome = outcome_of(statement, code, err);
    if (running->result->outcome == RUN_FAILED)
        err->code = ERR_FAILED;
    return false;
}

static bool
statement_run(Running *running, const Statement *statement, Error *err)
{
    AUTO(stmt_finalize) sqlite3_stmt *stmt = NULL;
    int code = SQLITE_ROW;
    const char *instead = NULL;

    if (group_replaces(running, statement, &instead)) {
        if (sqlite_run(running->connection, instead, err))
            return true;
        running->result->outcome = outcome_of(statement, SQLITE_ERROR, err);
        return false;
    }
    if (statement->copy != NULL)
        return copy_run(running, statement, err);
    if (!statement_prepare(running, statement, &stmt, err))
        return false;
    while (stmt != NULL && code == SQLITE_ROW)
        code = sqlite3_step(stmt);
    if (stmt != NULL && code != SQLITE_DONE)
        return statement_fail(running, statement, code, err);
    return transaction_check(running, statement, err);
}

/* Foreign keys are looked at where the user's statements begin and where they end. Guards of
 * rendered ones stand among them. */
static bool
keys_look(Running *running, size_t index, Error *err)
{
    const Statements *statements = &running->unit->statements;
    const bool is_user = index < running->user_end &&
                         (running->in_user || statements->at[index].role == STATEMENT_USER);
    bool is_fine = true;

    if (is_user == running->in_user || !running->unit->is_transactional)
        return true;
    running->in_user = is_user;
    if (is_user) {
        running->checks_keys =
            foreign_keys_concern(&running->keys, statements, index, &running->scratch);
        is_fine =
            !running->checks_keys || foreign_keys_before(&running->keys, running->connection, err);
    } else {
        is_fine =
            !running->checks_keys || foreign_keys_after(&running->keys, running->connection, err);
    }
    if (is_fine)
        return true;
    running->result->failed = running->keys.blamed;
    running->result->outcome = outcome_of(running->keys.blamed, SQLITE_ERROR, err);
    if (running->result->outcome == RUN_FAILED)
        statement_locate(running->keys.blamed, 0, err);
    return false;
}

/* A user statement that somebody listens to. */
static bool
statement_tell(Running *running, const Statement *statement, Error *err)
{
    const int64_t since = clock_milliseconds();

    events_statement_started(running->events, running->unit, statement);
    if (!statement_run(running, statement, err))
        return false;
    events_statement_finished(running->events, running->unit, statement,
                              clock_milliseconds() - since);
    return true;
}

static bool
statements_run(Running *running, Error *err)
{
    const Statements *statements = &running->unit->statements;

    for (size_t i = 0; i < statements->len; i++) {
        if (run_is_stopped(running->connection)) {
            running->result->outcome = RUN_INTERRUPTED;
            return sqlite_fail(running->connection, SQLITE_INTERRUPT, err);
        }
        const Statement *statement = &statements->at[i];
        const bool is_told = running->events != NULL && statement->role == STATEMENT_USER;
        if (!keys_look(running, i, err) || !(is_told ? statement_tell(running, statement, err)
                                                     : statement_run(running, statement, err)))
            return false;
    }
    return true;
}

static bool
transaction_run(Running *running, Error *err)
{
    if (statements_run(running, err))
        return true;
    if (running->group->is_open)
        sqlite_rollback_to(running->connection, "migrate_unit");
    else
        sqlite_rollback(running->connection);
    return false;
}

/* Statements of a unit without a transaction may set the connection up for good, by PRAGMA or
 * ATTACH: what follows has a fresh one. */
static bool
autocommit_run(Running *running, Error *err)
{
    AUTO(lock_release) RunLock lock = {0};

    if (!lock_take(&lock, running->connection, err)) {
        running->result->outcome = err->code == ERR_LOCKED ? RUN_BUSY : RUN_INTERRUPTED;
        return false;
    }
    const bool is_done = transaction_run(running, err);
    sqlite_renew(running->connection);
    return is_done;
}

/* Behind the last user statement. */
static size_t
user_end(const Statements *statements)
{
    size_t end = statements->len;

    while (end > 0 && statements->at[end - 1].role != STATEMENT_USER)
        end--;
    return end;
}

static bool
unit_run(Connection *connection, const Unit *unit, const Group *group, const RunEvents *events,
         RunResult *result, Error *err)
{
    Running running = {.connection = connection,
                       .unit = unit,
                       .user_end = user_end(&unit->statements),
                       .group = group,
                       .events = events_tell(events, unit) ? events : NULL,
                       .result = result};
    const bool is_done =
        unit->is_transactional ? transaction_run(&running, err) : autocommit_run(&running, err);

    arena_release(&running.scratch);
    return is_done;
}

static void
event_started(const RunEvents *events, const Unit *unit)
{
    if (events != NULL && events->unit_started != NULL)
        events->unit_started(events->context, unit);
}

/* The units of the group are committed. */
static void
group_finished(Group *group, const Unit *units, size_t end, const RunEvents *events,
               RunResult *result)
{
    for (size_t i = group->first; i < end; i++) {
        result->units_done++;
        if (events != NULL && events->unit_finished != NULL)
            events->unit_finished(events->context, &units[i], group->durations[i]);
    }
    group->is_open = false;
    group->first = end;
}

/* Does the unit behind this one go into the same transaction? */
static bool
group_goes_on(const Group *group, const Unit *units, size_t i, size_t count)
{
    return units[i].is_transactional && i + 1 < count && units[i + 1].is_transactional &&
           clock_milliseconds() - group->since < GROUP_LASTS;
}

/* A unit of the group has failed: those before it stay, if its failure left them. */
static void
group_rescue(Connection *connection, Group *group, const Unit *units, size_t failed,
             const RunEvents *events, RunResult *result)
{
    Error ignored = {.arena = NULL};
    Arena scratch = {0};

    ignored.arena = &scratch;
    if (group->is_open && sqlite3_get_autocommit(connection->db) == 0 &&
        sqlite_run(connection, "COMMIT", &ignored))
        group_finished(group, units, failed, events, result);
    sqlite_rollback(connection);
    arena_release(&scratch);
}

static bool
units_run(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
          Arena *arena, RunResult *result, Error *err)
{
    Group group = {.durations = ARENA_ARRAY(arena, int64_t, count)};

    for (size_t i = 0; i < count; i++) {
        const int64_t since = clock_milliseconds();
        if (!group.is_open)
            group.since = since;
        group.stays_open = group_goes_on(&group, units, i, count);
        event_started(events, &units[i]);
        if (!unit_run(connection, &units[i], &group, events, result, err)) {
            group_rescue(connection, &group, units, i, events, result);
            return false;
        }
        group.durations[i] = clock_milliseconds() - since;
        if (!group.stays_open && group.is_open && !sqlite_run(connection, "COMMIT", err)) {
            result->outcome = err->code == ERR_LOCKED ? RUN_BUSY : RUN_FAILED;
            sqlite_rollback(connection);
            return false;
        }
        if (group.stays_open)
            group.is_open = true;
        else
            group_finished(&group, units, i + 1, events, result);
    }
    return true;
}

/* What a unit switches, and what stays so if it fails. */
static int
setting_get(Connection *connection, int setting)
{
    int is_on = 0;

    (void)sqlite3_db_config(connection->db, setting, -1, &is_on);
    return is_on;
}

static void
setting_put(Connection *connection, int setting, int is_on)
{
    (void)sqlite3_db_config(connection->db, setting, is_on, NULL);
}

bool
sqlite_run_units(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
                 Arena *arena, RunResult *result, Error *err)
{
    *result = (RunResult){.outcome = RUN_DONE};
    if (!sqlite_make(connection, err)) {
        result->outcome = RUN_FAILED;
        return false;
    }
    const int had_keys = setting_get(connection, SQLITE_DBCONFIG_ENABLE_FKEY);
    const int was_legacy = setting_get(connection, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE);
    connection->run_stopped = events == NULL ? NULL : events->interrupted;
    connection->events = events;
    const bool is_done = units_run(connection, units, count, events, arena, result, err);
    connection->events = NULL;
    connection->run_stopped = NULL;
    setting_put(connection, SQLITE_DBCONFIG_ENABLE_FKEY, had_keys);
    setting_put(connection, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, was_legacy);
    return is_done;
}
