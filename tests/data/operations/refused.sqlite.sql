-- upgrade
UPDATE orders SET total = total + 1;
CREATE TABLE IF NOT EXISTS child (
    parent_id INTEGER REFERENCES parent
);
CREATE TABLE parent (
    id INTEGER NOT NULL PRIMARY KEY
);
refused.yaml:10:5: error: operations[3].add_column: there is no table orders
hint: it is made by an earlier revision, or an earlier operation
refused.yaml:11:5: error: operations[4].alter_column: there is no table orders
hint: it is made by an earlier revision, or an earlier operation

-- downgrade
refused.yaml:4:5: error: operations[0].backfill: it cannot be reversed: backfill has no inverse
hint: write down:; "down: []" if there is nothing to do
refused.yaml:11:5: error: operations[4].alter_column: it cannot be reversed: alter_column has no was:
hint: write was: ("migrate revision fill" finds it out), or down:
