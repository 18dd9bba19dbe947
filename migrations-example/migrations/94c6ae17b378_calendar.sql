-- revision: 94c6ae17b378
-- revises: 52b8f90e4d67
-- message: calendar of coming events
-- created: 2026-09-24T07:49:12Z

-- migrate:up
CREATE VIEW upcoming_event AS
SELECT event.id, event.title, event.starts_at, event.ends_at,
       place.name AS place, place.city, tenant.slug AS tenant
  FROM event
  JOIN place ON place.id = event.place_id
  JOIN tenant ON tenant.id = place.tenant_id
 WHERE event.ends_at > CURRENT_TIMESTAMP;

-- migrate:up dialect:postgres
-- pages of a place are cached by its updated_at
CREATE FUNCTION event_touches_place() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE place SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.place_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER event_touches_place AFTER INSERT OR UPDATE ON event
FOR EACH ROW EXECUTE FUNCTION event_touches_place();

-- migrate:up dialect:sqlite
CREATE TRIGGER event_touches_place AFTER INSERT ON event
BEGIN
    UPDATE place SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.place_id;
END;

CREATE TRIGGER event_change_touches_place AFTER UPDATE ON event
BEGIN
    UPDATE place SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.place_id;
END;

-- migrate:down dialect:postgres
DROP TRIGGER event_touches_place ON event;
DROP FUNCTION event_touches_place();

-- migrate:down dialect:sqlite
DROP TRIGGER event_change_touches_place;
DROP TRIGGER event_touches_place;

-- migrate:down
DROP VIEW upcoming_event;
