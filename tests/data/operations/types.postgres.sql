-- upgrade
CREATE TABLE types (
    a_boolean boolean DEFAULT TRUE,
    a_smallint smallint DEFAULT -1,
    an_integer integer,
    a_bigint bigint,
    a_decimal numeric,
    a_decimal_of_size numeric(10,3) DEFAULT 1.5,
    a_real real,
    a_double double precision,
    a_text text DEFAULT E'it''s \\ here',
    a_string varchar,
    a_string_of_size varchar(20),
    a_char char(3),
    a_binary bytea,
    a_date date DEFAULT CURRENT_DATE,
    a_time time,
    a_timestamp timestamp(3) DEFAULT now(),
    a_timestamptz timestamptz DEFAULT now(),
    an_interval interval,
    a_uuid uuid DEFAULT gen_random_uuid(),
    a_json jsonb DEFAULT '{}',
    a_json_text json,
    an_enum text DEFAULT 'a' CONSTRAINT types_an_enum_values CHECK (an_enum IN ('a', 'b')),
    a_raw inet,
    an_expression integer DEFAULT (1 + 1),
    a_condition boolean DEFAULT (1 > 2 OR 3 > 2)
);

-- downgrade
DROP TABLE types;
