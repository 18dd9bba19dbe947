-- upgrade
ALTER TABLE note RENAME TO memo;
ALTER TABLE memo RENAME COLUMN body TO text;
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table memo, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'memo' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"memo"', 'memo') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'memo' COLLATE NOCASE EXCEPT VALUES
    ('table', 'memo', 'CREATE TABLE memo (id integer PRIMARY KEY, text text NOT NULL CONSTRAINT ck_note_body CHECK (text <> ''''))'),
    ('index', 'ix_note_body', 'CREATE INDEX ix_note_body ON memo (text)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_memo (id integer PRIMARY KEY, text text NOT NULL CONSTRAINT ck_memo_text CHECK (text <> ''));
INSERT INTO _migrate_new_memo (id, text) SELECT id, text FROM memo;
DROP TABLE memo;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_memo RENAME TO memo;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_memo_text ON "memo" (text);

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: table memo, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'memo' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"memo"', 'memo') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'memo' COLLATE NOCASE EXCEPT VALUES
    ('table', 'memo', 'CREATE TABLE memo (id integer PRIMARY KEY, text text NOT NULL CONSTRAINT ck_memo_text CHECK (text <> ''''))'),
    ('index', 'ix_memo_text', 'CREATE INDEX ix_memo_text ON memo (text)'));
DROP TABLE temp.migrate_schema;
CREATE TABLE _migrate_new_memo (id integer PRIMARY KEY, text text NOT NULL CONSTRAINT ck_note_body CHECK (text <> ''));
INSERT INTO _migrate_new_memo (id, text) SELECT id, text FROM memo;
DROP TABLE memo;
PRAGMA legacy_alter_table = ON;
ALTER TABLE _migrate_new_memo RENAME TO memo;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX ix_note_body ON "memo" (text);
ALTER TABLE memo RENAME COLUMN text TO body;
ALTER TABLE memo RENAME TO note;
