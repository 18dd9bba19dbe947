-- upgrade
DO $migrate$
DECLARE
  path constant text := 'mood';
  old constant oid := path::regtype;
  gone constant text := 'gone';
  instead constant text := NULL;
  labels text; changes text[]; change text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = gone) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object',
      MESSAGE = format('type %s has no value %L', path, gone);
  END IF;
  changes := ARRAY(
    SELECT format('ALTER TABLE %s ', owner)
        || coalesce(format('ALTER COLUMN %s DROP DEFAULT, ', c) || left(value, 0), '')
        || format('ALTER COLUMN %s TYPE %s%s USING ', c, path, many)
        || CASE WHEN instead IS NULL THEN format('%s::text%s', c, many)
          WHEN many = '' THEN format('(CASE %s::text WHEN %L THEN %L ELSE %s::text END)', c,
            gone, instead, c)
          ELSE format('array_replace(%s::text[], %L, %L)', c, gone, instead) END
        || format('::%s%s', path, many)
        || coalesce(format(', ALTER COLUMN %s SET DEFAULT ', c) || value, '')
      FROM (SELECT attrelid::regclass::text AS owner, quote_ident(attname) AS c, attnum,
          CASE atttypid WHEN old THEN '' ELSE '[]' END AS many,
          pg_get_expr(adbin, adrelid) AS value
        FROM pg_attribute JOIN pg_class r ON r.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE atttypid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = old)
          AND relkind IN ('r', 'p') AND NOT attisdropped AND attinhcount = 0) columns
      ORDER BY owner, attnum);
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels
    FROM pg_enum WHERE enumtypid = old AND enumlabel <> gone;
  EXECUTE format('ALTER TYPE %s RENAME TO migrate_old', path);
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', path, labels);
  FOREACH change IN ARRAY changes LOOP
    EXECUTE change;
  END LOOP;
  EXECUTE format('DROP TYPE %s', old::regtype);
END
$migrate$;
DO $migrate$
DECLARE
  path constant text := 'public.mood';
  old constant oid := path::regtype;
  gone constant text := 'sad';
  instead constant text := 'ok';
  labels text; changes text[]; change text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = gone) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object',
      MESSAGE = format('type %s has no value %L', path, gone);
  END IF;
  changes := ARRAY(
    SELECT format('ALTER TABLE %s ', owner)
        || coalesce(format('ALTER COLUMN %s DROP DEFAULT, ', c) || left(value, 0), '')
        || format('ALTER COLUMN %s TYPE %s%s USING ', c, path, many)
        || CASE WHEN instead IS NULL THEN format('%s::text%s', c, many)
          WHEN many = '' THEN format('(CASE %s::text WHEN %L THEN %L ELSE %s::text END)', c,
            gone, instead, c)
          ELSE format('array_replace(%s::text[], %L, %L)', c, gone, instead) END
        || format('::%s%s', path, many)
        || coalesce(format(', ALTER COLUMN %s SET DEFAULT ', c) || value, '')
      FROM (SELECT attrelid::regclass::text AS owner, quote_ident(attname) AS c, attnum,
          CASE atttypid WHEN old THEN '' ELSE '[]' END AS many,
          pg_get_expr(adbin, adrelid) AS value
        FROM pg_attribute JOIN pg_class r ON r.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE atttypid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = old)
          AND relkind IN ('r', 'p') AND NOT attisdropped AND attinhcount = 0) columns
      ORDER BY owner, attnum);
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels
    FROM pg_enum WHERE enumtypid = old AND enumlabel <> gone;
  EXECUTE format('ALTER TYPE %s RENAME TO migrate_old', path);
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', path, labels);
  FOREACH change IN ARRAY changes LOOP
    EXECUTE change;
  END LOOP;
  EXECUTE format('DROP TYPE %s', old::regtype);
