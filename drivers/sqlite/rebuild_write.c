/* SPDX-License-Identifier: MIT */
/* The statements of a rebuild, which are tried in the catalog before anybody runs them. */
#include "drivers/sqlite/rebuild_part.h"

#include "drivers/sqlite/schema_guard.h"

static bool
is_generated(const TableText *table, size_t column)
{
    return table_text_part(table, (int)column, PART_GENERATED) != NULL;
}

/* A name for the rowid that no column has taken, in either table; NULL: its numbers are a column's,
 * or there are none, or none that can be named. */
static const char *
rowid_name(const Rebuild *rebuild)
{
    static const char *const NAMES[] = {"rowid", "_rowid_", "oid"};

    if (rebuild->old.is_without_rowid || rebuild->text.is_without_rowid ||
        table_text_rowid(&rebuild->text) != NO_COLUMN)
        return NULL;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (table_text_column(&rebuild->old, NAMES[i]) == NO_COLUMN &&
            table_text_column(&rebuild->text, NAMES[i]) == NO_COLUMN)
            return NAMES[i];
    }
    return NULL;
}

static bool
is_copied(const Rebuild *rebuild, size_t column)
{
    const RebuildColumn *of = &rebuild->columns.at[column];

    return (of->from != NULL || of->value.text.len > 0) && !is_generated(&rebuild->text, column);
}

/* A column that was generated can be read all the same. */
static void
write_copy(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;
    const char *rowid = rowid_name(rebuild);
    const char *separator = "";
    /* ON CONFLICT of a constraint would drop rows without a word */
    const bool has_conflicts = sqlite_mentions(rebuild->text.text, "conflict");

    writer_add(writer, has_conflicts ? "INSERT OR ABORT INTO " : "INSERT INTO ");
    writer_name(writer, new_name);
    writer_add(writer, " (");
    if (rowid != NULL) {
        writer_add(writer, rowid);
        separator = ", ";
    }
    for (size_t i = 0; i < rebuild->columns.len; i++) {
        if (!is_copied(rebuild, i))
            continue;
        writer_add(writer, separator);
        writer_name(writer, rebuild_column_name(&rebuild->text, i, writer->arena));
        separator = ", ";
    }
    writer_add(writer, ") SELECT ");
    writer_add(writer, rowid != NULL ? rowid : "");
    separator = rowid != NULL ? ", " : "";
    for (size_t i = 0; i < rebuild->columns.len; i++) {
        if (!is_copied(rebuild, i))
            continue;
        writer_add(writer, separator);
        rebuild_add_source(rebuild, render, i);
        separator = ", ";
    }
    writer_add(writer, " FROM ");
    writer_name(writer, rebuild->table);
    render_end(render);
}

static bool
counts_on(const TableText *table)
{
    int column = NO_COLUMN;
    const TablePart *key = table_text_primary_key(table, &column);

    return key != NULL && key->is_autoincrement;
}

/* The highest number ever given, which may be of a row that is gone. */
static void
write_sequence(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;

    if (!counts_on(&rebuild->old) || !counts_on(&rebuild->text))
        return;
    writer_add(writer, "DELETE FROM sqlite_sequence WHERE name = ");
    writer_literal(writer, new_name);
    render_end(render);
    writer_add(writer, "INSERT INTO sqlite_sequence (name, seq) SELECT ");
    writer_literal(writer, new_name);
    writer_add(writer, ", seq FROM sqlite_sequence WHERE name = ");
    writer_literal(writer, rebuild->table);
    render_end(render);
}

static void
write_switch(Rebuild *rebuild, Render *render, const char *new_name)
{
    SqlWriter *writer = &render->writer;

    writer_add(writer, "DROP TABLE ");
    writer_name(writer, rebuild->table);
    render_end(render);
    writer_add(writer, "PRAGMA legacy_alter_table = ON");
    render_end(render);
    writer_add(writer, "ALTER TABLE ");
    writer_name(writer, new_name);
    writer_add(writer, " RENAME TO ");
    writer_name(writer, rebuild->table);
    render_end(render);
    writer_add(writer, "PRAGMA legacy_alter_table = OFF");
    render_end(render);
}

static void
write_objects(Rebuild *rebuild, Renderings *out)
{
    for (size_t i = 0; i < rebuild->objects.len; i++) {
        const RebuildObject *made = &rebuild->objects.at[i];
        Render render = render_begin(
            rebuild->context, made->op == NULL ? rebuild->needed : made->op, out, rebuild->err);
        const TextPatch patch = {.text = slice_of(made->object.sql), .pieces = made->pieces};
        rebuild_add_patch(&render, &patch);
        render_end(&render);
    }
}

