-- upgrade
CREATE UNLOGGED TABLE types (
    an_array varchar(10)[] DEFAULT '{}',
    numbers integer[],
    a_raw tsvector,
    collated text COLLATE "C",
    always bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL
) WITH (fillfactor = 70, autovacuum_enabled = off);
CREATE TABLE parted (
    day date NOT NULL,
    note text
) PARTITION BY range (day);

-- downgrade
DROP TABLE parted;
DROP TABLE types;
