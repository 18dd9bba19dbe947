-- upgrade
INSERT INTO country (code, name, area, in_eu) VALUES
    ('de', 'Deutschland', 357.6, TRUE),
    ('fr', 'la \France', NULL, TRUE);
INSERT INTO country (code, name, in_eu) VALUES
    ('ch', upper('schweiz'), FALSE);
DELETE FROM country WHERE code = 'xx' AND name = 'X''s' AND area = 1.0 AND in_eu = FALSE;
DELETE FROM country WHERE code = 'yy' AND name IS NULL AND area IS NULL AND in_eu IS NULL;
DELETE FROM visit WHERE country = 'aa' AND year = 2001;
DELETE FROM visit WHERE country = 'bb' AND year = 2002;

-- downgrade
INSERT INTO visit (country, year, count) VALUES
    ('aa', 2001, 3),
    ('bb', 2002, 4);
INSERT INTO country (code, name, area, in_eu) VALUES
    ('xx', 'X''s', 1.0, FALSE),
    ('yy', NULL, NULL, NULL);
DELETE FROM country WHERE code = 'de';
DELETE FROM country WHERE code = 'fr';
DELETE FROM country WHERE code = 'ch';
