-- upgrade
ALTER TABLE orders ADD COLUMN note text;
COMMENT ON COLUMN orders.note IS 'free text';
ALTER TABLE orders ADD COLUMN placed timestamptz DEFAULT now() NOT NULL;
ALTER TABLE orders ADD COLUMN code uuid DEFAULT gen_random_uuid() NOT NULL;
ALTER TABLE orders ADD COLUMN rate double precision DEFAULT 1.5 CHECK (rate > 0);
ALTER TABLE orders ADD COLUMN state text;
UPDATE orders SET state = CASE WHEN total > 10 THEN 'done' ELSE 'new' END;
ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'new',
    ALTER COLUMN state SET NOT NULL,
    ADD CONSTRAINT orders_state_values CHECK (state IN ('new', 'done'));
ALTER TABLE orders ADD COLUMN parent_id bigint;
UPDATE orders SET parent_id = id;
ALTER TABLE orders ALTER COLUMN parent_id SET NOT NULL,
    ADD CONSTRAINT fk_orders_parent FOREIGN KEY (parent_id) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders ADD COLUMN total_cents bigint GENERATED ALWAYS AS (total * 100) STORED;

-- downgrade
ALTER TABLE orders DROP COLUMN total_cents;
ALTER TABLE orders DROP COLUMN parent_id;
ALTER TABLE orders DROP COLUMN state;
ALTER TABLE orders DROP COLUMN rate;
ALTER TABLE orders DROP COLUMN code;
ALTER TABLE orders DROP COLUMN placed;
ALTER TABLE orders DROP COLUMN note;
