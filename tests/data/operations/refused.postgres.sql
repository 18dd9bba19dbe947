-- upgrade
refused.yaml:4:5: error: operations[0].backfill: a value is made of itself, and a run that is cut off would make it twice
hint: say where:, so that rows that are done are passed over
refused.yaml:5:5: error: operations[1].create_table: a foreign key to parent, which is made further down, does not go with if_not_exists
hint: make that table first, or write the key as an add_constraint behind both
refused.yaml:10:5: error: operations[3].add_column: an identity column makes the database write the whole table anew
hint: leave online: out, and run it at a quiet time
refused.yaml:11:5: error: operations[4].alter_column: the database may write the whole table anew for another type
hint: add a column, backfill it and drop this one; or leave online: out, and run it at a quiet time
refused.yaml:12:5: error: operations[5].create_function: sql is not one CREATE statement
hint: write the CREATE statement alone; others as operations of their own
refused.yaml:14:5: error: operations[6].add_column: the type has no text for postgres
hint: write one for this database, or say only: at the operation
refused.yaml:16:5: error: operations[7].create_view: a view has no if_not_exists
hint: write replace_view, or leave if_not_exists: out
refused.yaml:18:5: error: operations[8].drop_index: an index is not dropped online with what depends on it
hint: drop what depends on it first, or leave online: out
refused.yaml:20:5: error: operations[9].add_constraint: an exclusion constraint cannot be added online
hint: leave online: out, and run it at a quiet time
refused.yaml:22:5: error: operations[10].alter_column: a collation is changed together with the type
hint: say type: too, or was: {type: …}
refused.yaml:24:5: error: operations[11].add_column: a generated column makes the database write the whole table anew
hint: leave online: out, and run it at a quiet time

-- downgrade
refused.yaml:4:5: error: operations[0].backfill: it cannot be reversed: backfill has no inverse
hint: write down:; "down: []" if there is nothing to do
refused.yaml:11:5: error: operations[4].alter_column: it cannot be reversed: alter_column has no was:
hint: write was: ("migrate revision fill" finds it out), or down:
refused.yaml:18:5: error: operations[8].drop_index: it cannot be reversed: drop_index has no was:
hint: write was: ("migrate revision fill" finds it out), or down:
refused.yaml:22:5: error: operations[10].alter_column: it cannot be reversed: alter_column has no was:
hint: write was: ("migrate revision fill" finds it out), or down:
