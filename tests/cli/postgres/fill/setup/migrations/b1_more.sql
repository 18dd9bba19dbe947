-- revision: b1
-- revises: a1
-- migrate:up
-- behind the COMMIT of a1 its deferred key has been looked at
ALTER TABLE orders ADD COLUMN more jsonb NOT NULL DEFAULT '{}';
-- migrate:down
ALTER TABLE orders DROP COLUMN more;
