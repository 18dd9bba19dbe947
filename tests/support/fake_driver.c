/* SPDX-License-Identifier: MIT */
/* A statement of the fake's dialect is a word and its fields, a line each. */
#include "tests/support/fake_driver.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 8 };

struct Connection {
    FakeDatabase *database;
    FakeContent before; /* of the open transaction */
    bool is_in_transaction;
};

typedef struct Fields {
    const char *at[FIELDS];
} Fields;

static void
quote_name(Buf *out, const char *name)
{
    buf_addf(out, "\"%s\"", name);
}

static void
quote_text(Buf *out, const char *text)
{
    buf_addf(out, "'%s'", text);
}

static const char *
or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static void
add(Arena *arena, Statements *out, StatementRole role, const char *text)
{
    *VEC_ADD(arena, out) = (Statement){.role = role, .text = slice_of(text)};
}

static const char *
expected_at(const UnitFrame *frame)
{
    if (frame->direction == DIRECTION_STAMP)
        return "any";
    return frame->has_row ? "row" : "none";
}

static void
guard_add(const UnitFrame *frame, StatementRole role, const char *expected, size_t done,
          Arena *arena, Statements *out)
{
    add(arena, out, role,
        arena_format(arena, "guard\n%s\n%s\n%s\n%s\n%zu",
                     names_join(arena, frame->rows_before, ","), expected, frame->revision,
                     direction_name(frame->direction), done));
}

static void
changes_add(const UnitFrame *frame, StatementRole role, Arena *arena, Statements *out)
{
    for (size_t i = 0; i < frame->changes->len; i++) {
        const RowChange *change = &frame->changes->at[i];
        add(arena, out, role,
            arena_format(arena, "change\n%s\n%s", or_empty(change->from), or_empty(change->to)));
    }
}

static void
advance_add(const UnitFrame *frame, StatementRole role, size_t done, const char *sum,
            const char *state, Arena *arena, Statements *out)
{
    const bool goes = !frame->tables->keeps_history && strcmp(state, "done") == 0;

    add(arena, out, role,
        arena_format(arena, "advance\n%s\n%s\n%zu\n%s\n%s", frame->revision,
                     direction_name(frame->direction), done, or_empty(sum), goes ? "gone" : state));
}

static void
unit_open(const UnitFrame *frame, Arena *arena, Statements *out)
{
    add(arena, out, frame->is_transactional ? STATEMENT_BEGIN : STATEMENT_GUARD, "begin");
    guard_add(frame, STATEMENT_GUARD, expected_at(frame), frame->done, arena, out);
    if (frame->direction == DIRECTION_STAMP)
        add(arena, out, STATEMENT_GUARD, "abandon");
    add(arena, out, STATEMENT_GUARD,
        arena_format(arena, "open\n%s\n%s\n%s\n%s\n%zu\n%s", frame->revision,
                     direction_name(frame->direction), names_join(arena, frame->rows_before, ","),
                     names_join(arena, frame->rows_after, ","), frame->total,
                     or_empty(frame->checksum)));
    if (frame->is_last && frame->is_transactional)
        changes_add(frame, STATEMENT_GUARD, arena, out);
    if (!frame->is_transactional)
        add(arena, out, STATEMENT_GUARD, "commit");
}

static void
journal_add(const UnitFrame *frame, size_t before, size_t done, const char *sum, bool is_last,
            Arena *arena, Statements *out)
{
    add(arena, out, STATEMENT_JOURNAL, "begin");
    guard_add(frame, STATEMENT_JOURNAL, "row", before, arena, out);
    if (is_last)
        changes_add(frame, STATEMENT_JOURNAL, arena, out);
    advance_add(frame, STATEMENT_JOURNAL, done, sum, is_last ? "done" : "running", arena, out);
    add(arena, out, STATEMENT_JOURNAL, "commit");
}

static void
unit_journal(const UnitFrame *frame, size_t done, const char *done_checksum, bool is_last,
             Arena *arena, Statements *out)
{
    journal_add(frame, done - 1, done, done_checksum, is_last, arena, out);
}

