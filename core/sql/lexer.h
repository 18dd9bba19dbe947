/* SPDX-License-Identifier: MIT */
/*
 * SqlLexer: cuts a text into its statements, for PostgreSQL (Lexical Structure, section 4.1 of its
 * manual, with psql's handling of COPY data) and for SQLite. One pass, linear, no allocation: the
 * statements borrow from the text. Every byte of the text is in exactly one statement, in one COPY
 * data block, or between them as space, comment or semicolon.
 *
 * A line ends with LF, CRLF or a CR alone, in every count that is given here.
 */
#ifndef MIGRATE_CORE_SQL_LEXER_H
#define MIGRATE_CORE_SQL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/mapping.h"
#include "core/base/slice.h"
#include "core/base/vec.h"

typedef enum SqlDialect {
    SQL_POSTGRES,
    SQL_SQLITE,
} SqlDialect;

/* What a planner wants to know of a statement; a bit set. */
typedef enum SqlFact {
    SQL_BEGINS_TRANSACTION = 1U << 0, /* BEGIN, START TRANSACTION */
    SQL_ENDS_TRANSACTION = 1U << 1,   /* COMMIT, END, ROLLBACK, ABORT, PREPARE TRANSACTION */
    SQL_SAVEPOINT = 1U << 2,          /* SAVEPOINT, RELEASE, ROLLBACK TO */
    SQL_NO_TRANSACTION = 1U << 3,     /* the database refuses it inside a transaction */
    SQL_COPY_FROM_STDIN = 1U << 4,    /* `data` holds its rows */
    SQL_SETS_SESSION = 1U << 5, /* SET, RESET, set_config(.., false): outlives the transaction */
    SQL_BACKSLASH = 1U << 6,    /* a psql backslash line, alone in its statement */
    SQL_CONCURRENTLY = 1U << 7, /* one of the CONCURRENTLY forms that wait for others */
    SQL_DATA_OPEN = 1U << 8, /* no line \. ends the rows of COPY: they go to the end of the text */
} SqlFact;

enum { SQL_WORDS = 4 };

typedef struct SqlStatement {
    Slice text;             /* from the first token to the last, without the semicolon */
    size_t offset;          /* of text, in bytes, from the start of what is lexed */
    unsigned line;          /* of the first token, from 1 */
    unsigned column;        /* in characters, from 1 */
    unsigned facts;         /* SqlFact bits */
    Slice words[SQL_WORDS]; /* the leading keywords as written; len 0 from the first non-word on */
    Slice data;             /* COPY rows as in the file, without the line of the end marker */
    unsigned data_line;     /* of the first row; 0 if there is no line behind the statement */
} SqlStatement;

/* Where the rows of a COPY end: what an earlier look at the same text has found, so that they need
 * not be gone through again. Offsets are those of a text that what is lexed is a part of. */
typedef struct SqlEnd {
    size_t data;   /* where the rows begin */
    size_t end;    /* behind the last */
    unsigned line; /* of `end` */
} SqlEnd;

typedef VEC(SqlEnd) SqlEnds;

typedef struct SqlLexer {
    SqlDialect dialect;
    Slice text;
    size_t at;       /* what is before it has been given */
    size_t mark;     /* up to here lines and columns are counted */
    unsigned line;   /* of mark */
    unsigned column; /* of mark */
    /* may be set behind sql_init: */
    bool is_mapped;      /* rows of COPY that were passed are given back */
    const SqlEnds *ends; /* what is known of its rows */
    size_t offset;       /* of `text` in the text that they are about */
    /* set when sql_next returned false because the text does not lex; NULL at the end of the text
     */
    const char *error;   /* "unterminated string", … */
    const char *hint;    /* NULL: the place is where something opened that does not end */
    unsigned error_line; /* where the thing opened */
    unsigned error_column;
    size_t error_offset;
} SqlLexer;

/* `line` is the number of the text's first line (1 for a whole file). A BOM is passed over. */
void sql_init(SqlLexer *lexer, SqlDialect dialect, Slice text, unsigned line);
/* The next statement; false at the end and at an error: then lexer->error says which. */
bool sql_next(SqlLexer *lexer, SqlStatement *statement);
/* Where the rows of a file for COPY end: at its line `\.`, or with it (text.len). *line: of that
 * line, from 1. */
size_t sql_data_end(Slice text, bool is_mapped, unsigned *line);
/* What is to be remembered of the statement just given, whose rows have an end. */
SqlEnd sql_rows_end(SqlLexer *lexer, const SqlStatement *statement);
/* The place of the byte at `offset` of statement->text. */
void sql_locate(const SqlStatement *statement, size_t offset, unsigned *line, unsigned *column);

#endif
