DO $do$ BEGIN RAISE NOTICE $$x;$$; END; $do$;
SELECT $1, a$b$, $été$ ; $été$;