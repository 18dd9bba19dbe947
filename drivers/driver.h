/* SPDX-License-Identifier: MIT */
/*
 * Driver: the contract between the engine and a database. core/ makes units of statements with the
 * help of a driver's Dialect and hands them to the driver's connection, or prints them; it never
 * asks which database it has. Every driver passes tests/drivers/test_conformance.c.
 */
#ifndef MIGRATE_DRIVERS_DRIVER_H
#define MIGRATE_DRIVERS_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/names.h"
#include "core/base/slice.h"
#include "core/sql/copy.h"
#include "core/sql/lexer.h"
#include "core/sql/localise.h"
#include "drivers/operation.h"

typedef enum Direction {
    DIRECTION_UPGRADE,
    DIRECTION_DOWNGRADE,
    DIRECTION_STAMP,
} Direction;

/* "upgrade", "downgrade", "stamp": as the history table and people read it. */
const char *direction_name(Direction direction);

/* A change of one row of the version table: insert (from NULL), delete (to NULL) or update. */
typedef struct RowChange {
    const char *from;
    const char *to;
} RowChange;

typedef VEC(RowChange) RowChanges;

/* Where the bookkeeping lives. */
typedef struct TableNames {
    const char *schema;  /* NULL: the driver's own choice, filled in by state_read */
    const char *version; /* migrate_version */
    const char *history; /* migrate_history */
    bool keeps_history;  /* false (history_table: ~): rows go as they become done */
} TableNames;

typedef struct Setting {
    const char *name;
    const char *value;
} Setting;

enum { TIMEOUT_UNSET = -1 };

/* How a session is set up for our statements, and who runs them. Times in milliseconds, 0: none. */
typedef struct Session {
    const char *search_path; /* NULL: the role's own */
    const char *role;        /* NULL: none */
    VEC(Setting) settings;
    const char *application_name;
    int64_t lock_timeout;
    int64_t statement_timeout;
    int64_t connect_timeout;
    int64_t wait_for_lock; /* SQLite's busy timeout; elsewhere the runner polls */
    const char *run_by;    /* NULL offline: the server's own idea of the user */
    const char *run_from;
    const char *program; /* "migrate 0.1.0" */
    bool is_plain;       /* a script for any client: no guard, only statements that all know */
} Session;

/* What a statement is there for; only STATEMENT_USER comes from a revision file. */
typedef enum StatementRole {
    STATEMENT_BEGIN, /* begins the transaction of its unit */
    STATEMENT_SET,   /* sets the session up */
    STATEMENT_GUARD, /* fails unless the database is as the plan has it */
    STATEMENT_USER,
    STATEMENT_JOURNAL, /* records how far a unit without a transaction has come */
    STATEMENT_TAIL,    /* the history row */
    STATEMENT_COMMIT,
    STATEMENT_CLEANUP, /* undoes what the session setup left behind */
    STATEMENT_MARKER,  /* a driver's own, for events; in no unit */
} StatementRole;

/* A piece of a statement that stands in a file, while the rest was made. */
typedef struct StatementPiece {
    size_t at; /* bytes of the statement's text */
    size_t len;
    OpText from;    /* the text it is a piece of */
    size_t from_at; /* where in it the piece begins */
} StatementPiece;

typedef VEC(StatementPiece) StatementPieces;

typedef struct Statement {
    StatementRole role;
    Slice text;           /* without the semicolon */
    Place place;          /* of the text in its file; file NULL for ours */
    Slice source;         /* the whole file, for showing the line of an error; `at` NULL: unknown */
    size_t source_offset; /* of the text in it */
    SqlEdit edit;         /* how the text differs from what stands there */
    bool is_rendered;     /* made from an operation, which stands at `place` */
    StatementPieces pieces; /* of a rendered one, in the order of `at` */
    unsigned facts;         /* SqlFact bits of a user statement */
    const SqlCopy *copy;    /* `data` is a file that the revision names; NULL: none */
    Slice data;             /* rows of COPY FROM STDIN or of `copy`, as in the file */
    Place data_place;       /* of the first row */
    bool is_mapped; /* the rows, of a large file: whoever goes through them leaves a Trail */
    size_t number;  /* of a user statement: 1.. within its step; of others: of the one before */
} Statement;

typedef VEC(Statement) Statements;

/* Puts the place of the byte at `offset` of statement->text into *err, with its line and a caret.
 * Nothing for a statement that stands in no file. For drivers; in place.c. */
