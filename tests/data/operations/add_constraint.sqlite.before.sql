CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint NOT NULL, code text, total integer, customer_id bigint);
INSERT INTO customer VALUES (1);
INSERT INTO orders VALUES (1, 'a', 5, 1), (2, NULL, 50, NULL);
