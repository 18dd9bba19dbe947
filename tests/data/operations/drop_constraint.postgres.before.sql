CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE orders (
    id bigint NOT NULL CONSTRAINT pk_orders PRIMARY KEY,
    code text CONSTRAINT uq_orders_code UNIQUE,
    total integer CONSTRAINT ck_orders_total CHECK (total > 0),
    customer_id bigint CONSTRAINT fk_orders_customer REFERENCES customer
);
INSERT INTO customer VALUES (1);
INSERT INTO orders VALUES (1, 'a', 5, 1), (2, NULL, 50, NULL);
