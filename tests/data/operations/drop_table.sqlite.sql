-- upgrade
DROP TABLE note;

-- downgrade
CREATE TABLE note (
    id INTEGER NOT NULL CONSTRAINT pk_note PRIMARY KEY,
    body TEXT NOT NULL,
    written DATE DEFAULT CURRENT_DATE,
    CONSTRAINT ck_note_body CHECK (body <> '')
);
CREATE INDEX ix_note_written ON note (written);
