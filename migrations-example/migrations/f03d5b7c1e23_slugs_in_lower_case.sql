-- revision: f03d5b7c1e23
-- revises: 8b04d7e5c312
-- message: slugs in lower case
-- created: 2026-09-04T08:05:51Z

-- migrate:up
UPDATE tenant SET slug = lower(slug) WHERE slug <> lower(slug);

-- migrate:up transaction:new dialect:postgres lock_timeout:2s
-- NOT VALID needs the table only for a moment: rather give up after two seconds, and be tried
-- again, than make every query on tenant wait
ALTER TABLE tenant ADD CONSTRAINT tenant_slug_form
    CHECK (slug = lower(slug) AND length(slug) BETWEEN 2 AND 63) NOT VALID;

-- migrate:up transaction:new dialect:postgres
-- reads the table while others write to it
ALTER TABLE tenant VALIDATE CONSTRAINT tenant_slug_form;

-- migrate:up dialect:sqlite
-- no ALTER TABLE adds a constraint here, so the table is made again; the rows of domain and
-- app_user stay, because foreign keys are off while revisions run
CREATE TABLE tenant_new (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    slug text NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    created_at text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT tenant_slug_form CHECK (slug = lower(slug) AND length(slug) BETWEEN 2 AND 63)
);
INSERT INTO tenant_new (id, slug, name, created_at)
SELECT id, slug, name, created_at FROM tenant;
DROP TABLE tenant;
ALTER TABLE tenant_new RENAME TO tenant;

-- migrate:down dialect:postgres lock_timeout:2s
ALTER TABLE tenant DROP CONSTRAINT tenant_slug_form;

-- migrate:down dialect:sqlite
CREATE TABLE tenant_new (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    slug text NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    created_at text NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO tenant_new (id, slug, name, created_at)
SELECT id, slug, name, created_at FROM tenant;
DROP TABLE tenant;
ALTER TABLE tenant_new RENAME TO tenant;
