-- upgrade
DROP INDEX ix_orders_note;
DROP INDEX IF EXISTS "nothing";

-- downgrade
CREATE UNIQUE INDEX ix_orders_note ON orders (lower(note)) WHERE total > 0;
