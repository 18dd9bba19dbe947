-- upgrade
CREATE INDEX ix_orders_total ON orders (total);
CREATE INDEX ix_orders_lower_note ON orders (lower(note), total DESC) WHERE total > 0;
CREATE UNIQUE INDEX IF NOT EXISTS uq_orders_note ON orders (note);

-- downgrade
DROP INDEX IF EXISTS uq_orders_note;
DROP INDEX ix_orders_lower_note;
DROP INDEX ix_orders_total;
