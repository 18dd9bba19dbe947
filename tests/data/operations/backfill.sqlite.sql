-- upgrade
UPDATE orders SET note = 'order ' || id, total = coalesce(total, 0) WHERE note IS NULL;
UPDATE visit SET label = country || year;
UPDATE loose SET b = a * 2 WHERE b IS NULL;

-- downgrade
