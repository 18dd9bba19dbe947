/* SPDX-License-Identifier: MIT */
/*
 * Operation: what a YAML revision says is to be done to a schema, for no database in particular.
 * Plain values: core/ reads, checks and inverts them, a dialect renders them. A member that is not
 * said to be required may be absent: NULL, `at` NULL, 0. Names are literal identifiers, case and
 * all. Everything lives in the arena of whoever read it.
 */
#ifndef MIGRATE_DRIVERS_OPERATION_H
#define MIGRATE_DRIVERS_OPERATION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/names.h"
#include "core/base/origin.h"
#include "core/base/slice.h"
#include "core/base/vec.h"

/* ---- values ---- */

typedef enum Tristate {
    TRI_UNSET,
    TRI_NO,
    TRI_YES,
} Tristate;

/* A text with its origin: a piece of SQL, or a literal. */
typedef struct OpText {
    Slice text; /* `at` NULL: absent */
    const Origin *origin;
} OpText;

/* The texts of one SQL expression (or type, or body): one for all dialects, or each its own. */
typedef struct OpExpression {
    OpText all;
    OpText postgres;
    OpText sqlite;
} OpExpression;

typedef enum TypeKind {
    TYPE_ABSENT,
    TYPE_BOOLEAN,
    TYPE_SMALLINT,
    TYPE_INTEGER,
    TYPE_BIGINT,
    TYPE_DECIMAL, /* (precision, scale), both or none */
    TYPE_REAL,
    TYPE_DOUBLE,
    TYPE_TEXT,
    TYPE_STRING, /* (length), or none */
    TYPE_CHAR,   /* (length) */
    TYPE_BINARY,
    TYPE_DATE,
    TYPE_TIME,        /* (digits), or none */
    TYPE_TIMESTAMP,   /* (digits), or none */
    TYPE_TIMESTAMPTZ, /* (digits), or none */
    TYPE_INTERVAL,
    TYPE_UUID,
    TYPE_JSON,      /* jsonb */
    TYPE_JSON_TEXT, /* json! : PostgreSQL's json */
    TYPE_ENUM,      /* enum(name), a type made by create_enum; or enum[a, b]: `values` */
    TYPE_ARRAY,     /* array(element) */
    TYPE_RAW,       /* raw(text), or a text per dialect: `raw` */
} TypeKind;

typedef struct OpType OpType;
struct OpType {
    TypeKind kind;
    Place place;
    const char *written; /* as in the file: "decimal(12,2)" */
    bool has_size;
    unsigned size;  /* length, precision or digits */
    unsigned scale; /* of a decimal */
    const char *name;
    Names values;
    const OpType *element;
    OpExpression raw;
};

typedef enum DefaultKind {
    DEFAULT_ABSENT, /* alter_column: left as it is */
    DEFAULT_NONE,   /* null: no default; alter_column: dropped */
    DEFAULT_STRING, /* `text`, to be quoted */
    DEFAULT_NUMBER, /* `text`, as it is */
    DEFAULT_BOOLEAN,
    DEFAULT_EXPRESSION, /* {sql: …} */
    DEFAULT_NOW,        /* now() */
    DEFAULT_TODAY,      /* today() */
    DEFAULT_UUID,       /* uuid() */
} DefaultKind;

typedef struct OpDefault {
    DefaultKind kind;
    Place place;
    OpText text;
    bool boolean;
    OpExpression expression;
} OpDefault;

/* A value of a row. */
typedef enum RowValueKind {
    VALUE_IS_NULL,
    VALUE_IS_TEXT,
    VALUE_IS_NUMBER,
    VALUE_IS_BOOLEAN,
    VALUE_IS_EXPRESSION,
} RowValueKind;

typedef struct OpValue {
    const char *column;
    RowValueKind kind;
    Place place;
    OpText text;
    bool boolean;
    OpExpression expression;
} OpValue;

