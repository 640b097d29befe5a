-- Secret addresses at which a calendar program reads when there is something to do, and nothing else. The address is kept as a digest.
CREATE TABLE calendar_feeds (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    secret_digest bytea NOT NULL CHECK (octet_length(secret_digest) = 32),
    title_sealed bytea,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id) REFERENCES accounts ON DELETE CASCADE
);
CALL reciprocity_isolate('calendar_feeds');
