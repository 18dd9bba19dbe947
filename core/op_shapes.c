/* SPDX-License-Identifier: MIT */
#include "core/op_shapes.h"

#include "core/op_checks.h"
#include "core/op_values.h"
#include "core/yaml_write.h"

/* A row of a table of keys: KEY(OpColumn, name, "name", SHAPE_NAME, "doc", .flags = …). */
#define KEY(type, member, word, kind_, ...)                                                        \
    {                                                                                              \
        .name = (word), .kind = (kind_), .offset = offsetof(type, member), .doc = __VA_ARGS__      \
    }
#define INCLUDE(shape_)                                                                            \
    {                                                                                              \
        .kind = SHAPE_INCLUDE, .shape = &(shape_)                                                  \
    }
#define INLINE(type, member, shape_)                                                               \
    {                                                                                              \
        .kind = SHAPE_INLINE, .offset = offsetof(type, member), .shape = &(shape_)                 \
    }
#define KEYS(array) .keys = (array), .count = sizeof(array) / sizeof *(array)
#define REQUIRED    .flags = SHAPE_REQUIRED
#define POSTGRES    .flags = SHAPE_POSTGRES
#define SQLITE      .flags = SHAPE_SQLITE
#define OF(type)    .size = sizeof(type), .place_offset = offsetof(type, place)

/* ---- references ---- */

static const ShapeChoice ACTIONS[] = {{"no_action", KEY_NO_ACTION},     {"restrict", KEY_RESTRICT},
                                      {"cascade", KEY_CASCADE},         {"set_null", KEY_SET_NULL},
                                      {"set_default", KEY_SET_DEFAULT}, {NULL, 0}};
static const ShapeChoice MATCHES[] = {{"simple", MATCH_SIMPLE}, {"full", MATCH_FULL}, {NULL, 0}};
static const ShapeChoice INITIALLY[] = {{"deferred", TRI_YES}, {"immediate", TRI_NO}, {NULL, 0}};

static const ShapeKey REFERENCES_KEYS[] = {
    KEY(OpReferences, table, "table", SHAPE_NAME, "the table that is pointed to", REQUIRED),
    KEY(OpReferences, schema, "schema", SHAPE_NAME, "its schema"),
    KEY(OpReferences, columns, "columns", SHAPE_NAMES, "its columns; none: its primary key"),
    KEY(OpReferences, columns, "column", SHAPE_NAMES, "the same, for one", .flags = SHAPE_HIDDEN),
    KEY(OpReferences, on_delete, "on_delete", SHAPE_CHOICE, "when the row is deleted there",
        .choices = ACTIONS),
    KEY(OpReferences, on_update, "on_update", SHAPE_CHOICE, "when its key changes",
        .choices = ACTIONS),
    KEY(OpReferences, match, "match", SHAPE_CHOICE, "of a key of several columns",
        .choices = MATCHES),
    KEY(OpReferences, name, "name", SHAPE_NAME, "of the constraint, at a column"),
    KEY(OpReferences, deferrable, "deferrable", SHAPE_TRISTATE, "checked at the end, at a column"),
    KEY(OpReferences, initially_deferred, "initially", SHAPE_CHOICE, "when it is checked",
        .choices = INITIALLY),
};

static const Shape REFERENCES = {"references", "what a foreign key points to", OF(OpReferences),
                                 KEYS(REFERENCES_KEYS), .check = check_references};

/* ---- columns ---- */

static const ShapeChoice IDENTITIES[] = {{"true", IDENTITY_BY_DEFAULT},
                                         {"false", IDENTITY_NONE},
                                         {"always", IDENTITY_ALWAYS},
                                         {"autoincrement", IDENTITY_AUTOINCREMENT},
                                         {NULL, 0}};

static const ShapeKey COLUMN_BODY_KEYS[] = {
    KEY(OpColumn, type, "type", SHAPE_FORM, "a portable type", REQUIRED, .form = &FORM_TYPE),
    KEY(OpColumn, nullable, "nullable", SHAPE_TRISTATE,
        "whether it may be NULL; unset: yes, but for a primary key"),
    KEY(OpColumn, default_value, "default", SHAPE_FORM, "the value where none is given",
        .form = &FORM_DEFAULT),
    KEY(OpColumn, identity, "identity", SHAPE_CHOICE, "numbered by the database",
        .choices = IDENTITIES),
    KEY(OpColumn, generated, "generated", SHAPE_EXPRESSION, "computed from other columns"),
    KEY(OpColumn, stored, "stored", SHAPE_TRISTATE,
        "whether a generated value is stored; unset: yes on PostgreSQL, no on SQLite"),
    KEY(OpColumn, collate, "collate", SHAPE_WORD, "the collation"),
    KEY(OpColumn, primary_key, "primary_key", SHAPE_FORM, "it is the primary key",
        .form = &FORM_FLAG_NAME),
    KEY(OpColumn, unique, "unique", SHAPE_FORM, "no value twice", .form = &FORM_FLAG_NAME),
    KEY(OpColumn, check, "check", SHAPE_FORM, "a condition for its values", .form = &FORM_CHECK),
    KEY(OpColumn, references, "references", SHAPE_POINTER, "a foreign key", .shape = &REFERENCES),
    KEY(OpColumn, comment, "comment", SHAPE_TEXT, "the column's comment in the database"),
};

static const Shape COLUMN_BODY = {"column_was", "a column as it was", OF(OpColumn),
                                  KEYS(COLUMN_BODY_KEYS), .check = check_column};

static const ShapeKey COLUMN_KEYS[] = {
    KEY(OpColumn, name, "name", SHAPE_NAME, "the column's name", REQUIRED),
    INCLUDE(COLUMN_BODY),
};

static const Shape COLUMN = {"column", "a column", OF(OpColumn), KEYS(COLUMN_KEYS)};