typedef struct OpRow {
    Place place;
    VEC(OpValue) values; /* in the order of the file */
} OpRow;

typedef VEC(OpRow) OpRows;

/* ---- parts of tables ---- */

typedef enum KeyAction {
    KEY_ACTION_ABSENT,
    KEY_NO_ACTION,
    KEY_RESTRICT,
    KEY_CASCADE,
    KEY_SET_NULL,
    KEY_SET_DEFAULT,
} KeyAction;

typedef enum KeyMatch {
    MATCH_ABSENT,
    MATCH_SIMPLE,
    MATCH_FULL,
} KeyMatch;

/* What a foreign key points to. */
typedef struct OpReferences {
    Place place;
    const char *name; /* of the constraint, for a column's own key */
    const char *schema;
    const char *table; /* required */
    Names columns;     /* none: its primary key */
    KeyAction on_delete;
    KeyAction on_update;
    KeyMatch match;
    Tristate deferrable;
    Tristate initially_deferred;
} OpReferences;

typedef enum IdentityKind {
    IDENTITY_ABSENT,
    IDENTITY_NONE,          /* alter_column: false, taken off */
    IDENTITY_BY_DEFAULT,    /* true */
    IDENTITY_ALWAYS,        /* always */
    IDENTITY_AUTOINCREMENT, /* autoincrement: never a number twice, on SQLite too */
} IdentityKind;

/* primary_key and unique of a column: true, or the name of the constraint. */
typedef struct OpFlagName {
    Tristate is_set;
    const char *name; /* NULL: the database's own choice */
} OpFlagName;

typedef struct OpCheck {
    const char *name;
    OpExpression expression; /* absent: no check */
} OpCheck;

/* A column, whole (create_table, add_column, was of drop_column), or what alter_column changes of
 * one (then `type` may be absent and every other member that is absent is left as it is). */
typedef struct OpColumn {
    Place place;
    const char *name;
    OpType type;
    Tristate nullable; /* unset: yes, but for a primary key */
    OpDefault default_value;
    IdentityKind identity;
    OpExpression generated; /* GENERATED ALWAYS AS (…) */
    Tristate stored;        /* of a generated column; unset: yes on PostgreSQL, no on SQLite */
    const char *collate;
    OpFlagName primary_key;
    OpFlagName unique;
    OpCheck check;
    const OpReferences *references; /* NULL: none */
    OpText comment;
    bool drops_comment; /* alter_column: comment: null */
} OpColumn;

typedef VEC(OpColumn) OpColumns;

typedef enum ConstraintKind {
    CONSTRAINT_ABSENT, /* drop_constraint without was */
    CONSTRAINT_PRIMARY_KEY,
    CONSTRAINT_UNIQUE,
    CONSTRAINT_CHECK,
    CONSTRAINT_FOREIGN_KEY,
    CONSTRAINT_EXCLUDE,
} ConstraintKind;

typedef struct OpExcludeElement {
    const char *column; /* or: */
    OpExpression expression;
    const char *operator_name; /* with: "&&" */
    const char *opclass;
} OpExcludeElement;

typedef struct OpConstraint {
    Place place;
    ConstraintKind kind;
    const char *name;
    Names columns;
    OpExpression check;
    const OpReferences *references;
    Tristate deferrable;
    Tristate initially_deferred;
    bool not_valid;
    bool no_inherit;
    bool nulls_not_distinct;
    Names include;
    const char *using_index;
    const char *method; /* of an exclusion: gist */
    VEC(OpExcludeElement) elements;
    OpExpression where;
    OpText comment;
} OpConstraint;

typedef VEC(OpConstraint) OpConstraints;

typedef enum SortOrder {
    ORDER_ABSENT,
    ORDER_ASC,
    ORDER_DESC,
} SortOrder;

typedef enum NullsOrder {
    NULLS_ABSENT,
    NULLS_FIRST,
    NULLS_LAST,
} NullsOrder;

