-- A list of some dimensions reads each of them in its order: a grant that lends a rare one of a long log is not looked for among all the others.
CREATE INDEX interactions_by_dimension ON interactions (account_id, relationship_id, dimension, occurred_at DESC, id DESC);
