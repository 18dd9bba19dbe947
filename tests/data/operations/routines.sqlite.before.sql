CREATE TABLE orders (id bigint PRIMARY KEY, total integer);
CREATE TRIGGER orders_log AFTER DELETE ON orders BEGIN SELECT 1; END;
