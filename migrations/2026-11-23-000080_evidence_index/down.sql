CREATE INDEX interactions_by_day ON interactions (account_id, relationship_id, local_date);
DROP INDEX interactions_as_evidence;
