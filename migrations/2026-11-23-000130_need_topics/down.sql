DROP INDEX records_with_topic;
ALTER TABLE records DROP COLUMN topic;
