CREATE TABLE event (id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT COLLATE NOCASE, size INTEGER, note TEXT DEFAULT 'none') STRICT;
CREATE INDEX ix_event_at ON event (at DESC, lower(at)) WHERE size > 1;
CREATE VIEW small AS SELECT id, at FROM event WHERE size < 10;
CREATE TRIGGER event_added AFTER INSERT ON event BEGIN SELECT new.at; END;
INSERT INTO event (at, size) VALUES ('a', 1), ('b', 20), ('c', NULL);
DELETE FROM event WHERE id = 3;
