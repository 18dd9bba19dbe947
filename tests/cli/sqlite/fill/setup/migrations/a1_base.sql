-- revision: a1
-- revises:
-- migrate:up
CREATE TABLE account (
    id integer primary key autoincrement,
    name VarChar(40) COLLATE NOCASE NOT NULL DEFAULT 'x''y', -- as they say it
    code text,
    score numeric(10,2) DEFAULT 0 CHECK (score >= 0) CHECK (score < 100),
    born timestamp DEFAULT CURRENT_TIMESTAMP,
    doubled real GENERATED ALWAYS AS (score * 2) STORED,
    half real AS (score / 2),
    nix text DEFAULT NULL,
    neg integer DEFAULT -5,
    expr text DEFAULT (lower('A') || 'b'),
    data blob unique,
    "odd ""name" odd_type(3),
    UNIQUE (name, code),
    CONSTRAINT long_name CHECK (length(name) > 2)
);
CREATE UNIQUE INDEX account_lower ON account (lower(name) DESC, "code" collate rtrim) WHERE score > 3;
CREATE INDEX account_code ON account (code);
CREATE TABLE codes (
    code text primary key,
    other integer references account(id) on delete set null on update no action deferrable initially deferred,
    note text
) WITHOUT ROWID;
CREATE TABLE keyed (a text, b text, c integer, d text default 'd' constraint d_check check (d <> ''),
    constraint keyed_key primary key (a, b), foreign key (c) references account on delete cascade);
CREATE TABLE textkey (a text constraint tk primary key, b decimal(5,1) not null, c double precision);
CREATE TABLE strict_one (a integer primary key, b text not null) STRICT;
INSERT INTO account (name) VALUES ('first');
CREATE VIEW happy (id, who) AS SELECT id, name FROM account WHERE score <> 1;
CREATE TRIGGER account_touch AFTER UPDATE ON account BEGIN UPDATE keyed SET c = 1; END;
-- migrate:up transaction:false
VACUUM;
-- migrate:down
DROP TABLE codes;
DROP TABLE keyed;
DROP TABLE textkey;
DROP TABLE strict_one;
DROP VIEW happy;
DROP TABLE account;
