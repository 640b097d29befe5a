DROP TABLE interaction_revisions;
DROP TABLE interactions;
DROP SEQUENCE evidence_changes;
