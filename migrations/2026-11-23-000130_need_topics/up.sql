-- What a need asks for, so that words to begin a talk with can be made from needs that were noted. Small changes of a table that is there: no
-- row is written again. Needs that are there say nothing of it.
ALTER TABLE records ADD COLUMN topic smallint CHECK (topic BETWEEN 1 AND 8);
COMMENT ON COLUMN records.topic IS 'of a need: 1 being heard, 2 time together, 3 help, 4 reliability, 5 appreciation, 6 making up, 7 space, 8 sharing good news';
CREATE INDEX records_with_topic ON records (account_id, relationship_id, local_date DESC, id DESC) WHERE topic IS NOT NULL;
