-- revises: a0
-- message: x

-- migrate:up
SELECT 1;
