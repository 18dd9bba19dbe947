CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text);
INSERT INTO orders SELECT n, nullif(n, 3), nullif(n, n - n % 2) FROM generate_series(1, 7) n;
CREATE TABLE visit (country text, year integer, label text, PRIMARY KEY (year, country));
INSERT INTO visit SELECT chr(65 + n % 20), n, NULL FROM generate_series(1, 3000) n;
CREATE TABLE loose (a integer, b integer);
INSERT INTO loose SELECT n, nullif(n % 3, 0) FROM generate_series(1, 5000) n;
