DROP INDEX records_with_topic;
