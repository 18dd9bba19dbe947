-- upgrade
ALTER TABLE orders DROP COLUMN note;
ALTER TABLE orders DROP COLUMN IF EXISTS "nothing";
ALTER TABLE orders DROP COLUMN total;

-- downgrade
ALTER TABLE orders ADD COLUMN total numeric(12,2) DEFAULT 0 NOT NULL;
ALTER TABLE orders ADD COLUMN note text;
COMMENT ON COLUMN orders.note IS 'free text';
