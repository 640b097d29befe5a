-- Which accounts were erased, so that a backup from before does not bring them back: a digest under the secret
-- in request_keys, and when. It has no policy, because it is of no account any more; the service may add to it and not read it.
CREATE TABLE erased_accounts (
    account_digest bytea PRIMARY KEY,
    erased_at timestamptz NOT NULL
);
GRANT INSERT ON erased_accounts TO reciprocity_app;
