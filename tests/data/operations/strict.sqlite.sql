-- upgrade
CREATE TABLE kind (
    code TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO kind (code, title) VALUES
    ('a', 'A');
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table event, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'event' COLLATE NOCASE) = 3 AND NOT EXISTS (SELECT type, name, replace(sql, '"event"', 'event') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'event' COLLATE NOCASE EXCEPT VALUES
    ('table', 'event', 'CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT COLLATE NOCASE, size INTEGER, note TEXT DEFAULT ''none'') STRICT'),
    ('index', 'ix_event_at', 'CREATE INDEX ix_event_at ON event (at DESC, lower(at)) WHERE size > 1'),
    ('trigger', 'event_added', 'CREATE TRIGGER event_added AFTER INSERT ON event BEGIN SELECT new.at; END'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT COLLATE NOCASE, size TEXT, is_open INTEGER NOT NULL DEFAULT 1 CONSTRAINT event_is_open_boolean CHECK (is_open IN (0, 1)), kind TEXT REFERENCES kind (code)) STRICT;
INSERT INTO _migrate_new_event (id, at, size, kind) SELECT id, at, CAST(size AS TEXT), 'a' FROM event;
DELETE FROM sqlite_sequence WHERE name = '_migrate_new_event';
INSERT INTO sqlite_sequence (name, seq) SELECT '_migrate_new_event', seq FROM sqlite_sequence WHERE name = 'event';
DROP TABLE event;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_event RENAME TO event;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_event_at ON event (at DESC, lower(at)) WHERE size > 1;
CREATE TRIGGER event_added AFTER INSERT ON event BEGIN SELECT new.at; END;
ALTER TABLE event RENAME COLUMN at TO happened;

-- downgrade
ALTER TABLE event RENAME COLUMN happened TO at;
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table event, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'event' COLLATE NOCASE) = 3 AND NOT EXISTS (SELECT type, name, replace(sql, '"event"', 'event') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'event' COLLATE NOCASE EXCEPT VALUES
    ('table', 'event', 'CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT COLLATE NOCASE, size TEXT, is_open INTEGER NOT NULL DEFAULT 1 CONSTRAINT event_is_open_boolean CHECK (is_open IN (0, 1)), kind TEXT REFERENCES kind (code)) STRICT'),
    ('index', 'ix_event_at', 'CREATE INDEX ix_event_at ON event (at DESC, lower(at)) WHERE size > 1'),
    ('trigger', 'event_added', 'CREATE TRIGGER event_added AFTER INSERT ON event BEGIN SELECT new.at; END'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT COLLATE NOCASE, size INTEGER, note TEXT DEFAULT 'none') STRICT;
INSERT INTO _migrate_new_event (id, at, size) SELECT id, at, CAST(size AS INTEGER) FROM event;
DELETE FROM sqlite_sequence WHERE name = '_migrate_new_event';
INSERT INTO sqlite_sequence (name, seq) SELECT '_migrate_new_event', seq FROM sqlite_sequence WHERE name = 'event';
DROP TABLE event;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_event RENAME TO event;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_event_at ON event (at DESC, lower(at)) WHERE size > 1;
CREATE TRIGGER event_added AFTER INSERT ON event BEGIN SELECT new.at; END;
DELETE FROM kind WHERE code = 'a';
DROP TABLE kind;