static void
write_rebuild(Rebuild *rebuild, Renderings *out)
{
    Render render = render_begin(rebuild->context, rebuild->needed, out, rebuild->err);
    const char *new_name =
        arena_format(rebuild->context->arena, REBUILD_PREFIX "%s", rebuild->table);

    schema_guard(&render, &rebuild->before);
    const TextPatch name = rebuild_name_patch(&render, new_name);
    rebuild_edited(&render, table_text_replace(&rebuild->text, rebuild->text.name, &name));
    const TextPatch text = {.text = rebuild->text.text, .pieces = rebuild->text.pieces};
    rebuild_add_patch(&render, &text);
    render_end(&render);
    write_copy(rebuild, &render, new_name);
    write_sequence(rebuild, &render, new_name);
    write_switch(rebuild, &render, new_name);
    write_objects(rebuild, out);
}

/* ---- trying ---- */

/* Views and triggers that compiled before and do not any more. */
static void
refuse_broken(const Rebuild *rebuild, Render *render, const Names *before)
{
    const Names after = catalog_broken(rebuild->context->catalog, NULL, rebuild->context->arena);

    for (size_t i = 0; i < after.len; i++) {
        if (!names_contain(before, after.at[i]))
            writer_refuse(&render->writer,
                          "drop or replace it first, and make it as it is to be behind this",
                          "this breaks %s", after.at[i]);
    }
}

/* Shown at the piece of the file that SQLite means, if it is one. */
static void
refuse_problem(Rebuild *rebuild, Render *render, const Statement *statement,
               const CatalogProblem *problem)
{
    writer_refuse(&render->writer, NULL, "table %s: %s", rebuild->table, problem->message);
    if (problem->offset > 0)
        statement_locate(statement, problem->offset,
                         rebuild->err->last == NULL ? rebuild->err : rebuild->err->last);
}

/* Whether SQLite takes the new text: all that there is to try when no code can break. */
static void
try_text(Rebuild *rebuild, Render *render, const Renderings *out, size_t first)
{
    Catalog *catalog = rebuild->context->catalog;
    Arena *arena = rebuild->context->arena;
    CatalogProblem problem = {0};

    while (first < out->len && out->at[first].statement.role != STATEMENT_USER)
        first++;
    const Statement *statement = &out->at[first].statement;
    if (!catalog_run(catalog, statement->text, &problem, arena)) {
        refuse_problem(rebuild, render, statement, &problem);
        return;
    }
    writer_add(&render->writer, "DROP TABLE ");
    writer_name(&render->writer, arena_format(arena, REBUILD_PREFIX "%s", rebuild->table));
    (void)catalog_run(catalog, render_patch(render).text, &problem, arena);
}

/* Plays the statements in the catalog, and takes them back. */
static void
try_all(Rebuild *rebuild, Render *render, const Renderings *out, size_t first)
{
    Catalog *catalog = rebuild->context->catalog;
    const Names before = catalog_broken(catalog, NULL, rebuild->context->arena);

    catalog_try(catalog);
    for (size_t i = first; i < out->len && !render->writer.has_failed; i++) {
        const Statement *statement = &out->at[i].statement;
        CatalogProblem problem = {0};
        if (statement->role == STATEMENT_USER &&
            !catalog_run(catalog, statement->text, &problem, rebuild->context->arena))
            refuse_problem(rebuild, render, statement, &problem);
    }
    if (!render->writer.has_failed) {
        render->writer.op = rebuild->drops;
        refuse_broken(rebuild, render, &before);
    }
    catalog_undo(catalog);
}

static void
try_out(Rebuild *rebuild, const Renderings *out, size_t first)
{
    const Operation *op = rebuild->needed == NULL ? rebuild->drops : rebuild->needed;
    Renderings none = {0};
    Render render = render_begin(rebuild->context, op, &none, rebuild->err);

    if (rebuild->drops != NULL && catalog_has_code(rebuild->context->catalog))
        try_all(rebuild, &render, out, first);
    else if (rebuild->needed != NULL)
        try_text(rebuild, &render, out, first);
}

void
rebuild_write(Rebuild *rebuild, Renderings *out)
{
    const size_t first = out->len;

    if (rebuild->has_failed)
        return;
    if (rebuild->needed != NULL) {
        write_rebuild(rebuild, out);
    } else {
        for (size_t i = 0; i < rebuild->natives.len; i++)
            *VEC_ADD(rebuild->context->arena, out) = rebuild->natives.at[i];
    }
    if (rebuild->needed != NULL || rebuild->drops != NULL)
        try_out(rebuild, out, first);
}
