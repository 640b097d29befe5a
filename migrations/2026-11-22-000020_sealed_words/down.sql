-- Refused while anything is sealed, because SQL cannot open it: each check below fails on a row that would lose its words.
ALTER TABLE relationships
    ADD CONSTRAINT nothing_sealed CHECK (alias IS NOT NULL AND alias_sealed IS NULL AND label_sealed IS NULL);
ALTER TABLE interactions ADD CONSTRAINT nothing_sealed CHECK (note_sealed IS NULL AND client_note_sealed IS NULL);
ALTER TABLE interaction_revisions ADD CONSTRAINT nothing_sealed CHECK (note_sealed IS NULL AND client_note_sealed IS NULL);
ALTER TABLE sessions ADD CONSTRAINT nothing_sealed CHECK (label_sealed IS NULL);

ALTER TABLE relationships DROP COLUMN alias_sealed, DROP COLUMN label_sealed, ALTER COLUMN alias SET NOT NULL;
ALTER TABLE interactions DROP COLUMN note_sealed, DROP COLUMN client_note_sealed;
ALTER TABLE interaction_revisions DROP COLUMN note_sealed, DROP COLUMN client_note_sealed;
ALTER TABLE sessions DROP COLUMN label_sealed;
DROP TABLE account_keys;
