CREATE TABLE person (id integer PRIMARY KEY, badge integer);
CREATE SEQUENCE old AS smallint;
