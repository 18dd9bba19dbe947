CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s', 'gone');
CREATE TABLE person (id integer PRIMARY KEY, mood mood DEFAULT 'ok' NOT NULL, "All" mood[] DEFAULT '{ok}');
CREATE INDEX person_mood ON person (mood);
CREATE TABLE parted (id integer, mood mood) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
INSERT INTO person VALUES (1, 'ok', NULL), (2, 'sad', '{sad,ok}');
INSERT INTO parted VALUES (1, 'sad'), (2, NULL);
