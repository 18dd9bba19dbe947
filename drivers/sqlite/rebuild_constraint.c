/* SPDX-License-Identifier: MIT */
/* Constraints by their names, or by what they say. */
#include "drivers/sqlite/rebuild_part.h"

#include "drivers/sqlite/table_part.h"

/* NULL, and a problem unless it may be absent, if there is none. */
static const TablePart *
constraint_get(Rebuild *rebuild, Render *render, const char *name, const OpConstraint *like)
{
    const TablePart *part =
        table_part_find(&rebuild->text, rebuild->table, name, like, rebuild->context->arena);

    if (part == NULL && !render->writer.op->if_exists)
        writer_refuse(&render->writer, NULL, "table %s has no constraint %s", rebuild->table,
                      name == NULL ? "like this" : name);
    return part;
}

/* ---- constraints ---- */

/* As PostgreSQL has it, and SQLite only for tables without rowids. */
static void
key_not_null(Rebuild *rebuild, Render *render, const Names *columns)
{
    const TextPatch patch = {.text = SLICE("NOT NULL")};

    for (size_t i = 0; i < columns->len; i++) {
        const int column = table_text_column(&rebuild->text, columns->at[i]);
        if (column != NO_COLUMN && table_text_part(&rebuild->text, column, PART_NOT_NULL) == NULL)
            rebuild_edited(render, table_text_add_part(&rebuild->text, column, &patch));
    }
}

void
rebuild_add_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *constraint = op->constraint;
    int column = NO_COLUMN;

    for (size_t i = 0; i < constraint->columns.len; i++)
        (void)rebuild_column_get(rebuild, render, constraint->columns.at[i]);
    if (constraint->kind == CONSTRAINT_PRIMARY_KEY) {
        if (table_text_primary_key(&rebuild->text, &column) != NULL)
            writer_refuse(&render->writer, "drop that first", "table %s has a primary key already",
                          rebuild->table);
        key_not_null(rebuild, render, &constraint->columns);
    }
    if (constraint->name != NULL &&
        table_text_constraint(&rebuild->text, constraint->name, &column) != NULL)
        writer_refuse(&render->writer, NULL, "table %s has a constraint %s already", rebuild->table,
                      constraint->name);
    render_constraint(render, constraint, NULL);
    const TextPatch patch = render_patch(render);
    if (!render->writer.has_failed)
        rebuild_edited(render, table_text_add_constraint(&rebuild->text, &patch));
    rebuild_need(rebuild, op);
}

void
rebuild_drop_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const OpConstraint *like = op->constraint != NULL ? op->constraint : op->was_constraint;
    const TablePart *part = constraint_get(rebuild, render, op->name, like);

    if (part == NULL)
        return;
    if (part->kind == PART_PRIMARY_KEY && rebuild->text.is_without_rowid) {
        writer_refuse(&render->writer, NULL, "table %s has no rowids, and needs its primary key",
                      rebuild->table);
        return;
    }
    rebuild_edited(render, table_text_remove_part(&rebuild->text, part));
    rebuild_need(rebuild, op);
}

void
rebuild_rename_constraint(Rebuild *rebuild, Render *render, const Operation *op)
{
    const TablePart *part = constraint_get(rebuild, render, op->from, NULL);

    if (part == NULL)
        return;
    if (part->name.at != part->name.end) {
        const TextPatch patch = rebuild_name_patch(render, op->to);
        rebuild_edited(render, table_text_replace(&rebuild->text, part->name, &patch));
    } else {
        writer_constraint_name(&render->writer, op->to);
        const TextPatch patch = render_patch(render);
        rebuild_edited(render,
                       table_text_replace(&rebuild->text,
                                          (TextRange){part->range.at, part->range.at}, &patch));
    }
    rebuild_need(rebuild, op);
}
