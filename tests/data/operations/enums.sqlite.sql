-- upgrade
CREATE VIEW enum_mood (value) AS VALUES ('sad'), ('ok'), ('it''s');
CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT DEFAULT 'ok' CONSTRAINT enum_mood CHECK (mood IN ('sad', 'ok', 'it''s'))
);
INSERT INTO person (id) VALUES
    (1);
INSERT INTO person (id, mood) VALUES
    (2, 'sad');
DROP VIEW enum_mood;
CREATE VIEW enum_mood (value) AS VALUES ('sad'), ('fine'), ('it''s');
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table person, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"person"', 'person') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE EXCEPT VALUES
    ('table', 'person', 'CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT DEFAULT ''ok'' CONSTRAINT enum_mood CHECK (mood IN (''sad'', ''ok'', ''it''''s''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT DEFAULT 'fine' CONSTRAINT enum_mood CHECK (mood IN ('sad', 'fine', 'it''s'))
);
INSERT INTO _migrate_new_person (id, mood) SELECT id, CASE mood WHEN 'ok' THEN 'fine' ELSE mood END FROM person;
DROP TABLE person;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_person RENAME TO person;
PRAGMA legacy_alter_table = OFF;

-- downgrade
DROP VIEW enum_mood;
CREATE VIEW enum_mood (value) AS VALUES ('sad'), ('ok'), ('it''s');
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table person, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"person"', 'person') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE EXCEPT VALUES
    ('table', 'person', 'CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT DEFAULT ''fine'' CONSTRAINT enum_mood CHECK (mood IN (''sad'', ''fine'', ''it''''s''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT DEFAULT 'ok' CONSTRAINT enum_mood CHECK (mood IN ('sad', 'ok', 'it''s'))
);
INSERT INTO _migrate_new_person (id, mood) SELECT id, CASE mood WHEN 'fine' THEN 'ok' ELSE mood END FROM person;
DROP TABLE person;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_person RENAME TO person;
PRAGMA legacy_alter_table = OFF;
DELETE FROM person WHERE id = 1;
DELETE FROM person WHERE id = 2;
DROP TABLE person;
DROP VIEW enum_mood;
