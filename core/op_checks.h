/* SPDX-License-Identifier: MIT */
/* OpChecks: what the keys of an operation mean together, for the table of shapes: each is a check
 * of a Shape, fills in what follows from other members and reports what cannot be. */
#ifndef MIGRATE_CORE_OP_CHECKS_H
#define MIGRATE_CORE_OP_CHECKS_H

#include "core/shape.h"

/* What op_read gives to the checks, as ShapeReader.user. */
typedef struct OpReading {
    ConstraintKind alias; /* add_check, …: what the constraint is */
    bool is_inside_down;
} OpReading;

void check_references(ShapeReader *reader, const YamlNode *node, void *value);
void check_column(ShapeReader *reader, const YamlNode *node, void *value);
void check_constraint(ShapeReader *reader, const YamlNode *node, void *value);
void check_exclude_element(ShapeReader *reader, const YamlNode *node, void *value);
void check_index_part(ShapeReader *reader, const YamlNode *node, void *value);
void check_table(ShapeReader *reader, const YamlNode *node, void *value);

void check_create_table(ShapeReader *reader, const YamlNode *node, void *value);
void check_drop_table(ShapeReader *reader, const YamlNode *node, void *value);
void check_rename(ShapeReader *reader, const YamlNode *node, void *value);
void check_add_column(ShapeReader *reader, const YamlNode *node, void *value);
void check_drop_column(ShapeReader *reader, const YamlNode *node, void *value);
void check_alter_column(ShapeReader *reader, const YamlNode *node, void *value);
void check_create_index(ShapeReader *reader, const YamlNode *node, void *value);
void check_drop_index(ShapeReader *reader, const YamlNode *node, void *value);
void check_add_constraint(ShapeReader *reader, const YamlNode *node, void *value);
void check_drop_constraint(ShapeReader *reader, const YamlNode *node, void *value);
void check_rows(ShapeReader *reader, const YamlNode *node, void *value);
void check_enum(ShapeReader *reader, const YamlNode *node, void *value);
void check_enum_value(ShapeReader *reader, const YamlNode *node, void *value);
void check_sequence(ShapeReader *reader, const YamlNode *node, void *value);
void check_sequences(ShapeReader *reader, const YamlNode *node, void *value);
void check_views(ShapeReader *reader, const YamlNode *node, void *value);
void check_routines(ShapeReader *reader, const YamlNode *node, void *value);

/* Short forms. */
bool read_index_part(ShapeReader *reader, const YamlNode *node, void *value);
bool read_view_text(ShapeReader *reader, const YamlNode *node, void *value);
bool read_routine_text(ShapeReader *reader, const YamlNode *node, void *value);

#endif
