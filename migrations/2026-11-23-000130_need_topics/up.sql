-- What a need asks for, so that words to begin a talk with can be made from needs that were noted. No row is read or written again: needs that
-- are there say nothing of it, and the check is of new rows. The index is a step of its own (000142), so that nothing waits for it here.
ALTER TABLE records ADD COLUMN topic smallint;
ALTER TABLE records ADD CONSTRAINT records_topic_check CHECK (topic BETWEEN 1 AND 8) NOT VALID;
COMMENT ON COLUMN records.topic IS 'of a need: 1 being heard, 2 time together, 3 help, 4 reliability, 5 appreciation, 6 making up, 7 space, 8 sharing good news';
