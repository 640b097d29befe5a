-- Step-back tests: a time in which somebody leaves the next step to the other and sees what happens
-- (docs/adr/0032-step-back-tests.md). Closed to every reach but the whole: whether one may be begun depends on answers to the safety screen.
CREATE TABLE experiments (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    hypothesis_sealed bytea NOT NULL,
    own_stop_rule_sealed bytea,
    end_note_sealed bytea,
    stop_rules smallint[] NOT NULL,
    dimensions smallint[] NOT NULL CHECK (cardinality(dimensions) > 0),
    unprompted_only boolean NOT NULL,
    starts_on date NOT NULL,
    length_days smallint NOT NULL CHECK (length_days > 0),
    stopped_on date,
    request_digest bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN experiments.stopped_on IS 'the last day, where it ended before its time; by whom or why is not kept';
CREATE INDEX experiments_newest_first ON experiments (account_id, relationship_id, created_at DESC, id DESC);
CALL reciprocity_isolate('experiments');
ALTER TABLE account_imports ADD COLUMN experiments integer NOT NULL DEFAULT 0;
