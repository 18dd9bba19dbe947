/* SPDX-License-Identifier: MIT */
/* Indexes, which are made again with their table. */
#include "drivers/sqlite/rebuild_part.h"

#include <string.h>

#include "drivers/sqlite/schema_guard.h"

void
rebuild_remove_object(Rebuild *rebuild, size_t index)
{
    rebuild->objects.len--;
    memmove(rebuild->objects.at + index, rebuild->objects.at + index + 1,
            (rebuild->objects.len - index) * sizeof *rebuild->objects.at);
}

static size_t
object_find(const Rebuild *rebuild, const char *name)
{
    size_t i = 0;

    while (i < rebuild->objects.len &&
           (strcmp(rebuild->objects.at[i].object.type, "index") != 0 ||
            !sqlite_same_name(rebuild->objects.at[i].object.name, name)))
        i++;
    return i;
}

/* Indexes stand in front of triggers. */
static void
object_add(Rebuild *rebuild, const RebuildObject *object)
{
    size_t at = 0;
    RebuildObject *last = VEC_ADD(rebuild->context->arena, &rebuild->objects);

    while (&rebuild->objects.at[at] < last &&
           strcmp(rebuild->objects.at[at].object.type, "index") == 0)
        at++;
    memmove(rebuild->objects.at + at + 1, rebuild->objects.at + at,
            (size_t)(last - (rebuild->objects.at + at)) * sizeof *last);
    rebuild->objects.at[at] = *object;
}

void
rebuild_create_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const char *name = op->create_index->name;

    if (op->if_exists && object_find(rebuild, name) < rebuild->objects.len)
        return;
    render_index(render, op->create_index, op->if_exists);
    const TextPatch patch = render_patch(render);
    const RebuildObject made = {
        .object = {.type = "index", .name = name, .table = rebuild->table, .sql = patch.text.at},
        .pieces = patch.pieces,
        .op = op};
    object_add(rebuild, &made);
    rebuild_add_patch(render, &patch);
    render_end(render);
}

void
rebuild_drop_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const size_t at = object_find(rebuild, op->name);

    if (at == rebuild->objects.len) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has no index %s", rebuild->table,
                          op->name);
        return;
    }
    rebuild_remove_object(rebuild, at);
    writer_add(&render->writer, "DROP INDEX ");
    writer_name(&render->writer, op->name);
    render_end(render);
}

/* The text with another name behind INDEX [IF NOT EXISTS]. */
static const char *
index_renamed(Render *render, const char *sql, const char *to)
{
    SqlTokens tokens = sql_tokens(SQL_SQLITE, slice_of(sql));
    SqlToken token;

    (void)sql_find(&tokens, "index");
    if (sql_take(&tokens, "if"))
        (void)(sql_take(&tokens, "not") && sql_take(&tokens, "exists"));
    (void)sql_token_next(&tokens, &token);
    const TextPatch name = rebuild_name_patch(render, to);
    return arena_format(render->writer.arena, "%.*s%s%s", (int)(token.text.at - sql), sql,
                        name.text.at, token.text.at + token.text.len);
}

void
rebuild_rename_index(Rebuild *rebuild, Render *render, const Operation *op)
{
    const size_t at = object_find(rebuild, op->from);

    if (at == rebuild->objects.len) {
        if (!op->if_exists)
            writer_refuse(&render->writer, NULL, "table %s has no index %s", rebuild->table,
                          op->from);
        return;
    }
    RebuildObject renamed = rebuild->objects.at[at];
    if (renamed.op == NULL)
        schema_guard_one(render, &renamed.object);
    renamed.object.sql = index_renamed(render, renamed.object.sql, op->to);
    renamed.object.name = op->to;
    renamed.pieces = (StatementPieces){0};
    renamed.op = op;
    rebuild_remove_object(rebuild, at);
    object_add(rebuild, &renamed);
    writer_add(&render->writer, "DROP INDEX ");
    writer_name(&render->writer, op->from);
    render_end(render);
    writer_add(&render->writer, renamed.object.sql);
    render_end(render);
}
