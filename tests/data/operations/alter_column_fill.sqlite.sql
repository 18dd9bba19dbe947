-- upgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint PRIMARY KEY, total NUMERIC(12, 2), note text)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint PRIMARY KEY, total NUMERIC(14, 2) NOT NULL, note text NOT NULL DEFAULT 'none');
INSERT INTO _migrate_new_orders (rowid, id, total, note) SELECT rowid, id, coalesce(total, 0), coalesce(note, '?') FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint PRIMARY KEY, total NUMERIC(14, 2) NOT NULL, note text NOT NULL DEFAULT ''none'')'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint PRIMARY KEY, total NUMERIC(12, 2), note text);
INSERT INTO _migrate_new_orders (rowid, id, total, note) SELECT rowid, id, total, note FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
