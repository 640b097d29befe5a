CREATE TABLE relationships (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    alias text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('dating', 'partner', 'family', 'friend')),
    label text,
    status text NOT NULL CHECK (status IN ('active', 'paused', 'archived', 'ended')),
    kept_by text NOT NULL CHECK (kept_by IN ('logger', 'other', 'neither')),
    expected_balance double precision NOT NULL CHECK (expected_balance BETWEEN -1 AND 1),
    contexts jsonb NOT NULL,
    request_digest bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
COMMENT ON COLUMN relationships.contexts IS 'periods of known strain: [{kind, from, to}], local dates';
CALL reciprocity_isolate('relationships');
CREATE INDEX relationships_by_age ON relationships (account_id, created_at DESC, id DESC);
