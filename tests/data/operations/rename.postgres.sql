-- upgrade
ALTER TABLE note RENAME TO memo;
ALTER TABLE memo RENAME COLUMN body TO text;
ALTER INDEX ix_note_body RENAME TO ix_memo_text;
ALTER TABLE memo RENAME CONSTRAINT ck_note_body TO ck_memo_text;

-- downgrade
ALTER TABLE memo RENAME CONSTRAINT ck_memo_text TO ck_note_body;
ALTER INDEX ix_memo_text RENAME TO ix_note_body;
ALTER TABLE memo RENAME COLUMN text TO body;
ALTER TABLE memo RENAME TO note;
