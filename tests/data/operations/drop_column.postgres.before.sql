CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12,2) DEFAULT 0 NOT NULL, note text);
COMMENT ON COLUMN orders.note IS 'free text';
INSERT INTO orders VALUES (1, 5, NULL), (2, 50, 'x');
