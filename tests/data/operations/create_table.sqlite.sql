-- upgrade
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    email VARCHAR(320) NOT NULL CONSTRAINT uq_account_email UNIQUE,
    balance NUMERIC(12, 2) NOT NULL DEFAULT 0,
    owner_id BIGINT REFERENCES account (id) ON DELETE CASCADE,
    state TEXT NOT NULL DEFAULT 'open' CONSTRAINT account_state_values CHECK (state IN ('open', 'closed', '''it''''s''')),
    discount DOUBLE CONSTRAINT ck_account_discount CHECK (discount < 1),
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT ck_balance CHECK (balance >= 0),
    CONSTRAINT uq_account_owner_state UNIQUE (owner_id, state)
);
CREATE INDEX ix_account_created_at ON account (created_at DESC);
CREATE TABLE membership (
    account_id BIGINT NOT NULL,
    team TEXT NOT NULL,
    CONSTRAINT pk_membership PRIMARY KEY (account_id, team),
    CONSTRAINT fk_membership_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE ON UPDATE RESTRICT
);
INSERT INTO account (email, state) VALUES
    ('a@example.org', 'open'),
    ('b@example.org', 'closed');

-- downgrade
DELETE FROM account WHERE email = 'a@example.org';
DELETE FROM account WHERE email = 'b@example.org';
DROP TABLE membership;
DROP TABLE account;
