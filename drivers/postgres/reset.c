/* SPDX-License-Identifier: MIT */
/*
 * What `reset` drops: every object of the schemas that is not part of an extension, in one
 * transaction under the lock. Schemas of the search path stay (and keep their grants); those that
 * revisions made go as a whole.
 */
#include <inttypes.h>
#include <string.h>

#include "drivers/postgres/connection.h"
#include "drivers/postgres/sql.h"

/* Each row: the words for DROP and the identity, as pg_identify_object gives them. Indexes, owned
 * sequences, row types, array types, partitions and constraints go with what they belong to. (The
 * columns of a partition key belong to the table itself: those dependencies do not count.) */
static const char OBJECTS[] =
    "WITH schemas AS (SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname = ANY "
    "(current_schemas(false))),\n"
    "objects AS (\n"
    "  SELECT 1 AS rank, 'pg_class'::regclass AS classid, c.oid AS objid FROM pg_catalog.pg_class c "
    "JOIN schemas s ON s.oid = c.relnamespace WHERE c.relkind IN ('v', 'm')\n"
    "  UNION ALL SELECT 2, 'pg_class'::regclass, c.oid FROM pg_catalog.pg_class c JOIN schemas s ON "
    "s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f')\n"
    "  UNION ALL SELECT 3, 'pg_class'::regclass, c.oid FROM pg_catalog.pg_class c JOIN schemas s ON "
    "s.oid = c.relnamespace WHERE c.relkind = 'S'\n"
    "  UNION ALL SELECT 4, 'pg_operator'::regclass, o.oid FROM pg_catalog.pg_operator o JOIN schemas s "
    "ON s.oid = o.oprnamespace\n"
    "  UNION ALL SELECT 5, 'pg_opfamily'::regclass, o.oid FROM pg_catalog.pg_opfamily o JOIN schemas s "
    "ON s.oid = o.opfnamespace\n"
    "  UNION ALL SELECT 6, 'pg_proc'::regclass, p.oid FROM pg_catalog.pg_proc p JOIN schemas s ON s.oid "
    "= p.pronamespace\n"
    "  UNION ALL SELECT 7, 'pg_type'::regclass, t.oid FROM pg_catalog.pg_type t JOIN schemas s ON s.oid "
    "= t.typnamespace LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid WHERE t.typtype IN ('b', "
    "'d', 'e', 'r', 'c') AND (c.oid IS NULL OR c.relkind = 'c') AND t.typelem = 0\n"
    "  UNION ALL SELECT 8, 'pg_collation'::regclass, k.oid FROM pg_catalog.pg_collation k JOIN schemas "
    "s ON s.oid = k.collnamespace\n"
    "  UNION ALL SELECT 8, 'pg_conversion'::regclass, k.oid FROM pg_catalog.pg_conversion k JOIN "
    "schemas s ON s.oid = k.connamespace\n"
    "  UNION ALL SELECT 8, 'pg_ts_config'::regclass, k.oid FROM pg_catalog.pg_ts_config k JOIN schemas "
    "s ON s.oid = k.cfgnamespace\n"
    "  UNION ALL SELECT 9, 'pg_ts_dict'::regclass, k.oid FROM pg_catalog.pg_ts_dict k JOIN schemas s ON "
    "s.oid = k.dictnamespace\n"
    "  UNION ALL SELECT 10, 'pg_statistic_ext'::regclass, k.oid FROM pg_catalog.pg_statistic_ext k JOIN "
    "schemas s ON s.oid = k.stxnamespace)\n"
    "SELECT i.type, i.identity FROM objects o, LATERAL pg_identify_object(o.classid, o.objid, 0) i\n"
    "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = o.classid AND d.objid = "
    "o.objid AND d.objsubid = 0 AND d.deptype IN ('e', 'i', 'a'))\n"
    "ORDER BY o.rank, i.type, i.identity;\nCOMMIT";

