-- upgrade
CREATE TRIGGER orders_total AFTER INSERT ON orders BEGIN UPDATE orders SET total = 0 WHERE total < 0; END;
DROP TRIGGER IF EXISTS orders_log;
CREATE TRIGGER orders_log AFTER UPDATE ON orders BEGIN SELECT 1; END;

-- downgrade
DROP TRIGGER IF EXISTS orders_log;
CREATE TRIGGER orders_log AFTER DELETE ON orders BEGIN SELECT 1; END;
DROP TRIGGER orders_total;
