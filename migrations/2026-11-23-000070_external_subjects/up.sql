-- An account of another issuer has no secrets here. What its issuer made before tokens_valid_from is refused: every session was ended.
ALTER TABLE accounts
    ALTER COLUMN password_hash DROP NOT NULL,
    ALTER COLUMN recovery_hash DROP NOT NULL,
    ADD COLUMN tokens_valid_from timestamptz,
    ADD CONSTRAINT accounts_secrets_are_both_there_or_neither CHECK ((password_hash IS NULL) = (recovery_hash IS NULL));

-- Read before the account is known, so it has no policy: a digest of issuer and subject under the secret in request_keys, and whose
-- it is. Nothing else. Written once; it goes with the account.
CREATE TABLE external_subjects (
    subject_digest bytea PRIMARY KEY CHECK (octet_length(subject_digest) = 32),
    account_id uuid NOT NULL UNIQUE REFERENCES accounts ON DELETE CASCADE
);
GRANT SELECT, INSERT ON external_subjects TO reciprocity_app;

-- Whose account was erased lately, so that a token that is still alive does not make it again. Dropped when no such token can be left.
CREATE TABLE erased_subjects (
    subject_digest bytea PRIMARY KEY,
    erased_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON erased_subjects TO reciprocity_app;
