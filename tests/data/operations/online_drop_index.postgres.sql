-- upgrade
-- outside any transaction
DROP INDEX CONCURRENTLY ix_orders_total;

-- downgrade
-- outside any transaction
CREATE INDEX CONCURRENTLY ix_orders_total ON orders (total);
