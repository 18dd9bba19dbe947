-- upgrade
CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
CREATE TABLE person (
    id integer PRIMARY KEY,
    mood mood DEFAULT 'ok'
);
INSERT INTO person (id) VALUES
    (1);
INSERT INTO person (id, mood) VALUES
    (2, 'sad');
ALTER TYPE mood RENAME VALUE 'ok' TO 'fine';

-- downgrade
ALTER TYPE mood RENAME VALUE 'fine' TO 'ok';
DELETE FROM person WHERE id IN (1, 2);
DROP TABLE person;
DROP TYPE mood;
