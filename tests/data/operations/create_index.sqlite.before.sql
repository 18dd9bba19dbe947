CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text);
INSERT INTO orders VALUES (1, 5, 'A'), (2, 50, NULL);
