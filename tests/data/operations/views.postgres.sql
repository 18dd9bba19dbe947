-- upgrade
CREATE VIEW rich (id, amount) AS
SELECT id, total
FROM orders
WHERE total > 10;
COMMENT ON VIEW rich IS 'who pays';
CREATE MATERIALIZED VIEW totals AS
SELECT sum(total) AS total FROM orders
WITH NO DATA;
CREATE MATERIALIZED VIEW full_totals AS
SELECT sum(total) AS total FROM orders;
DROP VIEW poor;

-- downgrade
CREATE VIEW poor AS
SELECT id FROM orders WHERE total < 10;
DROP MATERIALIZED VIEW full_totals;
DROP MATERIALIZED VIEW totals;
DROP VIEW rich;
