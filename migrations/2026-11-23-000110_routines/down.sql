TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports DROP COLUMN adopted_practices, DROP COLUMN practice_sessions;
ALTER TABLE relationships DROP COLUMN quiet;
DROP FUNCTION reciprocity_quiet(jsonb, boolean, date);
DROP TABLE practice_sessions;
DROP TABLE adopted_practices;
