-- revision: 0ad57c2be889
-- revises: c5e2710f9a34
-- branch_labels: billing
-- message: plans and subscriptions
-- created: 2026-09-16T12:02:38Z

-- migrate:up
CREATE TABLE plan (
    code text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    monthly_cents integer NOT NULL CHECK (monthly_cents >= 0),
    max_places integer NOT NULL CHECK (max_places > 0)
);

INSERT INTO plan (code, name, monthly_cents, max_places) VALUES
    ('free', 'Free', 0, 10),
    ('town', 'Town', 1900, 250),
    ('city', 'City', 7900, 5000);

-- migrate:up dialect:postgres
CREATE TABLE subscription (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    plan_code text NOT NULL REFERENCES plan (code),
    started_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at timestamptz
);

-- migrate:up dialect:sqlite
CREATE TABLE subscription (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    plan_code text NOT NULL REFERENCES plan (code),
    started_at text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    ended_at text
);

-- migrate:up
-- one at a time
CREATE UNIQUE INDEX subscription_running ON subscription (tenant_id) WHERE ended_at IS NULL;

-- the first subscription of a tenant that is already there has the tenant's id
INSERT INTO subscription (id, tenant_id, plan_code)
SELECT id, id, 'free' FROM tenant;

-- migrate:down
DROP TABLE subscription;
DROP TABLE plan;
