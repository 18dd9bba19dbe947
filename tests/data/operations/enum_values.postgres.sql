-- upgrade
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy' AFTER 'ok';
-- another transaction
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'gloomy' BEFORE 'sad';
-- another transaction
INSERT INTO person (id, mood) VALUES
    (3, 'happy');
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'last';
-- another transaction
INSERT INTO person VALUES (4, 'last');

-- downgrade
DELETE FROM person WHERE id = 4;
DELETE FROM person WHERE id IN (3);
