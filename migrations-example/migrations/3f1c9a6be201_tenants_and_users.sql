-- revision: 3f1c9a6be201
-- revises:
-- message: tenants and users
-- created: 2026-09-01T09:12:44Z

-- migrate:up dialect:postgres
CREATE TABLE tenant (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE app_user (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (email LIKE '%_@_%'),
    role text NOT NULL DEFAULT 'editor' CHECK (role IN ('owner', 'editor', 'reader')),
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- migrate:up dialect:sqlite
-- a UUID is text of 36 characters, which the application makes; a time is what CURRENT_TIMESTAMP
-- gives: text, UTC
CREATE TABLE tenant (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    slug text NOT NULL CONSTRAINT tenant_slug_key UNIQUE,
    name text NOT NULL CHECK (name <> ''),
    created_at text NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE TABLE app_user (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    email text NOT NULL CHECK (email LIKE '%_@_%'),
    role text NOT NULL DEFAULT 'editor' CHECK (role IN ('owner', 'editor', 'reader')),
    created_at text NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- migrate:up
-- for all databases, in the same transaction as the section above
CREATE UNIQUE INDEX app_user_email ON app_user (tenant_id, lower(email));

INSERT INTO tenant (id, slug, name)
VALUES ('6f9619ff-8b86-4d01-b42d-00cf4fc964ff', 'House', 'The house');

INSERT INTO app_user (id, tenant_id, email, role)
VALUES ('1c7c5f4e-27a9-4b0e-9d53-6d1f3c0e8a11', '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
        'system@house.example', 'owner');

-- migrate:down
DROP TABLE app_user;
DROP TABLE tenant;
