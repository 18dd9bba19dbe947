-- upgrade
ALTER TABLE booking ADD CONSTRAINT ex_booking_room EXCLUDE USING gist (int4range(room, room, '[]') WITH &&, during WITH &&) WHERE (room > 0);
ALTER TABLE booking ADD CONSTRAINT uq_booking_label UNIQUE NULLS NOT DISTINCT (label) INCLUDE (room);
ALTER TABLE booking ADD CONSTRAINT ck_booking_room CHECK (room > 0) NOT VALID;
COMMENT ON CONSTRAINT ck_booking_room ON booking IS 'new rows';
ALTER TABLE booking VALIDATE CONSTRAINT ck_booking_room;
CREATE UNIQUE INDEX uq_booking_room ON booking (room);
ALTER TABLE booking ADD CONSTRAINT uq_booking_room UNIQUE USING INDEX uq_booking_room;

-- downgrade
ALTER TABLE booking DROP CONSTRAINT uq_booking_room;
ALTER TABLE booking DROP CONSTRAINT IF EXISTS ck_booking_room;
ALTER TABLE booking DROP CONSTRAINT uq_booking_label CASCADE;
ALTER TABLE booking DROP CONSTRAINT ex_booking_room;
