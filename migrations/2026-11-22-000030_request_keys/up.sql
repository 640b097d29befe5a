-- The service's own key for digests of requests and for page cursors: one for all instances, wrapped by a master key, so that it
-- stays the same when the master key is replaced. It belongs to no account, so there is no policy to put around it.
CREATE TABLE request_keys (
    key_id integer PRIMARY KEY CHECK (key_id > 0),
    wrapped bytea NOT NULL,
    created_at timestamptz NOT NULL
);
COMMENT ON COLUMN request_keys.wrapped IS 'sealed by the master key whose id is in its bytes 2 to 5';
GRANT SELECT, UPDATE ON request_keys TO reciprocity_app;

-- Keys that signed access tokens and are no longer believed, by the id that their tokens carry.
CREATE TABLE withdrawn_signing_keys (
    kid text PRIMARY KEY,
    withdrawn_at timestamptz NOT NULL
);
GRANT SELECT ON withdrawn_signing_keys TO reciprocity_app;