static const ShapeKey COLUMN_CHANGE_KEYS[] = {
    KEY(OpColumn, type, "type", SHAPE_FORM, "the type", .form = &FORM_TYPE),
    KEY(OpColumn, nullable, "nullable", SHAPE_TRISTATE, "whether it may be NULL"),
    KEY(OpColumn, default_value, "default", SHAPE_FORM, "the default; null: none",
        .form = &FORM_DEFAULT),
    KEY(OpColumn, identity, "identity", SHAPE_CHOICE, "numbered by the database; false: not",
        .choices = IDENTITIES),
    KEY(OpColumn, collate, "collate", SHAPE_WORD, "the collation"),
    {.name = "comment",
     .kind = SHAPE_FORM,
     .doc = "the column's comment in the database; null: none",
     .form = &FORM_CHANGE_TEXT},
};

static const Shape COLUMN_CHANGE = {"column_change", "what of a column changes, or was",
                                    OF(OpColumn), KEYS(COLUMN_CHANGE_KEYS)};

/* ---- constraints ---- */

static const ShapeChoice CONSTRAINTS[] = {{"primary_key", CONSTRAINT_PRIMARY_KEY},
                                          {"unique", CONSTRAINT_UNIQUE},
                                          {"check", CONSTRAINT_CHECK},
                                          {"foreign_key", CONSTRAINT_FOREIGN_KEY},
                                          {"exclude", CONSTRAINT_EXCLUDE},
                                          {NULL, 0}};

static const ShapeKey EXCLUDE_ELEMENT_KEYS[] = {
    KEY(OpExcludeElement, column, "column", SHAPE_NAME, "a column; or expr"),
    KEY(OpExcludeElement, expression, "expr", SHAPE_EXPRESSION, "an expression"),
    KEY(OpExcludeElement, operator_name, "with", SHAPE_WORD, "the operator, such as \"&&\"",
        REQUIRED),
    KEY(OpExcludeElement, opclass, "opclass", SHAPE_WORD, "the operator class"),
};

static const Shape EXCLUDE_ELEMENT = {"exclude_element",
                                      "what two rows must not both have",
                                      .size = sizeof(OpExcludeElement),
                                      .place_offset = SHAPE_NO_PLACE,
                                      KEYS(EXCLUDE_ELEMENT_KEYS),
                                      .check = check_exclude_element};

static const ShapeKey EXCLUDE_KEYS[] = {
    KEY(OpConstraint, method, "method", SHAPE_WORD, "the index method, such as gist"),
    KEY(OpConstraint, elements, "elements", SHAPE_LIST, "what is compared", REQUIRED,
        .shape = &EXCLUDE_ELEMENT),
    KEY(OpConstraint, where, "where", SHAPE_EXPRESSION, "the rows it is for"),
};

static const Shape EXCLUDE = {"exclude", "an exclusion constraint", .size = sizeof(OpConstraint),
                              .place_offset = SHAPE_NO_PLACE, KEYS(EXCLUDE_KEYS)};

static const ShapeKey CONSTRAINT_BODY_KEYS[] = {
    KEY(OpConstraint, kind, "type", SHAPE_CHOICE,
        "what it is; said by check, references and exclude already", .choices = CONSTRAINTS),
    KEY(OpConstraint, columns, "columns", SHAPE_NAMES, "of a key, unique or foreign key"),
    KEY(OpConstraint, check, "check", SHAPE_EXPRESSION, "the condition of a check"),
    KEY(OpConstraint, references, "references", SHAPE_POINTER, "of a foreign key",
        .shape = &REFERENCES),
    KEY(OpConstraint, deferrable, "deferrable", SHAPE_TRISTATE,
        "may be checked at the end of a transaction"),
    KEY(OpConstraint, initially_deferred, "initially", SHAPE_CHOICE, "when it is checked",
        .choices = INITIALLY),
    KEY(OpConstraint, not_valid, "not_valid", SHAPE_BOOLEAN,
        "rows that are there are not looked at", POSTGRES),
    KEY(OpConstraint, no_inherit, "no_inherit", SHAPE_BOOLEAN, "not for child tables", POSTGRES),
    KEY(OpConstraint, nulls_not_distinct, "nulls_not_distinct", SHAPE_BOOLEAN,
        "NULL is equal to NULL", POSTGRES),
    KEY(OpConstraint, include, "include", SHAPE_NAMES, "columns that its index holds too",
        POSTGRES),
    KEY(OpConstraint, using_index, "using_index", SHAPE_NAME, "an index that becomes its own",
        POSTGRES),
    {.name = "exclude",
     .kind = SHAPE_MAP,
     .flags = SHAPE_POSTGRES,
     .doc = "of an exclusion",
     .shape = &EXCLUDE},
    KEY(OpConstraint, comment, "comment", SHAPE_TEXT, "its comment in the database"),
};

static const Shape CONSTRAINT_BODY = {"constraint_was", "a constraint as it was", OF(OpConstraint),
                                      KEYS(CONSTRAINT_BODY_KEYS)};

static const ShapeKey CONSTRAINT_KEYS[] = {
    KEY(OpConstraint, name, "name", SHAPE_NAME, "its name; without: the database's choice"),
    INCLUDE(CONSTRAINT_BODY),
};

static const Shape CONSTRAINT = {"constraint", "a constraint of a table", OF(OpConstraint),
                                 KEYS(CONSTRAINT_KEYS), .check = check_constraint};

/* ---- indexes ---- */

static const ShapeChoice ORDERS[] = {{"asc", ORDER_ASC}, {"desc", ORDER_DESC}, {NULL, 0}};
static const ShapeChoice NULLS[] = {{"first", NULLS_FIRST}, {"last", NULLS_LAST}, {NULL, 0}};

static const ShapeKey INDEX_PART_KEYS[] = {
    KEY(OpIndexPart, column, "column", SHAPE_NAME, "a column; or expr"),
    KEY(OpIndexPart, expression, "expr", SHAPE_EXPRESSION, "an expression"),
    KEY(OpIndexPart, order, "order", SHAPE_CHOICE, "the order", .choices = ORDERS),
    KEY(OpIndexPart, nulls, "nulls", SHAPE_CHOICE, "where NULLs stand", .choices = NULLS, POSTGRES),
    KEY(OpIndexPart, collate, "collate", SHAPE_WORD, "the collation"),
    KEY(OpIndexPart, opclass, "opclass", SHAPE_WORD, "the operator class", POSTGRES),
};

