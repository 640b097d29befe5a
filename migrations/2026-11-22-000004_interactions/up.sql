-- Orders every change to evidence within an account, so that a snapshot can tell whether it is still current.
CREATE SEQUENCE evidence_changes;
GRANT USAGE ON SEQUENCE evidence_changes TO reciprocity_app;

CREATE TABLE interactions (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    utc_offset_seconds integer NOT NULL,
    time_zone text NOT NULL,
    local_date date NOT NULL,
    precision smallint NOT NULL CHECK (precision BETWEEN 1 AND 3),
    actor smallint NOT NULL CHECK (actor BETWEEN 1 AND 4),
    dimension smallint NOT NULL CHECK (dimension BETWEEN 1 AND 8),
    prompted boolean,
    effort smallint CHECK (effort BETWEEN 1 AND 5),
    energy_after smallint CHECK (energy_after BETWEEN -3 AND 3),
    felt_heard smallint CHECK (felt_heard BETWEEN 1 AND 5),
    duration_minutes integer CHECK (duration_minutes BETWEEN 0 AND 10080),
    needed boolean,
    asked_for boolean,
    outcome smallint CHECK (outcome BETWEEN 1 AND 4),
    source smallint NOT NULL CHECK (source BETWEEN 1 AND 4),
    note text,
    request_digest bytea NOT NULL,
    change bigint NOT NULL DEFAULT nextval('evidence_changes'),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN interactions.precision IS '1 exact, 2 day, 3 week';
COMMENT ON COLUMN interactions.actor IS '1 me, 2 them, 3 both, 4 unknown';
COMMENT ON COLUMN interactions.dimension IS '1 emotional_support, 2 celebration, 3 initiation, 4 repair, 5 appreciation, 6 practical_help, 7 promises_kept, 8 needs_met';
COMMENT ON COLUMN interactions.outcome IS '1 accepted, 2 declined, 3 ignored, 4 open';
COMMENT ON COLUMN interactions.source IS '1 app, 2 import, 3 sensor, 4 other';
CREATE INDEX interactions_by_time ON interactions (account_id, relationship_id, occurred_at DESC, id DESC);
CREATE INDEX interactions_by_day ON interactions (account_id, relationship_id, local_date);
CALL reciprocity_isolate('interactions');

-- What an entry said before each change; only its author reads it, and it goes when the entry goes.
CREATE TABLE interaction_revisions (
    account_id uuid NOT NULL,
    interaction_id uuid NOT NULL,
    version bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (account_id, interaction_id, version),
    FOREIGN KEY (account_id, interaction_id) REFERENCES interactions ON DELETE CASCADE
);
CALL reciprocity_isolate('interaction_revisions');
