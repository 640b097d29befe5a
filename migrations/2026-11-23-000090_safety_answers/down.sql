TRUNCATE account_exports CASCADE;
ALTER TABLE account_exports DROP COLUMN safety_answers;
DROP TABLE safety_answers;
