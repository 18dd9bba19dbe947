-- revision: x1
-- revises:
-- migrate:up
CREATE TABLE defaults (y text DEFAULT 5, b boolean DEFAULT true, c boolean DEFAULT 0,
    n numeric DEFAULT 1.50, d date DEFAULT '2020-01-01', i integer DEFAULT '7');
-- migrate:down
DROP TABLE defaults;