static const Shape INDEX_PART = {"index_part",
                                 "a column of an index",
                                 OF(OpIndexPart),
                                 KEYS(INDEX_PART_KEYS),
                                 .check = check_index_part,
                                 .read_short = read_index_part,
                                 .short_schema = "{\"type\": \"string\"}"};

static const ShapeKey INDEX_BODY_KEYS[] = {
    KEY(OpIndex, parts, "columns", SHAPE_LIST, "names, or maps of a column or an expression",
        REQUIRED, .shape = &INDEX_PART),
    KEY(OpIndex, is_unique, "unique", SHAPE_BOOLEAN, "no value twice"),
    KEY(OpIndex, nulls_not_distinct, "nulls_not_distinct", SHAPE_BOOLEAN, "NULL is equal to NULL",
        POSTGRES),
    KEY(OpIndex, method, "method", SHAPE_WORD, "gin, gist, hash, …", POSTGRES),
    KEY(OpIndex, include, "include", SHAPE_NAMES, "columns that it holds too", POSTGRES),
    KEY(OpIndex, where, "where", SHAPE_EXPRESSION, "the rows it is for"),
    KEY(OpIndex, with, "with", SHAPE_FORM, "storage parameters", .form = &FORM_PARAMETERS,
        POSTGRES),
    KEY(OpIndex, tablespace, "tablespace", SHAPE_NAME, "where it is stored", POSTGRES),
    KEY(OpIndex, comment, "comment", SHAPE_TEXT, "its comment in the database"),
};

static const Shape INDEX_BODY = {"index_body", "an index", OF(OpIndex), KEYS(INDEX_BODY_KEYS)};

static const ShapeKey INDEX_KEYS[] = {
    KEY(OpIndex, name, "name", SHAPE_NAME, "its name", REQUIRED),
    INCLUDE(INDEX_BODY),
};

static const Shape INDEX = {"index", "an index beside a table", OF(OpIndex), KEYS(INDEX_KEYS)};

static const ShapeKey INDEX_WAS_KEYS[] = {
    KEY(OpIndex, table, "table", SHAPE_NAME, "its table"),
    INCLUDE(INDEX_BODY),
};

static const Shape INDEX_WAS = {"index_was", "an index as it was", OF(OpIndex),
                                KEYS(INDEX_WAS_KEYS)};

/* ---- tables ---- */

static const ShapeKey TABLE_OPTION_KEYS[] = {
    KEY(OpTable, is_strict, "strict", SHAPE_BOOLEAN, "values have to be of their types", SQLITE),
    KEY(OpTable, is_without_rowid, "without_rowid", SHAPE_BOOLEAN, "kept by its primary key",
        SQLITE),
    KEY(OpTable, is_unlogged, "unlogged", SHAPE_BOOLEAN, "empty after a crash", POSTGRES),
    KEY(OpTable, partition_by, "partition_by", SHAPE_EXPRESSION, "such as range (created_at)",
        POSTGRES),
    KEY(OpTable, with, "with", SHAPE_FORM, "storage parameters", .form = &FORM_PARAMETERS,
        POSTGRES),
    KEY(OpTable, tablespace, "tablespace", SHAPE_NAME, "where it is stored", POSTGRES),
};

static const Shape TABLE_OPTIONS = {"table_options", "what only one database has",
                                    .size = sizeof(OpTable), .place_offset = SHAPE_NO_PLACE,
                                    KEYS(TABLE_OPTION_KEYS)};

static const ShapeKey TABLE_BODY_KEYS[] = {
    KEY(OpTable, columns, "columns", SHAPE_LIST, "in their order", REQUIRED, .shape = &COLUMN),
    KEY(OpTable, constraints, "constraints", SHAPE_LIST, "keys and checks", .shape = &CONSTRAINT),
    KEY(OpTable, indexes, "indexes", SHAPE_LIST, "made beside it", .shape = &INDEX),
    KEY(OpTable, comment, "comment", SHAPE_TEXT, "the table's comment in the database"),
    {.name = "options",
     .kind = SHAPE_MAP,
     .doc = "what only one database has",
     .shape = &TABLE_OPTIONS},
};

static const Shape TABLE_BODY = {"table", "a table", OF(OpTable), KEYS(TABLE_BODY_KEYS),
                                 .check = check_table};

/* ---- operations ---- */

#define OPERATION(check_, keys_)                                                                   \
    {                                                                                              \
        "operation", NULL, .size = sizeof(Operation), .place_offset = SHAPE_NO_PLACE, KEYS(keys_), \
                           .check = (check_)                                                       \
    }

#define TABLE_NAME KEY(Operation, table, "table", SHAPE_NAME, "the table", REQUIRED)
#define SCHEMA     KEY(Operation, schema, "schema", SHAPE_NAME, "the schema")
#define IF_EXISTS  KEY(Operation, if_exists, "if_exists", SHAPE_BOOLEAN, "no error without it")
#define NOT_EXISTS                                                                                 \
    KEY(Operation, if_exists, "if_not_exists", SHAPE_BOOLEAN, "no error if it is there")
#define CASCADE                                                                                    \
    KEY(Operation, cascades, "cascade", SHAPE_BOOLEAN, "with what depends on it", POSTGRES)
#define ONLINE                                                                                     \
    KEY(Operation, is_online, "online", SHAPE_BOOLEAN, "the careful form, for a table in use")
#define FROM(doc_) KEY(Operation, from, "from", SHAPE_NAME, doc_, REQUIRED)
#define TO(doc_)   KEY(Operation, to, "to", SHAPE_NAME, doc_, REQUIRED)
#define NAME(doc_) KEY(Operation, name, "name", SHAPE_NAME, doc_, REQUIRED)

static const ShapeKey CREATE_TABLE_KEYS[] = {
    KEY(Operation, table, "name", SHAPE_NAME, "the table", REQUIRED),
    SCHEMA,
    INLINE(Operation, create, TABLE_BODY),
    NOT_EXISTS,
};
static const Shape CREATE_TABLE = OPERATION(check_create_table, CREATE_TABLE_KEYS);

