-- upgrade
DROP VIEW IF EXISTS rich;
CREATE VIEW rich AS SELECT id, total, note FROM orders WHERE total > 20;
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: view poor, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'poor' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"poor"', 'poor') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'poor' COLLATE NOCASE EXCEPT VALUES
    ('view', 'poor', 'CREATE VIEW poor AS SELECT id, note FROM orders WHERE total < 10'),
    ('trigger', 'poor_insert', 'CREATE TRIGGER poor_insert INSTEAD OF INSERT ON poor BEGIN INSERT INTO orders (id, note) VALUES (new.id, new.note); END'));
DROP TABLE temp.migrate_schema;
DROP VIEW IF EXISTS poor;
CREATE VIEW poor AS SELECT note, id FROM orders WHERE total < 5;
CREATE TRIGGER poor_insert INSTEAD OF INSERT ON poor BEGIN INSERT INTO orders (id, note) VALUES (new.id, new.note); END;

-- downgrade
CREATE TEMP TABLE migrate_schema (is_same CONSTRAINT "migrate: view poor, its indexes and triggers are not what this was made for" CHECK (is_same));
INSERT INTO temp.migrate_schema SELECT (SELECT count(*) FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'poor' COLLATE NOCASE) = 2 AND NOT EXISTS (SELECT type, name, replace(sql, '"poor"', 'poor') FROM main.sqlite_schema WHERE sql IS NOT NULL AND tbl_name = 'poor' COLLATE NOCASE EXCEPT VALUES
    ('view', 'poor', 'CREATE VIEW poor AS SELECT note, id FROM orders WHERE total < 5'),
    ('trigger', 'poor_insert', 'CREATE TRIGGER poor_insert INSTEAD OF INSERT ON poor BEGIN INSERT INTO orders (id, note) VALUES (new.id, new.note); END'));
DROP TABLE temp.migrate_schema;
DROP VIEW IF EXISTS poor;
CREATE VIEW poor AS SELECT id, note FROM orders WHERE total < 10;
CREATE TRIGGER poor_insert INSTEAD OF INSERT ON poor BEGIN INSERT INTO orders (id, note) VALUES (new.id, new.note); END;
DROP VIEW IF EXISTS rich;
CREATE VIEW rich AS SELECT id, total FROM orders WHERE total > 10;
