CREATE TABLE note (
    id INTEGER NOT NULL CONSTRAINT pk_note PRIMARY KEY,
    body TEXT NOT NULL,
    written DATE DEFAULT CURRENT_DATE,
    CONSTRAINT ck_note_body CHECK (body <> '')
);
CREATE INDEX ix_note_written ON note (written);
INSERT INTO note VALUES (1, 'a', '2026-01-01'), (2, 'b', NULL);