static const ShapeKey DROP_TABLE_KEYS[] = {
    KEY(Operation, table, "name", SHAPE_NAME, "the table", REQUIRED),
    SCHEMA,
    KEY(Operation, was_table, "was", SHAPE_POINTER, "the table as it was, for the downgrade",
        .shape = &TABLE_BODY),
    IF_EXISTS,
    CASCADE,
};
static const Shape DROP_TABLE = OPERATION(check_drop_table, DROP_TABLE_KEYS);

static const ShapeKey RENAME_TABLE_KEYS[] = {FROM("the old name"), TO("the new name"), SCHEMA};
static const Shape RENAME_TABLE = OPERATION(check_rename, RENAME_TABLE_KEYS);

static const ShapeKey ADD_COLUMN_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, column, "column", SHAPE_POINTER, "the column", REQUIRED, .shape = &COLUMN),
    KEY(Operation, fill, "fill", SHAPE_EXPRESSION, "the value of rows that are there"),
    KEY(Operation, after_column, "position", SHAPE_FORM, "where it stands; PostgreSQL: last",
        .form = &FORM_POSITION),
    NOT_EXISTS,
    ONLINE,
};
static const Shape ADD_COLUMN = OPERATION(check_add_column, ADD_COLUMN_KEYS);

static const ShapeKey DROP_COLUMN_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, name, "column", SHAPE_NAME, "the column", REQUIRED),
    KEY(Operation, was_column, "was", SHAPE_POINTER, "the column as it was, for the downgrade",
        .shape = &COLUMN_BODY),
    IF_EXISTS,
    CASCADE,
};
static const Shape DROP_COLUMN = OPERATION(check_drop_column, DROP_COLUMN_KEYS);

static const ShapeKey ALTER_COLUMN_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, name, "column", SHAPE_NAME, "the column", REQUIRED),
    INLINE(Operation, column, COLUMN_CHANGE),
    KEY(Operation, using_expression, "using", SHAPE_EXPRESSION, "the new value, of a changed type"),
    KEY(Operation, down_using, "down_using", SHAPE_EXPRESSION, "the same, for the downgrade"),
    KEY(Operation, fill, "fill", SHAPE_EXPRESSION, "what NULLs become, of nullable: false"),
    KEY(Operation, was_column, "was", SHAPE_POINTER,
        "what was before, of each key that changes, for the downgrade", .shape = &COLUMN_CHANGE),
    ONLINE,
};
static const Shape ALTER_COLUMN = OPERATION(check_alter_column, ALTER_COLUMN_KEYS);

static const ShapeKey RENAME_IN_TABLE_KEYS[] = {TABLE_NAME, SCHEMA, FROM("the old name"),
                                                TO("the new name")};
static const Shape RENAME_IN_TABLE = OPERATION(check_rename, RENAME_IN_TABLE_KEYS);

static const ShapeKey CREATE_INDEX_KEYS[] = {
    NAME("the index"), TABLE_NAME, SCHEMA, INLINE(Operation, create_index, INDEX_BODY),
    NOT_EXISTS,        ONLINE,
};
static const Shape CREATE_INDEX = OPERATION(check_create_index, CREATE_INDEX_KEYS);

static const ShapeKey DROP_INDEX_KEYS[] = {
    NAME("the index"),
    KEY(Operation, table, "table", SHAPE_NAME, "its table"),
    SCHEMA,
    KEY(Operation, was_index, "was", SHAPE_POINTER, "the index as it was, for the downgrade",
        .shape = &INDEX_WAS),
    IF_EXISTS,
    CASCADE,
    ONLINE,
};
static const Shape DROP_INDEX = OPERATION(check_drop_index, DROP_INDEX_KEYS);

static const ShapeKey RENAME_INDEX_KEYS[] = {
    FROM("the old name"), TO("the new name"),
    KEY(Operation, table, "table", SHAPE_NAME, "its table"), SCHEMA};
static const Shape RENAME_INDEX = OPERATION(check_rename, RENAME_INDEX_KEYS);

static const ShapeKey ADD_CONSTRAINT_KEYS[] = {
    TABLE_NAME, SCHEMA, NAME("the constraint"), INLINE(Operation, constraint, CONSTRAINT_BODY),
    ONLINE,
};
static const Shape ADD_CONSTRAINT = OPERATION(check_add_constraint, ADD_CONSTRAINT_KEYS);

static const ShapeKey CONSTRAINT_MATCH_KEYS[] = {
    KEY(OpConstraint, kind, "type", SHAPE_CHOICE, "what it is", REQUIRED, .choices = CONSTRAINTS),
    KEY(OpConstraint, columns, "columns", SHAPE_NAMES, "its columns"),
    KEY(OpConstraint, check, "check", SHAPE_EXPRESSION, "its condition"),
};
static const Shape CONSTRAINT_MATCH = {"constraint_match", "which constraint without a name",
                                       OF(OpConstraint), KEYS(CONSTRAINT_MATCH_KEYS)};

static const ShapeKey DROP_CONSTRAINT_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, name, "name", SHAPE_NAME, "the constraint"),
    KEY(Operation, constraint, "match", SHAPE_POINTER, "the same, for one without a name", SQLITE,
        .shape = &CONSTRAINT_MATCH),
    KEY(Operation, was_constraint, "was", SHAPE_POINTER,
        "the constraint as it was, for the downgrade", .shape = &CONSTRAINT_BODY),
    IF_EXISTS,
    CASCADE,
};
static const Shape DROP_CONSTRAINT = OPERATION(check_drop_constraint, DROP_CONSTRAINT_KEYS);

static const ShapeKey VALIDATE_CONSTRAINT_KEYS[] = {TABLE_NAME, SCHEMA, NAME("the constraint")};
static const Shape VALIDATE_CONSTRAINT = OPERATION(NULL, VALIDATE_CONSTRAINT_KEYS);

static void
read_comment_text(ShapeReader *reader, const YamlNode *node, void *value)
{
    if (yaml_is_null(node))
        return;
    if (node->kind == YAML_TEXT)
        *(OpText *)value = shape_text(reader, node);
    else
        shape_expected(reader, node, "a text, or null for none");
}

/* Always there: null is no comment. */
static bool
write_comment_text(Buf *out, const void *value)
{
    const OpText *text = value;

    if (text->text.at == NULL)
        buf_add(out, "null");
    else
        yaml_write_text(out, arena_copy(out->arena, text->text));
    return true;
}

