-- Nothing that people write has a column in plain text any more. A check reads every row, whatever the policies hide, so this
-- step fails instead of dropping a word that was not sealed.
ALTER TABLE relationships ADD CONSTRAINT all_sealed CHECK (alias IS NULL AND label IS NULL AND alias_sealed IS NOT NULL);
ALTER TABLE interactions ADD CONSTRAINT all_sealed CHECK (note IS NULL);
ALTER TABLE sessions ADD CONSTRAINT all_sealed CHECK (label IS NULL);
ALTER TABLE relationships DROP CONSTRAINT all_sealed, DROP COLUMN alias, DROP COLUMN label, ALTER COLUMN alias_sealed SET NOT NULL;
ALTER TABLE interactions DROP CONSTRAINT all_sealed, DROP COLUMN note;
ALTER TABLE sessions DROP CONSTRAINT all_sealed, DROP COLUMN label;

-- These stay: a revision's figures are readable, its words are not among them; a note is ours to open or the client's, never both.
ALTER TABLE interaction_revisions ADD CONSTRAINT no_words CHECK (NOT content ? 'note');
ALTER TABLE interactions ADD CONSTRAINT one_note CHECK (note_sealed IS NULL OR client_note_sealed IS NULL);
ALTER TABLE interaction_revisions ADD CONSTRAINT one_note CHECK (note_sealed IS NULL OR client_note_sealed IS NULL);
