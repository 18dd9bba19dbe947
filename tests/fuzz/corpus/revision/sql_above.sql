-- revision: a1
-- revises: a0

SET x = 1;
CREATE TABLE a (id int);

-- migrate:up
SELECT 1;
