CREATE TABLE note (
    id integer CONSTRAINT pk_note PRIMARY KEY,
    body text NOT NULL,
    written date DEFAULT CURRENT_DATE,
    CONSTRAINT ck_note_body CHECK (body <> '')
);
CREATE INDEX ix_note_written ON note (written);
COMMENT ON TABLE note IS 'notes';
INSERT INTO note VALUES (1, 'a', '2026-01-01'), (2, 'b', NULL);
