-- revision: 66d4b2f80cde
-- revises: a95ee01c78cd
-- message: tenants see their own rows
-- created: 2026-10-07T10:41:33Z

-- migrate:up dialect:postgres lock_timeout:2s
-- places and events are public; what a tenant crawls and pays is not
ALTER TABLE job ENABLE ROW LEVEL SECURITY;
ALTER TABLE staged_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE subscription ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION current_tenant() RETURNS uuid
LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE POLICY job_of_tenant ON job USING (tenant_id = current_tenant());
CREATE POLICY staged_place_of_tenant ON staged_place USING (tenant_id = current_tenant());
CREATE POLICY subscription_of_tenant ON subscription USING (tenant_id = current_tenant());
CREATE POLICY invoice_of_tenant ON invoice
    USING (subscription_id IN (SELECT id FROM subscription WHERE tenant_id = current_tenant()));

-- migrate:up dialect:sqlite
-- nothing to do: there are no roles to tell apart

-- migrate:down dialect:postgres lock_timeout:2s
DROP POLICY invoice_of_tenant ON invoice;
DROP POLICY subscription_of_tenant ON subscription;
DROP POLICY staged_place_of_tenant ON staged_place;
DROP POLICY job_of_tenant ON job;
DROP FUNCTION current_tenant();
ALTER TABLE invoice DISABLE ROW LEVEL SECURITY;
ALTER TABLE subscription DISABLE ROW LEVEL SECURITY;
ALTER TABLE staged_place DISABLE ROW LEVEL SECURITY;
ALTER TABLE job DISABLE ROW LEVEL SECURITY;

-- migrate:down dialect:sqlite