static bool
write_comment_was(Buf *out, const void *value)
{
    const Operation *op = value;

    return op->has_was_comment && write_comment_text(out, &op->was_comment);
}

static const ShapeForm FORM_COMMENT = {"text, or null", "{\"type\": [\"string\", \"null\"]}",
                                       read_comment_text, write_comment_text};

static void
read_comment_was(ShapeReader *reader, const YamlNode *node, void *value)
{
    Operation *op = value;

    op->has_was_comment = true;
    read_comment_text(reader, node, &op->was_comment);
}

static const ShapeForm FORM_COMMENT_WAS = {"text, or null", "{\"type\": [\"string\", \"null\"]}",
                                           read_comment_was, write_comment_was};

static const ShapeKey COMMENT_ON_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, name, "column", SHAPE_NAME, "a column of it; without: the table"),
};
static const Shape COMMENT_ON = {"comment_on", "a table, or a column", .size = sizeof(Operation),
                                 .place_offset = SHAPE_NO_PLACE, KEYS(COMMENT_ON_KEYS)};

static const ShapeKey COMMENT_KEYS[] = {
    {.name = "on",
     .kind = SHAPE_MAP,
     .flags = SHAPE_REQUIRED,
     .doc = "a table, or a column",
     .shape = &COMMENT_ON},
    KEY(Operation, comment, "text", SHAPE_FORM, "the comment; null: none", REQUIRED,
        .form = &FORM_COMMENT),
    {.name = "was",
     .kind = SHAPE_FORM,
     .doc = "the comment before, null for none, for the downgrade",
     .form = &FORM_COMMENT_WAS},
};
static const Shape COMMENT = OPERATION(NULL, COMMENT_KEYS);

static const ShapeKey INSERT_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, rows, "rows", SHAPE_FORM, "rows: {column: value}, a value also {sql: …}",
        REQUIRED, .form = &FORM_ROWS),
    KEY(Operation, key, "key", SHAPE_NAMES, "columns that tell a row, for the downgrade"),
};
static const Shape INSERT = OPERATION(check_rows, INSERT_KEYS);

static const ShapeKey DELETE_ROWS_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, rows, "rows", SHAPE_FORM,
        "the rows: {column: value}; what is not said is not put back by a downgrade", REQUIRED,
        .form = &FORM_ROWS),
    KEY(Operation, key, "key", SHAPE_NAMES, "columns that tell a row; without: all that are said"),
};
static const Shape DELETE_ROWS = OPERATION(check_rows, DELETE_ROWS_KEYS);

/* ---- operations of the second half ---- */

static const ShapeKey CREATE_ENUM_KEYS[] = {
    NAME("the type"), SCHEMA,
    KEY(Operation, values, "values", SHAPE_TEXTS, "its values in their order", REQUIRED)};
static const Shape CREATE_ENUM = OPERATION(check_enum, CREATE_ENUM_KEYS);

static const ShapeKey DROP_ENUM_KEYS[] = {
    NAME("the type"),
    SCHEMA,
    KEY(Operation, was_values, "was", SHAPE_TEXTS, "its values, for the downgrade"),
    IF_EXISTS,
    CASCADE,
};
static const Shape DROP_ENUM = OPERATION(check_enum, DROP_ENUM_KEYS);

static const ShapeKey ADD_ENUM_VALUE_KEYS[] = {
    KEY(Operation, name, "enum", SHAPE_NAME, "the type", REQUIRED),
    SCHEMA,
    KEY(Operation, value, "value", SHAPE_WORD, "the new value", REQUIRED),
    KEY(Operation, before_value, "before", SHAPE_WORD, "the value behind it"),
    KEY(Operation, after_value, "after", SHAPE_WORD, "the value in front of it"),
    NOT_EXISTS,
};
static const Shape ADD_ENUM_VALUE = OPERATION(check_enum_value, ADD_ENUM_VALUE_KEYS);

static const ShapeKey RENAME_ENUM_VALUE_KEYS[] = {
    KEY(Operation, name, "enum", SHAPE_NAME, "the type", REQUIRED),
    SCHEMA,
    KEY(Operation, from, "from", SHAPE_WORD, "the old value", REQUIRED),
    KEY(Operation, to, "to", SHAPE_WORD, "the new value", REQUIRED),
};
static const Shape RENAME_ENUM_VALUE = OPERATION(check_rename, RENAME_ENUM_VALUE_KEYS);

static const ShapeKey DROP_ENUM_VALUE_KEYS[] = {
    KEY(Operation, name, "enum", SHAPE_NAME, "the type", REQUIRED),
    SCHEMA,
    KEY(Operation, value, "value", SHAPE_WORD, "the value", REQUIRED),
    KEY(Operation, to, "instead", SHAPE_WORD, "what rows that have it get; without: none has it"),
    KEY(Operation, before_value, "before", SHAPE_WORD, "where it stood, for the downgrade"),
    KEY(Operation, after_value, "after", SHAPE_WORD, "where it stood, for the downgrade"),
};
static const Shape DROP_ENUM_VALUE = OPERATION(check_enum_value, DROP_ENUM_VALUE_KEYS);

static void
read_owner(ShapeReader *reader, const YamlNode *node, void *value)
{
    OpSequence *sequence = value;
    Slice column = {NULL, 0};
    const Slice table = slice_cut(node->text, '.', &column);

    if (node->kind != YAML_TEXT || table.len == 0 || column.len == 0) {
        shape_problem(reader, node->place, "expected table.column");
        return;
    }
    sequence->owned_by_table = arena_copy(reader->arena, table);
    sequence->owned_by_column = arena_copy(reader->arena, column);
}

static bool
write_owner(Buf *out, const void *value)
{
    const OpSequence *sequence = value;

    if (sequence->owned_by_table == NULL)
        return false;
    yaml_write_text(out, arena_format(out->arena, "%s.%s", sequence->owned_by_table,
                                      sequence->owned_by_column));
    return true;
}

static const ShapeForm FORM_OWNER = {"table.column", "{\"type\": \"string\"}", read_owner,
                                     write_owner};

