CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    total NUMERIC(12, 2),
    code TEXT, -- of the customer's own
    kind text,
    size integer DEFAULT 7 NOT NULL,
    note TEXT,
    state TEXT DEFAULT 'new' CONSTRAINT orders_state_values CHECK (state IN ('new', 'done'))
);
INSERT INTO orders VALUES (1, 1.5, '12', 'a', 1, 'x', 'new'), (2, 2.5, NULL, NULL, 2, NULL, 'done');
