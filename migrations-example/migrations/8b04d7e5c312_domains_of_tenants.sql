-- revision: 8b04d7e5c312
-- revises: 3f1c9a6be201
-- message: domains of tenants
-- created: 2026-09-02T15:40:03Z

-- migrate:up dialect:postgres
CREATE TABLE domain (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    host text NOT NULL UNIQUE CHECK (host = lower(host) AND length(host) <= 253),
    is_primary boolean NOT NULL DEFAULT false,
    verified_at timestamptz
);

-- migrate:up dialect:sqlite
CREATE TABLE domain (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    host text NOT NULL UNIQUE CHECK (host = lower(host) AND length(host) <= 253),
    is_primary boolean NOT NULL DEFAULT false CHECK (is_primary IN (false, true)),
    verified_at text
);

-- migrate:up
-- at most one primary domain a tenant
CREATE UNIQUE INDEX domain_primary ON domain (tenant_id) WHERE is_primary;

INSERT INTO domain (id, tenant_id, host, is_primary, verified_at)
VALUES ('b2f7c1de-5a4b-4c61-8e0a-93d1f7a2c622', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
        'house.example', true, '2026-09-02 15:40:03');

-- migrate:down
DROP TABLE domain;
