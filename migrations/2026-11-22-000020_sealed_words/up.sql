-- What people write is stored sealed, under a key of their account. Between this step and the next one the program seals the
-- words that are still in plain text; SQL has no key to do it with (docs/adr/0008-sealed-words.md).

-- The keys of accounts, each wrapped by a master key that is never in the database. A row that is gone takes every word with it.
CREATE TABLE account_keys (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key_id integer NOT NULL CHECK (key_id > 0),
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, key_id)
);
COMMENT ON COLUMN account_keys.wrapped IS 'sealed by the master key whose id is in its bytes 2 to 5';
CALL reciprocity_isolate('account_keys');

ALTER TABLE relationships ADD COLUMN alias_sealed bytea, ADD COLUMN label_sealed bytea, ALTER COLUMN alias DROP NOT NULL;
ALTER TABLE interactions ADD COLUMN note_sealed bytea, ADD COLUMN client_note_sealed bytea;
ALTER TABLE interaction_revisions ADD COLUMN note_sealed bytea, ADD COLUMN client_note_sealed bytea;
ALTER TABLE sessions ADD COLUMN label_sealed bytea;