static const ShapeKey SEQUENCE_BODY_KEYS[] = {
    KEY(OpSequence, type, "type", SHAPE_FORM, "smallint, integer or bigint", .form = &FORM_TYPE),
    KEY(OpSequence, start, "start", SHAPE_INTEGER, "the first number"),
    KEY(OpSequence, increment, "increment", SHAPE_INTEGER, "from one to the next"),
    KEY(OpSequence, min, "min", SHAPE_INTEGER, "the least"),
    KEY(OpSequence, max, "max", SHAPE_INTEGER, "the greatest"),
    KEY(OpSequence, cache, "cache", SHAPE_INTEGER, "numbers that a session takes at once"),
    KEY(OpSequence, cycle, "cycle", SHAPE_TRISTATE, "begins again at its end"),
    {.name = "owned_by", .kind = SHAPE_FORM, .doc = "goes with that column", .form = &FORM_OWNER},
};
static const Shape SEQUENCE_BODY = {"sequence", "a sequence", OF(OpSequence),
                                    KEYS(SEQUENCE_BODY_KEYS), .check = check_sequence};

static const ShapeKey CREATE_SEQUENCE_KEYS[] = {
    NAME("the sequence"), SCHEMA, INLINE(Operation, sequence, SEQUENCE_BODY), NOT_EXISTS};
static const Shape CREATE_SEQUENCE = OPERATION(check_sequences, CREATE_SEQUENCE_KEYS);

static const ShapeKey ALTER_SEQUENCE_KEYS[] = {
    NAME("the sequence"), SCHEMA, INLINE(Operation, sequence, SEQUENCE_BODY),
    KEY(Operation, was_sequence, "was", SHAPE_POINTER,
        "what was before, of each key that changes, for the downgrade", .shape = &SEQUENCE_BODY)};
static const Shape ALTER_SEQUENCE = OPERATION(check_sequences, ALTER_SEQUENCE_KEYS);

static const ShapeKey DROP_SEQUENCE_KEYS[] = {NAME("the sequence"), SCHEMA,
                                              KEY(Operation, was_sequence, "was", SHAPE_POINTER,
                                                  "the sequence as it was, for the downgrade",
                                                  .shape = &SEQUENCE_BODY),
                                              IF_EXISTS, CASCADE};
static const Shape DROP_SEQUENCE = OPERATION(check_sequences, DROP_SEQUENCE_KEYS);

static const ShapeKey VIEW_BODY_KEYS[] = {
    KEY(OpView, query, "as", SHAPE_EXPRESSION, "its query", REQUIRED),
    KEY(OpView, is_materialized, "materialized", SHAPE_BOOLEAN, "it stores its rows", POSTGRES),
    KEY(OpView, columns, "columns", SHAPE_NAMES, "names of its columns"),
    KEY(OpView, with_data, "with_data", SHAPE_TRISTATE, "false: a materialized one begins empty",
        POSTGRES),
    KEY(OpView, comment, "comment", SHAPE_TEXT, "its comment in the database"),
};
static const Shape VIEW_BODY = {"view",
                                "a view",
                                OF(OpView),
                                KEYS(VIEW_BODY_KEYS),
                                .read_short = read_view_text,
                                .short_schema = "{\"type\": \"string\"}"};

static const ShapeKey CREATE_VIEW_KEYS[] = {NAME("the view"), SCHEMA,
                                            INLINE(Operation, view, VIEW_BODY), NOT_EXISTS};
static const Shape CREATE_VIEW = OPERATION(check_views, CREATE_VIEW_KEYS);

#define VIEW_WAS                                                                                   \
    KEY(Operation, was_view, "was", SHAPE_POINTER, "the view as it was, for the downgrade",        \
        .shape = &VIEW_BODY)

static const ShapeKey REPLACE_VIEW_KEYS[] = {NAME("the view"), SCHEMA,
                                             INLINE(Operation, view, VIEW_BODY), VIEW_WAS};
static const Shape REPLACE_VIEW = OPERATION(check_views, REPLACE_VIEW_KEYS);

static const ShapeKey VIEW_KIND_KEYS[] = {
    KEY(OpView, is_materialized, "materialized", SHAPE_BOOLEAN, "it stores its rows", POSTGRES)};
static const Shape VIEW_KIND = {"view_kind", NULL, OF(OpView), KEYS(VIEW_KIND_KEYS)};

static const ShapeKey DROP_VIEW_KEYS[] = {
    NAME("the view"), SCHEMA, INLINE(Operation, view, VIEW_KIND), VIEW_WAS, IF_EXISTS, CASCADE};
static const Shape DROP_VIEW = OPERATION(check_views, DROP_VIEW_KEYS);

static const ShapeKey ROUTINE_SQL_KEYS[] = {
    KEY(OpRoutine, sql, "sql", SHAPE_STATEMENT, "the whole CREATE statement", REQUIRED)};
static const Shape ROUTINE_SQL = {"routine_was",
                                  "a function or trigger as it was",
                                  OF(OpRoutine),
                                  KEYS(ROUTINE_SQL_KEYS),
                                  .read_short = read_routine_text,
                                  .short_schema = "{\"type\": \"string\"}"};

static const ShapeKey FUNCTION_KIND_KEYS[] = {
    KEY(OpRoutine, arguments, "arguments", SHAPE_WORD, "types of its arguments: \"integer, text\""),
    KEY(OpRoutine, is_procedure, "procedure", SHAPE_BOOLEAN, "it is a procedure"),
};
static const Shape FUNCTION_KIND = {"function_kind", NULL, OF(OpRoutine), KEYS(FUNCTION_KIND_KEYS)};

static const ShapeKey FUNCTION_KEYS[] = {INCLUDE(ROUTINE_SQL), INCLUDE(FUNCTION_KIND)};
static const Shape FUNCTION = {"function", NULL, OF(OpRoutine), KEYS(FUNCTION_KEYS)};

static const ShapeKey TRIGGER_KIND_KEYS[] = {
    KEY(OpRoutine, table, "table", SHAPE_NAME, "its table", REQUIRED)};
static const Shape TRIGGER_KIND = {"trigger_kind", NULL, OF(OpRoutine), KEYS(TRIGGER_KIND_KEYS)};

