\restrict abc

SET statement_timeout = 0;
SET SESSION x.y TO 1;
RESET ROLE;
SELECT pg_catalog.set_config('search_path', '', false);
\unrestrict abc
