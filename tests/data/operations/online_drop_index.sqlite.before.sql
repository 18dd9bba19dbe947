CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
CREATE INDEX ix_orders_total ON orders (total);
INSERT INTO orders VALUES (1, 5), (2, 50);
