/* SPDX-License-Identifier: MIT */
#include "drivers/sqlite/schema_guard.h"

#include <string.h>

#include "drivers/sqlite/connection.h"

static void
end_guard(Render *render)
{
    writer_end(&render->writer, RENDER_TOGETHER);
    VEC_LAST(render->writer.out)->statement.role = STATEMENT_GUARD;
}

/* A temporary table whose CHECK, named by the message, refuses what is not so. */
static void
guard_write(Render *render, const char *what, const char *condition)
{
    SqlWriter *writer = &render->writer;
    Buf name = {.arena = writer->arena};

    writer->dialect->quote_name(
        &name, arena_format(writer->arena, "migrate: %s not what this was made for", what));
    writer_addf(writer, "CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT %s CHECK (is_same))",
                buf_text(&name));
    end_guard(render);
    writer_add(writer, "INSERT INTO temp.migrate_schema SELECT ");
    writer_add(writer, condition);
    end_guard(render);
    writer_add(writer, "DROP TABLE temp.migrate_schema");
    end_guard(render);
}

static void
add_text(Buf *out, const char *before, const char *text)
{
    buf_add(out, before);
    DIALECT_SQLITE.quote_text(out, text);
}

/* SQLite quotes the name of a table when it is renamed, as at the end of each rebuild: whether it
 * has been, says nothing of the table. */
static const char *
unquoted(const char *sql, const char *name, Arena *arena)
{
    const char *quoted = arena_format(arena, "\"%s\"", name);
    Buf text = {.arena = arena};
    const char *found = NULL;

    for (; (found = strstr(sql, quoted)) != NULL; sql = found + strlen(quoted)) {
        buf_add_slice(&text, (Slice){sql, (size_t)(found - sql)});
        buf_add(&text, name);
    }
    buf_add(&text, sql);
    return buf_text(&text);
}

void
schema_guard(Render *render, const CatalogObjects *objects)
{
    Arena *arena = render->writer.arena;
    const CatalogObject *first = &objects->at[0];
    Buf condition = {.arena = arena};

    add_text(&condition,
             "(SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = ",
             first->name);
    buf_addf(&condition, " COLLATE NOCASE) = %zu AND NOT EXISTS (", objects->len);
    add_text(&condition, "SELECT type, name, replace(sql, ",
             arena_format(arena, "\"%s\"", first->name));
    add_text(&condition, ", ", first->name);
    add_text(&condition,
             ") FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = ", first->name);
    buf_add(&condition, " COLLATE NOCASE EXCEPT VALUES");
    for (size_t i = 0; i < objects->len; i++) {
        const CatalogObject *object = &objects->at[i];
        buf_addf(&condition, "%s\n    ('%s', ", i > 0 ? "," : "", object->type);
        add_text(&condition, "", object->name);
        add_text(&condition, ", ", unquoted(object->sql, first->name, arena));
        buf_add(&condition, ")");
    }
    buf_add(&condition, ")");
    guard_write(
        render,
        arena_format(arena, "%s %s, its indexes and triggers are", first->type, first->name),
        buf_text(&condition));
}

void
schema_guard_one(Render *render, const CatalogObject *object)
{
    Buf condition = {.arena = render->writer.arena};

    buf_addf(&condition, "EXISTS (SELECT 1 FROM main.sqlite_schema WHERE type = '%s'",
             object->type);
    add_text(&condition, " AND name = ", object->name);
    add_text(&condition, " AND sql = ", object->sql);
    buf_add(&condition, ")");
    guard_write(render, arena_format(render->writer.arena, "%s %s is", object->type, object->name),
                buf_text(&condition));
}
