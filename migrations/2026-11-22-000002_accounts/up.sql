CREATE TABLE accounts (
    account_id uuid PRIMARY KEY,
    locale text NOT NULL,
    time_zone text NOT NULL,
    password_hash text NOT NULL,
    recovery_hash text NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CALL reciprocity_isolate('accounts');

-- Read before the account is known, so it has no policy: a handle made by the server, and whose it is. Nothing else.
CREATE TABLE account_handles (
    handle text PRIMARY KEY,
    account_id uuid NOT NULL UNIQUE
);
GRANT SELECT, INSERT, DELETE ON account_handles TO reciprocity_app;

CREATE TABLE sessions (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    session_id uuid NOT NULL,
    label text,
    scope text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (account_id, session_id)
);
CALL reciprocity_isolate('sessions');

-- Every refresh token a session ever had, as digests: a used one that comes back ends the session.
CREATE TABLE refresh_tokens (
    account_id uuid NOT NULL,
    session_id uuid NOT NULL,
    token_digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (account_id, session_id, token_digest),
    FOREIGN KEY (account_id, session_id) REFERENCES sessions ON DELETE CASCADE
);
CALL reciprocity_isolate('refresh_tokens');

-- What an Idempotency-Key has made: digests, a status and an id; never a body.
CREATE TABLE idempotency_keys (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    key_digest bytea NOT NULL,
    request_digest bytea NOT NULL,
    resource_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, key_digest)
);
CALL reciprocity_isolate('idempotency_keys');
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (account_id, created_at);

-- An id that was removed stays taken, without a word of what it held.
CREATE TABLE tombstones (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind smallint NOT NULL,
    id uuid NOT NULL,
    removed_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, kind, id)
);
COMMENT ON COLUMN tombstones.kind IS '1 relationship, 2 interaction, 3 response, 4 assessment';
CALL reciprocity_isolate('tombstones');
