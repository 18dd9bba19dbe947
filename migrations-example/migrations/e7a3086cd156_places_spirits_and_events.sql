-- revision: e7a3086cd156
-- revises: 1d9f44ab7e45
-- message: places, the spirits they pour, the events they hold
-- created: 2026-09-17T16:31:07Z

-- migrate:up dialect:postgres
CREATE TABLE place (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    staged_place_id uuid UNIQUE REFERENCES staged_place (id) ON DELETE SET NULL,
    name text NOT NULL CHECK (name <> ''),
    city text NOT NULL,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    updated_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);

CREATE TABLE spirit (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('agave', 'brandy', 'gin', 'rum', 'whisky', 'other')),
    strength text
);

CREATE TABLE place_spirit (
    place_id uuid NOT NULL REFERENCES place (id) ON DELETE CASCADE,
    spirit_id uuid NOT NULL REFERENCES spirit (id) ON DELETE RESTRICT,
    PRIMARY KEY (place_id, spirit_id)
);

CREATE TABLE event (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    place_id uuid NOT NULL REFERENCES place (id) ON DELETE CASCADE,
    title text NOT NULL CHECK (title <> ''),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT event_lasts CHECK (ends_at > starts_at)
);

-- migrate:up dialect:sqlite
CREATE TABLE place (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    tenant_id text NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
    staged_place_id text UNIQUE REFERENCES staged_place (id) ON DELETE SET NULL,
    name text NOT NULL CHECK (name <> ''),
    city text NOT NULL,
    latitude double precision CHECK (latitude BETWEEN -90 AND 90),
    longitude double precision CHECK (longitude BETWEEN -180 AND 180),
    updated_at text NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);

CREATE TABLE spirit (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    name text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('agave', 'brandy', 'gin', 'rum', 'whisky', 'other')),
    strength text
);

CREATE TABLE place_spirit (
    place_id text NOT NULL REFERENCES place (id) ON DELETE CASCADE,
    spirit_id text NOT NULL REFERENCES spirit (id) ON DELETE RESTRICT,
    PRIMARY KEY (place_id, spirit_id)
) WITHOUT ROWID;

CREATE TABLE event (
    id text PRIMARY KEY NOT NULL CHECK (length(id) = 36),
    place_id text NOT NULL REFERENCES place (id) ON DELETE CASCADE,
    title text NOT NULL CHECK (title <> ''),
    starts_at text NOT NULL,
    ends_at text NOT NULL,
    CONSTRAINT event_lasts CHECK (ends_at > starts_at)
);

-- migrate:up
CREATE INDEX place_city ON place (tenant_id, city);
CREATE INDEX place_spirit_spirit ON place_spirit (spirit_id);
CREATE INDEX event_place ON event (place_id);

INSERT INTO spirit (id, name, kind, strength) VALUES
    ('a1d0c3b2-0f5e-4a77-8c1d-2b9e6f304c01', 'London dry gin', 'gin', '43%'),
    ('a1d0c3b2-0f5e-4a77-8c1d-2b9e6f304c02', 'Navy rum', 'rum', '54.5%'),
    ('a1d0c3b2-0f5e-4a77-8c1d-2b9e6f304c03', 'Islay single malt', 'whisky', '46.3 %'),
    ('a1d0c3b2-0f5e-4a77-8c1d-2b9e6f304c04', 'Mezcal joven', 'agave', '48%'),
    ('a1d0c3b2-0f5e-4a77-8c1d-2b9e6f304c05', 'Brandy de Jerez; solera', 'brandy', NULL);

-- migrate:down
DROP TABLE event;
DROP TABLE place_spirit;
DROP TABLE spirit;
DROP TABLE place;
