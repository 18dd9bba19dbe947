-- revision: a1
-- revises: a0
-- migrate:up
SELECT 1;
  -- migrate:down
--migrate:down
-- Migrate : DOWN
	-- migrate:copy a from b
-- migrate the users: all of them
-- immigrate:up
SELECT 2; -- migrate:down
