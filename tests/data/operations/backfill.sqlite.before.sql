CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text);
INSERT INTO orders VALUES (1, 1, 'x'), (2, 2, NULL), (3, NULL, NULL), (4, 4, 'y');
CREATE TABLE visit (country text, year integer, label text, PRIMARY KEY (year, country));
INSERT INTO visit VALUES ('de', 2001, NULL), ('fr', 2002, NULL);
CREATE TABLE loose (a integer, b integer);
INSERT INTO loose VALUES (1, 1), (2, NULL);
