-- What the other did of what was noted, by its day: real contact moves what was adopted for being in touch (docs/routines.md).
CREATE INDEX records_of_others ON records (account_id, relationship_id, settled_on) WHERE settled_by IN (2, 3);
