TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports DROP COLUMN not_for_me;
DROP TABLE not_for_me;
