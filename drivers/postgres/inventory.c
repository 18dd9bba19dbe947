/* SPDX-License-Identifier: MIT */
/*
 * The schema in lines, to be compared: all that a revision can make, and what it cannot say too.
 */
#include "drivers/postgres/connection.h"

/* Rights of what stands behind it, in one order: they come back in another. */
static const char RIGHTS[] =
    "(SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE \"C\") FROM unnest(";

/* Objects that are not the server's own; their names are those of the search path at hand. */
static const char *const INVENTORY[] = {
    "WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
    "'information_schema'), "
    "r AS (SELECT c.*, c.oid::regclass::text AS name FROM pg_class c JOIN n ON n.oid = "
    "relnamespace) "
    "SELECT line FROM ("
    /* tables, views, sequences */
    "SELECT concat_ws(' ', CASE relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN "
    "'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'relation' END, name, "
    "CASE relpersistence WHEN 'u' THEN 'unlogged' END, 'owner ' || relowner::regrole::text, "
    "'access method ' || (SELECT amname FROM pg_am WHERE oid = relam AND amname <> 'heap'), "
    "'with ' || array_to_string(reloptions, ', '), "
    "'tablespace ' || (SELECT spcname FROM pg_tablespace WHERE oid = reltablespace), "
    "CASE WHEN relrowsecurity THEN 'row level security' END, "
    "CASE WHEN relforcerowsecurity THEN 'forced' END, "
    "CASE WHEN relreplident <> 'd' THEN 'replica identity ' || relreplident::text END, "
    "'partition by ' || pg_get_partkeydef(oid), pg_get_expr(relpartbound, oid), "
    "CASE WHEN relkind = 'm' AND NOT relispopulated THEN 'without data' END, "
    "CASE WHEN relkind IN ('v', 'm') THEN 'as ' || pg_get_viewdef(oid) END) AS line FROM r WHERE "
    "relkind NOT IN ('i', 'I', 't', 'c') "
    "UNION ALL SELECT pg_catalog.format('privileges on %s: %s', name, ",
    RIGHTS,
    "relacl) a)) FROM r WHERE relacl IS NOT NULL AND relacl <> acldefault(CASE relkind WHEN 'S' THEN "
    "'s' ELSE 'r' END::\"char\", relowner) "
    "UNION ALL SELECT pg_catalog.format('table %s inherits %s', inhrelid::regclass, "
    "inhparent::regclass) FROM pg_inherits JOIN r ON r.oid = inhrelid WHERE relkind NOT IN ('i', "
    "'I') ",
    /* columns */
    "UNION ALL SELECT concat_ws(' ', 'column ' || name || '.' || quote_ident(attname), "
    "format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END, "
    "CASE WHEN attgenerated <> '' THEN 'generated ' || attgenerated::text WHEN d.oid IS NOT NULL THEN "
    "'default' END, pg_get_expr(adbin, adrelid), 'identity ' || nullif(attidentity::text, ''), "
    "'collate ' || nullif(attcollation, 0)::regcollation::text, "
    "'statistics ' || nullif(attstattarget, -1)::text, "
    "'storage ' || CASE WHEN attstorage <> typstorage THEN attstorage::text END, "
    "'compression ' || nullif(to_jsonb(a) ->> 'attcompression', ''), "
    "array_to_string(attoptions, ', '), 'privileges ' || ",
    RIGHTS,
    "attacl) a)) FROM "
    "pg_attribute a JOIN r ON r.oid = attrelid JOIN pg_type t ON t.oid = atttypid LEFT JOIN "
    "pg_attrdef d ON adrelid = attrelid AND adnum = attnum WHERE attnum > 0 AND NOT attisdropped "
    "AND relkind IN ('r', 'p', 'v', 'm', 'f') ",
    /* what belongs to tables */
    "UNION ALL SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), "
    "CASE WHEN NOT indisvalid THEN 'not valid' END, CASE WHEN indisclustered THEN 'clustered' "
    "END, CASE WHEN indisreplident THEN 'replica identity' END, 'tablespace ' || (SELECT spcname "
    "FROM pg_tablespace WHERE oid = x.reltablespace)) FROM pg_index JOIN r ON r.oid = indrelid "
    "JOIN pg_class x ON x.oid = indexrelid WHERE r.relkind <> 't' "
    "UNION ALL SELECT pg_catalog.format('constraint %s of %s: %s', quote_ident(conname), name, "
    "pg_get_constraintdef(k.oid)) FROM pg_constraint k JOIN r ON r.oid = conrelid WHERE contype "
    "NOT IN ('t', 'n') "
    "UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), "
    "CASE WHEN tgenabled <> 'O' THEN 'enabled ' || tgenabled::text END) FROM pg_trigger t JOIN r ON "
    "r.oid = tgrelid WHERE NOT tgisinternal "
    "UNION ALL SELECT 'rule ' || pg_get_ruledef(w.oid) FROM pg_rewrite w JOIN r ON r.oid = "
    "ev_class WHERE rulename <> '_RETURN' "
    "UNION ALL SELECT concat_ws(' ', 'policy ' || quote_ident(polname) || ' on ' || name, polcmd, "
    "CASE WHEN polpermissive THEN 'permissive' END, polroles::regrole[]::text, "
    "pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy JOIN r "
    "ON r.oid = polrelid "
    "UNION ALL SELECT 'statistics ' || pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s "
    "JOIN n ON n.oid = stxnamespace "
    "UNION ALL SELECT pg_catalog.format('sequence %s as %s start %s by %s from %s to %s cache %s "
    "cycle %s%s', name, format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, "
    "seqcache, seqcycle, (SELECT pg_catalog.format(' of %s.%I', refobjid::regclass, attname) FROM "
    "pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid WHERE classid = "
    "'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i') AND refobjsubid > 0)) "
    "FROM pg_sequence JOIN r ON r.oid = seqrelid ",
    /* functions, types */
    "UNION ALL SELECT concat_ws(' ', CASE WHEN prokind = 'a' THEN 'aggregate ' || "
    "p.oid::regprocedure ELSE 'function ' || pg_get_functiondef(p.oid) END, 'owner ' || "
    "proowner::regrole::text) FROM pg_proc p JOIN n ON n.oid = pronamespace WHERE NOT "
    "EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND "
    "deptype = 'e') "
    "UNION ALL SELECT pg_catalog.format('privileges on %s: %s', p.oid::regprocedure, ",
    RIGHTS,
    "proacl) a)) "
    "FROM pg_proc p JOIN n ON n.oid = pronamespace WHERE proacl <> acldefault('f', proowner) "
    "UNION ALL SELECT concat_ws(' ', 'type ' || t.oid::regtype, 'owner ' || typowner::regrole::text, "
    "'as ' || nullif(format_type(typbasetype, typtypmod), '-'), 'default ' || typdefault, "
    "(SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE "
    "enumtypid = t.oid), 'privileges ' || CASE WHEN typacl <> acldefault('T', typowner) THEN ",
    RIGHTS,
    "typacl) a) END) FROM pg_type t JOIN n ON n.oid = typnamespace WHERE "
    "typtype IN ('e', 'd', 'r') OR typtype = 'c' AND EXISTS (SELECT FROM pg_class WHERE oid = "
    "typrelid AND relkind = 'c') "
    "UNION ALL SELECT pg_catalog.format('constraint %s of %s: %s', quote_ident(conname), "
    "contypid::regtype, pg_get_constraintdef(oid)) FROM pg_constraint WHERE contypid <> 0 AND "
    "contype = 'c' AND connamespace IN (SELECT oid FROM n) "
    "UNION ALL SELECT pg_catalog.format('comment on %s: %s', pg_describe_object(classoid, objoid, "
    "objsubid), description) FROM pg_description WHERE classoid IN ('pg_class'::regclass, "
    "'pg_constraint'::regclass, 'pg_trigger'::regclass, 'pg_proc'::regclass, "
    "'pg_type'::regclass, 'pg_policy'::regclass, 'pg_rewrite'::regclass, "
    "'pg_statistic_ext'::regclass) AND objoid >= 16384"
    ") things ORDER BY line COLLATE \"C\"",
    NULL};

bool
postgres_inventory(Connection *connection, Arena *arena, Names *lines, Error *err)
{
    Buf text = {.arena = arena};

    for (const char *const *part = INVENTORY; *part != NULL; part++)
        buf_add(&text, *part);
    AUTO(postgres_result_clear)
    PGresult *answer = postgres_query(connection, buf_text(&text), err);
    *lines = (Names){0};
    if (answer == NULL)
        return false;
    for (int i = 0; i < PQntuples(answer); i++)
        *VEC_ADD(arena, lines) = arena_text(arena, PQgetvalue(answer, i, 0));
    return true;
}
