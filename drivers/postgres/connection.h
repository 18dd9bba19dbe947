/* SPDX-License-Identifier: MIT */
/* A connection to PostgreSQL, and what the files of this driver share of it. */
#ifndef MIGRATE_DRIVERS_POSTGRES_CONNECTION_H
#define MIGRATE_DRIVERS_POSTGRES_CONNECTION_H

#include <libpq-fe.h>

#include "core/base/clock.h"
#include "drivers/driver.h"

/* What stands in front of the server, as far as it was found out. Until it is known, a transaction
 * is one message without BEGIN: statement mode takes that too, and never hides an error then. */
typedef enum PoolMode {
    POOL_UNKNOWN = 0,
    POOL_STATEMENT,   /* a transaction must be one message, and BEGIN alone is refused */
    POOL_TRANSACTION, /* or session mode, or none: BEGIN alone is fine */
} PoolMode;

/* The URL as libpq takes it. */
typedef struct ConnInfo {
    VEC(Setting) parameters;
    const char *search_path; /* schema= or search_path= of the URL; NULL */
    const char *role;        /* of options=-c; NULL */
    VEC(Setting) settings;   /* of options=-c, but for those that every unit sets itself */
} ConnInfo;

struct Connection {
    PGconn *pg;
    Arena *arena;
    const char *url;
    const char *direct_url; /* NULL: none */
    ConnInfo info;
    const Session *session;
    DriverMemory *memory;
    const Log *log;
    int64_t connect_timeout; /* milliseconds */
    const volatile int *interrupted;
    bool is_read_only;
    /* as last read: what a unit that goes on with a step has to look at */
    TableNames tables;
    Names rows;
    const HistoryRow *open; /* NULL: none */
    /* a lock on an idle backend is left over when it is seen twice, a second apart */
    long leak_pid; /* 0: none seen */
    int64_t leak_seen;
    /* of the run that is going on */
    const RunEvents *events; /* NULL between runs */
    const Unit *units;       /* of the message that is going on */
    size_t unit_count;
    size_t finished;    /* units of them that are committed */
    size_t announced;   /* units of them whose guard has spoken */
    int64_t unit_began; /* by the server's clock, microseconds */
    int64_t lag;        /* our clock less the server's, as little as was seen; microseconds */
    bool has_lag;
    const Statement *told;    /* the user statement whose marker has spoken; NULL: none */
    int64_t told_since;       /* by the server's clock, microseconds */
    const Statement *running; /* of a group: whose result comes next; NULL: unknown */
    bool is_watched;    /* a run with events: a signal ends it; without, it is one of our own */
    bool heeds_signals; /* one that comes now cancels what runs; one that came before does not */
    bool is_cancelled;  /* we asked the server to stop */
    int64_t cancelled;  /* when we last did */
    bool is_given_up;   /* ended for a signal before all of a message was sent: it does nothing */
    int64_t stopping_since; /* monotonic; when a signal was seen while sending; 0: none */
    /* of what is waited for */
    int64_t watch_after;  /* milliseconds of silence until we look whether anybody works for us */
    int64_t deadline;     /* monotonic; 0: none. Past it the connection is given up. */
    long server_pid;      /* of the backend that runs the message, once its guard has spoken; 0 */
    unsigned unreachable; /* looks in a row that reached nobody */
};

/* An error as the server, the pooler or libpq told it. */
typedef struct Failure {
    char sqlstate[6]; /* "" when only libpq speaks: the connection is lost */
    bool is_pooler;   /* has no unlocalised severity: PgBouncer made it, not the server */
    const char *message;
    const char *detail; /* DETAIL, CONTEXT and so on, as lines; NULL */
    const char *hint;
    const char *context;     /* of DETAIL and so on, on its own; NULL */
    const char *inner_query; /* what the server ran for the statement, and failed at; NULL */
    size_t inner_position;   /* 1-based characters into it; 0: none */
    size_t position;         /* 1-based characters into the text that was sent; 0: none */
} Failure;

/* Before units are sent, together or as a group. */
void postgres_begin_units(Connection *connection, const Unit *units, size_t count);
/* The next unit of the message is committed: tells whoever listens. */
void postgres_unit_finished(Connection *connection);
/* The next result, waiting; a signal of the caller cancels the running statement meanwhile. A
 * connection behind which nobody works any more, or past its deadline, is cut and so lost. */
PGresult *postgres_next(Connection *connection);
/* Reads the fields of an error result. */
Failure postgres_failure(const Connection *connection, const PGresult *result, Arena *arena);
/* True if after such a failure nobody knows whether what was sent has run. */
bool postgres_is_lost(const Connection *connection, const Failure *failure);
/* True for what a standby says when a transaction begins READ WRITE: another server may be meant,
 * or this one is about to become the primary. */
bool postgres_is_standby(const char *sqlstate);
/* A second connection like this one, NULL if none comes about in time; *has_spoken: the server, or
 * a pooler, said why not. */
PGconn *postgres_connect_beside(Connection *connection, bool *has_spoken);
/* The answer there, NULL if none comes in time: a pool with one slot, ours, never answers. */
PGresult *postgres_ask_beside(PGconn *pg, const char *question);
/* Makes a new connection in place of one that is of no use any more. */
MUST_CHECK bool postgres_reconnect(Connection *connection, Error *err);
/* watch.c: after a long silence: true if nobody works for us any more. */
bool postgres_is_hung(Connection *connection);
/* Sends `text` (any number of statements) and gives the last result that has rows, NULL and *err
 * when one fails (ERR_CONNECT when the connection is lost, else ERR_FAILED). */
