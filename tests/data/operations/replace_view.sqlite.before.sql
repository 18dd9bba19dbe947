CREATE TABLE orders (id bigint PRIMARY KEY, total integer, note text);
INSERT INTO orders VALUES (1, 5, 'a'), (2, 15, 'b'), (3, 50, 'c');
CREATE VIEW rich AS SELECT id, total FROM orders WHERE total > 10;
CREATE VIEW poor AS SELECT id, note FROM orders WHERE total < 10;
CREATE VIEW poor_notes AS SELECT note FROM poor WHERE note <> 'x';
CREATE TRIGGER poor_insert INSTEAD OF INSERT ON poor BEGIN INSERT INTO orders (id, note) VALUES (new.id, new.note); END;
