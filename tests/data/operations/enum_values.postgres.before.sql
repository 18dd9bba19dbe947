CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE person (id integer PRIMARY KEY, mood mood);
INSERT INTO person VALUES (1, 'sad');