PGresult *postgres_query(Connection *connection, const char *text, Error *err);
/* Puts a failure into *err, with its SQLSTATE, detail and hint. */
bool postgres_error(const Failure *failure, ErrorCode code, Error *err);
/* Before something is sent: does a signal end it? */
void postgres_heed_signals(Connection *connection, bool heeds);
/* Has a signal come that the message at hand is to heed? */
bool postgres_is_asked_to_stop(const Connection *connection);
/* Waits until all is sent. False: a signal asks to stop, or the connection is lost. */
bool postgres_send_rest(Connection *connection);
/* Ends a failed transaction, if there is one. */
void postgres_rollback(Connection *connection);
/* Finds out whether BEGIN may stand alone, if that is not known. The question costs the connection
 * in statement mode: another one is made then. */
MUST_CHECK bool postgres_find_mode(Connection *connection, Error *err);
/* How a transaction begins: in the mode at hand, `statement` being the explicit form. */
Slice postgres_begin(const Connection *connection, Slice statement);
/* Adds how a transaction begins, and the session's settings. A reader may look at a standby; a
 * writer must not: there the lock would be granted and mean nothing, and READ WRITE is refused. */
void postgres_add_begin(Buf *text, const Connection *connection);
void postgres_result_clear(PGresult **result);

/* Slots of the driver, by file. */
bool postgres_open(const OpenOptions *options, Arena *arena, Connection **connection,
                   bool *may_retry, Error *err);
void postgres_close(Connection *connection);
bool postgres_state_read(Connection *connection, const TableNames *tables, bool with_lock,
                         Arena *arena, DatabaseState *state, Error *err);
bool postgres_history_read(Connection *connection, const DatabaseState *state, Arena *arena,
                           HistoryRows *rows, Error *err);
bool postgres_run(Connection *connection, const Unit *units, size_t count, const RunEvents *events,
                  Arena *arena, RunResult *result, Error *err);
/* What run.c and group.c share: classifies a failure at `statement` and fills *result and *err. */
typedef struct FailedAt {
    const Statement *statement; /* NULL: before any */
    size_t offset;              /* of the error in statement->text, in bytes; SIZE_MAX: unknown */
    bool nothing_ran;           /* the text did not parse */
} FailedAt;
bool postgres_run_failed(Connection *connection, const Failure *failure, FailedAt at,
                         RunResult *result, Error *err);
/* marker.c: what stands between the statements of a unit that are told one by one (RunEvents): DO
 * blocks whose INFO the server flushes at once. They say which statement of the unit begins, or
 * with SIZE_MAX that none does, and when; the one before has ended. */
const Statement *postgres_marker(size_t begins, Arena *arena);
/* The marker to put before the statement at `index` of a unit in a transaction; NULL: none. */
const Statement *postgres_marker_before(const Connection *connection, const Unit *unit,
                                        size_t index, Arena *arena);
/* True for what a marker says: whoever listens has been told. */
bool postgres_take_marker(Connection *connection, const char *message);

/* index.c: what concurrent index builds have left behind, asked for before a group. */
typedef enum Effect {
    EFFECT_NONE,    /* run it */
    EFFECT_DONE,    /* it took effect before: only its journal is missing */
    EFFECT_INVALID, /* an index that is not valid stands in its place: drop it, then run */
} Effect;
typedef struct Leftover {
    const Statement *statement;
    Effect effect;
    const char *index; /* quoted, with its schema */
} Leftover;
typedef VEC(Leftover) Leftovers;
/* False: result->outcome and *err say why the unit cannot run now. */
MUST_CHECK bool postgres_leftovers(Connection *connection, const Unit *unit, Arena *arena,
                                   Leftovers *leftovers, RunResult *result, Error *err);
/* True if a statement that failed so is known to have left nothing behind. */
bool postgres_left_nothing(Connection *connection, const Statement *statement,
                           const Failure *failure, Arena *arena);
/* Sends a unit without a transaction as one extended-protocol group. */
bool postgres_run_group(Connection *connection, const Unit *unit, Arena *arena, RunResult *result,
                        Error *err);
/* elsewhere.c: a unit without a transaction over direct_url, where groups do not get through; says
 * so. */
bool postgres_run_elsewhere(Connection *connection, const Unit *unit, Arena *arena,
                            RunResult *result, Error *err);
/* recall.c */
bool postgres_recall(Connection *connection, const Operation *op, Arena *arena, const char **was,
                     Error *err);
bool postgres_inventory(Connection *connection, Arena *arena, Names *lines, Error *err);
const char *postgres_identify(Connection *connection, Arena *arena);
bool postgres_objects_list(Connection *connection, const Names *schemas, Arena *arena,
                           ObjectNames *objects, Error *err);
bool postgres_reset(Connection *connection, const TableNames *tables, const ObjectNames *objects,
                    Error *err);
bool postgres_examine(Connection *connection, const OpenOptions *options,
                      const DatabaseState *state, const Statements *pending, Arena *arena,
                      Findings *findings, Error *err);
/* rights.c: a finding for each thing that this user may not do of what the statements do. */
bool postgres_check_rights(Connection *connection, const Statements *statements, Arena *arena,
                           Findings *findings, Error *err);
/* conninfo.c */
MUST_CHECK bool postgres_conninfo(const char *url, const Log *log, Arena *arena, ConnInfo *info,
                                  Error *err);
bool postgres_adapt(const char *url, Session *session, Arena *arena, Error *err);
bool postgres_accepts(const char *url);
const char *postgres_describe(const char *url, const char *url_folder, Arena *arena);
const char *postgres_database_name(const char *url, const char *url_folder, Arena *arena);

#endif
