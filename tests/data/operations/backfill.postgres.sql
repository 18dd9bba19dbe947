-- upgrade
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$note = 'order ' || id, total = coalesce(total, 0)$sql$;
  condition constant text := $sql$ AND (note IS NULL)$sql$;
  batch constant bigint := 2;
  step constant bigint := 1;
  pause constant double precision := 0.001;
  columns text; aliases text; same text; texts text; descending text;
  behind text; query text; rest text; key text[];
  part regclass; changed bigint; count bigint;
BEGIN
  SELECT string_agg(c, ', ' ORDER BY n),
      string_agg(format('%s AS migrate_%s', c, n), ', ' ORDER BY n),
      string_agg(format('%s.%s = migrate_%s', name, c, n), ' AND ' ORDER BY n),
      string_agg(format('migrate_%s::text', n), ', ' ORDER BY n),
      string_agg(format('migrate_%s DESC', n), ', ' ORDER BY n),
      string_agg(format('($1)[%s]::%s', n, t), ', ' ORDER BY n)
    INTO columns, aliases, same, texts, descending, behind
    FROM (SELECT quote_ident(a.attname) AS c, format_type(a.atttypid, a.atttypmod) AS t, k.n
      FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, n)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = path::regclass AND i.indisprimary AND k.n <= i.indnkeyatts) parts;
  IF columns IS NOT NULL THEN
    query := format('WITH batch AS MATERIALIZED (SELECT %s FROM %s WHERE ', aliases, path);
    rest := condition
      || format(' ORDER BY %s LIMIT %s FOR NO KEY UPDATE), changed AS (UPDATE %s SET ',
        columns, batch, path)
      || assignments || format(' FROM batch WHERE %s) SELECT ARRAY[%s] FROM batch', same, texts)
      || format(' ORDER BY %s LIMIT 1', descending);
    EXECUTE query || 'true' || rest INTO key;
    COMMIT;
    WHILE key IS NOT NULL LOOP
      PERFORM pg_sleep(pause);
      EXECUTE query || format('(%s) > (%s)', columns, behind) || rest INTO key USING key;
      COMMIT;
    END LOOP;
    RETURN;
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
    MESSAGE = path || ' has no primary key, so that a row could be changed twice';
END
$migrate$;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'visit';
  name constant text := 'visit';
  assignments constant text := $sql$label = country || year$sql$;
  condition constant text := $sql$$sql$;
  batch constant bigint := 1000;
  step constant bigint := 20;
  pause constant double precision := 0.000;
  columns text; aliases text; same text; texts text; descending text;
  behind text; query text; rest text; key text[];
  part regclass; changed bigint; count bigint;
BEGIN
  SELECT string_agg(c, ', ' ORDER BY n),
      string_agg(format('%s AS migrate_%s', c, n), ', ' ORDER BY n),
      string_agg(format('%s.%s = migrate_%s', name, c, n), ' AND ' ORDER BY n),
      string_agg(format('migrate_%s::text', n), ', ' ORDER BY n),
      string_agg(format('migrate_%s DESC', n), ', ' ORDER BY n),
      string_agg(format('($1)[%s]::%s', n, t), ', ' ORDER BY n)
    INTO columns, aliases, same, texts, descending, behind
    FROM (SELECT quote_ident(a.attname) AS c, format_type(a.atttypid, a.atttypmod) AS t, k.n
      FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, n)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = path::regclass AND i.indisprimary AND k.n <= i.indnkeyatts) parts;
  IF columns IS NOT NULL THEN
    query := format('WITH batch AS MATERIALIZED (SELECT %s FROM %s WHERE ', aliases, path);
    rest := condition
      || format(' ORDER BY %s LIMIT %s FOR NO KEY UPDATE), changed AS (UPDATE %s SET ',
        columns, batch, path)
      || assignments || format(' FROM batch WHERE %s) SELECT ARRAY[%s] FROM batch', same, texts)
      || format(' ORDER BY %s LIMIT 1', descending);
    EXECUTE query || 'true' || rest INTO key;
    COMMIT;
    WHILE key IS NOT NULL LOOP
      PERFORM pg_sleep(pause);
      EXECUTE query || format('(%s) > (%s)', columns, behind) || rest INTO key USING key;
      COMMIT;
    END LOOP;
    RETURN;
  END IF;
  FOR pass IN 1..3 LOOP
    changed := 0;
    FOREACH part IN ARRAY ARRAY(SELECT oid FROM pg_class WHERE oid = path::regclass
        AND relkind <> 'p' UNION SELECT relid FROM pg_partition_tree(path) WHERE isleaf)
    LOOP
      FOR block IN 0 .. pg_relation_size(part) / current_setting('block_size')::integer
          BY step LOOP
        EXECUTE format('UPDATE %s AS %s SET ', part, name) || assignments
          || format(' WHERE %s.ctid >= ''(%s,0)'' AND %s.ctid < ''(%s,0)''', name, block,
            name, block + step) || condition;
        GET DIAGNOSTICS count = ROW_COUNT;
        changed := changed + count;
        COMMIT;
        PERFORM pg_sleep(pause);
      END LOOP;
    END LOOP;
    EXIT WHEN changed = 0 OR condition = '';
  END LOOP;