void statement_locate(const Statement *statement, size_t offset, Error *err);
/* The same for the row of COPY in line `line` of its data, from 1; false if it has none such. */
bool statement_locate_row(const Statement *statement, unsigned line, Error *err);

/* What is sent, or printed, as one: a transaction, or the statements of a section without one with
 * the journal between them. */
typedef struct Unit {
    const char *revision; /* the stamped row for a stamp; for messages only */
    const char *message;
    Direction direction;
    bool is_transactional;
    bool is_rehearsal;
    bool is_first; /* of its step */
    bool is_last;
    bool has_data; /* holds COPY rows: travels by itself */
    size_t bytes;  /* of all texts, without COPY rows */
    size_t count;  /* user statements in it */
    size_t total;  /* user statements of its step */
    Statements statements;
    Names rows_before; /* of the unit, in byte order: where the database stands if it fails */
    Names rows_after;
} Unit;

/* What the dialect needs to frame a unit. Rows are whole sets in byte order. */
typedef struct UnitFrame {
    const TableNames *tables;
    const Session *session;
    const char *revision; /* for the history; of a stamp: the rows after, joined */
    Direction direction;
    const char *checksum; /* 64 hex digits; NULL: none (stamp) */
    const Names *rows_before;
    const Names *rows_after;
    const RowChanges *changes; /* made in the last unit */
    bool only_tables;          /* a stamp that closes no open step */
    bool is_transactional;
    bool is_journalled; /* the step is more than one transactional unit */
    bool is_first;
    bool is_last;
    bool makes_tables; /* first unit of its script: the tables may be absent */
    bool is_rehearsal; /* of a transaction that comes to nothing, or a database of its own (see
                          Driver.rehearsal_url) */
    bool has_row;      /* journalled: the history row is there already */
    bool is_undone;    /* for mark_failed: nothing of the step has been done */
    size_t done;       /* user statements of the step before this unit (or resumed behind) */
    size_t total;      /* user statements of the step */
    const char *done_checksum; /* SHA-256 of the texts of the `done` ones; NULL when done is 0 */
    int64_t lock_timeout;      /* of the section, TIMEOUT_UNSET: the session's */
    int64_t statement_timeout;
    size_t unit_statements;         /* user statements of this unit */
    const char *unit_done_checksum; /* as done_checksum, behind this unit */
} UnitFrame;

typedef struct Connection Connection;

/* A schema, for rendering operations that must see one; a dialect's own. */
typedef struct Catalog Catalog;

/* Where a rendered statement goes. */
typedef enum RenderWhere {
    RENDER_TOGETHER, /* into the transaction of the statement before it */
    RENDER_ANEW,     /* begins another transaction */
    RENDER_OUTSIDE,  /* outside of any */
} RenderWhere;

typedef struct Rendering {
    Statement statement; /* is_rendered, with its pieces; a STATEMENT_USER or STATEMENT_GUARD */
    RenderWhere where;
    bool closes; /* what follows, whoever makes it, begins another transaction */
} Rendering;

typedef VEC(Rendering) Renderings;

typedef struct RenderContext {
    Arena *arena;
    const Log *log;        /* for what an operation does not do on this database; NULL: none */
    const Log *schema_log; /* for what it does besides, which only a catalog tells; NULL: none */
    Catalog *catalog;  /* as it is before the first operation; NULL: only what can be said without
                          one is checked, and what needs one renders to nothing */
    bool is_rehearsal; /* nothing may commit by itself */
} RenderContext;