static void
unit_close(const UnitFrame *frame, Arena *arena, Statements *out)
{
    const size_t done = frame->done + frame->unit_statements;
    const char *sum =
        frame->unit_done_checksum == NULL ? frame->done_checksum : frame->unit_done_checksum;

    if (frame->is_transactional) {
        advance_add(frame, STATEMENT_TAIL, done, sum, frame->is_last ? "done" : "running", arena,
                    out);
        add(arena, out, STATEMENT_COMMIT, "commit");
    } else if (frame->is_last && frame->unit_statements == 0) {
        journal_add(frame, done, done, sum, true, arena, out);
    }
}

static void
mark_failed(const UnitFrame *frame, const char *message, Arena *arena, Statements *out)
{
    add(arena, out, STATEMENT_JOURNAL,
        arena_format(arena, "fail\n%s\n%s\n%s\n%s", frame->revision,
                     direction_name(frame->direction), message,
                     frame->is_undone ? "abandoned" : "failed"));
}

static bool
print_text(Slice text, Buf *out, size_t *offset)
{
    (void)offset;
    buf_add_slice(out, text);
    return true;
}

static const Dialect DIALECT_FAKE = {
    .lexer = SQL_SQLITE,
    .name = "fake",
    .default_schema = "main",
    .quote_name = quote_name,
    .quote_text = quote_text,
    .unit_open = unit_open,
    .unit_journal = unit_journal,
    .unit_close = unit_close,
    .print_text = print_text,
    .mark_failed = mark_failed,
    .script_head = "",
    .script_tail = "",
};

const char *
fake_url(const FakeDatabase *database)
{
    return arena_format(database->arena, "fake:%" PRIuPTR, (uintptr_t)database);
}

static bool
accepts(const char *url)
{
    (void)url;
    return false;
}

static const char *
describe(const char *url, const char *url_folder, Arena *arena)
{
    (void)url;
    (void)url_folder;
    (void)arena;
    return "fake:";
}

static const char *
database_name(const char *url, const char *url_folder, Arena *arena)
{
    (void)url;
    (void)url_folder;
    (void)arena;
    return "fake";
}

/* Counts a call; true if it is the one that fails. */
static bool
is_fault(FakeDatabase *database)
{
    return ++database->calls == database->fail_at;
}

static bool
fault_set(Error *err)
{
    return error_set(err, ERR_CONNECT, "the fake connection is lost");
}

static bool
fake_open(const OpenOptions *options, Arena *arena, Connection **connection, bool *may_retry,
          Error *err)
{
    const Slice url = slice_of(options->url);

    *may_retry = true;
    if (!slice_starts_with(url, "fake:") || url.len == strlen("fake:"))
        return error_set(err, ERR_CONFIG, "not the URL of a fake");
    uintptr_t address = strtoumax(url.at + strlen("fake:"), NULL, 10);
    FakeDatabase *database = NULL;
    memcpy(&database, &address, sizeof database);
    if (is_fault(database))
        return fault_set(err);
    *connection = ARENA_NEW(arena, Connection);
    (*connection)->database = database;
    database->connections++;
    return true;
}

static void
fake_close(Connection *connection)
{
    connection->database->connections--;
}

static bool
is_open_row(const HistoryRow *row)
{
    return strcmp(row->state, "running") == 0 || strcmp(row->state, "failed") == 0;
}

static HistoryRow *
open_row_find(const FakeContent *content)
{
    for (size_t i = 0; i < content->history.len; i++) {
        if (is_open_row(&content->history.at[i]))
            return &content->history.at[i];
    }
    return NULL;
}

static HistoryRows
history_copy(const HistoryRows *rows, Arena *arena)
{
    HistoryRows copy = {0};

    for (size_t i = 0; i < rows->len; i++)
        *VEC_ADD(arena, &copy) = rows->at[i];
    return copy;
}

