CREATE TABLE country (code text PRIMARY KEY, name text, area double precision, in_eu boolean);
CREATE TABLE visit (country text, year integer, count integer, PRIMARY KEY (country, year));
INSERT INTO country VALUES ('xx', 'X''s', 1, false), ('yy', NULL, NULL, NULL), ('zz', 'Z', 1, true);
INSERT INTO visit VALUES ('aa', 2001, 3), ('bb', 2002, 4), ('aa', 2002, 5);
