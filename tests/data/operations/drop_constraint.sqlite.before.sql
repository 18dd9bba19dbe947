CREATE TABLE customer (id bigint PRIMARY KEY);
CREATE TABLE orders (
    id bigint NOT NULL,
    code text,
    total integer,
    customer_id bigint,
    CONSTRAINT pk_orders PRIMARY KEY (id),
    CONSTRAINT uq_orders_code UNIQUE (code),
    CONSTRAINT ck_orders_total CHECK (total > 0),
    CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customer
);
INSERT INTO customer VALUES (1);
INSERT INTO orders VALUES (1, 'a', 5, 1), (2, NULL, 50, NULL);
