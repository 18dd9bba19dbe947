-- upgrade
DROP TABLE note;

-- downgrade
CREATE TABLE note (
    id integer CONSTRAINT pk_note PRIMARY KEY,
    body text NOT NULL,
    written date DEFAULT CURRENT_DATE,
    CONSTRAINT ck_note_body CHECK (body <> '')
);
COMMENT ON TABLE note IS 'notes';
CREATE INDEX ix_note_written ON note (written);
