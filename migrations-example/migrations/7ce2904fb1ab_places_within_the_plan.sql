-- revision: 7ce2904fb1ab
-- revises: 94c6ae17b378
-- depends_on: 0ad57c2be889
-- message: no more places than the plan allows
-- created: 2026-09-28T14:55:41Z

-- migrate:up dialect:postgres
CREATE FUNCTION place_within_plan() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    allowed integer;
BEGIN
    -- the lock makes two editors of one tenant count one after the other
    SELECT plan.max_places INTO allowed
      FROM subscription
      JOIN plan ON plan.code = subscription.plan_code
     WHERE subscription.tenant_id = NEW.tenant_id AND subscription.ended_at IS NULL
       FOR NO KEY UPDATE OF subscription;

    IF (SELECT count(*) FROM place WHERE tenant_id = NEW.tenant_id) >= coalesce(allowed, 0) THEN
        RAISE EXCEPTION 'the plan of this tenant allows % places', coalesce(allowed, 0)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER place_within_plan BEFORE INSERT ON place
FOR EACH ROW EXECUTE FUNCTION place_within_plan();

-- migrate:up dialect:sqlite
CREATE TRIGGER place_within_plan BEFORE INSERT ON place
BEGIN
    SELECT CASE
        WHEN (SELECT count(*) FROM place WHERE tenant_id = NEW.tenant_id) >= coalesce(
                 (SELECT plan.max_places
                    FROM subscription
                    JOIN plan ON plan.code = subscription.plan_code
                   WHERE subscription.tenant_id = NEW.tenant_id
                     AND subscription.ended_at IS NULL),
                 0)
        THEN RAISE(ABORT, 'the plan of this tenant allows no more places')
    END;
END;

-- migrate:down dialect:postgres
DROP TRIGGER place_within_plan ON place;
DROP FUNCTION place_within_plan();

-- migrate:down dialect:sqlite
DROP TRIGGER place_within_plan;
