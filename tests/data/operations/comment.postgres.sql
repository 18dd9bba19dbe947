-- upgrade
COMMENT ON TABLE orders IS 'what customers
want';
COMMENT ON COLUMN orders.total IS NULL;

-- downgrade
COMMENT ON COLUMN orders.total IS 'it''s in euro';
COMMENT ON TABLE orders IS NULL;
