/* SPDX-License-Identifier: MIT */
/*
 * The frame around a unit, in SQL that SQLite and its shell both run as it stands. There is no DO
 * block, so that the guard is a row put into a temporary table whose CHECK constraints refuse it: a
 * constraint's name is any text, and SQLite shows it. Everything stands in the transaction of the
 * unit, which a refusal ends.
 */
#include <string.h>

#include "core/sql/shell.h"
#include "drivers/sqlite/catalog.h"
#include "drivers/sqlite/connection.h"
#include "drivers/sqlite/foreign_keys.h"
#include "drivers/sqlite/render.h"

/* As the history shows it: 2026-11-20T14:03:11.123Z. */
#define NOW "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"

enum { ROWS_SHOWN = 5 };

/* What the guard wants to find in the history. */
typedef enum Expected {
    EXPECT_NOTHING,  /* no step is open */
    EXPECT_ROW,      /* this step is, behind so many statements */
    EXPECT_ANYTHING, /* a stamp closes what is open */
} Expected;

/* What is being written, and where to. */
typedef struct Writer {
    const UnitFrame *frame;
    Arena *arena;
    Statements *out;
} Writer;

static void
quote(Buf *out, const char *text, char mark)
{
    buf_add_char(out, mark);
    for (const char *at = strchr(text, mark); at != NULL; at = strchr(text, mark)) {
        buf_add_slice(out, (Slice){text, (size_t)(at - text) + 1});
        buf_add_char(out, mark);
        text = at + 1;
    }
    buf_add(out, text);
    buf_add_char(out, mark);
}

static void
quote_name(Buf *out, const char *name)
{
    quote(out, name, '"');
}

static void
quote_text(Buf *out, const char *text)
{
    quote(out, text, '\'');
}

static void
quote_or_null(Buf *out, const char *text)
{
    if (text == NULL)
        buf_add(out, "NULL");
    else
        quote_text(out, text);
}

static void
add(const Writer *writer, StatementRole role, const char *text)
{
    *VEC_ADD(writer->arena, writer->out) = (Statement){.role = role, .text = slice_of(text)};
}

static void
add_buf(const Writer *writer, StatementRole role, const Buf *text)
{
    add(writer, role, buf_text(text));
}

static void
table_add(Buf *out, const TableNames *tables, const char *table)
{
    quote_name(out, tables->schema == NULL ? "main" : tables->schema);
    buf_add_char(out, '.');
    quote_name(out, table);
}

static void
version_add(Buf *out, const UnitFrame *frame)
{
    table_add(out, frame->tables, frame->tables->version);
}

static void
history_add(Buf *out, const UnitFrame *frame)
{
    table_add(out, frame->tables, frame->tables->history);
}

static void
rows_joined(Buf *out, const Names *rows, Arena *arena)
{
    quote_text(out, names_join(arena, rows, ","));
}

/* "a, b" for people; of many rows the first few. */
static void
rows_shown(Buf *out, const Names *rows)
{
    for (size_t i = 0; i < rows->len && i < ROWS_SHOWN; i++) {
        buf_add(out, i > 0 ? ", " : "");
        buf_add(out, rows->at[i]);
    }
    if (rows->len > ROWS_SHOWN)
        buf_addf(out, " and %zu more", rows->len - ROWS_SHOWN);
    if (rows->len == 0)
        buf_add(out, "base");
}

static void
version_make(const Writer *writer, StatementRole role)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    buf_add(&text, "CREATE TABLE IF NOT EXISTS ");
    version_add(&text, frame);
    buf_add(&text, " (version_num varchar(255) NOT NULL, CONSTRAINT ");
    quote_name(&text, arena_format(writer->arena, "%s_pkc", frame->tables->version));
    buf_add(&text, " PRIMARY KEY (version_num))");
    add_buf(writer, role, &text);
}

