-- revision: a1
-- revises: a0
/* a comment

-- migrate:up
SELECT 1;
