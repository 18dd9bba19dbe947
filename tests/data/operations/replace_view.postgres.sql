-- upgrade
DO $migrate$
DECLARE
  path constant text := 'rich';
  definition constant text := $sql$CREATE OR REPLACE VIEW rich AS
SELECT id, total, note FROM orders WHERE total > 20$sql$;
  item record; part record;
  drops text[] := '{}'; makes text[] := '{}';
  only_with jsonb := '{}'; /* which of them need a column */
BEGIN
  BEGIN
    EXECUTE definition;
    RETURN;
  EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN
    NULL; -- with other columns, or another kind: below
  END;
  FOR item IN
    WITH RECURSIVE tree(oid, depth) AS (
      SELECT path::regclass::oid, 0
      UNION
      SELECT c.oid, tree.depth + 1 FROM tree JOIN pg_depend d ON d.refobjid = tree.oid
          AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.oid <> tree.oid AND c.relkind IN ('v', 'm'))
    SELECT c.*, c.oid::regclass::text AS path, deepest.depth, CASE c.relkind
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
      FROM (SELECT oid, max(depth) AS depth FROM tree GROUP BY oid) AS deepest
        JOIN pg_class c USING (oid) ORDER BY depth, path
  LOOP
    drops := format('DROP %s %s', item.kind, item.path) || drops;
    IF item.depth = 0 THEN
      makes := makes || definition;
    ELSE
      makes := makes || format('CREATE %s %s%s AS %s%s', item.kind, item.path,
        ' WITH (' || array_to_string(item.reloptions, ', ') || ')',
        rtrim(pg_get_viewdef(item.oid), '; '),
        CASE WHEN NOT item.relispopulated THEN ' WITH NO DATA' END);
    END IF;
    makes := makes || ARRAY(
      SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = item.oid
      UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxrelid = item.oid
      UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = item.oid
        AND rulename <> '_RETURN'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = item.oid
        AND NOT tgisinternal
      UNION ALL SELECT format('COMMENT ON %s %s IS %L', item.kind, item.path, description)
        FROM pg_description WHERE objoid = item.oid AND classoid = 'pg_class'::regclass
        AND objsubid = 0
      UNION ALL SELECT format('COMMENT ON INDEX %s IS %L', objoid::regclass, description)
        FROM pg_description JOIN pg_index ON objoid = indexrelid
        WHERE indrelid = item.oid AND classoid = 'pg_class'::regclass
      UNION ALL SELECT format('GRANT %s ON %s TO %s%s', privilege_type, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM aclexplode(item.relacl) WHERE grantee <> item.relowner
      UNION ALL SELECT format('ALTER TABLE %s OWNER TO %s', item.path,
          item.relowner::regrole) WHERE pg_get_userbyid(item.relowner) <> current_user);
    /* what columns have: of the view itself, only of those that it still has */
    FOR part IN
      SELECT attname, format('COMMENT ON COLUMN %s.%I IS %L', item.path, attname,
          col_description(attrelid, attnum)) AS make FROM pg_attribute
        WHERE attrelid = item.oid AND col_description(attrelid, attnum) IS NOT NULL
      UNION ALL SELECT attname, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
          item.path, attname, pg_get_expr(adbin, adrelid)) FROM pg_attribute
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = item.oid
      UNION ALL SELECT attname, format('GRANT %s (%I) ON %s TO %s%s', privilege_type,
          attname, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = item.oid
    LOOP
      makes := makes || part.make;
      only_with := only_with || jsonb_build_object(array_length(makes, 1),
        jsonb_build_array(item.path, part.attname));
    END LOOP;
  END LOOP;
  FOR n IN 1 .. array_length(drops, 1) LOOP
    EXECUTE drops[n];
  END LOOP;
  FOR n IN 1 .. array_length(makes, 1) LOOP
    IF only_with -> n::text IS NULL OR EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = (only_with -> n::text ->> 0)::regclass
        AND attname = only_with -> n::text ->> 1) THEN
      EXECUTE makes[n];
    END IF;
  END LOOP;