static void
history_make(const Writer *writer, StatementRole role)
{
    Buf text = {.arena = writer->arena};

    buf_add(&text, "CREATE TABLE IF NOT EXISTS ");
    history_add(&text, writer->frame);
    buf_add(&text, " (id INTEGER PRIMARY KEY, revision varchar(255) NOT NULL, "
                   "direction varchar(16) NOT NULL, state varchar(16) NOT NULL, "
                   "rows_before text NOT NULL, rows_after text NOT NULL, checksum char(64), "
                   "done integer NOT NULL, total integer NOT NULL, done_checksum char(64), "
                   "started text NOT NULL, finished text, "
                   "run_by text, run_from text, program text, error text)");
    add_buf(writer, role, &text);
}

/* True when the version rows are exactly `rows`. */
static void
rows_condition(Buf *out, const UnitFrame *frame, const Names *rows)
{
    if (rows->len == 0) {
        buf_add(out, "NOT EXISTS (SELECT 1 FROM ");
        version_add(out, frame);
        buf_add_char(out, ')');
        return;
    }
    buf_add(out, "(SELECT count(DISTINCT version_num) FROM ");
    version_add(out, frame);
    buf_addf(out, ") = %zu AND NOT EXISTS (SELECT 1 FROM ", rows->len);
    version_add(out, frame);
    buf_add(out, " WHERE version_num NOT IN (");
    for (size_t i = 0; i < rows->len; i++) {
        buf_add(out, i > 0 ? ", " : "");
        quote_text(out, rows->at[i]);
    }
    buf_add(out, "))");
}

/* The rows of this step that are open, in a WHERE. */
static void
open_row_where(Buf *out, const UnitFrame *frame)
{
    buf_add(out, " WHERE state IN ('running', 'failed') AND revision = ");
    quote_text(out, frame->revision);
    buf_addf(out, " AND direction = '%s'", direction_name(frame->direction));
}

static void
no_open_row(Buf *out, const UnitFrame *frame)
{
    buf_add(out, "NOT EXISTS (SELECT 1 FROM ");
    history_add(out, frame);
    buf_add(out, " WHERE state IN ('running', 'failed'))");
}

static void
one_open_row(Buf *out, const UnitFrame *frame, size_t done)
{
    buf_add(out, "(SELECT count(*) FROM ");
    history_add(out, frame);
    buf_add(out, " WHERE state IN ('running', 'failed')) = 1 AND EXISTS (SELECT 1 FROM ");
    history_add(out, frame);
    open_row_where(out, frame);
    buf_addf(out, " AND done = %zu", done);
    if (done == frame->done && frame->done_checksum != NULL) {
        buf_add(out, " AND done_checksum = ");
        quote_text(out, frame->done_checksum);
    }
    buf_add_char(out, ')');
}

static void
step_condition(Buf *out, const UnitFrame *frame, Expected expected, size_t done)
{
    switch (expected) {
    case EXPECT_NOTHING:
        no_open_row(out, frame);
        return;
    case EXPECT_ROW:
        one_open_row(out, frame, done);
        return;
    case EXPECT_ANYTHING:
        buf_add_char(out, '1');
        return;
    }
}

/* Where no history is kept the table goes with the step: it must hold nothing that is older. */
static void
history_condition(Buf *out, const UnitFrame *frame, Expected expected, size_t done)
{
    step_condition(out, frame, expected, done);
    if (frame->tables->keeps_history)
        return;
    buf_add(out, " AND NOT EXISTS (SELECT 1 FROM ");
    history_add(out, frame);
    buf_add(out, " WHERE state NOT IN ('running', 'failed'))");
}

static void
constraint_add(Buf *out, const char *column, const char *message)
{
    buf_addf(out, "%s CONSTRAINT ", column);
    quote_name(out, message);
    buf_addf(out, " CHECK (%s)", column);
}

/* Names what the guard will refuse; a column that is not given is NULL and passes. */
static void
guard_make(const Writer *writer, StatementRole role)
{
    const UnitFrame *frame = writer->frame;
    Buf at = {.arena = writer->arena};
    Buf moved = {.arena = writer->arena};
    Buf text = {.arena = writer->arena};

    if (frame->session->is_plain)
        return;
    buf_add(&at, "migrate: the database is not at ");
    rows_shown(&at, frame->rows_before);
    buf_add(&moved, "migrate: the version rows do not become ");
    rows_shown(&moved, frame->rows_after);
    buf_add(&text, "CREATE TEMP TABLE migrate_guard (");
    constraint_add(&text, "at_rows", buf_text(&at));
    buf_add(&text, ", ");
    constraint_add(&text, "at_step",
                   "migrate: the history has another step open, or this one elsewhere");
    if (frame->is_last) {
        buf_add(&text, ", ");
        constraint_add(&text, "at_rows_after", buf_text(&moved));
    }
    buf_add_char(&text, ')');
    add_buf(writer, role, &text);
}

