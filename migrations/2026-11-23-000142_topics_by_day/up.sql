-- The latest needs of a relationship that say what they ask for.
CREATE INDEX records_with_topic ON records (account_id, relationship_id, local_date DESC, id DESC) WHERE topic IS NOT NULL;
