/* SPDX-License-Identifier: MIT */
#include "drivers/postgres/sql.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/text.h"

void
postgres_quote_name(Buf *out, const char *name)
{
    buf_add_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *name);
    }
    buf_add_char(out, '"');
}

void
postgres_quote_text(Buf *out, const char *text)
{
    /* the E form means the same whatever standard_conforming_strings is */
    buf_add(out, strchr(text, '\\') == NULL ? "'" : "E'");
    for (size_t plain = strcspn(text, "'\\"); text[plain] != '\0'; plain = strcspn(text, "'\\")) {
        buf_add_slice(out, (Slice){text, plain + 1});
        buf_add_char(out, text[plain]);
        text += plain + 1;
    }
    buf_add(out, text);
    buf_add_char(out, '\'');
}

void
postgres_quote_table(Buf *out, const TableNames *tables, const char *table)
{
    postgres_quote_name(out, tables->schema);
    buf_add_char(out, '.');
    postgres_quote_name(out, table);
}

/* Takes the text up to the next comma outside double quotes; rest->at is NULL behind the last. */
static Slice
next_schema(Slice *rest)
{
    const Slice all = *rest;
    bool is_quoted = false;
    size_t len = 0;

    while (len < all.len && (is_quoted || all.at[len] != ',')) {
        is_quoted = is_quoted != (all.at[len] == '"');
        len++;
    }
    *rest = len < all.len ? slice_after(all, len + 1) : (Slice){NULL, 0};
    return slice_trim((Slice){all.at, len});
}

/* What a name in double quotes is. */
static const char *
unquoted(Arena *arena, Slice name)
{
    Buf plain = {.arena = arena};

    for (size_t i = 1; i + 1 < name.len; i++) {
        buf_add_char(&plain, name.at[i]);
        if (name.at[i] == '"' && i + 2 < name.len && name.at[i + 1] == '"')
            i++;
    }
    return buf_text(&plain);
}

void
postgres_quote_path(Buf *out, const char *search_path)
{
    Slice rest = slice_of(search_path);
    const char *separator = "";

    while (rest.at != NULL) {
        const Slice name = next_schema(&rest);
        if (name.len == 0)
            continue;
        buf_add(out, separator);
        separator = ", ";
        /* one that is quoted as a whole; an odd quote is part of a name */
        if (name.len > 1 && name.at[0] == '"' && name.at[name.len - 1] == '"') {
            postgres_quote_name(out, unquoted(out->arena, name));
            continue;
        }
        /* a bare name means its lower-case form, as it does to the server */
        char *folded = arena_copy(out->arena, name);
        for (char *at = folded; *at != '\0'; at++)
            *at = ascii_lower(*at);
        postgres_quote_name(out, folded);
    }
}

const char *
postgres_do(Arena *arena, const char *body)
{
    const char *tag = "$migrate$";
    Buf text = {.arena = arena};

    for (unsigned n = 1; strstr(body, tag) != NULL; n++)
        tag = arena_format(arena, "$migrate%u$", n);
    buf_add(&text, "DO ");
    buf_add(&text, tag);
    buf_add_char(&text, '\n');
    buf_add(&text, body);
    buf_add(&text, tag);
    return buf_text(&text);
}

int64_t
postgres_lock_key(const TableNames *tables)
{
    Arena arena = {0};
    Buf name = {.arena = &arena};

    buf_add_slice(&name, (Slice){"migrate", sizeof "migrate"}); /* with its NUL */
    buf_add(&name, tables->schema);
    buf_add_slice(&name, (Slice){"", 1});
    buf_add(&name, tables->version);
    const uint64_t hash = fnv1a64(buf_slice(&name));
    arena_release(&arena);
    /* two's complement without an implementation-defined conversion */
    return hash <= INT64_MAX ? (int64_t)hash : -(int64_t)(UINT64_MAX - hash) - 1;
}

void
postgres_lock_condition(Buf *out, int64_t key)
{
    const uint64_t bits = (uint64_t)key;

    /* PostgreSQL manual, pg_locks: a bigint key is shown as classid (high half), objid (low) */
    buf_addf(out,
             "locktype = 'advisory' AND classid = %" PRIu64 " AND objid = %" PRIu64
             " AND objsubid = 1 AND database = (SELECT oid FROM pg_catalog.pg_database WHERE "
             "datname = current_database())",
             bits >> 32, bits & UINT64_C(0xffffffff));
}

const char *
postgres_unlock(Arena *arena, int64_t key)
{
    Buf body = {.arena = arena};

    buf_add(&body, "BEGIN\n  WHILE EXISTS (SELECT FROM pg_catalog.pg_locks WHERE ");
    postgres_lock_condition(&body, key);
    buf_addf(&body,
             " AND granted AND pid = pg_backend_pid()) LOOP\n"
             "    EXIT WHEN NOT pg_advisory_unlock(%" PRId64 ");\n  END LOOP;\nEND\n",
             key);
    return postgres_do(arena, buf_text(&body));
}

void
postgres_add(Statements *out, Arena *arena, StatementRole role, const char *text)
{
    *VEC_ADD(arena, out) = (Statement){.role = role, .text = slice_of(text)};
}

void
postgres_quote_setting(Buf *out, const char *name)
{
    Slice rest = slice_of(name);
    const char *separator = "";

    while (rest.at != NULL) {
        const Slice part = slice_cut(rest, '.', &rest);
        buf_add(out, separator);
        postgres_quote_name(out, arena_copy(out->arena, part));
        separator = ".";
    }
}

void
postgres_session_settings(const Session *session, bool is_local, Arena *arena, Statements *out)
{
    const char *set = is_local ? "SET LOCAL " : "SET ";
    Buf role = {.arena = arena};
    Buf path = {.arena = arena};

    buf_addf(&role, "%sROLE ", set);
    if (session->role == NULL)
        buf_add(&role, "NONE");
    else
        postgres_quote_name(&role, session->role);
    postgres_add(out, arena, STATEMENT_SET, buf_text(&role));
    buf_addf(&path, "%ssearch_path TO ", set);
    if (session->search_path == NULL)
        buf_add(&path, "DEFAULT");
    else
        postgres_quote_path(&path, session->search_path);
    postgres_add(out, arena, STATEMENT_SET, buf_text(&path));
    for (size_t i = 0; i < session->settings.len; i++) {
        Buf setting = {.arena = arena};
        buf_add(&setting, set);
        postgres_quote_setting(&setting, session->settings.at[i].name);
        buf_add(&setting, " TO ");
        postgres_quote_text(&setting, session->settings.at[i].value);
        postgres_add(out, arena, STATEMENT_SET, buf_text(&setting));
    }
}
