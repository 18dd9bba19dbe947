/* SPDX-License-Identifier: MIT */
/*
 * TableText: the text of a CREATE TABLE as SQLite stores it, taken apart to be edited. Whatever an
 * edit does not concern keeps its bytes: comments, spelling, clauses that we know nothing of. Where
 * things stand is told in bytes of the text, and holds until the next edit, which reads the text
 * again. Grammar: sqlite.org/lang_createtable.html; what only its parser says (commas between table
 * constraints may be left out, a name may stand without a constraint) is known too.
 */
#ifndef MIGRATE_DRIVERS_SQLITE_TABLE_TEXT_H
#define MIGRATE_DRIVERS_SQLITE_TABLE_TEXT_H

#include "core/sql/token.h"
#include "drivers/driver.h"

/* Bytes [at, end) of the text. */
typedef struct TextRange {
    size_t at;
    size_t end;
} TextRange;

typedef enum TablePartKind {
    PART_BARE_NAME, /* CONSTRAINT name, and nothing behind it */
    PART_PRIMARY_KEY,
    PART_UNIQUE,
    PART_CHECK,
    PART_FOREIGN_KEY,
    PART_NOT_NULL,
    PART_NULL,
    PART_DEFAULT,
    PART_COLLATE,
    PART_GENERATED,
    PART_DEFERRABLE,
} TablePartKind;

/* A constraint of a column, or of the table. */
typedef struct TablePart {
    TablePartKind kind;
    TextRange range; /* all of it, from CONSTRAINT on */
    TextRange name;  /* as written, with its quotes; empty: none */
    TextRange body;  /* the parenthesis of a key, CHECK or generated column; the value of a default;
                        the name of a collation */
    TextRange parent;      /* the table that a foreign key refers to */
    TextRange parent_body; /* the parenthesis behind it; empty: its primary key */
    bool is_autoincrement;
    bool is_descending; /* of a column's primary key */
} TablePart;

typedef struct TableColumn {
    TextRange range;
    TextRange name;
    TextRange type; /* empty, at the end of the name: none */
    size_t first;   /* of its parts in TableText.parts */
    size_t count;
} TableColumn;

/* What stands between the commas. */
typedef struct TableItem {
    TextRange range;
    TextRange comma; /* in front of it; empty: none */
} TableItem;

typedef struct TableText {
    Arena *arena;
    Slice text;             /* until the next edit */
    StatementPieces pieces; /* of it that stand in a revision file */
    TextRange name;
    size_t open; /* the parenthesis of the columns */
    VEC(TableColumn) columns;
    VEC(TablePart) parts;
    size_t constraints; /* the first of the table's own among `parts`; the rest of them are */
    VEC(TableItem) items;
    bool is_without_rowid;
    bool is_strict;
    VEC(SqlToken) tokens; /* room for reading */
    Buf buffers[2];       /* room for the text before and after an edit */
    unsigned used;
} TableText;

/* New text, with its pieces. */
typedef struct TextPatch {
    Slice text;
    StatementPieces pieces;
} TextPatch;

enum { NO_COLUMN = -1 };

/* Takes a copy of the text. False for what is no plain CREATE TABLE: virtual tables, AS SELECT. */
MUST_CHECK bool table_text_parse(TableText *table, Slice text, Arena *arena);

/* The piece of the text. */
Slice table_text_at(const TableText *table, TextRange range);
/* The number of a column, NO_COLUMN if there is none of that name. */
int table_text_column(const TableText *table, const char *name);
/* A column's first constraint of that kind; NULL if it has none. */
const TablePart *table_text_part(const TableText *table, int column, TablePartKind kind);
/* The constraint of that name, of the table or a column (*column, else NO_COLUMN); NULL if none. */
const TablePart *table_text_constraint(const TableText *table, const char *name, int *column);
/* The table's own constraint, or a column's, that is a primary key; NULL if it has none. */
const TablePart *table_text_primary_key(const TableText *table, int *column);
/* The number of the column that is another name for the rowid, or NO_COLUMN. */
int table_text_rowid(const TableText *table);
/* The names in a parenthesis of columns. */
Names table_text_names(const TableText *table, TextRange parenthesis, Arena *arena);

/* Edits. False if the text is no CREATE TABLE any more, which only a patch can bring about; the
 * table is as it was then. A name is patched as it is to be written. */
MUST_CHECK bool table_text_replace(TableText *table, TextRange range, const TextPatch *patch);
/* Behind column `after`; NO_COLUMN: before the first. */
MUST_CHECK bool table_text_add_column(TableText *table, int after, const TextPatch *patch);
MUST_CHECK bool table_text_remove_column(TableText *table, int column);
MUST_CHECK bool table_text_set_type(TableText *table, int column, const TextPatch *patch);
/* Behind the column's type: a constraint without a name. */
MUST_CHECK bool table_text_add_part(TableText *table, int column, const TextPatch *patch);
MUST_CHECK bool table_text_add_constraint(TableText *table, const TextPatch *patch);
/* Takes away a constraint, of the table or of a column. */
MUST_CHECK bool table_text_remove_part(TableText *table, const TablePart *part);

/* A name without its quotes. */
const char *sqlite_name(Arena *arena, Slice written);
/* True if the name, as written, is this one; letters of ASCII have no case, as SQLite has it. */
bool sqlite_name_is(Slice written, const char *name);
bool sqlite_same_name(const char *a, const char *b);
/* True if the text may name it: a word or a quoted name that is no function's. */
bool sqlite_mentions(Slice text, const char *name);

#endif
