-- ä€😀 notes
-- revision: éé@
--	revises :	a0, ü, ä-b

-- migrate:up dialect:é fé:1
