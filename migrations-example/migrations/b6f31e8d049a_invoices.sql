-- revision: b6f31e8d049a
-- revises: 0ad57c2be889
-- message: invoices
-- created: 2026-09-22T09:30:00Z

-- migrate:up dialect:postgres
CREATE TABLE invoice (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    subscription_id uuid NOT NULL REFERENCES subscription (id) ON DELETE RESTRICT,
    number text NOT NULL UNIQUE,
    period_start date NOT NULL,
    period_end date NOT NULL,
    amount_cents integer NOT NULL CHECK (amount_cents >= 0),
    currency text NOT NULL DEFAULT 'EUR' CHECK (length(currency) = 3),
    issued_at timestamptz,
    paid_at timestamptz,
    CONSTRAINT invoice_period CHECK (period_end > period_start),
    CONSTRAINT invoice_paid_when_issued CHECK (paid_at IS NULL OR issued_at IS NOT NULL)
);

-- migrate:up dialect:sqlite
CREATE TABLE invoice (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    subscription_id text NOT NULL REFERENCES subscription (id) ON DELETE RESTRICT,
    number text NOT NULL UNIQUE,
    period_start text NOT NULL,
    period_end text NOT NULL,
    amount_cents integer NOT NULL CHECK (amount_cents >= 0),
    currency text NOT NULL DEFAULT 'EUR' CHECK (length(currency) = 3),
    issued_at text,
    paid_at text,
    CONSTRAINT invoice_period CHECK (period_end > period_start),
    CONSTRAINT invoice_paid_when_issued CHECK (paid_at IS NULL OR issued_at IS NOT NULL)
);

-- migrate:up
CREATE INDEX invoice_subscription ON invoice (subscription_id, period_start);
CREATE INDEX invoice_unpaid ON invoice (issued_at) WHERE paid_at IS NULL;

-- migrate:down
DROP TABLE invoice;
