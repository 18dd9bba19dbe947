-- upgrade
CREATE VIEW rich (id, amount) AS SELECT id, total
FROM orders
WHERE total > 10;
DROP VIEW poor;

-- downgrade
CREATE VIEW poor AS SELECT id FROM orders WHERE total < 10;
DROP VIEW rich;
