-- Who read what class of an account's data in which hour: coarse on purpose, so that the log is no second diary. Kept 90 days.
CREATE TABLE access_log (
    account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
    hour timestamptz NOT NULL,
    session_id uuid NOT NULL,
    class smallint NOT NULL,
    PRIMARY KEY (account_id, hour, session_id, class)
);
COMMENT ON COLUMN access_log.class IS 'the numbers of Class in src/features/access_log/model.rs';
CALL reciprocity_isolate('access_log');
