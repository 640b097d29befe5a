DROP PROCEDURE reciprocity_isolate(regclass);
DROP FUNCTION reciprocity_accounts();
REVOKE USAGE ON SCHEMA public FROM reciprocity_app;
-- The role itself may serve other databases of the same server, so it stays.
