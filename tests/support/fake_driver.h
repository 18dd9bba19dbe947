/* SPDX-License-Identifier: MIT */
/*
 * FakeDriver: a database in memory that speaks a dialect of its own and fails when it is told to,
 * for tests of what stands above a driver. It keeps version rows, history and the user statements
 * that ran, with real transactions. A test holds the FakeDatabase; fake_url() leads to it.
 *
 * In its dialect a user statement that contains "no_such" fails, and CREATE TABLE and DROP TABLE
 * make and drop an object; any other text succeeds. Version rows hold neither ',' nor line ends.
 */
#ifndef MIGRATE_TESTS_SUPPORT_FAKE_DRIVER_H
#define MIGRATE_TESTS_SUPPORT_FAKE_DRIVER_H

#include "drivers/driver.h"

/* What is in the database. */
typedef struct FakeContent {
    Names rows; /* in byte order */
    HistoryRows history;
    Names ran; /* user statements, in the order in which they ran */
    bool has_tables;
} FakeContent;

typedef struct FakeDatabase {
    Arena *arena; /* where what it holds lives */
    FakeContent content;
    /* The fault: call number fail_at (from 1; 0: never) of a slot that can fail does. */
    size_t fail_at;
    RunOutcome outcome; /* of run; state_read answers RUN_BUSY by is_busy; others: ERR_CONNECT */
    size_t fail_behind; /* units that a failing run gets through first (RUN_NOT_PARSED: none) */
    bool hides_one;     /* and one more that it does not know of: RUN_LOST in the COMMIT */
    size_t calls;       /* so far */
    size_t runs;        /* calls of run */
    size_t connections; /* open now */
} FakeDatabase;

extern const Driver DRIVER_FAKE;

/* {.arena = arena} is an empty one. The text lives in the database's arena. */
const char *fake_url(const FakeDatabase *database);

#endif
