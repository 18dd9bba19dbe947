-- SPDX-License-Identifier: MIT
-- For bin/dump: what is in a database, an object a line, on any server from 13 on. What belongs to an
-- extension is left out, and so are the tables and sequences that :without names; :rows says whether
-- rows are printed.
SET search_path TO pg_catalog;
CREATE FUNCTION pg_temp.is_ours(object_class regclass, object oid) RETURNS boolean LANGUAGE sql AS $$
    SELECT $2 >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = $1 AND objid = $2 AND objsubid = 0 AND deptype = 'e')
$$;
-- 13 and 14 keep no rights of the owner of `public` apart, so rights are in no order
CREATE FUNCTION pg_temp.rights(aclitem[]) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(item::text, ' ' ORDER BY item::text) FROM unnest($1) AS item
$$;
CREATE TEMP TABLE here AS
SELECT oid, oid::regclass::text AS name, relkind AS kind FROM pg_class AS c
WHERE pg_temp.is_ours('pg_class', oid) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
    AND relnamespace::regnamespace::text !~ '^(pg_temp|pg_toast)'
    AND relname !~ ('^' || replace(:'without', '*', '.*') || '$');

SELECT concat_ws(' ', 'SCHEMA', nspname, nspowner::regrole, pg_temp.rights(nspacl)) FROM pg_namespace
WHERE nspname = 'public' OR pg_temp.is_ours('pg_namespace', oid) AND nspname !~ '^pg_(temp|toast)' ORDER BY 1;
SELECT concat_ws(' ', 'EXTENSION', extname, extversion, extnamespace::regnamespace) FROM pg_extension ORDER BY 1;
SELECT concat_ws(' ', 'TYPE', t.oid::regtype, typtype, typowner::regrole, pg_temp.rights(typacl),
    (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
    (SELECT rngsubtype::regtype FROM pg_range WHERE rngtypid = t.oid),
    nullif(format_type(typbasetype, typtypmod), '-'), CASE WHEN typnotnull THEN 'NOT NULL' END,
    CASE WHEN typcollation <> 0 THEN typcollation::regcollation END, 'DEFAULT ' || typdefault)
FROM pg_type AS t
WHERE pg_temp.is_ours('pg_type', oid) AND typtype IN ('b', 'd', 'e', 'r') AND typcategory <> 'A' ORDER BY 1;
SELECT concat_ws(' ', 'RELATION', name, relkind, relpersistence, relowner::regrole, pg_temp.rights(relacl), reloptions,
    relreplident, CASE WHEN relrowsecurity THEN 'ROW SECURITY' END, CASE WHEN relforcerowsecurity THEN 'FORCED' END,
    pg_get_partkeydef(c.oid), pg_get_expr(relpartbound, c.oid), 'OF ' || nullif(reloftype, 0)::regtype,
    (SELECT string_agg('FROM ' || inhparent::regclass, ' ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid),
    CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END)
FROM here JOIN pg_class AS c USING (oid) ORDER BY 1;
SELECT concat_ws(' ', 'COLUMN', name, row_number() OVER (PARTITION BY c.oid ORDER BY attnum), quote_ident(attname),
    format_type(atttypid, atttypmod), CASE WHEN attcollation <> typcollation THEN attcollation::regcollation END,
    CASE WHEN attnotnull THEN 'NOT NULL' END, 'IDENTITY ' || nullif(attidentity::text, ''),
    CASE attgenerated WHEN '' THEN 'DEFAULT ' ELSE 'GENERATED ' || attgenerated::text || ' ' END || pg_get_expr(adbin, adrelid),
    attstorage, 'STATISTICS ' || nullif(attstattarget, -1), attoptions, pg_temp.rights(attacl),
    CASE WHEN attislocal THEN 'LOCAL' END)
FROM here AS c JOIN pg_attribute ON attrelid = c.oid JOIN pg_type AS t ON t.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = c.oid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND kind <> 'S' ORDER BY name, attnum;
SELECT concat_ws(' ', 'SEQUENCE', name, seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle,
    CASE WHEN :rows THEN pg_sequence_last_value(seqrelid) END,
    (SELECT refobjid::regclass || ' ' || refobjsubid || deptype::text FROM pg_depend
     WHERE classid = 'pg_class'::regclass AND objid = seqrelid AND deptype IN ('a', 'i')))
FROM here JOIN pg_sequence ON seqrelid = oid ORDER BY 1;
SELECT concat_ws(' ', 'CONSTRAINT', conname, 'ON', name, nullif(contypid, 0)::regtype, pg_get_constraintdef(c.oid),
    CASE WHEN conislocal THEN 'LOCAL' END)
FROM pg_constraint AS c LEFT JOIN here ON conrelid = here.oid
WHERE here.oid IS NOT NULL OR conrelid = 0 AND pg_temp.is_ours('pg_constraint', c.oid) ORDER BY 1;
SELECT concat_ws(' ', 'INDEX', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'INVALID' END,
    CASE WHEN indisclustered THEN 'CLUSTERED' END, CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END)
FROM here JOIN pg_index ON indrelid = oid ORDER BY 1;
SELECT concat_ws(' ', 'TRIGGER', pg_get_triggerdef(t.oid), tgenabled)
FROM here JOIN pg_trigger AS t ON tgrelid = here.oid WHERE NOT tgisinternal ORDER BY 1;
SELECT concat_ws(' ', 'RULE', pg_get_ruledef(r.oid), ev_enabled)
FROM here JOIN pg_rewrite AS r ON ev_class = here.oid WHERE rulename <> '_RETURN' ORDER BY 1;
SELECT concat_ws(' ', 'POLICY', polname, name, polcmd, polpermissive, polroles::regrole[],
    pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
FROM here JOIN pg_policy ON polrelid = here.oid ORDER BY 1;
SELECT concat_ws(' ', 'STATISTICS', pg_get_statisticsobjdef(s.oid))
FROM here JOIN pg_statistic_ext AS s ON stxrelid = here.oid ORDER BY 1;
SELECT concat_ws(' ', 'FUNCTION', oid::regprocedure, prokind, proowner::regrole, pg_temp.rights(proacl),
    CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid) END)
FROM pg_proc WHERE pg_temp.is_ours('pg_proc', oid) AND pronamespace <> pg_my_temp_schema() ORDER BY 1;
-- of these only what they are called
SELECT concat_ws(' ', upper(type), identity)
FROM (SELECT 'pg_operator'::regclass AS class, oid FROM pg_operator UNION ALL
      SELECT 'pg_opclass'::regclass, oid FROM pg_opclass UNION ALL
      SELECT 'pg_collation'::regclass, oid FROM pg_collation UNION ALL
      SELECT 'pg_cast'::regclass, oid FROM pg_cast UNION ALL
      SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger UNION ALL
      SELECT 'pg_publication'::regclass, oid FROM pg_publication UNION ALL
      SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server UNION ALL
      SELECT 'pg_default_acl'::regclass, oid FROM pg_default_acl UNION ALL
      SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config) AS object, pg_identify_object(class, object.oid, 0)
WHERE pg_temp.is_ours(class, object.oid) ORDER BY 1;
SELECT concat_ws(' ', 'COMMENT', type, identity, quote_literal(description))
FROM pg_description, pg_identify_object(classoid, objoid, objsubid)
WHERE (pg_temp.is_ours(classoid, objoid) OR identity = 'public')
    AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM here) OR type ~ 'index') ORDER BY 1;
\if :rows
SELECT format('SELECT %L || row::text FROM ONLY %s AS row ORDER BY 1', 'INSERT ' || name || ' ', name)
FROM here WHERE kind = 'r' ORDER BY name
\gexec
\endif