static FakeContent
content_copy(const FakeContent *content, Arena *arena)
{
    return (FakeContent){
        .rows = names_copy(arena, &content->rows),
        .history = history_copy(&content->history, arena),
        .ran = names_copy(arena, &content->ran),
        .has_tables = content->has_tables,
    };
}

static bool
state_read(Connection *connection, const TableNames *tables, bool with_lock, Arena *arena,
           DatabaseState *state, Error *err)
{
    FakeDatabase *database = connection->database;
    const bool fails = is_fault(database);

    (void)with_lock;
    if (fails && database->outcome != RUN_BUSY)
        return fault_set(err);
    const FakeContent content = content_copy(&database->content, arena);
    *state = (DatabaseState){
        .tables = *tables,
        .has_version_table = content.has_tables,
        .has_history_table = content.has_tables,
        .rows = content.rows,
        .open = open_row_find(&content),
        .is_busy = fails,
        .holder = fails ? "somebody else" : NULL,
        .server = "fake 1.0",
    };
    state->tables.schema = "main";
    return true;
}

static bool
history_read(Connection *connection, const DatabaseState *state, Arena *arena, HistoryRows *rows,
             Error *err)
{
    (void)state;
    if (is_fault(connection->database))
        return fault_set(err);
    *rows = history_copy(&connection->database->content.history, arena);
    return true;
}

static Fields
fields_of(Slice text, Arena *arena)
{
    Fields fields = {{NULL}};

    for (size_t i = 0; i < FIELDS; i++)
        fields.at[i] = text.at == NULL ? "" : arena_copy(arena, slice_cut(text, '\n', &text));
    return fields;
}

static bool
row_is_expected(const FakeContent *content, const Fields *fields)
{
    const HistoryRow *row = open_row_find(content);
    const char *expected = fields->at[2];

    if (strcmp(expected, "any") == 0)
        return true;
    if (row == NULL)
        return strcmp(expected, "none") == 0;
    return strcmp(expected, "row") == 0 && strcmp(row->revision, fields->at[3]) == 0 &&
           strcmp(row->direction, fields->at[4]) == 0 &&
           row->done == (size_t)strtoumax(fields->at[5], NULL, 10);
}

static bool
guard_holds(FakeDatabase *database, const Fields *fields)
{
    FakeContent *content = &database->content;

    content->has_tables = true;
    return strcmp(names_join(database->arena, &content->rows, ","), fields->at[1]) == 0 &&
           row_is_expected(content, fields);
}

/* False when a change does not hit its row. */
static bool
change_apply(FakeDatabase *database, const Fields *fields)
{
    Names *rows = &database->content.rows;
    const char *from = fields->at[1];
    const char *to = fields->at[2];

    if ((*from != '\0' && !names_contain(rows, from)) || (*to != '\0' && names_contain(rows, to)))
        return false;
    if (*from != '\0')
        names_remove(rows, from);
    if (*to != '\0')
        *VEC_ADD(database->arena, rows) = to;
    names_sort(rows);
    return true;
}

static void
history_open(FakeDatabase *database, const Fields *fields)
{
    HistoryRow *row = open_row_find(&database->content);

    if (row == NULL) {
        row = VEC_ADD(database->arena, &database->content.history);
        row->id = arena_format(database->arena, "%zu", database->content.history.len);
        row->started = "2026-11-20T14:03:11.123Z";
        row->duration = -1;
    }
    row->revision = fields->at[1];
    row->direction = fields->at[2];
    row->state = "running";
    row->rows_before = fields->at[3];
    row->rows_after = fields->at[4];
    row->total = (size_t)strtoumax(fields->at[5], NULL, 10);
    row->checksum = *fields->at[6] == '\0' ? NULL : fields->at[6];
    row->finished = NULL;
    row->error = NULL;
}

static void
row_finish(HistoryRow *row, const char *state)
{
    row->state = state;
    row->finished = "2026-11-20T14:03:11.130Z";
    row->duration = 7;
}

