-- upgrade
refused.yaml:4:5: error: operations[0].backfill: a value is made of itself, and a run that is cut off would make it twice
hint: say where:, so that rows that are done are passed over
refused.yaml:5:5: error: operations[1].create_table: a foreign key to parent, which is made further down, does not go with if_not_exists
hint: make that table first, or write the key as an add_constraint behind both
refused.yaml:10:5: error: operations[3].add_column: an identity column makes the database write the whole table anew
hint: leave online: out, and run it at a quiet time
refused.yaml:11:5: error: operations[4].alter_column: the database may write the whole table anew for another type
hint: add a column, backfill it and drop this one; or leave online: out, and run it at a quiet time
refused.yaml:12:5: error: operations[5].create_function: sql is not one statement
hint: write the CREATE statement alone; others as operations of their own
refused.yaml:14:5: error: operations[6].add_column: the type has no text for postgres
hint: write one for this database, or say only: at the operation

-- downgrade
refused.yaml:4:5: error: operations[0].backfill: it cannot be reversed: backfill has no inverse
hint: write down:; "down: []" if there is nothing to do
refused.yaml:11:5: error: operations[4].alter_column: it cannot be reversed: alter_column has no was:
hint: write was: ("migrate revision fill" finds it out), or down:
