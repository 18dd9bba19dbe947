CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
INSERT INTO orders VALUES (1, 5), (2, 50), (3, NULL);
