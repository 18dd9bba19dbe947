-- revision: a1
-- revises: b, c
-- branch_labels: x
-- depends_on: y
-- message: m ä
-- created: 2026
/* c */
-- migrate:up transaction:new dialect:postgres lock_timeout:5s statement_timeout:0
SELECT 1;
-- migrate:copy a(b) from c.csv
-- migrate:down transaction:false
