-- upgrade
-- outside any transaction
CREATE INDEX CONCURRENTLY ix_orders_total ON orders (total);
-- another transaction
COMMENT ON INDEX ix_orders_total IS 'by total';
-- another transaction
ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total > 0) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_total;
-- another transaction
ALTER TABLE orders ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_customer;
-- outside any transaction
CREATE UNIQUE INDEX CONCURRENTLY uq_orders_code ON orders (code);
-- another transaction
ALTER TABLE orders ADD CONSTRAINT uq_orders_code UNIQUE USING INDEX uq_orders_code;
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_not_null_check CHECK (id IS NOT NULL AND code IS NOT NULL) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_not_null_check;
-- another transaction
ALTER TABLE orders ALTER COLUMN id SET NOT NULL,
    ALTER COLUMN code SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_not_null_check;
-- outside any transaction
CREATE UNIQUE INDEX CONCURRENTLY pk_orders ON orders (id, code);
-- another transaction
ALTER TABLE orders ADD CONSTRAINT pk_orders PRIMARY KEY USING INDEX pk_orders;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$total = 0$sql$;
  condition constant text := $sql$ AND total IS NULL$sql$;
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
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_total_not_null_check CHECK (total IS NOT NULL) NOT VALID;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$total = 0$sql$;
  condition constant text := $sql$ AND total IS NULL$sql$;
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
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_null_check;
-- another transaction
ALTER TABLE orders ALTER COLUMN total SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_total_not_null_check;
-- another transaction
ALTER TABLE orders ALTER COLUMN note DROP DEFAULT,
    ALTER COLUMN note TYPE varchar(40),
    ALTER COLUMN note SET DEFAULT 'x';
-- another transaction
ALTER TABLE orders ADD COLUMN plain integer DEFAULT 1 NOT NULL;
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_plain_check CHECK (plain > 0) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_plain_check;
-- another transaction
ALTER TABLE orders ADD COLUMN token uuid,
    ALTER COLUMN token SET DEFAULT gen_random_uuid();
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$token = DEFAULT$sql$;
  condition constant text := $sql$ AND token IS NULL$sql$;
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
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_token_not_null_check CHECK (token IS NOT NULL) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_token_not_null_check;
-- another transaction
ALTER TABLE orders ALTER COLUMN token SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_token_not_null_check;
-- outside any transaction
CREATE UNIQUE INDEX CONCURRENTLY orders_token_key ON orders (token);
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_token_key UNIQUE USING INDEX orders_token_key;
-- another transaction
ALTER TABLE orders ADD COLUMN state text;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$state = CASE WHEN total > 10 THEN 'done' ELSE 'new' END$sql$;
  condition constant text := $sql$ AND state IS NULL$sql$;
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
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_state_not_null_check CHECK (state IS NOT NULL) NOT VALID;
-- outside any transaction
DO $migrate$
DECLARE
  path constant text := 'orders';
  name constant text := 'orders';
  assignments constant text := $sql$state = CASE WHEN total > 10 THEN 'done' ELSE 'new' END$sql$;
  condition constant text := $sql$ AND state IS NULL$sql$;
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
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_state_not_null_check;
-- another transaction
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_state_not_null_check;
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_state_values CHECK (state IN ('new', 'done')) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_state_values;
-- another transaction
ALTER TABLE orders ADD CONSTRAINT orders_state_fkey FOREIGN KEY (state) REFERENCES state (name) NOT VALID;
-- another transaction
ALTER TABLE orders VALIDATE CONSTRAINT orders_state_fkey;

-- downgrade
-- another transaction
ALTER TABLE orders DROP COLUMN state;
ALTER TABLE orders DROP COLUMN token;
ALTER TABLE orders DROP COLUMN plain;
ALTER TABLE orders ALTER COLUMN note DROP DEFAULT,
    ALTER COLUMN note TYPE varchar(20);
-- another transaction
ALTER TABLE orders ALTER COLUMN total DROP NOT NULL;
-- another transaction
ALTER TABLE orders DROP CONSTRAINT pk_orders;
ALTER TABLE orders DROP CONSTRAINT uq_orders_code;
ALTER TABLE orders DROP CONSTRAINT fk_orders_customer;
ALTER TABLE orders DROP CONSTRAINT ck_orders_total;
-- outside any transaction
DROP INDEX CONCURRENTLY ix_orders_total;