typedef struct Dialect {
    SqlDialect lexer;
    const char *name;           /* "postgres", "sqlite": as in dialect: of a directive */
    const char *default_schema; /* offline, when the configuration names none */
    void (*quote_name)(Buf *out, const char *name);
    void (*quote_text)(Buf *out, const char *text);
    /* Between two sections of one unit whose timeouts differ; NULL: the database has none. */
    void (*set_timeouts)(const UnitFrame *frame, Arena *arena, Statements *out);
    /* The statements before the user's. */
    void (*unit_open)(const UnitFrame *frame, Arena *arena, Statements *out);
    /* Behind user statement number `done` of a unit without a transaction; is_last: of the step,
     * so that the version rows move here. */
    void (*unit_journal)(const UnitFrame *frame, size_t done, const char *done_checksum,
                         bool is_last, Arena *arena, Statements *out);
    /* The statements behind the user's. */
    void (*unit_close)(const UnitFrame *frame, Arena *arena, Statements *out);
    /* Marks the open history row failed (best effort, behind a failure); with frame->is_undone
     * closes it as abandoned, unless another run has taken it up. */
    void (*mark_failed)(const UnitFrame *frame, const char *message, Arena *arena, Statements *out);
    /* Makes of a user's statement that cannot run in a transaction one that can and leaves the same
     * schema behind; `edit` too. False: there is none. */
    bool (*rehearse)(const SqlStatement *statement, Arena *arena,
                     SqlLocal *in_transaction) MUST_CHECK;
    /* Makes statements of the first of `count` operations, which all apply to this dialect, and of
     * those behind it that it does together with it: *taken of them. Never an OP_SQL. Adds every
     * problem to *err (ERR_REVISION), each at the place of its operation. */
    bool (*render)(const RenderContext *context, const Operation *ops, size_t count, size_t *taken,
                   Renderings *out, Error *err) MUST_CHECK;
    /* An empty catalog, which lives in `arena` until it is closed. NULL: nothing that is rendered
     * needs one. Otherwise all operations of a step are one transaction, so that what was rendered
     * for a schema finds it. */
    bool (*catalog_open)(Arena *arena, Catalog **catalog, Error *err) MUST_CHECK;
    void (*catalog_close)(Catalog *catalog);
    /* Makes it what the database is now. */
    bool (*catalog_load)(Catalog *catalog, Connection *connection, Error *err) MUST_CHECK;
    /* Does to it what a statement does to a schema. One that fails there changes nothing: that is
     * for the database to say. */
    void (*catalog_play)(Catalog *catalog, const Statement *statement);
    /* The statement that loads the rows of a file: COPY ... FROM STDIN, then *facts says so, or
     * INSERT INTO ... up to VALUES, which the driver runs for each row. NULL: such files are
     * refused. */
    const char *(*copy)(const SqlCopy *copy, Arena *arena, unsigned *facts);
    /* Where `copy` makes an INSERT: as quote_text, in one line, as its own shell is to read it. */
    void (*quote_line)(Buf *out, Slice text);
    /* Adds a user's statement as its own shell is to read it. False: the shell would take what
     * stands at *offset for a line of its own. */
    bool (*print_text)(Slice text, Buf *out, size_t *offset) MUST_CHECK;
    /* SQL that only a printed script has, before the user's statements of a transactional unit and
     * behind them: for what the driver looks at by itself as it runs them. NULL: nothing. */
    void (*print_checks)(const Unit *unit, bool is_behind, Buf *out);
    /* Lines for its own shell at the head and at the end of a printed script; "" for none. */
    const char *script_head;
    const char *script_tail;
} Dialect;

/* A row of the history table. Texts may be NULL. */
typedef struct HistoryRow {
    const char *id;
    const char *revision;
    const char *direction;
    const char *state; /* done, running, failed, abandoned */
    const char *rows_before;
    const char *rows_after;
    const char *checksum;
    size_t done;
    size_t total;
    const char *done_checksum;
    const char *started;  /* ISO 8601, UTC: 2026-11-20T14:03:11.123Z */
    const char *finished; /* NULL while running */
    int64_t duration;     /* milliseconds; -1 unknown */
    const char *run_by;
    const char *run_from;
    const char *program;
    const char *error;
} HistoryRow;

typedef VEC(HistoryRow) HistoryRows;

typedef struct DatabaseState {
    TableNames tables; /* with the schema in which they are, or would be made */
    bool has_version_table;
    bool has_history_table;
    Names rows;           /* version rows in byte order, each once */
    size_t version_width; /* characters that a version row can hold; 0: any number */
    const char
        *elsewhere;     /* NULL, or the schema that holds a table of that name, ours having none */
    HistoryRow *open;   /* the running or failed row, NULL if none */
    bool is_busy;       /* asked for the lock and another run holds it; `holder` says who */
    const char *holder; /* "pid 4711, 12 s, CREATE INDEX …", or NULL */
    const char *server; /* "PostgreSQL 15.18", "SQLite 3.40.1" */
} DatabaseState;

