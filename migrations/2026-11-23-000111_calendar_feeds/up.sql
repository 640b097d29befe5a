-- Secret addresses at which a calendar program reads when there is something to do, and nothing else. The address is kept as a digest.
CREATE TABLE calendar_feeds (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    secret_digest bytea NOT NULL,
    title_sealed bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts ON DELETE CASCADE
);
CALL reciprocity_isolate('calendar_feeds');

-- Read before the account is known, so it has no policy: a digest of 160 random bits, and whose it is. Nothing else.
CREATE TABLE calendar_addresses (
    secret_digest bytea PRIMARY KEY CHECK (octet_length(secret_digest) = 32),
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE
);
CREATE INDEX calendar_addresses_of_account ON calendar_addresses (account_id);
GRANT SELECT, INSERT, DELETE ON calendar_addresses TO reciprocity_app;