typedef struct OpIndexPart {
    Place place;
    const char *column; /* or: */
    OpExpression expression;
    SortOrder order;
    NullsOrder nulls;
    const char *collate;
    const char *opclass;
} OpIndexPart;

/* A storage parameter: fillfactor: 70. */
typedef struct OpParameter {
    const char *name;
    const char *value;
} OpParameter;

typedef VEC(OpParameter) OpParameters;

typedef struct OpIndex {
    Place place;
    const char *schema;
    const char *name;
    const char *table;
    VEC(OpIndexPart) parts;
    bool is_unique;
    bool nulls_not_distinct;
    const char *method; /* gin, gist, hash, … */
    Names include;
    OpExpression where;
    OpParameters with;
    const char *tablespace;
    OpText comment;
} OpIndex;

typedef struct OpTable {
    Place place;
    const char *schema;
    const char *name;
    OpColumns columns;
    OpConstraints constraints;
    OpText comment;
    bool is_strict;            /* SQLite */
    bool is_without_rowid;     /* SQLite */
    bool is_unlogged;          /* PostgreSQL */
    OpExpression partition_by; /* PostgreSQL: "range (created_at)" */
    OpParameters with;
    const char *tablespace;
    VEC(OpIndex) indexes; /* of `was` of a dropped table, and beside a new one */
} OpTable;

typedef enum SequenceFlag {
    SEQUENCE_START = 1,
    SEQUENCE_INCREMENT = 2,
    SEQUENCE_MIN = 4,
    SEQUENCE_MAX = 8,
    SEQUENCE_CACHE = 16,
} SequenceFlag;

typedef struct OpSequence {
    Place place;
    const char *schema;
    const char *name;
    OpType type;
    unsigned set; /* SequenceFlag bits: which of the numbers are there, as written */
    const char *start;
    const char *increment;
    const char *min;
    const char *max;
    const char *cache;
    Tristate cycle;
    const char *owned_by_table;
    const char *owned_by_column;
} OpSequence;

typedef struct OpView {
    Place place;
    const char *schema;
    const char *name;
    OpExpression query; /* as: */
    bool is_materialized;
    Names columns;
    Tristate with_data;
    OpText comment;
} OpView;

/* A function, procedure or trigger by its whole CREATE text. */
typedef struct OpRoutine {
    Place place;
    const char *schema;
    const char *name;
    const char *table;     /* of a trigger */
    const char *arguments; /* of a function: "integer, text", for DROP; NULL: not said */
    bool is_procedure;
    OpExpression sql;
} OpRoutine;

/* What a sql operation runs: for one direction, and perhaps only on some dialects. */
typedef struct OpSql OpSql;
struct OpSql {
    OpExpression up;
    OpExpression down;
    bool skips_postgres; /* postgres: skip */
    bool skips_sqlite;
    OpSql *next; /* a list of texts: the one that runs behind this one, in either direction */
};

/* ---- operations ---- */

typedef enum OperationKind {
    OP_CREATE_TABLE,
    OP_DROP_TABLE,
    OP_RENAME_TABLE,
    OP_ADD_COLUMN,
    OP_DROP_COLUMN,
    OP_ALTER_COLUMN,
    OP_RENAME_COLUMN,
    OP_CREATE_INDEX,
    OP_DROP_INDEX,
    OP_RENAME_INDEX,
    OP_ADD_CONSTRAINT,
    OP_DROP_CONSTRAINT,
    OP_RENAME_CONSTRAINT,
    OP_VALIDATE_CONSTRAINT,
    OP_COMMENT,
    OP_INSERT,
    OP_DELETE_ROWS,
    OP_SQL,
    OP_CREATE_ENUM,
    OP_DROP_ENUM,
    OP_ADD_ENUM_VALUE,
    OP_RENAME_ENUM_VALUE,
    OP_DROP_ENUM_VALUE,
    OP_CREATE_SEQUENCE,
    OP_ALTER_SEQUENCE,
    OP_DROP_SEQUENCE,
    OP_CREATE_VIEW,
    OP_REPLACE_VIEW,
    OP_DROP_VIEW,
    OP_CREATE_FUNCTION,
    OP_REPLACE_FUNCTION,
    OP_DROP_FUNCTION,
    OP_CREATE_TRIGGER,
    OP_REPLACE_TRIGGER,
    OP_DROP_TRIGGER,
    OP_CREATE_SCHEMA,
    OP_DROP_SCHEMA,
    OP_CREATE_EXTENSION,
    OP_DROP_EXTENSION,
    OP_BACKFILL,
    OP_KIND_COUNT,
} OperationKind;

