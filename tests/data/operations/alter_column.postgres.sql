-- upgrade
ALTER TABLE orders ALTER COLUMN total TYPE numeric(14,2);
ALTER TABLE orders ALTER COLUMN code TYPE integer USING code::integer;
ALTER TABLE orders ALTER COLUMN kind SET DEFAULT 'small';
ALTER TABLE orders ALTER COLUMN size DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('orders', 'id'), coalesce(max(id), 0) + 1, false) FROM orders;
ALTER TABLE orders ALTER COLUMN note TYPE varchar(100) USING substr(note, 1, 100);
COMMENT ON COLUMN orders.note IS 'cut';
ALTER TABLE orders DROP CONSTRAINT orders_state_values,
    ALTER COLUMN state SET DEFAULT 'paid',
    ADD CONSTRAINT orders_state_values CHECK (state IN ('new', 'paid', 'done'));
ALTER TABLE orders ALTER COLUMN size DROP NOT NULL;

-- downgrade
ALTER TABLE orders ALTER COLUMN size SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_state_values,
    ALTER COLUMN state SET DEFAULT 'new',
    ADD CONSTRAINT orders_state_values CHECK (state IN ('new', 'done'));
ALTER TABLE orders ALTER COLUMN note TYPE text USING note;
COMMENT ON COLUMN orders.note IS NULL;
ALTER TABLE orders ALTER COLUMN id DROP IDENTITY;
ALTER TABLE orders ALTER COLUMN size SET DEFAULT 7;
ALTER TABLE orders ALTER COLUMN kind DROP DEFAULT;
ALTER TABLE orders ALTER COLUMN code TYPE text;
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);
