CREATE TABLE note (id integer PRIMARY KEY, body text NOT NULL CONSTRAINT ck_note_body CHECK (body <> ''));
CREATE INDEX ix_note_body ON note (body);
INSERT INTO note VALUES (1, 'a'), (2, 'b');