static const ShapeKey TRIGGER_KEYS[] = {INCLUDE(TRIGGER_KIND), INCLUDE(ROUTINE_SQL)};
static const Shape TRIGGER = {"trigger", NULL, OF(OpRoutine), KEYS(TRIGGER_KEYS)};

#define ROUTINE_WAS                                                                                \
    KEY(Operation, was_routine, "was", SHAPE_POINTER,                                              \
        "its CREATE statement as it was, for the downgrade", .shape = &ROUTINE_SQL)

static const ShapeKey CREATE_FUNCTION_KEYS[] = {NAME("the function"), SCHEMA,
                                                INLINE(Operation, routine, FUNCTION)};
static const Shape CREATE_FUNCTION = OPERATION(check_routines, CREATE_FUNCTION_KEYS);
static const ShapeKey REPLACE_FUNCTION_KEYS[] = {NAME("the function"), SCHEMA,
                                                 INLINE(Operation, routine, FUNCTION), ROUTINE_WAS};
static const Shape REPLACE_FUNCTION = OPERATION(check_routines, REPLACE_FUNCTION_KEYS);
static const ShapeKey DROP_FUNCTION_KEYS[] = {
    NAME("the function"), SCHEMA,    INLINE(Operation, routine, FUNCTION_KIND),
    ROUTINE_WAS,          IF_EXISTS, CASCADE};
static const Shape DROP_FUNCTION = OPERATION(check_routines, DROP_FUNCTION_KEYS);

static const ShapeKey CREATE_TRIGGER_KEYS[] = {NAME("the trigger"), SCHEMA,
                                               INLINE(Operation, routine, TRIGGER)};
static const Shape CREATE_TRIGGER = OPERATION(check_routines, CREATE_TRIGGER_KEYS);
static const ShapeKey REPLACE_TRIGGER_KEYS[] = {NAME("the trigger"), SCHEMA,
                                                INLINE(Operation, routine, TRIGGER), ROUTINE_WAS};
static const Shape REPLACE_TRIGGER = OPERATION(check_routines, REPLACE_TRIGGER_KEYS);
static const ShapeKey DROP_TRIGGER_KEYS[] = {
    NAME("the trigger"), SCHEMA,    INLINE(Operation, routine, TRIGGER_KIND),
    ROUTINE_WAS,         IF_EXISTS, CASCADE};
static const Shape DROP_TRIGGER = OPERATION(check_routines, DROP_TRIGGER_KEYS);

static const ShapeKey CREATE_SCHEMA_KEYS[] = {NAME("the schema"), NOT_EXISTS};
static const Shape CREATE_SCHEMA = OPERATION(NULL, CREATE_SCHEMA_KEYS);
static const ShapeKey DROP_SCHEMA_KEYS[] = {NAME("the schema"), IF_EXISTS, CASCADE};
static const Shape DROP_SCHEMA = OPERATION(NULL, DROP_SCHEMA_KEYS);

#define VERSION KEY(Operation, version, "version", SHAPE_WORD, "its version")

static const ShapeKey CREATE_EXTENSION_KEYS[] = {NAME("the extension"), SCHEMA, VERSION, NOT_EXISTS,
                                                 CASCADE};
static const Shape CREATE_EXTENSION = OPERATION(NULL, CREATE_EXTENSION_KEYS);
static const ShapeKey DROP_EXTENSION_KEYS[] = {NAME("the extension"), SCHEMA, VERSION, IF_EXISTS,
                                               CASCADE};
static const Shape DROP_EXTENSION = OPERATION(NULL, DROP_EXTENSION_KEYS);

static const ShapeKey BACKFILL_KEYS[] = {
    TABLE_NAME,
    SCHEMA,
    KEY(Operation, set, "set", SHAPE_FORM, "new values, SQL by column", REQUIRED,
        .form = &FORM_SET),
    KEY(Operation, where, "where", SHAPE_EXPRESSION,
        "rows that need it; a row that has it must not match"),
    KEY(Operation, batch, "batch", SHAPE_NUMBER, "rows at once"),
    KEY(Operation, sleep, "sleep", SHAPE_NUMBER, "milliseconds between batches"),
};
static const Shape BACKFILL = OPERATION(NULL, BACKFILL_KEYS);

/* The value of sql is no map of keys: op_read hands it to FORM_SQL. */
static const ShapeKey SQL_KEYS[] = {
    KEY(Operation, sql, "sql", SHAPE_FORM, "SQL", .form = &FORM_SQL)};
static const Shape SQL = OPERATION(NULL, SQL_KEYS);

