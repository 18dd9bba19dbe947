-- revision: 1d9f44ab7e45
-- revises: c5e2710f9a34
-- branch_labels: places
-- message: staged places
-- created: 2026-09-15T10:00:19Z

-- migrate:up dialect:postgres
-- what a job found at a source, until an editor accepts or rejects it
CREATE TABLE staged_place (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    job_id uuid REFERENCES job (id) ON DELETE SET NULL,
    source text NOT NULL,
    source_key text NOT NULL,
    payload jsonb NOT NULL,
    state text NOT NULL DEFAULT 'staged' CHECK (state IN ('staged', 'accepted', 'rejected')),
    staged_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT staged_place_source UNIQUE (tenant_id, source, source_key)
);

-- migrate:up dialect:sqlite
CREATE TABLE staged_place (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    job_id text REFERENCES job (id) ON DELETE SET NULL,
    source text NOT NULL,
    source_key text NOT NULL,
    payload text NOT NULL,
    state text NOT NULL DEFAULT 'staged' CHECK (state IN ('staged', 'accepted', 'rejected')),
    staged_at text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT staged_place_source UNIQUE (tenant_id, source, source_key)
);

-- migrate:up
CREATE INDEX staged_place_open ON staged_place (tenant_id, staged_at) WHERE state = 'staged';

-- migrate:down
DROP TABLE staged_place;
