ALTER TABLE interaction_revisions DROP CONSTRAINT one_note, DROP CONSTRAINT no_words;
ALTER TABLE interactions DROP CONSTRAINT one_note, ADD COLUMN note text;
ALTER TABLE sessions ADD COLUMN label text;
ALTER TABLE relationships ADD COLUMN alias text, ADD COLUMN label text, ALTER COLUMN alias_sealed DROP NOT NULL;
