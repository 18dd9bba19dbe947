-- revision: d81b65fa3ebc
-- revises: 7ce2904fb1ab, b6f31e8d049a
-- message: merge places and billing
-- created: 2026-10-01T08:00:27Z

-- migrate:up

-- migrate:down
