-- upgrade
CREATE TABLE role (
    id INTEGER PRIMARY KEY,
    name TEXT
);
INSERT INTO role (id, name) VALUES
    (1, 'admin'),
    (7, 'user');
INSERT INTO role (name) VALUES
    ('guest');
CREATE TABLE kind (
    id INTEGER PRIMARY KEY,
    name TEXT
);
INSERT INTO kind (name) VALUES
    ('first');
INSERT INTO kind (id, name) VALUES
    (5, 'fifth');

-- downgrade
DELETE FROM kind WHERE name = 'first';
DELETE FROM kind WHERE name = 'fifth';
DROP TABLE kind;
DELETE FROM role WHERE name = 'guest';
DELETE FROM role WHERE id = 1;
DELETE FROM role WHERE id = 7;
DROP TABLE role;
