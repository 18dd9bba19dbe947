-- upgrade
CREATE TABLE IF NOT EXISTS note (
    id INTEGER
);
CREATE INDEX IF NOT EXISTS ix_note ON note (id);
ALTER TABLE note ADD COLUMN body TEXT;
CREATE INDEX IF NOT EXISTS ix_note_body ON note (body);
DROP INDEX IF EXISTS "nothing";
DROP TABLE IF EXISTS "nothing";
DROP VIEW IF EXISTS "nothing";

-- downgrade
