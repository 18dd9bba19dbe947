-- upgrade
CREATE VIEW enum_mood (value) AS VALUES ('sad'), ('ok');
CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT NOT NULL DEFAULT 'ok' CONSTRAINT enum_mood CHECK (mood IN ('sad', 'ok'))
);
ALTER TABLE team ADD COLUMN mood TEXT CONSTRAINT enum_mood CHECK (mood IN ('sad', 'ok'));
INSERT INTO person (id) VALUES
    (1);
INSERT INTO person (id, mood) VALUES
    (2, 'sad');
DROP VIEW enum_mood;
CREATE VIEW enum_mood (value) AS VALUES ('happy'), ('fine');
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table person, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"person"', 'person') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE EXCEPT VALUES
    ('table', 'person', 'CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT NOT NULL DEFAULT ''ok'' CONSTRAINT enum_mood CHECK (mood IN (''sad'', ''ok''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT NOT NULL DEFAULT 'fine' CONSTRAINT enum_mood CHECK (mood IN ('happy', 'fine'))
);
INSERT INTO _migrate_new_person (id, mood) SELECT id, CASE CASE mood WHEN 'ok' THEN 'fine' ELSE mood END WHEN 'sad' THEN 'fine' ELSE CASE mood WHEN 'ok' THEN 'fine' ELSE mood END END FROM person;
DROP TABLE person;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_person RENAME TO person;
PRAGMA legacy_alter_table = OFF;
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table team, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'team' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"team"', 'team') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'team' COLLATE NOCASE EXCEPT VALUES
    ('table', 'team', 'CREATE TABLE team (id INTEGER PRIMARY KEY, mood TEXT CONSTRAINT enum_mood CHECK (mood IN (''sad'', ''ok'')))'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_team (id INTEGER PRIMARY KEY, mood TEXT CONSTRAINT enum_mood CHECK (mood IN ('happy', 'fine')));
INSERT INTO _migrate_new_team (id, mood) SELECT id, CASE CASE mood WHEN 'ok' THEN 'fine' ELSE mood END WHEN 'sad' THEN 'fine' ELSE CASE mood WHEN 'ok' THEN 'fine' ELSE mood END END FROM team;
DROP TABLE team;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_team RENAME TO team;
PRAGMA legacy_alter_table = OFF;

-- downgrade
DROP VIEW enum_mood;
CREATE VIEW enum_mood (value) AS VALUES ('sad'), ('happy'), ('ok');
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table person, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"person"', 'person') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'person' COLLATE NOCASE EXCEPT VALUES
    ('table', 'person', 'CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT NOT NULL DEFAULT ''fine'' CONSTRAINT enum_mood CHECK (mood IN (''happy'', ''fine''))
)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_person (
    id INTEGER NOT NULL PRIMARY KEY,
    mood TEXT NOT NULL DEFAULT 'ok' CONSTRAINT enum_mood CHECK (mood IN ('sad', 'happy', 'ok'))
);
INSERT INTO _migrate_new_person (id, mood) SELECT id, CASE mood WHEN 'fine' THEN 'ok' ELSE mood END FROM person;
DROP TABLE person;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_person RENAME TO person;
PRAGMA legacy_alter_table = OFF;
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table team, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'team' COLLATE NOCASE) = 1 AND NOT EXISTS (SELECT type, name, replace(sql, '"team"', 'team') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'team' COLLATE NOCASE EXCEPT VALUES
    ('table', 'team', 'CREATE TABLE team (id INTEGER PRIMARY KEY, mood TEXT CONSTRAINT enum_mood CHECK (mood IN (''happy'', ''fine'')))'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_team (id INTEGER PRIMARY KEY, mood TEXT CONSTRAINT enum_mood CHECK (mood IN ('sad', 'happy', 'ok')));
INSERT INTO _migrate_new_team (id, mood) SELECT id, CASE mood WHEN 'fine' THEN 'ok' ELSE mood END FROM team;
DROP TABLE team;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_team RENAME TO team;
PRAGMA legacy_alter_table = OFF;
DELETE FROM person WHERE id = 1;
DELETE FROM person WHERE id = 2;
ALTER TABLE team DROP COLUMN mood;
DROP TABLE person;
DROP VIEW enum_mood;
