-- What a person agreed to and took back, line by line. The service may add lines and not change one; they go with the account.
CREATE TABLE consents (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    purpose text NOT NULL,
    text_version integer NOT NULL,
    given boolean NOT NULL,
    decided_at timestamptz NOT NULL,
    request_digest bytea NOT NULL,
    PRIMARY KEY (account_id, id)
);
COMMENT ON COLUMN consents.number IS 'the order of an account''s lines';
CREATE UNIQUE INDEX consents_in_order ON consents (account_id, number);
CALL reciprocity_isolate('consents');
REVOKE UPDATE, DELETE ON consents FROM reciprocity_app;
