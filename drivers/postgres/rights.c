/* SPDX-License-Identifier: MIT */
/*
 * What this user may not do of what statements do, as far as their first words tell: who owns the
 * relations that they alter and drop, rights on those that they fill, on schemas and the database.
 * What does not exist yet is passed over: an earlier statement may make it.
 */
#include <string.h>

#include "core/base/map.h"
#include "core/sql/token.h"
#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

/* "own", a privilege on a relation, or "CREATE" in a schema, and the name it is needed on. */
typedef struct Need {
    const char *right;
    const char *name; /* as written */
    const Statement *statement;
} Need;

typedef VEC(Need) Needs;

typedef struct Gathering {
    Arena *arena;
    Map seen; /* "right name" */
    Needs needs;
} Gathering;

static void
need(Gathering *gathering, const Statement *statement, const char *right, Slice name)
{
    const char *key = arena_format(gathering->arena, "%s %.*s", right, SLICE_ARGS(name));

    if (map_put(&gathering->seen, slice_of(key), gathering) != NULL)
        return;
    *VEC_ADD(gathering->arena, &gathering->needs) =
        (Need){right, arena_copy(gathering->arena, name), statement};
}

/* IF EXISTS, IF NOT EXISTS, ONLY */
static void
take_between(SqlTokens *tokens)
{
    (void)sql_take(tokens, "if");
    (void)sql_take(tokens, "not");
    (void)sql_take(tokens, "exists");
    (void)sql_take(tokens, "only");
}

/* A name of a relation, with its schema at most. */
static bool
is_plain(Slice name)
{
    size_t dots = 0;
    bool is_quoted = false;

    for (size_t i = 0; i < name.len; i++) {
        is_quoted = is_quoted != (name.at[i] == '"');
        dots += !is_quoted && name.at[i] == '.';
    }
    return name.len > 0 && dots <= 1;
}

static void
need_on_next(Gathering *gathering, const Statement *statement, SqlTokens *tokens, const char *right)
{
    take_between(tokens);
    const SqlToken first = sql_token_peek(tokens);
    if (!sql_take_name(tokens))
        return;
    const Slice name = slice_trim((Slice){first.text.at, (size_t)(tokens->at - first.text.at)});
    if (is_plain(name))
        need(gathering, statement, right, name);
}

/* TABLE, MATERIALIZED VIEW and so on; false for what is no relation. */
static bool
take_relation(SqlTokens *tokens)
{
    (void)(sql_take(tokens, "materialized") || sql_take(tokens, "foreign"));
    if (!sql_take(tokens, "table") && !sql_take(tokens, "view") && !sql_take(tokens, "sequence") &&
        !sql_take(tokens, "index"))
        return false;
    (void)sql_take(tokens, "concurrently");
    return true;
}

/* The schema of a name that has one. */
static void
need_in_schema(Gathering *gathering, const Statement *statement, SqlTokens *tokens)
{
    take_between(tokens);
    const SqlToken first = sql_token_peek(tokens);

    if (!sql_take_name(tokens))
        return;
    const Slice name = {first.text.at, (size_t)(tokens->at - first.text.at)};
    if (name.len > first.text.len && name.at[first.text.len] == '.')
        need(gathering, statement, "schema", first.text);
}

static void
look_at_create(Gathering *gathering, const Statement *statement, SqlTokens *tokens)
{
    const bool is_unique = sql_take(tokens, "unique");

    (void)sql_take(tokens, "unlogged");
    if (sql_take(tokens, "schema") || sql_take(tokens, "extension"))
        need(gathering, statement, "database", SLICE(""));
    else if (sql_take(tokens, "index") && sql_find(tokens, "on"))
        need_on_next(gathering, statement, tokens, "own");
    else if (!is_unique && take_relation(tokens))
        need_in_schema(gathering, statement, tokens);
}

static void
look_at(Gathering *gathering, const Statement *statement)
{
    SqlTokens tokens = sql_tokens(SQL_POSTGRES, statement->text);

    if (sql_take(&tokens, "create")) {
        look_at_create(gathering, statement, &tokens);
    } else if (sql_take(&tokens, "alter") || sql_take(&tokens, "drop")) {
        if (take_relation(&tokens))
            need_on_next(gathering, statement, &tokens, "own");
    } else if (sql_take(&tokens, "insert") && sql_take(&tokens, "into")) {
        need_on_next(gathering, statement, &tokens, "INSERT");
    } else if (sql_take(&tokens, "update")) {
        need_on_next(gathering, statement, &tokens, "UPDATE");
    } else if (sql_take(&tokens, "delete") && sql_take(&tokens, "from")) {
        need_on_next(gathering, statement, &tokens, "DELETE");
    } else if (sql_take(&tokens, "truncate")) {
        (void)sql_take(&tokens, "table");
        need_on_next(gathering, statement, &tokens, "TRUNCATE");
    }
}

/* One row for each need that is not met: which, and what is in the way. A name that cannot be one
 * of this database is passed over. */
static const char *
question(const Connection *connection, const Gathering *gathering)
{
    Buf text = {.arena = gathering->arena};

    postgres_add_begin(&text, connection);
    buf_add(&text, "SELECT n, CASE WHEN kind = 'own' THEN format('%s belongs to %s', name, "
                   "pg_get_userbyid(c.relowner)) WHEN kind = 'schema' THEN format('the user may "
                   "not create in schema %s', name) WHEN kind = 'database' THEN 'the user may not "
                   "create in database ' || current_database() ELSE format('the user has no %s on "
                   "%s', kind, name) END FROM (VALUES ");
    for (size_t i = 0; i < gathering->needs.len; i++) {
        buf_addf(&text, "%s(%zu, '%s', ", i > 0 ? ", " : "", i, gathering->needs.at[i].right);
        postgres_quote_text(&text, gathering->needs.at[i].name);
        buf_add(&text, ")");
    }
    buf_add(&text,
            ") v(n, kind, name) LEFT JOIN pg_catalog.pg_class c ON c.oid = CASE WHEN kind NOT IN "
            "('schema', 'database') THEN to_regclass(name) END WHERE CASE kind "
            "WHEN 'own' THEN NOT pg_has_role(c.relowner, 'USAGE') "
            "WHEN 'schema' THEN NOT has_schema_privilege(to_regnamespace(name)::oid, 'CREATE') "
            "WHEN 'database' THEN NOT has_database_privilege(current_database(), 'CREATE') "
            "ELSE NOT has_table_privilege(c.oid, kind) END ORDER BY n LIMIT 20;\nCOMMIT");
    return buf_text(&text);
}

bool
postgres_check_rights(Connection *connection, const Statements *statements, Arena *arena,
                      Findings *findings, Error *err)
{
    Gathering gathering = {.arena = arena, .seen = {.arena = arena}};

    for (size_t i = 0; statements != NULL && i < statements->len; i++)
        look_at(&gathering, &statements->at[i]);
    if (gathering.needs.len == 0)
        return true;
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, question(connection, &gathering), err);
    if (answer == NULL)
        return false;
    for (int i = 0; i < PQntuples(answer); i++) {
        unsigned index = 0;
        (void)slice_to_number(slice_of(PQgetvalue(answer, i, 0)), &index);
        const Statement *statement = gathering.needs.at[index].statement;
        *VEC_ADD(arena, findings) =
            (Finding){FINDING_PROBLEM, "rights",
                      arena_format(arena, "%s:%u: %s", statement->place.file, statement->place.line,
                                   PQgetvalue(answer, i, 1)),
                      "connect as one who may, or set role: in migrate.yaml"};
    }
    return true;
}
