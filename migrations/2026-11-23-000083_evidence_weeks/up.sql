-- Whole weeks of evidence, packed: an assessment reads the week's row instead of each of its entries (docs/adr/0022-packed-weeks.md).
-- Written with an assessment, and dropped by whatever changes one of the week's entries, so what is there is always right.
CREATE TABLE evidence_weeks (
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    week date NOT NULL,
    entries bytea NOT NULL,
    count bigint NOT NULL,
    sum bigint NOT NULL,
    folded bigint NOT NULL,
    mixed bigint NOT NULL,
    PRIMARY KEY (account_id, relationship_id, week),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN evidence_weeks.week IS 'its Monday';
COMMENT ON COLUMN evidence_weeks.entries IS 'what an assessment reads of them; made from interactions, and nothing that is not there';
COMMENT ON COLUMN evidence_weeks.sum IS 'with count, folded and mixed: the stamp over the entries'' changes';
-- Ids do not compress: trying to costs more than it saves.
ALTER TABLE evidence_weeks ALTER COLUMN entries SET STORAGE EXTERNAL;
CALL reciprocity_isolate('evidence_weeks');
-- A week holds every dimension: whoever may see less reads the entries.
CALL reciprocity_open('evidence_weeks',
    'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_all_days()) AND (SELECT reciprocity_all_dimensions())');

-- Drops the weeks of some days. In one order, so that two who write into the same weeks wait for each other instead of for ever. One by
-- one through the index: a plan is kept for as long as a connection lives, and may have been made while the table was empty.
CREATE FUNCTION reciprocity_drop_weeks(accounts uuid[], relationships uuid[], days date[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    AS $$
BEGIN
    WITH touched AS (
        SELECT DISTINCT account_id, relationship_id, day - extract(isodow FROM day)::integer + 1 AS week
        FROM unnest(accounts, relationships, days) AS touched (account_id, relationship_id, day)
    ), held AS (
        SELECT account_id, relationship_id, week FROM evidence_weeks JOIN touched USING (account_id, relationship_id, week)
        ORDER BY account_id, relationship_id, week FOR UPDATE OF evidence_weeks
    )
    DELETE FROM evidence_weeks USING held
    WHERE evidence_weeks.account_id = held.account_id AND evidence_weeks.relationship_id = held.relationship_id
        AND evidence_weeks.week = held.week;
END
$$;

CREATE FUNCTION reciprocity_weeks_of_entries() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM reciprocity_drop_weeks(array_agg(account_id), array_agg(relationship_id), array_agg(local_date))
    FROM (SELECT DISTINCT account_id, relationship_id, local_date FROM changed) AS touched;
    RETURN NULL;
END
$$;

-- The weeks that entries were in and those that they are in now, together. Whatever changes an entry's evidence gives it a new place in the
-- order of changes; sealing its note anew does not.
CREATE FUNCTION reciprocity_weeks_of_changed_entries() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM reciprocity_drop_weeks(array_agg(account_id), array_agg(relationship_id), array_agg(local_date))
    FROM (
        SELECT DISTINCT pair.account_id, pair.relationship_id, pair.local_date FROM before JOIN after USING (account_id, id)
        CROSS JOIN LATERAL (VALUES
            (before.account_id, before.relationship_id, before.local_date), (after.account_id, after.relationship_id, after.local_date)
        ) AS pair (account_id, relationship_id, local_date)
        WHERE before.change <> after.change
    ) AS touched;
    RETURN NULL;
END
$$;
CREATE TRIGGER weeks_of_new AFTER INSERT ON interactions REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reciprocity_weeks_of_entries();
CREATE TRIGGER weeks_of_changed AFTER UPDATE ON interactions REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION reciprocity_weeks_of_changed_entries();
CREATE TRIGGER weeks_of_removed AFTER DELETE ON interactions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reciprocity_weeks_of_entries();
