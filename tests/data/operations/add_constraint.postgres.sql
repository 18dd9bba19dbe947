-- upgrade
ALTER TABLE orders ADD CONSTRAINT pk_orders PRIMARY KEY (id);
ALTER TABLE orders ADD CONSTRAINT uq_orders_code UNIQUE (code, total) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders ADD CONSTRAINT uq_orders_total UNIQUE (total, code);
ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total > 0);
ALTER TABLE orders ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer (id) MATCH FULL ON DELETE SET NULL DEFERRABLE;

-- downgrade
ALTER TABLE orders DROP CONSTRAINT fk_orders_customer;
ALTER TABLE orders DROP CONSTRAINT ck_orders_total;
ALTER TABLE orders DROP CONSTRAINT uq_orders_total;
ALTER TABLE orders DROP CONSTRAINT uq_orders_code;
ALTER TABLE orders DROP CONSTRAINT pk_orders;
