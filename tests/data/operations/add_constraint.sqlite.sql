-- upgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint NOT NULL, code text, total integer, customer_id bigint)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint NOT NULL, code text, total integer, customer_id bigint, CONSTRAINT pk_orders PRIMARY KEY (id), CONSTRAINT uq_orders_total UNIQUE (total, code), CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id) MATCH FULL ON DELETE SET NULL DEFERRABLE);
INSERT INTO _migrate_new_orders (rowid, id, code, total, customer_id) SELECT rowid, id, code, total, customer_id FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint NOT NULL, code text, total integer, customer_id bigint, CONSTRAINT pk_orders PRIMARY KEY (id), CONSTRAINT uq_orders_total UNIQUE (total, code), CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id) MATCH FULL ON DELETE SET NULL DEFERRABLE)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint NOT NULL, code text, total integer, customer_id bigint);
INSERT INTO _migrate_new_orders (rowid, id, code, total, customer_id) SELECT rowid, id, code, total, customer_id FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
