CREATE TABLE orders (id bigint PRIMARY KEY, total NUMERIC(12, 2) NOT NULL DEFAULT 0, note TEXT);
INSERT INTO orders VALUES (1, 5, NULL), (2, 50, 'x');