static void
guard_check(const Writer *writer, StatementRole role, Expected expected, size_t done)
{
    Buf text = {.arena = writer->arena};

    if (writer->frame->session->is_plain)
        return;
    buf_add(&text, "INSERT INTO temp.migrate_guard (at_rows, at_step) SELECT ");
    rows_condition(&text, writer->frame, writer->frame->rows_before);
    buf_add(&text, ", ");
    history_condition(&text, writer->frame, expected, done);
    add_buf(writer, role, &text);
}

static void
change_make(const Writer *writer, StatementRole role, const RowChange *change)
{
    Buf text = {.arena = writer->arena};

    if (change->from == NULL) {
        buf_add(&text, "INSERT INTO ");
        version_add(&text, writer->frame);
        buf_add(&text, " (version_num) VALUES (");
        quote_text(&text, change->to);
        buf_add_char(&text, ')');
        add_buf(writer, role, &text);
        return;
    }
    buf_add(&text, change->to == NULL ? "DELETE FROM " : "UPDATE ");
    version_add(&text, writer->frame);
    if (change->to != NULL) {
        buf_add(&text, " SET version_num = ");
        quote_text(&text, change->to);
    }
    buf_add(&text, " WHERE version_num = ");
    quote_text(&text, change->from);
    add_buf(writer, role, &text);
}

/* The version rows move; that each change hit its row is seen from the set they leave. */
static void
rows_move(const Writer *writer, StatementRole role)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    if (frame->changes->len == 0)
        return;
    for (size_t i = 0; i < frame->changes->len; i++)
        change_make(writer, role, &frame->changes->at[i]);
    if (frame->session->is_plain)
        return;
    buf_add(&text, "INSERT INTO temp.migrate_guard (at_rows_after) SELECT ");
    rows_condition(&text, frame, frame->rows_after);
    add_buf(writer, role, &text);
}

static void
guard_drop(const Writer *writer, StatementRole role)
{
    if (writer->frame->session->is_plain)
        return;
    add(writer, role, "DROP TABLE temp.migrate_guard");
}

/* The row of this step. */
static void
history_begin(const Writer *writer, StatementRole role)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    buf_add(&text, "INSERT INTO ");
    history_add(&text, frame);
    buf_add(&text, " (revision, direction, state, rows_before, rows_after, checksum, done, total, "
                   "started, run_by, run_from, program) VALUES (");
    quote_text(&text, frame->revision);
    buf_addf(&text, ", '%s', 'running', ", direction_name(frame->direction));
    rows_joined(&text, frame->rows_before, writer->arena);
    buf_add(&text, ", ");
    rows_joined(&text, frame->rows_after, writer->arena);
    buf_add(&text, ", ");
    quote_or_null(&text, frame->checksum);
    buf_addf(&text, ", 0, %zu, ", frame->total);
    buf_add(&text, NOW ", ");
    quote_or_null(&text, frame->session->run_by);
    buf_add(&text, ", ");
    quote_or_null(&text, frame->session->run_from);
    buf_add(&text, ", ");
    quote_or_null(&text, frame->session->program);
    buf_add_char(&text, ')');
    add_buf(writer, role, &text);
}

/* A step that had failed runs again, perhaps from a corrected file. */
static void
history_resume(const Writer *writer, StatementRole role)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    buf_add(&text, "UPDATE ");
    history_add(&text, frame);
    buf_addf(&text,
             " SET state = 'running', finished = NULL, error = NULL, total = %zu, checksum = ",
             frame->total);
    quote_or_null(&text, frame->checksum);
    open_row_where(&text, frame);
    add_buf(writer, role, &text);
}

