-- upgrade
ALTER TABLE orders DROP CONSTRAINT fk_orders_customer;
ALTER TABLE orders DROP CONSTRAINT ck_orders_total;
ALTER TABLE orders DROP CONSTRAINT uq_orders_code;
ALTER TABLE orders DROP CONSTRAINT pk_orders;

-- downgrade
ALTER TABLE orders ADD CONSTRAINT pk_orders PRIMARY KEY (id);
ALTER TABLE orders ADD CONSTRAINT uq_orders_code UNIQUE (code);
ALTER TABLE orders ADD CONSTRAINT ck_orders_total CHECK (total > 0);
ALTER TABLE orders ADD CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer;
