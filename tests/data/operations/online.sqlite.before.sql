CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE state (name text PRIMARY KEY);
CREATE TABLE orders (id bigint NOT NULL, code text NOT NULL, total integer, customer_id bigint, note VARCHAR(20));
INSERT INTO customer VALUES (1);
INSERT INTO state VALUES ('new'), ('done');
INSERT INTO orders VALUES (1, 'c1', 1, NULL, 'x'), (2, 'c2', 20, 1, NULL);
