TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports DROP COLUMN grants_left_out;
ALTER TABLE access_log DROP COLUMN grant_id;
-- A program that does not know of grants would take their sessions for wider ones.
ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY;
DELETE FROM sessions WHERE grant_id IS NOT NULL;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE sessions DROP COLUMN grant_id;
DROP TABLE grants;
