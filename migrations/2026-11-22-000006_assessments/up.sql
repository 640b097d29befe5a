CREATE TABLE assessments (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    as_of date NOT NULL,
    window_from date NOT NULL,
    window_to date NOT NULL,
    method_name text NOT NULL,
    method_version text NOT NULL,
    evidence_digest bytea NOT NULL,
    result jsonb NOT NULL,
    cited uuid[] NOT NULL,
    stale boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN assessments.cited IS 'entries named in the result: erasing one of them erases the assessment';
CREATE UNIQUE INDEX assessments_by_evidence
    ON assessments (account_id, relationship_id, as_of, window_from, evidence_digest, method_version);
CREATE INDEX assessments_of_relationship ON assessments (account_id, relationship_id, id DESC);
CREATE INDEX assessments_current ON assessments (account_id, relationship_id, window_to) WHERE NOT stale;
CALL reciprocity_isolate('assessments');
