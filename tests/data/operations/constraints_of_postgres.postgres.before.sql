CREATE TABLE booking (room integer, during tsrange, label text);
INSERT INTO booking VALUES (1, '[2026-01-01,2026-01-02)', 'a'), (2, '[2026-01-01,2026-01-02)', NULL);