END
$migrate$;
DO $migrate$
DECLARE
  path constant text := 'poor';
  definition constant text := $sql$CREATE OR REPLACE VIEW poor AS
SELECT note, id FROM orders WHERE total < 5$sql$;
  item record; part record;
  drops text[] := '{}'; makes text[] := '{}';
  only_with jsonb := '{}'; /* which of them need a column */
BEGIN
  BEGIN
    EXECUTE definition;
    RETURN;
  EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN
    NULL; -- with other columns, or another kind: below
  END;
  FOR item IN
    WITH RECURSIVE tree(oid, depth) AS (
      SELECT path::regclass::oid, 0
      UNION
      SELECT c.oid, tree.depth + 1 FROM tree JOIN pg_depend d ON d.refobjid = tree.oid
          AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.oid <> tree.oid AND c.relkind IN ('v', 'm'))
    SELECT c.*, c.oid::regclass::text AS path, deepest.depth, CASE c.relkind
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
      FROM (SELECT oid, max(depth) AS depth FROM tree GROUP BY oid) AS deepest
        JOIN pg_class c USING (oid) ORDER BY depth, path
  LOOP
    drops := format('DROP %s %s', item.kind, item.path) || drops;
    IF item.depth = 0 THEN
      makes := makes || definition;
    ELSE
      makes := makes || format('CREATE %s %s%s AS %s%s', item.kind, item.path,
        ' WITH (' || array_to_string(item.reloptions, ', ') || ')',
        rtrim(pg_get_viewdef(item.oid), '; '),
        CASE WHEN NOT item.relispopulated THEN ' WITH NO DATA' END);
    END IF;
    makes := makes || ARRAY(
      SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = item.oid
      UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxrelid = item.oid
      UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = item.oid
        AND rulename <> '_RETURN'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = item.oid
        AND NOT tgisinternal
      UNION ALL SELECT format('COMMENT ON %s %s IS %L', item.kind, item.path, description)
        FROM pg_description WHERE objoid = item.oid AND classoid = 'pg_class'::regclass
        AND objsubid = 0
      UNION ALL SELECT format('COMMENT ON INDEX %s IS %L', objoid::regclass, description)
        FROM pg_description JOIN pg_index ON objoid = indexrelid
        WHERE indrelid = item.oid AND classoid = 'pg_class'::regclass
      UNION ALL SELECT format('GRANT %s ON %s TO %s%s', privilege_type, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM aclexplode(item.relacl) WHERE grantee <> item.relowner
      UNION ALL SELECT format('ALTER TABLE %s OWNER TO %s', item.path,
          item.relowner::regrole) WHERE pg_get_userbyid(item.relowner) <> current_user);
    /* what columns have: of the view itself, only of those that it still has */
    FOR part IN
      SELECT attname, format('COMMENT ON COLUMN %s.%I IS %L', item.path, attname,
          col_description(attrelid, attnum)) AS make FROM pg_attribute
        WHERE attrelid = item.oid AND col_description(attrelid, attnum) IS NOT NULL
      UNION ALL SELECT attname, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
          item.path, attname, pg_get_expr(adbin, adrelid)) FROM pg_attribute
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = item.oid
      UNION ALL SELECT attname, format('GRANT %s (%I) ON %s TO %s%s', privilege_type,
          attname, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = item.oid
    LOOP
      makes := makes || part.make;
      only_with := only_with || jsonb_build_object(array_length(makes, 1),
        jsonb_build_array(item.path, part.attname));
    END LOOP;
  END LOOP;
  FOR n IN 1 .. array_length(drops, 1) LOOP
    EXECUTE drops[n];
  END LOOP;
  FOR n IN 1 .. array_length(makes, 1) LOOP
    IF only_with -> n::text IS NULL OR EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = (only_with -> n::text ->> 0)::regclass
        AND attname = only_with -> n::text ->> 1) THEN
      EXECUTE makes[n];
    END IF;
  END LOOP;
END
$migrate$;

-- downgrade
DO $migrate$
DECLARE
  path constant text := 'poor';
  definition constant text := $sql$CREATE OR REPLACE VIEW poor AS