/* A stamp says where the database stands: what was open before it is closed. */
static void
history_abandon(const Writer *writer, StatementRole role)
{
    Buf text = {.arena = writer->arena};

    buf_add(&text, "UPDATE ");
    history_add(&text, writer->frame);
    buf_add(&text,
            " SET state = 'abandoned', finished = " NOW " WHERE state IN ('running', 'failed')");
    add_buf(writer, role, &text);
}

static void
history_advance(const Writer *writer, StatementRole role, size_t done, const char *done_checksum)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    buf_add(&text, "UPDATE ");
    history_add(&text, frame);
    buf_addf(&text, " SET done = %zu, done_checksum = ", done);
    quote_or_null(&text, done_checksum);
    open_row_where(&text, frame);
    add_buf(writer, role, &text);
}

/* Without a history the row goes, and with it the table, in which no step is open any more. */
static void
history_finish(const Writer *writer, StatementRole role, size_t done, const char *done_checksum)
{
    const UnitFrame *frame = writer->frame;
    Buf text = {.arena = writer->arena};

    if (!frame->tables->keeps_history) {
        buf_add(&text, "DROP TABLE ");
        history_add(&text, frame);
        add_buf(writer, role, &text);
        return;
    }
    buf_add(&text, "UPDATE ");
    history_add(&text, frame);
    buf_addf(&text, " SET state = 'done', done = %zu, done_checksum = ", done);
    quote_or_null(&text, done_checksum);
    buf_add(&text, ", finished = " NOW);
    open_row_where(&text, frame);
    add_buf(writer, role, &text);
}

static Expected
expected_at(const UnitFrame *frame)
{
    if (frame->direction == DIRECTION_STAMP && !frame->only_tables)
        return EXPECT_ANYTHING;
    return frame->has_row ? EXPECT_ROW : EXPECT_NOTHING;
}

/* The version rows move in the step's last unit: here, when it is one transaction. */
static void
guard(const Writer *writer)
{
    const UnitFrame *frame = writer->frame;
    const Expected expected = expected_at(frame);
    const StatementRole role = STATEMENT_GUARD;

    if (frame->makes_tables)
        version_make(writer, role);
    /* where no history is kept the table went with the step before */
    if (frame->makes_tables || !frame->tables->keeps_history)
        history_make(writer, role);
    guard_make(writer, role);
    guard_check(writer, role, expected, frame->done);
    if (expected == EXPECT_ANYTHING)
        history_abandon(writer, role);
    if (expected == EXPECT_ROW)
        history_resume(writer, role);
    else if (frame->is_journalled || frame->tables->keeps_history)
        history_begin(writer, role);
    if (frame->is_last && frame->is_transactional)
        rows_move(writer, role);
    guard_drop(writer, role);
}

static void
unit_open(const UnitFrame *frame, Arena *arena, Statements *out)
{
    const Writer writer = {frame, arena, out};

    /* a no-op inside a transaction: it stands before each */
    add(&writer, STATEMENT_SET, "PRAGMA foreign_keys = OFF");
    add(&writer, frame->is_transactional ? STATEMENT_BEGIN : STATEMENT_GUARD, "BEGIN IMMEDIATE");
    guard(&writer);
    if (!frame->is_transactional)
        add(&writer, STATEMENT_GUARD, "COMMIT");
}

/* From `before` statements of the step done to `done`, in a transaction of its own. */
static void
journal(const Writer *writer, size_t before, size_t done, const char *done_checksum, bool is_last)
{
    const StatementRole role = STATEMENT_JOURNAL;

    add(writer, role, "BEGIN IMMEDIATE");
    guard_make(writer, role);
    guard_check(writer, role, EXPECT_ROW, before);
    if (is_last) {
        rows_move(writer, role);
        history_finish(writer, role, done, done_checksum);
    } else {
        history_advance(writer, role, done, done_checksum);
    }
    guard_drop(writer, role);
    add(writer, role, "COMMIT");
}

static void
unit_journal(const UnitFrame *frame, size_t done, const char *done_checksum, bool is_last,
             Arena *arena, Statements *out)
{
    const Writer writer = {frame, arena, out};

    journal(&writer, done - 1, done, done_checksum, is_last);
}

