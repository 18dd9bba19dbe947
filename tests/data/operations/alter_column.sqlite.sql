-- upgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    total NUMERIC(12, 2),
    code TEXT, -- of the customer''s own
    kind text,
    size integer DEFAULT 7 NOT NULL,
    note TEXT,
    state TEXT DEFAULT ''new'' CONSTRAINT orders_state_values CHECK (state IN (''new'', ''done''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (
    id INTEGER PRIMARY KEY,
    total NUMERIC(14, 2),
    code INTEGER, -- of the customer's own
    kind text DEFAULT 'small',
    size integer,
    note VARCHAR(100),
    state TEXT DEFAULT 'paid' CONSTRAINT orders_state_values CHECK (state IN ('new', 'paid', 'done'))
);
INSERT INTO _migrate_new_orders (id, total, code, kind, size, note, state) SELECT id, total, code, kind, size, substr(note, 1, 100), state FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    total NUMERIC(14, 2),
    code INTEGER, -- of the customer''s own
    kind text DEFAULT ''small'',
    size integer,
    note VARCHAR(100),
    state TEXT DEFAULT ''paid'' CONSTRAINT orders_state_values CHECK (state IN (''new'', ''paid'', ''done''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (
    id INTEGER PRIMARY KEY,
    total NUMERIC(12, 2),
    code TEXT, -- of the customer's own
    kind text,
    size integer DEFAULT 7 NOT NULL,
    note TEXT,
    state TEXT DEFAULT 'new' CONSTRAINT orders_state_values CHECK (state IN ('new', 'done'))
);
INSERT INTO _migrate_new_orders (id, total, code, kind, size, note, state) SELECT id, total, code, kind, size, note, state FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
