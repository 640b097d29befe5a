-- A second lock for whoever shares a home: while an account has a row here, its sessions show nothing until they are unlocked with
-- the PIN. The hash is argon2id over an HMAC of the PIN under a key that no dump holds; ten thousand PINs are tried in a minute.
CREATE TABLE account_pins (
    account_id uuid PRIMARY KEY REFERENCES accounts ON DELETE CASCADE,
    pin_hash text NOT NULL,
    unlock_minutes integer NOT NULL,
    wrong integer NOT NULL DEFAULT 0,
    wrong_since timestamptz,
    set_at timestamptz NOT NULL
);
COMMENT ON COLUMN account_pins.wrong IS 'attempts begun since wrong_since that did not turn out right, over all sessions';
CALL reciprocity_isolate('account_pins');

ALTER TABLE sessions
    ADD COLUMN idle_minutes integer NOT NULL DEFAULT 43200,
    ADD COLUMN unlocked_until timestamptz,
    ADD COLUMN wrong_pins integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN sessions.idle_minutes IS 'how long it may lie without being refreshed';
COMMENT ON COLUMN sessions.wrong_pins IS 'attempts begun since the last right PIN';
