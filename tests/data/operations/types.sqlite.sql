-- upgrade
CREATE TABLE types (
    a_boolean BOOLEAN DEFAULT 1,
    a_smallint SMALLINT DEFAULT -1,
    an_integer INTEGER,
    a_bigint BIGINT,
    a_decimal NUMERIC,
    a_decimal_of_size NUMERIC(10, 3) DEFAULT 1.5,
    a_real REAL,
    a_double DOUBLE,
    a_text TEXT DEFAULT 'it''s \ here',
    a_string VARCHAR,
    a_string_of_size VARCHAR(20),
    a_char CHAR(3),
    a_binary BLOB,
    a_date DATE DEFAULT CURRENT_DATE,
    a_time TIME,
    a_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    a_timestamptz TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    an_interval TEXT,
    a_uuid TEXT DEFAULT (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || substr('89AB', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    a_json TEXT DEFAULT '{}',
    a_json_text TEXT,
    an_enum TEXT DEFAULT 'a' CONSTRAINT types_an_enum_values CHECK (an_enum IN ('a', 'b')),
    a_raw TEXT,
    an_expression INTEGER DEFAULT (1 + 1),
    a_condition BOOLEAN DEFAULT (1 > 2 OR 3 > 2)
);

-- downgrade
DROP TABLE types;
