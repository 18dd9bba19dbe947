-- revision: b2
-- revises: b1
-- migrate:up
ALTER TABLE altered ADD COLUMN more text DEFAULT 'm';
CREATE TABLE other (id integer PRIMARY KEY, plain);
-- migrate:down
DROP TABLE other;
ALTER TABLE altered DROP COLUMN more;