/* pg_identify_object's type in the words of DROP. */
static const char *
drop_words(const char *type)
{
    if (strcmp(type, "statistics object") == 0)
        return "STATISTICS";
    if (strcmp(type, "foreign table") == 0)
        return "FOREIGN TABLE";
    return type;
}

static void
add_drop(ObjectNames *objects, Arena *arena, const char *type, const char *identity)
{
    *VEC_ADD(arena, &objects->lines) = arena_format(arena, "%s %s", type, identity);
    postgres_add(&objects->drops, arena, STATEMENT_USER,
                 arena_format(arena, "DROP %s IF EXISTS %s CASCADE", drop_words(type), identity));
}

static PGresult *
read_schemas(Connection *connection, const Names *schemas, Arena *arena, Error *err)
{
    Buf text = {.arena = arena};

    postgres_add_begin(&text, connection);
    buf_add(&text, "SELECT quote_ident(nspname) FROM pg_catalog.pg_namespace WHERE nspname <> ALL "
                   "(current_schemas(false)) AND nspname = ANY (ARRAY[");
    for (size_t i = 0; i < schemas->len; i++) {
        buf_add(&text, i > 0 ? ", " : "");
        postgres_quote_text(&text, schemas->at[i]);
    }
    buf_add(&text, "]::text[]) ORDER BY 1;\nCOMMIT");
    return postgres_query(connection, buf_text(&text), err);
}

bool
postgres_objects_list(Connection *connection, const Names *schemas, Arena *arena,
                      ObjectNames *objects, Error *err)
{
    Buf text = {.arena = arena};

    *objects = (ObjectNames){0};
    AUTO(postgres_result_clear) PGresult *made = read_schemas(connection, schemas, arena, err);
    if (made == NULL)
        return false;
    for (int i = 0; i < PQntuples(made); i++)
        add_drop(objects, arena, "schema", arena_text(arena, PQgetvalue(made, i, 0)));
    postgres_add_begin(&text, connection);
    buf_add(&text, OBJECTS);
    AUTO(postgres_result_clear) PGresult *found = postgres_query(connection, buf_text(&text), err);
    if (found == NULL)
        return false;
    for (int i = 0; i < PQntuples(found); i++)
        add_drop(objects, arena, arena_text(arena, PQgetvalue(found, i, 0)),
                 arena_text(arena, PQgetvalue(found, i, 1)));
    return true;
}

static const char *
lock_guard(const TableNames *tables, Arena *arena)
{
    return postgres_do(arena, arena_format(arena,
                                           "BEGIN\n"
                                           "  IF NOT pg_try_advisory_xact_lock(%" PRId64 ") THEN\n"
                                           "    RAISE EXCEPTION USING ERRCODE = '" STATE_BUSY
                                           "', MESSAGE = 'migrate: another run holds the lock';\n"
                                           "  END IF;\nEND\n",
                                           postgres_lock_key(tables)));
}

bool
postgres_reset(Connection *connection, const TableNames *tables, const ObjectNames *objects,
               Error *err)
{
    Arena *arena = err->arena;
    Unit unit = {.revision = "", .message = "reset", .is_transactional = true};
    RunResult result = {0};

    postgres_add(&unit.statements, arena, STATEMENT_BEGIN,
                 "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
    postgres_session_settings(connection->session, true, arena, &unit.statements);
    postgres_add(&unit.statements, arena, STATEMENT_GUARD, lock_guard(tables, arena));
    for (size_t i = 0; i < objects->drops.len; i++)
        *VEC_ADD(arena, &unit.statements) = objects->drops.at[i];
    postgres_add(&unit.statements, arena, STATEMENT_COMMIT, "COMMIT");
    if (postgres_run(connection, &unit, 1, NULL, arena, &result, err))
        return true;
    if (result.outcome != RUN_BUSY)
        return false;
    error_set(err, ERR_LOCKED, "another run holds the lock");
    return error_hint(err, "nothing was dropped; try again when that run is over");
}
