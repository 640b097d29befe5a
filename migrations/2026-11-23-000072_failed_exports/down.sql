ALTER TABLE account_exports NO FORCE ROW LEVEL SECURITY;
DELETE FROM account_exports WHERE failed_at IS NOT NULL;
ALTER TABLE account_exports FORCE ROW LEVEL SECURITY;
ALTER TABLE account_exports DROP CONSTRAINT an_export_ends_once, DROP COLUMN failed_at;
