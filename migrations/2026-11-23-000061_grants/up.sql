-- Leave for somebody else to read some of a relationship for a time. The code that it is redeemed with is kept as a digest.
CREATE TABLE grants (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    label_sealed bytea,
    code_digest bytea NOT NULL,
    first_day date,
    last_day date,
    dimensions smallint[] CHECK (cardinality(dimensions) > 0),
    notes boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    redeemed_at timestamptz,
    ended_at timestamptz,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN grants.dimensions IS 'numbers as in interactions.dimension; nothing: all of them';
CALL reciprocity_isolate('grants');

-- The grant that a session came by; what it reaches stands there.
ALTER TABLE sessions
    ADD COLUMN grant_id uuid,
    ADD FOREIGN KEY (account_id, grant_id) REFERENCES grants ON DELETE CASCADE,
    ADD CONSTRAINT a_grants_session_has_its_relationship CHECK (grant_id IS NULL OR relationship_id IS NOT NULL);

ALTER TABLE access_log ADD COLUMN grant_id uuid;

-- Grants are a part of exports, which are numbered in their order. Exports are kept for a day; those from before go now.
TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports ADD COLUMN grants_left_out integer NOT NULL DEFAULT 0;
