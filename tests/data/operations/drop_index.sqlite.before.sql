CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text);
CREATE UNIQUE INDEX ix_orders_note ON orders (lower(note)) WHERE total > 0;
INSERT INTO orders VALUES (1, 5, 'A'), (2, 50, NULL);