END
$migrate$;
DO $migrate$
DECLARE
  path constant text := 'mood';
  old constant oid := path::regtype;
  gone constant text := 'it''s';
  instead constant text := NULL;
  labels text; changes text[]; change text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = gone) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object',
      MESSAGE = format('type %s has no value %L', path, gone);
  END IF;
  changes := ARRAY(
    SELECT format('ALTER TABLE %s ', owner)
        || coalesce(format('ALTER COLUMN %s DROP DEFAULT, ', c) || left(value, 0), '')
        || format('ALTER COLUMN %s TYPE %s%s USING ', c, path, many)
        || CASE WHEN instead IS NULL THEN format('%s::text%s', c, many)
          WHEN many = '' THEN format('(CASE %s::text WHEN %L THEN %L ELSE %s::text END)', c,
            gone, instead, c)
          ELSE format('array_replace(%s::text[], %L, %L)', c, gone, instead) END
        || format('::%s%s', path, many)
        || coalesce(format(', ALTER COLUMN %s SET DEFAULT ', c) || value, '')
      FROM (SELECT attrelid::regclass::text AS owner, quote_ident(attname) AS c, attnum,
          CASE atttypid WHEN old THEN '' ELSE '[]' END AS many,
          pg_get_expr(adbin, adrelid) AS value
        FROM pg_attribute JOIN pg_class r ON r.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE atttypid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = old)
          AND relkind IN ('r', 'p') AND NOT attisdropped AND attinhcount = 0) columns
      ORDER BY owner, attnum);
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels
    FROM pg_enum WHERE enumtypid = old AND enumlabel <> gone;
  EXECUTE format('ALTER TYPE %s RENAME TO migrate_old', path);
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', path, labels);
  FOREACH change IN ARRAY changes LOOP
    EXECUTE change;
  END LOOP;
  EXECUTE format('DROP TYPE %s', old::regtype);
END
$migrate$;
ALTER TYPE mood ADD VALUE 'happy';

-- downgrade
-- another transaction
DO $migrate$
DECLARE
  path constant text := 'mood';
  old constant oid := path::regtype;
  gone constant text := 'happy';
  instead constant text := 'ok';
  labels text; changes text[]; change text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_enum WHERE enumtypid = old AND enumlabel = gone) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object',
      MESSAGE = format('type %s has no value %L', path, gone);
  END IF;
  changes := ARRAY(
    SELECT format('ALTER TABLE %s ', owner)
        || coalesce(format('ALTER COLUMN %s DROP DEFAULT, ', c) || left(value, 0), '')
        || format('ALTER COLUMN %s TYPE %s%s USING ', c, path, many)
        || CASE WHEN instead IS NULL THEN format('%s::text%s', c, many)
          WHEN many = '' THEN format('(CASE %s::text WHEN %L THEN %L ELSE %s::text END)', c,
            gone, instead, c)
          ELSE format('array_replace(%s::text[], %L, %L)', c, gone, instead) END
        || format('::%s%s', path, many)
        || coalesce(format(', ALTER COLUMN %s SET DEFAULT ', c) || value, '')
      FROM (SELECT attrelid::regclass::text AS owner, quote_ident(attname) AS c, attnum,
          CASE atttypid WHEN old THEN '' ELSE '[]' END AS many,
          pg_get_expr(adbin, adrelid) AS value
        FROM pg_attribute JOIN pg_class r ON r.oid = attrelid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE atttypid IN (SELECT unnest(ARRAY[oid, typarray]) FROM pg_type WHERE oid = old)
          AND relkind IN ('r', 'p') AND NOT attisdropped AND attinhcount = 0) columns
      ORDER BY owner, attnum);
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO labels
    FROM pg_enum WHERE enumtypid = old AND enumlabel <> gone;
  EXECUTE format('ALTER TYPE %s RENAME TO migrate_old', path);
  EXECUTE format('CREATE TYPE %s AS ENUM (%s)', path, labels);
  FOREACH change IN ARRAY changes LOOP
    EXECUTE change;
  END LOOP;
  EXECUTE format('DROP TYPE %s', old::regtype);
END
$migrate$;
ALTER TYPE mood ADD VALUE 'it''s' AFTER 'ok';
-- another transaction
ALTER TYPE public.mood ADD VALUE 'sad' BEFORE 'ok';
-- another transaction
ALTER TYPE mood ADD VALUE 'gone';
