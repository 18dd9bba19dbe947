-- one of everything that pg_dump writes
CREATE EXTENSION hstore;
CREATE SCHEMA "odd schema; -- x";
COMMENT ON SCHEMA "odd schema; -- x" IS 'it''s; /* odd */ $$ \ ';
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'ha;ppy', E'tab\there');
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN zip AS text DEFAULT '00000' CHECK (VALUE ~ '^\d{5}$') CHECK (VALUE <> '99999;');
CREATE SEQUENCE odd_numbers INCREMENT BY 2 MINVALUE -5 START 1 CYCLE;
SELECT setval('odd_numbers', 41);
CREATE FUNCTION plus(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b;';
SELECT :SERVER_VERSION_NUM >= 140000 AS is_14 \gset
\if :is_14
CREATE FUNCTION atomic(a integer) RETURNS integer LANGUAGE sql
    BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN a ELSE 1 END AS "end"; SELECT a AS "begin"; END;
\endif
SELECT :SERVER_VERSION_NUM >= 150000 AS is_15 \gset
\if :is_15
CREATE TABLE newer (a integer, UNIQUE NULLS NOT DISTINCT (a));
CREATE PUBLICATION part FOR TABLE newer WHERE (a > 5);
\endif
CREATE FUNCTION body(text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $body$
DECLARE "begin" text := $q$;$q$;
BEGIN
    -- a comment; with 'quotes
    RETURN $1 || "begin" || E'\\' || $$it's$$;
END $body$;
CREATE PROCEDURE nothing() LANGUAGE sql AS '';
CREATE AGGREGATE longest(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE OPERATOR ## (LEFTARG = integer, RIGHTARG = integer, FUNCTION = plus);
CREATE CAST (pair AS text) WITH INOUT;
CREATE COLLATION binary_order FROM "C";
CREATE TABLE account (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10) PRIMARY KEY,
    serial_number serial,
    name text COLLATE binary_order NOT NULL DEFAULT 'no; ''body''',
    upper_name text GENERATED ALWAYS AS (upper(name)) STORED,
    how mood DEFAULT 'ha;ppy',
    place zip,
    pairs pair[],
    at timestamptz DEFAULT now(),
    doc jsonb CHECK (doc ? 'a' OR doc IS NULL),
    tags hstore,
    bits bytea,
    period daterange,
    EXCLUDE USING gist (period WITH &&) WHERE (period IS NOT NULL),
    UNIQUE (name, place) DEFERRABLE
) WITH (fillfactor = 70);
COMMENT ON COLUMN account.name IS E'two\nlines;\n\\. and a backslash line';
CREATE TABLE "Odd Table; ""x""" ("select" integer REFERENCES account ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "a.b" text);
CREATE TABLE event (at date NOT NULL, kind text NOT NULL, n integer) PARTITION BY RANGE (at);
CREATE TABLE event_2026 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (kind);
CREATE TABLE event_2026_a PARTITION OF event_2026 FOR VALUES IN ('a', 'it''s');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE INDEX event_at ON event (at, (n + 1)) INCLUDE (kind) WHERE n > 0;
CREATE TABLE parent (a integer);
CREATE TABLE child (b integer) INHERITS (parent);
CREATE TABLE "odd schema; -- x".empty ();
CREATE UNLOGGED TABLE fast (a integer);
CREATE INDEX account_lower ON account (lower(name) text_pattern_ops DESC NULLS LAST);
CREATE STATISTICS account_stat (dependencies) ON id, name FROM account;
CREATE VIEW names AS SELECT id, name, ';' AS "end" FROM account WHERE name <> '--' WITH CHECK OPTION;
CREATE VIEW circle_b AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW counted AS SELECT how, count(*) AS n FROM account GROUP BY how;
CREATE UNIQUE INDEX ON counted (how);
CREATE RULE quiet AS ON DELETE TO names DO INSTEAD (SELECT 1; SELECT 2);
CREATE RULE noted AS ON INSERT TO parent WHERE new.a < 0 DO ALSO NOTHING;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := now(); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE OF name ON account FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM 'a;b') EXECUTE FUNCTION touch();
CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON parent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION never();
CREATE FUNCTION noticed() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$;
CREATE EVENT TRIGGER noticed ON sql_drop EXECUTE FUNCTION noticed();
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON account FOR SELECT USING (name = current_user OR name = ';');
CREATE PUBLICATION listed FOR TABLE account, parent;
CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple);
ALTER TABLE account ALTER COLUMN doc SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 500;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
GRANT SELECT (id, name), INSERT (name) ON account TO PUBLIC;
REVOKE EXECUTE ON FUNCTION body(text) FROM PUBLIC;
INSERT INTO account (name, how, place, pairs, doc, tags, bits, at, period) VALUES
    ('', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (E'\\.', 'sad', '12345', '{"(1,\"a;b\")"}', '{"a": "\u0001;\\n"}', 'a=>";"', '\x00ff5c2e0a', '2026-11-20 14:03:11.5+00', '[2026-01-01,2026-02-01)'),
    (E'line\nline\r\nand\rCR\ttab\bback\fform\vvt', 'it''s ok', '00001', '{}', '{"a": null}', '', '', 'infinity', 'empty'),
    (E'\\N', E'tab\there', '00002', '{NULL}', NULL, 'x=>NULL', '\x', '-infinity', NULL),
    (E'-- migrate', 'sad', '00003', NULL, NULL, NULL, NULL, '2000-01-01', NULL),
    (E'Zoë ’ 漢字 😀 \u00a0\u2028', 'sad', '00004', NULL, NULL, NULL, NULL, '2000-01-01', NULL),
    ('''"$$;/*', 'sad', '00005', NULL, NULL, NULL, NULL, '2000-01-01', NULL);
INSERT INTO "Odd Table; ""x""" VALUES (10, E'\\restrict x'), (11, E'\n\\.\n');
INSERT INTO event SELECT '2026-03-01'::date + i, CASE i % 2 WHEN 0 THEN 'a' ELSE 'it''s' END, i FROM generate_series(1, 50) i;
INSERT INTO event VALUES ('2030-01-01', 'z', 0);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (2, 3);
INSERT INTO "odd schema; -- x".empty DEFAULT VALUES;
INSERT INTO fast VALUES (1);
REFRESH MATERIALIZED VIEW counted;
-- large objects; the first is longer than pg_dump writes at once, the third is empty
SELECT lo_from_bytea(4711, decode(repeat('00ff275c0a2d2d206d6967726174653a75700a', 2000), 'hex'));
SELECT lo_from_bytea(4712, '\x00');
SELECT lo_create(4713);
COMMENT ON LARGE OBJECT 4711 IS E'it''s; \n-- odd\n\\.';
GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;
GRANT UPDATE ON LARGE OBJECT 4712 TO pg_monitor;
INSERT INTO parent VALUES (4711);
