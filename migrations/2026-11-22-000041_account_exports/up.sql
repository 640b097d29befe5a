-- An export of everything an account has: made page by page, so that it survives a restart, and kept for a day.
CREATE TABLE account_exports (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    part smallint NOT NULL,
    after_id uuid NOT NULL,
    after_number bigint NOT NULL,
    chunks integer NOT NULL,
    records bigint NOT NULL,
    expected bigint NOT NULL,
    created_at timestamptz NOT NULL,
    completed_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
COMMENT ON COLUMN account_exports.part IS 'the part being written, in the order of the parts; part, after_id and after_number say where to go on';
CALL reciprocity_isolate('account_exports');

-- What was written so far, sealed under the account's key.
CREATE TABLE account_export_chunks (
    account_id uuid NOT NULL,
    export_id uuid NOT NULL,
    number integer NOT NULL,
    part smallint NOT NULL,
    content_sealed bytea NOT NULL,
    PRIMARY KEY (account_id, export_id, number),
    FOREIGN KEY (account_id, export_id) REFERENCES account_exports ON DELETE CASCADE
);
CALL reciprocity_isolate('account_export_chunks');