/* What became of units that were sent. */
typedef enum RunOutcome {
    RUN_DONE,
    RUN_FAILED,       /* a statement failed; its transaction is rolled back */
    RUN_NOT_PARSED,   /* the text does not parse: no unit of its message has run */
    RUN_MOVED,        /* the guard: the rows are not what the plan has; read and plan again */
    RUN_BUSY,         /* the guard: another run holds the lock */
    RUN_LOCK_TIMEOUT, /* a statement met lock_timeout; its unit is rolled back */
    RUN_RETRY,        /* rolled back for another reason that passes: deadlock, serialization */
    RUN_LOST,         /* the connection is lost: what was sent may or may not have run */
    RUN_INTERRUPTED,  /* the caller's `interrupted` became true; rolled back */
} RunOutcome;

typedef struct RunResult {
    RunOutcome outcome;
    size_t units_done;       /* as far as is known */
    const Statement *failed; /* the statement that failed, NULL if none is to blame */
    bool had_no_effect; /* RUN_FAILED: `failed` is known to have done nothing, or been undone */
    bool is_of_rows;    /* RUN_FAILED: rows were in the way, and without them it would have run */
} RunResult;

/* Live progress; each may be NULL. A unit is finished when it is committed: where a driver commits
 * several together, the next has started by then. */
typedef struct RunEvents {
    void (*unit_started)(void *context, const Unit *unit);
    void (*unit_finished)(void *context, const Unit *unit, int64_t milliseconds);
    /* A user statement begins, and has got through; of units with at least `told_from` of them, 0:
     * of none. For that a driver may put statements of its own between them, which no printed
     * script has. Of units with thousands, where told_from is over 1, a driver may tell of some
     * only, and of no end. */
    void (*statement_started)(void *context, const Unit *unit, const Statement *statement);
    void (*statement_finished)(void *context, const Unit *unit, const Statement *statement,
                               int64_t milliseconds);
    size_t told_from;
    /* Some times a second while statements run. */
    void (*waiting)(void *context);
    void *context;
    const volatile int *interrupted; /* a signal number once one came, else 0; may be NULL */
} RunEvents;

/* Are the statements of the unit told one by one? Those below call who listens. In the
 * first two `events` may be NULL; in events.c. */
bool events_tell(const RunEvents *events, const Unit *unit);
void events_waiting(const RunEvents *events);
void events_statement_started(const RunEvents *events, const Unit *unit,
                              const Statement *statement);
void events_statement_finished(const RunEvents *events, const Unit *unit,
                               const Statement *statement, int64_t milliseconds);

/* What a driver learned about the way to its database and keeps over a reconnect; {0} at first. */
typedef struct DriverMemory {
    int pool_mode;        /* PostgreSQL: what stands in front of the server */
    unsigned groups_lost; /* in a row, without a word of an answer */
} DriverMemory;

typedef struct OpenOptions {
    const char *url;
    const char *url_folder; /* relative SQLite paths are relative to it; NULL: working directory */
    const char *direct_url; /* another way to the same database, for what cannot go by the first;
                               NULL: none */
    const Session *session;
    DriverMemory *memory;            /* outlives the connection; NULL: forgotten with it */
    const volatile int *interrupted; /* as in RunEvents; may be NULL */
    bool is_read_only;               /* never makes a database file; works on a standby */
    const Log *log;
} OpenOptions;

typedef struct ObjectNames {
    Names lines; /* "table public.account": what reset would drop */
    Statements drops;
} ObjectNames;

/* What an examination found. */
typedef enum FindingLevel {
    FINDING_FACT,    /* good to know */
    FINDING_WARNING, /* may hinder a run */
    FINDING_PROBLEM, /* hinders it */
} FindingLevel;

typedef struct Finding {
    FindingLevel level;
    const char *topic;  /* a word or two: "server", "way", "lock" */
    const char *text;   /* one line */
    const char *advice; /* what to do about it; NULL: nothing */
} Finding;

typedef VEC(Finding) Findings;