static bool
history_advance(FakeDatabase *database, const Fields *fields)
{
    HistoryRow *row = open_row_find(&database->content);

    if (row == NULL || strcmp(row->revision, fields->at[1]) != 0)
        return false;
    row->done = (size_t)strtoumax(fields->at[3], NULL, 10);
    row->done_checksum = *fields->at[4] == '\0' ? NULL : fields->at[4];
    if (strcmp(fields->at[5], "done") == 0)
        row_finish(row, "done");
    if (strcmp(fields->at[5], "gone") == 0)
        *row = database->content.history.at[--database->content.history.len];
    return true;
}

static bool
history_close(FakeDatabase *database, const char *state, const char *message)
{
    HistoryRow *row = open_row_find(&database->content);

    if (row == NULL)
        return true;
    row_finish(row, state);
    row->error = message;
    return true;
}

static void
transaction_end(Connection *connection, bool is_kept)
{
    if (connection->is_in_transaction && !is_kept)
        connection->database->content = connection->before;
    connection->is_in_transaction = false;
}

static bool
transaction_begin(Connection *connection)
{
    connection->before = content_copy(&connection->database->content, connection->database->arena);
    connection->is_in_transaction = true;
    return true;
}

/* One of ours; false: it refuses. */
static bool
frame_apply(Connection *connection, const Statement *statement)
{
    FakeDatabase *database = connection->database;
    const Fields fields = fields_of(statement->text, database->arena);
    const char *word = fields.at[0];

    if (strcmp(word, "begin") == 0)
        return transaction_begin(connection);
    if (strcmp(word, "guard") == 0)
        return guard_holds(database, &fields);
    if (strcmp(word, "change") == 0)
        return change_apply(database, &fields);
    if (strcmp(word, "advance") == 0)
        return history_advance(database, &fields);
    if (strcmp(word, "abandon") == 0)
        return history_close(database, "abandoned", NULL);
    if (strcmp(word, "fail") == 0)
        return history_close(database, fields.at[4], fields.at[3]);
    if (strcmp(word, "open") == 0)
        history_open(database, &fields);
    else
        transaction_end(connection, true);
    return true;
}

static bool
contains(Slice text, const char *word)
{
    for (size_t i = 0; i < text.len; i++) {
        if (slice_starts_with(slice_after(text, i), word))
            return true;
    }
    return false;
}

static bool
outcome_set(RunResult *result, RunOutcome outcome, Error *err)
{
    static const ErrorCode CODES[] = {
        [RUN_DONE] = ERR_FAILED,  [RUN_FAILED] = ERR_FAILED, [RUN_NOT_PARSED] = ERR_FAILED,
        [RUN_MOVED] = ERR_STATE,  [RUN_BUSY] = ERR_LOCKED,   [RUN_LOCK_TIMEOUT] = ERR_LOCKED,
        [RUN_RETRY] = ERR_FAILED, [RUN_LOST] = ERR_CONNECT,  [RUN_INTERRUPTED] = ERR_INTERRUPTED};

    result->outcome = outcome;
    return error_set(err, CODES[outcome], "the fake fails with outcome %d", (int)outcome);
}

static bool
statement_run(Connection *connection, const Statement *statement, RunResult *result, Error *err)
{
    FakeDatabase *database = connection->database;

    if (statement->role != STATEMENT_USER) {
        if (frame_apply(connection, statement))
            return true;
        result->failed = statement;
        outcome_set(result, RUN_MOVED, err);
        return error_set(err, ERR_STATE, "the guard refuses");
    }
    if (contains(statement->text, "no_such")) {
        result->failed = statement;
        result->outcome = RUN_FAILED;
        result->had_no_effect = true;
        return error_set_at(err, ERR_FAILED, statement->place, "there is no such thing");
    }
    *VEC_ADD(database->arena, &database->content.ran) =
        arena_copy(database->arena, statement->text);
    return true;
}