SELECT id, note FROM orders WHERE total < 10$sql$;
  item record; part record;
  drops text[] := '{}'; makes text[] := '{}';
  only_with jsonb := '{}'; /* which of them need a column */
BEGIN
  BEGIN
    EXECUTE definition;
    RETURN;
  EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN
    NULL; -- with other columns, or another kind: below
  END;
  FOR item IN
    WITH RECURSIVE tree(oid, depth) AS (
      SELECT path::regclass::oid, 0
      UNION
      SELECT c.oid, tree.depth + 1 FROM tree JOIN pg_depend d ON d.refobjid = tree.oid
          AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.oid <> tree.oid AND c.relkind IN ('v', 'm'))
    SELECT c.*, c.oid::regclass::text AS path, deepest.depth, CASE c.relkind
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
      FROM (SELECT oid, max(depth) AS depth FROM tree GROUP BY oid) AS deepest
        JOIN pg_class c USING (oid) ORDER BY depth, path
  LOOP
    drops := format('DROP %s %s', item.kind, item.path) || drops;
    IF item.depth = 0 THEN
      makes := makes || definition;
    ELSE
      makes := makes || format('CREATE %s %s%s AS %s%s', item.kind, item.path,
        ' WITH (' || array_to_string(item.reloptions, ', ') || ')',
        rtrim(pg_get_viewdef(item.oid), '; '),
        CASE WHEN NOT item.relispopulated THEN ' WITH NO DATA' END);
    END IF;
    makes := makes || ARRAY(
      SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = item.oid
      UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxrelid = item.oid
      UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = item.oid
        AND rulename <> '_RETURN'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = item.oid
        AND NOT tgisinternal
      UNION ALL SELECT format('COMMENT ON %s %s IS %L', item.kind, item.path, description)
        FROM pg_description WHERE objoid = item.oid AND classoid = 'pg_class'::regclass
        AND objsubid = 0
      UNION ALL SELECT format('COMMENT ON INDEX %s IS %L', objoid::regclass, description)
        FROM pg_description JOIN pg_index ON objoid = indexrelid
        WHERE indrelid = item.oid AND classoid = 'pg_class'::regclass
      UNION ALL SELECT format('GRANT %s ON %s TO %s%s', privilege_type, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM aclexplode(item.relacl) WHERE grantee <> item.relowner
      UNION ALL SELECT format('ALTER TABLE %s OWNER TO %s', item.path,
          item.relowner::regrole) WHERE pg_get_userbyid(item.relowner) <> current_user);
    /* what columns have: of the view itself, only of those that it still has */
    FOR part IN
      SELECT attname, format('COMMENT ON COLUMN %s.%I IS %L', item.path, attname,
          col_description(attrelid, attnum)) AS make FROM pg_attribute
        WHERE attrelid = item.oid AND col_description(attrelid, attnum) IS NOT NULL
      UNION ALL SELECT attname, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
          item.path, attname, pg_get_expr(adbin, adrelid)) FROM pg_attribute
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = item.oid
      UNION ALL SELECT attname, format('GRANT %s (%I) ON %s TO %s%s', privilege_type,
          attname, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = item.oid
    LOOP
      makes := makes || part.make;
      only_with := only_with || jsonb_build_object(array_length(makes, 1),
        jsonb_build_array(item.path, part.attname));
    END LOOP;
  END LOOP;
  FOR n IN 1 .. array_length(drops, 1) LOOP
    EXECUTE drops[n];
  END LOOP;
  FOR n IN 1 .. array_length(makes, 1) LOOP
    IF only_with -> n::text IS NULL OR EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = (only_with -> n::text ->> 0)::regclass
        AND attname = only_with -> n::text ->> 1) THEN
      EXECUTE makes[n];
    END IF;
  END LOOP;
END
$migrate$;
DO $migrate$
DECLARE
  path constant text := 'rich';
  definition constant text := $sql$CREATE OR REPLACE VIEW rich AS
