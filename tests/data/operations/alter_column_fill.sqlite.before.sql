CREATE TABLE orders (id bigint PRIMARY KEY, total NUMERIC(12, 2), note text);
INSERT INTO orders VALUES (1, NULL, 'x'), (2, 2.5, NULL);
