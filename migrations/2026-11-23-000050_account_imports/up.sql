-- What an import brought into an account, as counts: one an account, because it has to be empty before.
CREATE TABLE account_imports (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    id uuid NOT NULL,
    request_digest bytea NOT NULL,
    relationships integer NOT NULL,
    interactions integer NOT NULL,
    interaction_history integer NOT NULL,
    responses integer NOT NULL,
    removed_ids integer NOT NULL,
    consents integer NOT NULL,
    consents_left_out integer NOT NULL,
    assessments_left_out integer NOT NULL,
    sessions_left_out integer NOT NULL,
    access_log_left_out integer NOT NULL,
    imported_at timestamptz NOT NULL
);
CALL reciprocity_isolate('account_imports');
