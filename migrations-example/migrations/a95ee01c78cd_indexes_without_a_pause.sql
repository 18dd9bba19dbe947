-- revision: a95ee01c78cd
-- revises: d81b65fa3ebc
-- message: indexes for the search, without a pause
-- created: 2026-10-05T18:22:10Z

-- migrate:up transaction:false dialect:postgres
-- place and event can be written to while these are built
CREATE INDEX CONCURRENTLY event_starts_at ON event (starts_at);
CREATE INDEX CONCURRENTLY place_name_search ON place (lower(name));

-- migrate:up dialect:sqlite
CREATE INDEX event_starts_at ON event (starts_at);
CREATE INDEX place_name_search ON place (lower(name));

-- migrate:down transaction:false dialect:postgres
DROP INDEX CONCURRENTLY place_name_search;
DROP INDEX CONCURRENTLY event_starts_at;

-- migrate:down dialect:sqlite
DROP INDEX place_name_search;
DROP INDEX event_starts_at;