const OpShape OP_SHAPES[] = {
    {"create_table", OP_CREATE_TABLE, .shape = &CREATE_TABLE, .inverse = "drop_table"},
    {"drop_table", OP_DROP_TABLE, .shape = &DROP_TABLE, .inverse = "create_table of was"},
    {"rename_table", OP_RENAME_TABLE, .shape = &RENAME_TABLE, .inverse = "the names exchanged"},
    {"add_column", OP_ADD_COLUMN, .shape = &ADD_COLUMN, .inverse = "drop_column"},
    {"drop_column", OP_DROP_COLUMN, .shape = &DROP_COLUMN, .inverse = "add_column of was"},
    {"alter_column", OP_ALTER_COLUMN, .shape = &ALTER_COLUMN,
     .inverse = "alter_column to was, with down_using"},
    {"rename_column", OP_RENAME_COLUMN, .shape = &RENAME_IN_TABLE,
     .inverse = "the names exchanged"},
    {"create_index", OP_CREATE_INDEX, .shape = &CREATE_INDEX, .inverse = "drop_index"},
    {"drop_index", OP_DROP_INDEX, .shape = &DROP_INDEX, .inverse = "create_index of was"},
    {"rename_index", OP_RENAME_INDEX, .shape = &RENAME_INDEX, .inverse = "the names exchanged"},
    {"add_constraint", OP_ADD_CONSTRAINT, .shape = &ADD_CONSTRAINT, .inverse = "drop_constraint"},
    {"add_primary_key", OP_ADD_CONSTRAINT, CONSTRAINT_PRIMARY_KEY, &ADD_CONSTRAINT,
     "drop_constraint"},
    {"add_unique", OP_ADD_CONSTRAINT, CONSTRAINT_UNIQUE, &ADD_CONSTRAINT, "drop_constraint"},
    {"add_check", OP_ADD_CONSTRAINT, CONSTRAINT_CHECK, &ADD_CONSTRAINT, "drop_constraint"},
    {"add_foreign_key", OP_ADD_CONSTRAINT, CONSTRAINT_FOREIGN_KEY, &ADD_CONSTRAINT,
     "drop_constraint"},
    {"drop_constraint", OP_DROP_CONSTRAINT, .shape = &DROP_CONSTRAINT,
     .inverse = "add_constraint of was"},
    {"rename_constraint", OP_RENAME_CONSTRAINT, .shape = &RENAME_IN_TABLE,
     .inverse = "the names exchanged"},
    {"validate_constraint", OP_VALIDATE_CONSTRAINT, .shape = &VALIDATE_CONSTRAINT,
     .inverse = "nothing"},
    {"comment", OP_COMMENT, .shape = &COMMENT, .inverse = "comment with was"},
    {"insert", OP_INSERT, .shape = &INSERT, .inverse = "delete_rows by key"},
    {"delete_rows", OP_DELETE_ROWS, .shape = &DELETE_ROWS, .inverse = "insert"},
    {"sql", OP_SQL, .shape = &SQL, .inverse = "its down"},
    {"create_enum", OP_CREATE_ENUM, .shape = &CREATE_ENUM, .inverse = "drop_enum"},
    {"drop_enum", OP_DROP_ENUM, .shape = &DROP_ENUM, .inverse = "create_enum of was"},
    {"add_enum_value", OP_ADD_ENUM_VALUE, .shape = &ADD_ENUM_VALUE,
     .inverse = "none: a value cannot be taken away"},
    {"rename_enum_value", OP_RENAME_ENUM_VALUE, .shape = &RENAME_ENUM_VALUE,
     .inverse = "the values exchanged"},
    {"drop_enum_value", OP_DROP_ENUM_VALUE, .shape = &DROP_ENUM_VALUE, .inverse = "add_enum_value"},
    {"create_sequence", OP_CREATE_SEQUENCE, .shape = &CREATE_SEQUENCE, .inverse = "drop_sequence"},
    {"alter_sequence", OP_ALTER_SEQUENCE, .shape = &ALTER_SEQUENCE,
     .inverse = "alter_sequence to was"},
    {"drop_sequence", OP_DROP_SEQUENCE, .shape = &DROP_SEQUENCE,
     .inverse = "create_sequence of was"},
    {"create_view", OP_CREATE_VIEW, .shape = &CREATE_VIEW, .inverse = "drop_view"},
    {"replace_view", OP_REPLACE_VIEW, .shape = &REPLACE_VIEW, .inverse = "replace_view by was"},
    {"drop_view", OP_DROP_VIEW, .shape = &DROP_VIEW, .inverse = "create_view of was"},
    {"create_function", OP_CREATE_FUNCTION, .shape = &CREATE_FUNCTION, .inverse = "drop_function"},
    {"replace_function", OP_REPLACE_FUNCTION, .shape = &REPLACE_FUNCTION,
     .inverse = "replace_function by was"},
    {"drop_function", OP_DROP_FUNCTION, .shape = &DROP_FUNCTION,
     .inverse = "create_function of was"},
    {"create_trigger", OP_CREATE_TRIGGER, .shape = &CREATE_TRIGGER, .inverse = "drop_trigger"},
    {"replace_trigger", OP_REPLACE_TRIGGER, .shape = &REPLACE_TRIGGER,
     .inverse = "replace_trigger by was"},
    {"drop_trigger", OP_DROP_TRIGGER, .shape = &DROP_TRIGGER, .inverse = "create_trigger of was"},
    {"create_schema", OP_CREATE_SCHEMA, .shape = &CREATE_SCHEMA,
     .inverse = "drop_schema; with if_not_exists nothing"},
    {"drop_schema", OP_DROP_SCHEMA, .shape = &DROP_SCHEMA, .inverse = "create_schema"},
    {"create_extension", OP_CREATE_EXTENSION, .shape = &CREATE_EXTENSION,
     .inverse = "drop_extension; with if_not_exists nothing"},
    {"drop_extension", OP_DROP_EXTENSION, .shape = &DROP_EXTENSION, .inverse = "create_extension"},
    {"backfill", OP_BACKFILL, .shape = &BACKFILL, .inverse = "none"},
};

const size_t OP_SHAPE_COUNT = sizeof OP_SHAPES / sizeof *OP_SHAPES;

const ShapeSynonym OP_SYNONYMS[] = {
    {"concurrently", "write online: true"},
    {"down_revision", "write revises"},
    {"irreversible", "nothing has to be said: what has no inverse cannot be downgraded"},
    {"server_default", "write default"},
    {"autoincrement", "write identity: true, or identity: autoincrement"},
    {"auto_increment", "write identity: true, or identity: autoincrement"},
    {"pk", "write primary_key: true"},
    {"primary", "write primary_key: true"},
    {"not_null", "write nullable: false"},
    {"null", "write nullable"},
    {"notnull", "write nullable: false"},
    {"index", "write create_index, or indexes of the table"},
    {"expression", "write expr"},
    {"expressions", "write columns, each a name or {expr: …}"},
    {"data_type", "write type"},
    {"length", "write the type with it: string(320)"},
    {"existing_type", "write was: {type: …}"},
    {"existing_nullable", "write was: {nullable: …}"},
    {"existing_server_default", "write was: {default: …}"},
    {"new_name", "write rename_column, rename_table, … with from and to"},
    {"new_column_name", "write rename_column"},
    {"old", "write from"},
    {"new", "write to"},
    {"foreign_key", "write references: {table: …, columns: […]}"},
    {"file", "write the SQL itself, as a block behind a |"},
    {"<<", "merge keys are not supported"},
    {NULL, NULL},
};

const OpShape *
op_shape_find(Slice name)
{
    for (size_t i = 0; i < OP_SHAPE_COUNT; i++) {
        if (slice_is(name, OP_SHAPES[i].name))
            return &OP_SHAPES[i];
    }
    return NULL;
}
