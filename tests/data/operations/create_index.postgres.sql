-- upgrade
CREATE INDEX ix_orders_total ON orders (total);
CREATE INDEX ix_orders_lower_note ON orders (lower(note), total DESC) WHERE total > 0;
CREATE UNIQUE INDEX IF NOT EXISTS uq_orders_note ON orders (note);
CREATE INDEX ix_orders_tags ON orders USING btree (note COLLATE "C" text_pattern_ops ASC NULLS FIRST) INCLUDE (total) WITH (fillfactor = 70);
COMMENT ON INDEX ix_orders_tags IS 'by prefix';

-- downgrade
DROP INDEX ix_orders_tags;
DROP INDEX IF EXISTS uq_orders_note;
DROP INDEX ix_orders_lower_note;
DROP INDEX ix_orders_total;
