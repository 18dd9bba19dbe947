-- revision: 52b8f90e4d67
-- revises: e7a3086cd156
-- message: strength of a spirit as a number
-- created: 2026-09-21T13:18:56Z

-- migrate:up
-- '46.3 %' becomes 463: tenths of a percent by volume; the same text on every database
ALTER TABLE spirit ADD COLUMN abv_tenths integer CHECK (abv_tenths BETWEEN 0 AND 1000);

UPDATE spirit
   SET abv_tenths = CAST(round(CAST(trim(replace(strength, '%', '')) AS numeric) * 10) AS integer)
 WHERE strength IS NOT NULL;

ALTER TABLE spirit DROP COLUMN strength;

-- migrate:down
ALTER TABLE spirit ADD COLUMN strength text;

UPDATE spirit
   SET strength = CAST(abv_tenths / 10 AS text)
                  || CASE WHEN abv_tenths % 10 = 0 THEN ''
                          ELSE '.' || CAST(abv_tenths % 10 AS text) END
                  || '%'
 WHERE abv_tenths IS NOT NULL;

ALTER TABLE spirit DROP COLUMN abv_tenths;
