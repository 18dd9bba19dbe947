-- upgrade
INSERT INTO country (code, name, area, in_eu) VALUES
    ('de', 'Deutschland', 357.6, TRUE),
    ('fr', E'la \\France', NULL, TRUE);
INSERT INTO country (code, name, in_eu) VALUES
    ('ch', upper('schweiz'), FALSE);
DELETE FROM country WHERE (code, name, area, in_eu) IN (
    ('xx', 'X''s', 1.0, FALSE));
DELETE FROM country WHERE code = 'yy' AND name IS NULL AND area IS NULL AND in_eu IS NULL;
DELETE FROM visit WHERE (country, year) IN (
    ('aa', 2001),
    ('bb', 2002));

-- downgrade
INSERT INTO visit (country, year, count) VALUES
    ('aa', 2001, 3),
    ('bb', 2002, 4);
INSERT INTO country (code, name, area, in_eu) VALUES
    ('xx', 'X''s', 1.0, FALSE),
    ('yy', NULL, NULL, NULL);
DELETE FROM country WHERE code IN ('de', 'fr', 'ch');