END
$migrate$;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'loose';
  name constant text := 'loose';
  assignments constant text := $sql$b = a * 2$sql$;
  condition constant text := $sql$ AND (b IS NULL)$sql$;
  batch constant bigint := 100;
  step constant bigint := 2;
  pause constant double precision := 0.000;
  columns text; aliases text; same text; texts text; descending text;
  behind text; query text; rest text; key text[];
  part regclass; changed bigint; count bigint;
BEGIN
  SELECT string_agg(c, ', ' ORDER BY n),
      string_agg(format('%s AS migrate_%s', c, n), ', ' ORDER BY n),
      string_agg(format('%s.%s = migrate_%s', name, c, n), ' AND ' ORDER BY n),
      string_agg(format('migrate_%s::text', n), ', ' ORDER BY n),
      string_agg(format('migrate_%s DESC', n), ', ' ORDER BY n),
      string_agg(format('($1)[%s]::%s', n, t), ', ' ORDER BY n)
    INTO columns, aliases, same, texts, descending, behind
    FROM (SELECT quote_ident(a.attname) AS c, format_type(a.atttypid, a.atttypmod) AS t, k.n
      FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, n)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE i.indrelid = path::regclass AND i.indisprimary AND k.n <= i.indnkeyatts) parts;
  IF columns IS NOT NULL THEN
    query := format('WITH batch AS MATERIALIZED (SELECT %s FROM %s WHERE ', aliases, path);
    rest := condition
      || format(' ORDER BY %s LIMIT %s FOR NO KEY UPDATE), changed AS (UPDATE %s SET ',
        columns, batch, path)
      || assignments || format(' FROM batch WHERE %s) SELECT ARRAY[%s] FROM batch', same, texts)
      || format(' ORDER BY %s LIMIT 1', descending);
    EXECUTE query || 'true' || rest INTO key;
    COMMIT;
    WHILE key IS NOT NULL LOOP
      PERFORM pg_sleep(pause);
      EXECUTE query || format('(%s) > (%s)', columns, behind) || rest INTO key USING key;
      COMMIT;
    END LOOP;
    RETURN;
  END IF;
  FOR pass IN 1..3 LOOP
    changed := 0;
    FOREACH part IN ARRAY ARRAY(SELECT oid FROM pg_class WHERE oid = path::regclass
        AND relkind <> 'p' UNION SELECT relid FROM pg_partition_tree(path) WHERE isleaf)
    LOOP
      FOR block IN 0 .. pg_relation_size(part) / current_setting('block_size')::integer
          BY step LOOP
        EXECUTE format('UPDATE %s AS %s SET ', part, name) || assignments
          || format(' WHERE %s.ctid >= ''(%s,0)'' AND %s.ctid < ''(%s,0)''', name, block,
            name, block + step) || condition;
        GET DIAGNOSTICS count = ROW_COUNT;
        changed := changed + count;
        COMMIT;
        PERFORM pg_sleep(pause);
      END LOOP;
    END LOOP;
    EXIT WHEN changed = 0 OR condition = '';
  END LOOP;
END
$migrate$;

-- downgrade
