-- revision: a1
-- revises: a0
-- message: one
-- revision: a2
-- message: two
-- revises:

-- migrate:up
