CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
CREATE VIEW poor AS SELECT id FROM orders WHERE total < 10;
INSERT INTO orders VALUES (1, 5), (2, 50);
