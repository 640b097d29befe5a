CREATE TABLE responses (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    question_set text NOT NULL,
    question_set_version integer NOT NULL,
    status text NOT NULL CHECK (status IN ('in_progress', 'completed')),
    answers jsonb NOT NULL,
    local_date date NOT NULL,
    completed_at timestamptz,
    request_digest bytea NOT NULL,
    change bigint NOT NULL DEFAULT nextval('evidence_changes'),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE,
    CHECK ((status = 'completed') = (completed_at IS NOT NULL))
);
COMMENT ON COLUMN responses.answers IS '[{item, value}], [{item, skipped}] or [{item, prefer_not_to_say}]: option numbers only, never words';
CREATE INDEX responses_by_age ON responses (account_id, relationship_id, created_at DESC, id DESC);
CREATE INDEX responses_as_evidence ON responses (account_id, relationship_id, question_set, local_date DESC)
    WHERE status = 'completed';
CALL reciprocity_isolate('responses');