static void
unit_close(const UnitFrame *frame, Arena *arena, Statements *out)
{
    const Writer writer = {frame, arena, out};
    const size_t done = frame->done + frame->unit_statements;
    const char *sum =
        frame->unit_done_checksum == NULL ? frame->done_checksum : frame->unit_done_checksum;

    if (!frame->is_transactional) {
        /* the journal behind its last statement has closed the step, if there was a statement */
        if (frame->is_last && frame->unit_statements == 0)
            journal(&writer, done, done, sum, true);
        return;
    }
    if (frame->is_last)
        history_finish(&writer, STATEMENT_TAIL, done, sum);
    else
        history_advance(&writer, STATEMENT_TAIL, done, sum);
    add(&writer, STATEMENT_COMMIT, "COMMIT");
}

static void
mark_failed(const UnitFrame *frame, const char *message, Arena *arena, Statements *out)
{
    const Writer writer = {frame, arena, out};
    Buf text = {.arena = arena};

    if (frame->is_undone && !frame->tables->keeps_history) {
        history_finish(&writer, STATEMENT_JOURNAL, 0, NULL);
        return;
    }
    buf_add(&text, "UPDATE ");
    history_add(&text, frame);
    buf_addf(&text, " SET state = '%s', ", frame->is_undone ? "abandoned" : "failed");
    buf_add(&text, "finished = " NOW ", error = ");
    quote_text(&text, message);
    open_row_where(&text, frame);
    if (frame->is_undone)
        buf_add(&text, " AND done = 0");
    add_buf(&writer, STATEMENT_JOURNAL, &text);
}

static const char *
copy_into(const SqlCopy *copy, Arena *arena, unsigned *facts)
{
    *facts = 0;
    return arena_format(arena, "INSERT INTO %.*s%s%.*s VALUES", SLICE_ARGS(copy->table),
                        copy->columns.len > 0 ? " " : "", SLICE_ARGS(copy->columns));
}

/* The shell takes a CR off the end of a line, and some lines for its own. */
static void
quote_line(Buf *out, Slice text)
{
    buf_add_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.at[i];
        if (c == '\r' || c == '\n') {
            buf_add(out, c == '\n' ? "'||char(10)||'" : "'||char(13)||'");
            continue;
        }
        if (c == '\'')
            buf_add_char(out, c);
        buf_add_char(out, c);
    }
    buf_add_char(out, '\'');
}

static bool
print_text(Slice text, Buf *out, size_t *offset)
{
    buf_add_slice(out, text);
    return !sql_is_misread_by_sqlite3(text, offset);
}

/* VACUUM, ATTACH, PRAGMA journal_mode: the schema is the same without them. */
static bool
rehearse(const SqlStatement *statement, Arena *arena, SqlLocal *in_transaction)
{
    (void)statement;
    (void)arena;
    (void)in_transaction;
    return false;
}

static void
print_checks(const Unit *unit, bool is_behind, Buf *out)
{
    Arena arena = {0};
    ForeignKeys keys;

    if (foreign_keys_concern(&keys, &unit->statements, 0, &arena))
        foreign_keys_print(&keys, is_behind, out);
    arena_release(&arena);
}

const Dialect DIALECT_SQLITE = {
    .lexer = SQL_SQLITE,
    .name = "sqlite",
    .default_schema = "main",
    .quote_name = quote_name,
    .quote_text = quote_text,
    .unit_open = unit_open,
    .unit_journal = unit_journal,
    .unit_close = unit_close,
    .mark_failed = mark_failed,
    .rehearse = rehearse,
    .copy = copy_into,
    .quote_line = quote_line,
    .print_text = print_text,
    .print_checks = print_checks,
    .render = sqlite_render,
    .catalog_open = sqlite_catalog_open,
    .catalog_close = sqlite_catalog_close,
    .catalog_load = sqlite_catalog_load,
    .catalog_play = sqlite_catalog_play,
    .script_head = "-- Run it with: sqlite3 -bail DATABASE < SCRIPT\n"
                   "-- It stops at the first error, with exit status 1.\n"
                   ".bail on\n",
    .script_tail = "",
};