typedef struct Driver {
    const char *name;           /* as its dialect's */
    const char *const *schemes; /* URL schemes without "+driver", NULL at the end */
    const Dialect *dialect;
    /* True for a URL that is not of the form scheme:…, such as libpq's keyword strings. */
    bool (*accepts)(const char *url);
    /* The URL for people, without a password; text in `arena`. Never fails: "?" in the worst case.
     */
    const char *(*describe)(const char *url, const char *url_folder, Arena *arena);
    /* The name of the database, as `reset` wants it typed. */
    const char *(*database_name)(const char *url, const char *url_folder, Arena *arena);
    /* The URL with `folder` in front of a relative path in it. NULL: no URL holds one. */
    const char *(*rebase)(const char *url, const char *folder, Arena *arena);
    /* What the URL says of the session (search_path, options, …) and the configuration does not: it
     * holds for every statement, printed ones too. Doing it again changes nothing; texts in
     * `arena`. NULL: a URL says nothing of it. ERR_CONFIG as open. */
    bool (*adapt)(const char *url, Session *session, Arena *arena, Error *err) MUST_CHECK;
    /* Connects, once. ERR_CONFIG for a URL that cannot be meant, ERR_CONNECT otherwise; *may_retry
     * says whether waiting could help. The connection lives in `arena` and ends by close. */
    bool (*open)(const OpenOptions *options, Arena *arena, Connection **connection, bool *may_retry,
                 Error *err) MUST_CHECK;
    void (*close)(Connection *connection);
    /* Reads version rows and the open history row in one snapshot. with_lock: tries the lock in the
     * same transaction, so that what is read is final unless is_busy. Makes nothing. */
    bool (*state_read)(Connection *connection, const TableNames *tables, bool with_lock,
                       Arena *arena, DatabaseState *state, Error *err) MUST_CHECK;
    /* All history rows in the order of their ids; an absent table has none. */
    bool (*history_read)(Connection *connection, const DatabaseState *state, Arena *arena,
                         HistoryRows *rows, Error *err) MUST_CHECK;
    /* Runs units in order, stopping at the first that does not get through. False: result->outcome
     * says which way, and *err is set (for RUN_MOVED and RUN_BUSY too). The connection is usable
     * afterwards, but after RUN_LOST: close it and open another. */
    bool (*run)(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
                Arena *arena, RunResult *result, Error *err) MUST_CHECK;
    /* What an operation takes away or changes, as the database has it now: the value of `was:` as
     * YAML on one line, of a column or sequence that is altered all of it; NULL: there is none. */
    bool (*recall)(Connection *connection, const Operation *op, Arena *arena, const char **was,
                   Error *err) MUST_CHECK;
    /* The whole schema, a line for each thing, in byte order; the order of columns is not told. */
    bool (*inventory)(Connection *connection, Arena *arena, Names *lines, Error *err) MUST_CHECK;
    /* What reset would drop in the schemas of the search path and in `schemas`. */
    bool (*objects_list)(Connection *connection, const Names *schemas, Arena *arena,
                         ObjectNames *objects, Error *err) MUST_CHECK;
    /* Drops them, under the lock of `tables`. */
    bool (*reset)(Connection *connection, const TableNames *tables, const ObjectNames *objects,
                  Error *err) MUST_CHECK;
    /* Looks at what is behind a URL and what there may hinder a run, over `connection` and others
     * like it; `state` has been read over it. `pending` are user statements that a run would send
     * (NULL: unknown). Changes nothing. NULL: there is nothing to look at. */
    bool (*examine)(Connection *connection, const OpenOptions *options, const DatabaseState *state,
                    const Statements *pending, Arena *arena, Findings *findings,
                    Error *err) MUST_CHECK;
    /* What is the same by every way to this database, and another for every other database; NULL
     * when it cannot be told. A driver without ways (NULL slot) has only one. */
    const char *(*identify)(Connection *connection, Arena *arena);
    /* The database of its own that a rehearsal has. NULL: it is one transaction of the database at
     * hand, which run leaves open behind units that say is_rehearsal, and close rolls back. */
    const char *rehearsal_url;
    /* Bytes of units worth handing over in one call of run; what travels together is its business.
     */
    size_t chunk_bytes;
    /* True: run waits for the lock by itself (session->wait_for_lock), so RUN_BUSY is final. */
    bool waits_for_lock;
    /* True: `reset` needs allow_reset or --force, because the database may be somebody else's. */
    bool is_shared;
} Driver;

/* NULL-terminated, in drivers/registry.c. */
extern const Driver *const DRIVERS[];

/* The driver of a URL: ERR_CONFIG with the known schemes if there is none. The scheme may carry
 * "+something" as SQLAlchemy's do. */
MUST_CHECK bool driver_for_url(const char *url, const Driver **driver, Error *err);
/* By name or dialect alias ("postgresql"); NULL if absent. */
const Driver *driver_find(const char *name);

#endif
