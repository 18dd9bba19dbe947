-- upgrade
DROP INDEX ix_orders_total;

-- downgrade
CREATE INDEX ix_orders_total ON orders (total);