static bool
unit_run(Connection *connection, const Unit *unit, const RunEvents *events, RunResult *result,
         Error *err)
{
    for (size_t i = 0; i < unit->statements.len; i++) {
        const Statement *statement = &unit->statements.at[i];
        const bool is_told = statement->role == STATEMENT_USER && events_tell(events, unit);
        if (is_told)
            events_statement_started(events, unit, statement);
        if (!statement_run(connection, statement, result, err)) {
            transaction_end(connection, false);
            return false;
        }
        if (is_told)
            events_statement_finished(events, unit, statement, 0);
    }
    return true;
}

static bool
units_run(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
          RunResult *result, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (events != NULL && events->unit_started != NULL)
            events->unit_started(events->context, &units[i]);
        if (!unit_run(connection, &units[i], events, result, err))
            return false;
        result->units_done++;
        if (events != NULL && events->unit_finished != NULL)
            events->unit_finished(events->context, &units[i], 0);
    }
    return true;
}

static bool
faulty_run(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
           RunResult *result, Error *err)
{
    const FakeDatabase *database = connection->database;
    size_t passes = database->outcome == RUN_NOT_PARSED ? 0 : database->fail_behind;

    if (passes > count)
        passes = count;
    if (!units_run(connection, units, passes, events, result, err))
        return false;
    if (database->hides_one && passes < count) {
        RunResult hidden = {0};
        if (!units_run(connection, units + passes, 1, NULL, &hidden, err))
            return false;
    }
    return outcome_set(result, database->outcome, err);
}

static bool
run(Connection *connection, const Unit *units, size_t count, const RunEvents *events, Arena *arena,
    RunResult *result, Error *err)
{
    (void)arena;
    *result = (RunResult){.outcome = RUN_DONE};
    connection->database->runs++;
    if (is_fault(connection->database))
        return faulty_run(connection, units, count, events, result, err);
    return units_run(connection, units, count, events, result, err);
}

/* "CREATE TABLE account (…" is "table account". */
static void
object_note(const char *statement, Arena *arena, Names *lines)
{
    Slice text = slice_of(statement);
    const bool is_made = slice_starts_with(text, "CREATE TABLE ");

    if (!is_made && !slice_starts_with(text, "DROP TABLE "))
        return;
    text = slice_after(text, strlen(is_made ? "CREATE TABLE " : "DROP TABLE "));
    size_t length = 0;
    while (length < text.len && strchr(" (", text.at[length]) == NULL)
        length++;
    const char *line = arena_format(arena, "table %.*s", (int)length, text.at);
    if (is_made)
        *VEC_ADD(arena, lines) = line;
    else
        names_remove(lines, line);
}

static bool
objects_list(Connection *connection, const Names *schemas, Arena *arena, ObjectNames *objects,
             Error *err)
{
    const FakeContent *content = &connection->database->content;

    (void)schemas;
    *objects = (ObjectNames){0};
    if (is_fault(connection->database))
        return fault_set(err);
    for (size_t i = 0; i < content->ran.len; i++)
        object_note(content->ran.at[i], arena, &objects->lines);
    if (content->has_tables) {
        *VEC_ADD(arena, &objects->lines) = "table migrate_history";
        *VEC_ADD(arena, &objects->lines) = "table migrate_version";
    }
    names_sort(&objects->lines);
    return true;
}

static bool
reset(Connection *connection, const TableNames *tables, const ObjectNames *objects, Error *err)
{
    (void)tables;
    (void)objects;
    if (is_fault(connection->database))
        return fault_set(err);
    connection->database->content = (FakeContent){0};
    return true;
}

static const char *const SCHEMES[] = {"fake", NULL};

const Driver DRIVER_FAKE = {
    .name = "fake",
    .schemes = SCHEMES,
    .dialect = &DIALECT_FAKE,
    .accepts = accepts,
    .describe = describe,
    .database_name = database_name,
    .open = fake_open,
    .close = fake_close,
    .state_read = state_read,
    .history_read = history_read,
    .run = run,
    .objects_list = objects_list,
    .reset = reset,
    .chunk_bytes = (size_t)1024 * 1024,
    .is_shared = false,
};