SELECT id, total FROM orders WHERE total > 10$sql$;
  item record; part record;
  drops text[] := '{}'; makes text[] := '{}';
  only_with jsonb := '{}'; /* which of them need a column */
BEGIN
  BEGIN
    EXECUTE definition;
    RETURN;
  EXCEPTION WHEN invalid_table_definition OR wrong_object_type THEN
    NULL; -- with other columns, or another kind: below
  END;
  FOR item IN
    WITH RECURSIVE tree(oid, depth) AS (
      SELECT path::regclass::oid, 0
      UNION
      SELECT c.oid, tree.depth + 1 FROM tree JOIN pg_depend d ON d.refobjid = tree.oid
          AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.oid <> tree.oid AND c.relkind IN ('v', 'm'))
    SELECT c.*, c.oid::regclass::text AS path, deepest.depth, CASE c.relkind
        WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
      FROM (SELECT oid, max(depth) AS depth FROM tree GROUP BY oid) AS deepest
        JOIN pg_class c USING (oid) ORDER BY depth, path
  LOOP
    drops := format('DROP %s %s', item.kind, item.path) || drops;
    IF item.depth = 0 THEN
      makes := makes || definition;
    ELSE
      makes := makes || format('CREATE %s %s%s AS %s%s', item.kind, item.path,
        ' WITH (' || array_to_string(item.reloptions, ', ') || ')',
        rtrim(pg_get_viewdef(item.oid), '; '),
        CASE WHEN NOT item.relispopulated THEN ' WITH NO DATA' END);
    END IF;
    makes := makes || ARRAY(
      SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = item.oid
      UNION ALL SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext
        WHERE stxrelid = item.oid
      UNION ALL SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE ev_class = item.oid
        AND rulename <> '_RETURN'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = item.oid
        AND NOT tgisinternal
      UNION ALL SELECT format('COMMENT ON %s %s IS %L', item.kind, item.path, description)
        FROM pg_description WHERE objoid = item.oid AND classoid = 'pg_class'::regclass
        AND objsubid = 0
      UNION ALL SELECT format('COMMENT ON INDEX %s IS %L', objoid::regclass, description)
        FROM pg_description JOIN pg_index ON objoid = indexrelid
        WHERE indrelid = item.oid AND classoid = 'pg_class'::regclass
      UNION ALL SELECT format('GRANT %s ON %s TO %s%s', privilege_type, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM aclexplode(item.relacl) WHERE grantee <> item.relowner
      UNION ALL SELECT format('ALTER TABLE %s OWNER TO %s', item.path,
          item.relowner::regrole) WHERE pg_get_userbyid(item.relowner) <> current_user);
    /* what columns have: of the view itself, only of those that it still has */
    FOR part IN
      SELECT attname, format('COMMENT ON COLUMN %s.%I IS %L', item.path, attname,
          col_description(attrelid, attnum)) AS make FROM pg_attribute
        WHERE attrelid = item.oid AND col_description(attrelid, attnum) IS NOT NULL
      UNION ALL SELECT attname, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s',
          item.path, attname, pg_get_expr(adbin, adrelid)) FROM pg_attribute
        JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = item.oid
      UNION ALL SELECT attname, format('GRANT %s (%I) ON %s TO %s%s', privilege_type,
          attname, item.path,
          CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
          CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END)
        FROM pg_attribute, aclexplode(attacl) WHERE attrelid = item.oid
    LOOP
      makes := makes || part.make;
      only_with := only_with || jsonb_build_object(array_length(makes, 1),
        jsonb_build_array(item.path, part.attname));
    END LOOP;
  END LOOP;
  FOR n IN 1 .. array_length(drops, 1) LOOP
    EXECUTE drops[n];
  END LOOP;
  FOR n IN 1 .. array_length(makes, 1) LOOP
    IF only_with -> n::text IS NULL OR EXISTS (SELECT FROM pg_attribute
        WHERE attrelid = (only_with -> n::text ->> 0)::regclass
        AND attname = only_with -> n::text ->> 1) THEN
      EXECUTE makes[n];
    END IF;
  END LOOP;
END
$migrate$;
