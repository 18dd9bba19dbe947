-- upgrade
CREATE INDEX ix_orders_total ON orders (total);
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint NOT NULL, code text NOT NULL, total integer, customer_id bigint, note VARCHAR(20))'),
    ('index', 'ix_orders_total', 'CREATE INDEX ix_orders_total ON orders (total)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint NOT NULL, code text NOT NULL, total integer NOT NULL, customer_id bigint, note VARCHAR(40) DEFAULT 'x', plain INTEGER NOT NULL DEFAULT 1 CHECK (plain > 0), token TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) UNIQUE, CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer, CONSTRAINT uq_orders_code UNIQUE (code), CONSTRAINT pk_orders PRIMARY KEY (id, code));
INSERT INTO _migrate_new_orders (rowid, id, code, total, customer_id, note) SELECT rowid, id, code, coalesce(total, 0), customer_id, note FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_orders_total ON orders (total);
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint NOT NULL, code text NOT NULL, total integer NOT NULL, customer_id bigint, note VARCHAR(40) DEFAULT ''x'', plain INTEGER NOT NULL DEFAULT 1 CHECK (plain > 0), token TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || ''-'' || hex(randomblob(2)) || ''-4'' || substr(hex(randomblob(2)), 2) || ''-'' || substr(''89AB'', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || ''-'' || hex(randomblob(6)))) UNIQUE, CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer, CONSTRAINT uq_orders_code UNIQUE (code), CONSTRAINT pk_orders PRIMARY KEY (id, code))'),
    ('index', 'ix_orders_total', 'CREATE INDEX ix_orders_total ON orders (total)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint NOT NULL, code text NOT NULL, total integer NOT NULL, customer_id bigint, note VARCHAR(40) DEFAULT 'x', plain INTEGER NOT NULL DEFAULT 1 CHECK (plain > 0), token TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))) UNIQUE, state TEXT NOT NULL CONSTRAINT orders_state_values CHECK (state IN ('new', 'done')) REFERENCES state (name), CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer, CONSTRAINT uq_orders_code UNIQUE (code), CONSTRAINT pk_orders PRIMARY KEY (id, code));
INSERT INTO _migrate_new_orders (rowid, id, code, total, customer_id, note, plain, token, state) SELECT rowid, id, code, total, customer_id, note, plain, token, CASE WHEN total > 10 THEN 'done' ELSE 'new' END FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_orders_total ON orders (total);

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table orders, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"orders"', 'orders') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'orders' COLLATE NOCASE EXCEPT VALUES
    ('table', 'orders', 'CREATE TABLE orders (id bigint NOT NULL, code text NOT NULL, total integer NOT NULL, customer_id bigint, note VARCHAR(40) DEFAULT ''x'', plain INTEGER NOT NULL DEFAULT 1 CHECK (plain > 0), token TEXT NOT NULL DEFAULT (lower(hex(randomblob(4)) || ''-'' || hex(randomblob(2)) || ''-4'' || substr(hex(randomblob(2)), 2) || ''-'' || substr(''89AB'', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || ''-'' || hex(randomblob(6)))) UNIQUE, state TEXT NOT NULL CONSTRAINT orders_state_values CHECK (state IN (''new'', ''done'')) REFERENCES state (name), CONSTRAINT ck_orders_total CHECK (total > 0), CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer, CONSTRAINT uq_orders_code UNIQUE (code), CONSTRAINT pk_orders PRIMARY KEY (id, code))'),
    ('index', 'ix_orders_total', 'CREATE INDEX ix_orders_total ON orders (total)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_orders (id bigint NOT NULL, code text NOT NULL, total integer, customer_id bigint, note VARCHAR(20));
INSERT INTO _migrate_new_orders (rowid, id, code, total, customer_id, note) SELECT rowid, id, code, total, customer_id, note FROM orders;
DROP TABLE orders;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_orders RENAME TO orders;
PRAGMA legacy_alter_table = OFF;
