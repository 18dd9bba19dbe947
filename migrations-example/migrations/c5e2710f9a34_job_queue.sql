-- revision: c5e2710f9a34
-- revises: f03d5b7c1e23
-- message: job queue
-- created: 2026-09-08T11:27:30Z

-- migrate:up dialect:postgres
CREATE TABLE job (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    requested_by uuid REFERENCES app_user (id) ON DELETE SET NULL,
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 20),
    run_after timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    finished_at timestamptz,
    CONSTRAINT job_finished CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed')))
);

-- migrate:up dialect:sqlite
CREATE TABLE job (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    requested_by text REFERENCES app_user (id) ON DELETE SET NULL,
    kind text NOT NULL,
    payload text NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 20),
    run_after text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    finished_at text,
    CONSTRAINT job_finished CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed')))
);

-- migrate:up
-- what a worker looks for
CREATE INDEX job_due ON job (run_after) WHERE state = 'queued';
CREATE INDEX job_tenant ON job (tenant_id);

-- migrate:down
DROP TABLE job;
