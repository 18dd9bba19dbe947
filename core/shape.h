/* SPDX-License-Identifier: MIT */
/*
 * Shape: which keys a map of a YAML file may have, and what their values are, as a table. From the
 * table a map is read into a C struct, every problem of it reported with its place and its path
 * ("operations[1].create_table.columns[0].type"), and the documentation and the JSON Schema for
 * editors are made. Knows nothing of single operations.
 */
#ifndef MIGRATE_CORE_SHAPE_H
#define MIGRATE_CORE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/yaml.h"
#include "drivers/operation.h"

typedef struct Shape Shape;
typedef struct ShapeReader ShapeReader;

typedef enum ShapeKind {
    SHAPE_NAME,       /* const char *: an identifier */
    SHAPE_WORD,       /* const char *: a text on one line */
    SHAPE_NUMBER,     /* unsigned */
    SHAPE_INTEGER,    /* const char *: a number with or without a sign, as written */
    SHAPE_BOOLEAN,    /* bool */
    SHAPE_TRISTATE,   /* Tristate */
    SHAPE_CHOICE,     /* an enum: one of `choices` */
    SHAPE_TEXT,       /* OpText: any text */
    SHAPE_EXPRESSION, /* OpExpression: a piece of SQL, or a map of it by dialect */
    SHAPE_STATEMENT,  /* OpExpression: a whole statement, or a map of it by dialect */
    SHAPE_NAMES,      /* Names: a list of identifiers, or one */
    SHAPE_TEXTS,      /* Names: a list of any texts, or one */
    SHAPE_MAP,        /* a struct in its place: a map of `shape` */
    SHAPE_POINTER,    /* const T *: as SHAPE_MAP, in the arena */
    SHAPE_LIST,       /* VEC(T): a list of maps of `shape` */
    SHAPE_FORM,       /* what `form` reads */
    SHAPE_INCLUDE,    /* no key: the keys of `shape` are keys here, for the same struct */
    SHAPE_INLINE,     /* no key: the same, for a struct in the arena that is pointed to */
} ShapeKind;

enum {
    SHAPE_REQUIRED = 1,
    SHAPE_POSTGRES = 2, /* only for PostgreSQL */
    SHAPE_SQLITE = 4,   /* only for SQLite */
    SHAPE_DIALECTS = SHAPE_POSTGRES | SHAPE_SQLITE,
    SHAPE_HIDDEN = 8,     /* another spelling: not in the documentation */
    SHAPE_EXPLAINED = 16, /* where it is missing, `doc` is the hint */
};

typedef struct ShapeChoice {
    const char *word; /* NULL ends the list */
    int value;
} ShapeChoice;

/* A kind of value with a reader of its own. */
typedef struct ShapeForm {
    const char *name;   /* for the documentation: "type" */
    const char *schema; /* its JSON Schema; $ref into #/definitions by the names of shapes */
    void (*read)(ShapeReader *reader, const YamlNode *node, void *value);
    /* Adds a value as YAML on one line; false if there is none. NULL: never written. */
    bool (*write)(Buf *out, const void *value);
} ShapeForm;

typedef struct ShapeKey {
    const char *name; /* NULL: of SHAPE_INCLUDE and SHAPE_INLINE */
    ShapeKind kind;
    unsigned flags;
    size_t offset; /* in the struct */
    const char *doc;
    const Shape *shape;
    const ShapeChoice *choices;
    const ShapeForm *form;
} ShapeKey;

struct Shape {
    const char *name; /* for the documentation: "column" */
    const char *doc;
    size_t size;         /* of the struct */
    size_t place_offset; /* of its Place; SHAPE_NO_PLACE */
    const ShapeKey *keys;
    size_t count;
    /* What the keys mean together; called when all are read. NULL: nothing to say. */
    void (*check)(ShapeReader *reader, const YamlNode *node, void *value);
    /* A text, or a list, in place of the map; false: there is no such form. NULL: none. */
    bool (*read_short)(ShapeReader *reader, const YamlNode *node, void *value);
    const char *short_schema; /* its JSON Schema */
};

/* What people write who come from elsewhere. */
typedef struct ShapeSynonym {
    const char *word; /* NULL ends the list */
    const char *hint; /* "write nullable: false" */
} ShapeSynonym;

#define SHAPE_NO_PLACE ((size_t)-1)

struct ShapeReader {
    Slice source; /* the whole file; borrowed by what is read */
    Arena *arena;
    Error *problems;
    Buf path;          /* of the value that is being read */
    unsigned dialects; /* SHAPE_POSTGRES, SHAPE_SQLITE: which the value can be for; both for all */
    const ShapeSynonym *synonyms; /* of keys; NULL: none */
    void *user;                   /* of whoever wrote the forms */
};

/* Reads a map into *value, which is zeroed. Problems are added to reader->problems. */
void shape_read(ShapeReader *reader, const Shape *shape, const YamlNode *node, void *value);
/* The key of a shape, its included ones too, and where it goes; NULL if there is none. */
const ShapeKey *shape_find(const Shape *shape, Slice name);

/* Adds a struct as a map on one line, {a: b}: what is absent in it is left out. Read again it is
 * the same. */
void shape_write(Buf *out, const Shape *shape, const void *value);
/* Adds the value of one key of a struct; false if it is absent. */
bool shape_write_key(Buf *out, const ShapeKey *key, const void *value);
/* For forms: SQL, or a map of it by dialect; false if there is none. */
bool shape_write_expression(Buf *out, const OpExpression *expression);
/* For forms: a problem at a place, "path: …"; a hint may follow by error_hint(). */
void shape_problem(ShapeReader *reader, Place place, const char *format, ...) PRINTF_LIKE(3, 4);
/* "expected a text, not a list". */
void shape_expected(ShapeReader *reader, const YamlNode *node, const char *what);
/* An unknown word: " (did you mean \"x\"?)", or "". `words` ends with NULL. */
const char *shape_suggestion(ShapeReader *reader, Slice word, const char *const *words);
/* Goes a step down the path, ".name" or "[3]"; returns what shape_leave takes. */
size_t shape_enter(ShapeReader *reader, Slice name);
size_t shape_enter_item(ShapeReader *reader, size_t index);
void shape_leave(ShapeReader *reader, size_t mark);

/* The kinds by themselves, for forms. False, and a problem, where the node is not of the kind. */
bool shape_read_name(ShapeReader *reader, const YamlNode *node, const char **name);
bool shape_read_boolean(ShapeReader *reader, const YamlNode *node, bool *value);
bool shape_read_expression(ShapeReader *reader, const YamlNode *node, OpExpression *expression);
bool shape_read_statement(ShapeReader *reader, const YamlNode *node, OpExpression *expression);
/* The text of a node, as it is, with its origin. */
OpText shape_text(ShapeReader *reader, const YamlNode *node);
/* The same as SQL: without white space at its ends. */
OpText shape_sql(ShapeReader *reader, const YamlNode *node);
/* A piece of a node's text, with its own origin. */
OpText shape_piece(ShapeReader *reader, const YamlNode *node, Slice piece);
/* Says what a dialect of this name is, and what is wrong with one that is none; 0: none. */
unsigned shape_dialect(ShapeReader *reader, const YamlNode *name);

#endif
