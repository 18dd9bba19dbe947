-- upgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint PRIMARY KEY, total integer)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint PRIMARY KEY, total integer, note TEXT, placed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, code TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))), rate DOUBLE DEFAULT 1.5 CHECK (rate > 0), state TEXT NOT NULL DEFAULT 'new' CONSTRAINT orders_state_values CHECK (state IN ('new', 'done')), parent_id BIGINT NOT NULL CONSTRAINT fk_orders_parent REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED, total_cents BIGINT GENERATED ALWAYS AS (total * 100) STORED);
INSERT INTO _migrate_new_orders (rowid, id, total, state, parent_id) SELECT rowid, id, total, CASE WHEN total > 10 THEN 'done' ELSE 'new' END, id FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note TEXT, placed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, code TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || ''-'' || hex(randomblob(2)) || ''-4'' || substr(hex(randomblob(2)), 2) || ''-'' || substr(''89AB'', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || ''-'' || hex(randomblob(6)))), rate DOUBLE DEFAULT 1.5 CHECK (rate > 0), state TEXT NOT NULL DEFAULT ''new'' CONSTRAINT orders_state_values CHECK (state IN (''new'', ''done'')), parent_id BIGINT NOT NULL CONSTRAINT fk_orders_parent REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED, total_cents BIGINT GENERATED ALWAYS AS (total * 100) STORED)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint PRIMARY KEY, total integer);
INSERT INTO _migrate_new_orders (rowid, id, total) SELECT rowid, id, total FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
