TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports DROP COLUMN experiments;
DROP TABLE experiments;
DELETE FROM tombstones WHERE kind = 21;
