-- upgrade
CREATE TABLE orders (
    total integer DEFAULT 1 CHECK (total > 0),
    note text,
    CONSTRAINT ck_orders_note CHECK (note <> '' -- or null
OR total > 5)
);

-- downgrade
DROP TABLE orders;
