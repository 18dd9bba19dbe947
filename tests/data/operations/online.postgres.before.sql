CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE state (name text PRIMARY KEY);
CREATE TABLE orders (id bigint NOT NULL, code text NOT NULL, total integer, customer_id bigint, note varchar(20));
INSERT INTO customer VALUES (1);
INSERT INTO state VALUES ('new'), ('done');
INSERT INTO orders SELECT n, 'c' || n, n, nullif(n % 2, 0) FROM generate_series(1, 3000) n;