/* `create_table`, …: as in the file. */
extern const char *const OPERATION_NAMES[OP_KIND_COUNT + 1];

typedef struct Operation Operation;
typedef VEC(Operation) Operations;

/* One operation. Which members are used is said by its kind; `was` is what the object was before,
 * from which the inverse is made. */
struct Operation {
    OperationKind kind;
    Place place;      /* of its key in the file */
    Slice source;     /* the whole file */
    size_t offset;    /* of that key in it */
    size_t index;     /* in its list, from 0 */
    const char *path; /* "operations[3].create_table", for messages */

    /* every kind */
    Names only;      /* dialects; none: all */
    bool is_online;  /* the careful form, for tables that are in use */
    bool has_down;   /* `down` replaces the inverse */
    bool is_inverse; /* made of one that stands in the file, for a downgrade */
    Tristate loses;  /* loss: none / data; unset: what its kind says */
    const Operations *down;

    /* what it is about */
    const char *schema;
    const char *table;
    const char *name; /* of the column, index, constraint, type, schema, …; not of a table */
    const char *from; /* of a renaming; a value of an enum */
    const char *to;   /* of drop_enum_value: what rows that have it become; NULL: none has it */
    bool if_exists;   /* or if_not_exists */
    bool cascades;
    bool has_was_comment; /* comment: was is there, perhaps null */
    bool has_was;         /* drop_enum, …: `was` is there */

    /* how it is to be, and how it was */
    const OpTable *create; /* create_table; table.was of drop_table in `was_table` */
    const OpTable *was_table;
    const OpColumn *column; /* add_column; what alter_column changes */
    const OpColumn *was_column;
    OpExpression fill; /* for rows that are there: add_column, alter_column to not null */
    OpExpression using_expression; /* of a changed type: the new value */
    OpExpression down_using;
    const char *after_column; /* add_column on SQLite: behind which it stands; "" first */
    const OpIndex *create_index;
    const OpIndex *was_index;
    const OpConstraint *constraint;
    const OpConstraint *was_constraint;
    OpText comment; /* `at` NULL: taken off */
    OpText was_comment;
    const OpRows *rows;
    Names key; /* columns that tell a row: for the inverse of insert */
    const OpSql *sql;
    Names values; /* of an enum */
    const char *value;
    const char *before_value;
    const char *after_value;
    Names was_values;
    const OpSequence *sequence;
    const OpSequence *was_sequence;
    const OpView *view;
    const OpView *was_view;
    const OpRoutine *routine;
    const OpRoutine *was_routine;
    const char *version; /* of an extension */
    const OpRow *set;    /* backfill: column and expression */
    OpExpression where;
    unsigned batch; /* rows; 0: the default */
    unsigned sleep; /* milliseconds between batches */
};

/* The text of an expression for a dialect ("postgres", "sqlite"); `at` NULL: it has none. */
OpText op_expression(const OpExpression *expression, const char *dialect);
bool op_expression_is_there(const OpExpression *expression);
/* True if the operation is for this dialect. */
bool op_applies(const Operation *op, const char *dialect);

#endif
