CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
COMMENT ON COLUMN orders.total IS 'it''s in euro';
