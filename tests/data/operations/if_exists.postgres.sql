-- upgrade
CREATE TABLE IF NOT EXISTS note (
    id integer
);
CREATE INDEX IF NOT EXISTS ix_note ON note (id);
ALTER TABLE note ADD COLUMN IF NOT EXISTS body text;
CREATE INDEX IF NOT EXISTS ix_note_body ON note (body);
DROP INDEX IF EXISTS "nothing";
ALTER TABLE note DROP COLUMN IF EXISTS "nothing";
DROP TABLE IF EXISTS "nothing";
DROP VIEW IF EXISTS "nothing";

-- downgrade
