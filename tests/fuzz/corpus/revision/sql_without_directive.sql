-- revision: a1
-- revises: a0

CREATE TABLE a (id int);
