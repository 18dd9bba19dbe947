/* SPDX-License-Identifier: MIT */
/* OpValues: the values in operations that have a notation of their own: types, defaults, rows. */
#ifndef MIGRATE_CORE_OP_VALUES_H
#define MIGRATE_CORE_OP_VALUES_H

#include "core/shape.h"

extern const ShapeForm FORM_TYPE;        /* OpType */
extern const ShapeForm FORM_DEFAULT;     /* OpDefault, by its notation only */
extern const ShapeForm FORM_FLAG_NAME;   /* OpFlagName: true, or a name */
extern const ShapeForm FORM_CHECK;       /* OpCheck: SQL, or {name, sql} */
extern const ShapeForm FORM_CHANGE_TEXT; /* OpColumn, of alter_column: comment, perhaps null */
extern const ShapeForm FORM_PARAMETERS;  /* OpParameters: a map of words */
extern const ShapeForm FORM_ROWS;        /* const OpRows * */
extern const ShapeForm FORM_SET;         /* const OpRow *: column to SQL */
extern const ShapeForm FORM_POSITION;    /* const char *: behind that column, "" first */
extern const ShapeForm FORM_SQL;         /* const OpSql * */
extern const ShapeForm FORM_DIALECTS;    /* Names: postgres, sqlite */

/* What a default means for a column of this type: "5" is a number or a text. A problem where it
 * cannot be one for the type. `type` of kind TYPE_ABSENT: not known. */
void op_default_fit(ShapeReader *reader, const OpType *type, OpDefault *value);
/* True for an integer type, and for one that holds numbers at all. */
bool op_type_is_integer(const OpType *type);
bool op_type_is_number(const OpType *type);

#endif
