-- Everything that an assessment reads of an entry, in the order in which it reads it: no row has to be fetched, nothing is sorted.
-- A person's entries lie among everybody's, so that fetching ten thousand rows may be reading ten thousand pages.
-- The old one goes first: it asks for more than making the new one does, and whoever asks for more later may wait for ever.
DROP INDEX interactions_by_day;
CREATE INDEX interactions_as_evidence ON interactions (account_id, relationship_id, local_date, id)
    INCLUDE (change, dimension, actor, effort, prompted, energy_after, felt_heard);
