-- Promises, plans, needs and repairs (docs/promises.md): what lasts longer than one act, and what became of it. One table for the four:
-- each begins on a day, is open until it is settled on a day, and means the same to sync, exports and erasures.
CREATE TABLE records (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 4),
    local_date date NOT NULL,
    status smallint NOT NULL CHECK (status BETWEEN 1 AND 5),
    actor smallint CHECK (actor BETWEEN 1 AND 4),
    settled_on date,
    settled_by smallint CHECK (settled_by BETWEEN 1 AND 4),
    until date,
    prompted boolean,
    accepted boolean,
    explained_on date[] NOT NULL DEFAULT '{}' CHECK (cardinality(explained_on) <= 100),
    replaced_by uuid,
    interaction_id uuid,
    what_sealed bytea,
    request_digest bytea NOT NULL,
    change bigint NOT NULL DEFAULT nextval('evidence_changes'),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN records.kind IS '1 promise, 2 plan, 3 need, 4 repair';
COMMENT ON COLUMN records.local_date IS 'the day it was made, voiced, expressed, or happened';
COMMENT ON COLUMN records.status IS '1 open; promise: 2 kept, 3 late, 4 broken, 5 renegotiated; plan: 2 scheduled, 3 dropped; need: 2 met, 3 partly, 4 unmet; repair: 2 moved, 3 repaired';
COMMENT ON COLUMN records.actor IS 'who promised, voiced it, whose need it is, who noticed; numbers as of interactions.actor';
COMMENT ON COLUMN records.settled_on IS 'the day it was settled; of a repair, of the first move';
COMMENT ON COLUMN records.settled_by IS 'who set the date, met the need, moved first';
COMMENT ON COLUMN records.until IS 'the day a promise is due, the date of a plan, the day a repair was over';
COMMENT ON COLUMN records.interaction_id IS 'the entry that stands for the act; emptied when that goes (reciprocity_free_records)';
-- An export has each kind by itself, in the order of ids.
CREATE INDEX records_of_a_kind ON records (account_id, kind, id);
CREATE INDEX records_by_day ON records (account_id, relationship_id, kind, local_date DESC, id DESC);
CREATE INDEX records_as_evidence ON records (account_id, relationship_id, local_date);
CREATE INDEX records_settled ON records (account_id, relationship_id, settled_on, local_date) WHERE settled_on IS NOT NULL;
CREATE INDEX records_of_interaction ON records (account_id, interaction_id) WHERE interaction_id IS NOT NULL;
CALL reciprocity_isolate('records');
-- A record is about all that lies between its days, and about several ways at once: a grant lends it whole or not at all. Its days are all that it
-- names, those to come too, and that of the entry that stands for it, which is looked for by its id: an EXISTS may be answered by reading all entries first.
CALL reciprocity_open('records',
    'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_all_dimensions())
    AND local_date BETWEEN (SELECT reciprocity_first_day()) AND (SELECT reciprocity_last_day())
    AND COALESCE(settled_on, local_date) BETWEEN (SELECT reciprocity_first_day()) AND (SELECT reciprocity_last_day())
    AND COALESCE(until, local_date) BETWEEN (SELECT reciprocity_first_day()) AND (SELECT reciprocity_last_day())
    AND ((SELECT reciprocity_all_days()) OR ((SELECT reciprocity_first_day()) <= ALL (explained_on)
        AND (SELECT reciprocity_last_day()) >= ALL (explained_on)))
    AND ((SELECT reciprocity_all_days()) OR interaction_id IS NULL OR (
        SELECT true FROM interactions i WHERE i.account_id = records.account_id AND i.id = records.interaction_id))');

COMMENT ON COLUMN tombstones.kind IS '1 relationship, 2 interaction, 3 response, 4 assessment, 5 promise, 6 plan, 7 need, 8 repair';

ALTER TABLE account_imports ADD COLUMN records integer NOT NULL DEFAULT 0;
ALTER TABLE retention_settings ADD COLUMN records_days integer;
