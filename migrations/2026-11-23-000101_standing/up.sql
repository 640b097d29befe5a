-- Records that named an entry to stand for them (docs/promises.md): when the entry goes, they stand for themselves again, whoever removed it,
-- a program from before there were records too. What was computed of the records' days becomes stale, because they count now.
--
-- Of a relationship that is being removed nothing is freed: its records go with it. One by one through the indexes, as with packed weeks: a
-- plan is kept for as long as a connection lives, and may have been made while the table was empty.
CREATE FUNCTION reciprocity_free_records() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    AS $$
BEGIN
    WITH freed AS (
        UPDATE records SET interaction_id = NULL, change = nextval('evidence_changes'), version = records.version + 1,
            updated_at = GREATEST(records.updated_at, now())
        FROM changed JOIN relationships r ON r.account_id = changed.account_id AND r.id = changed.relationship_id
        WHERE records.account_id = changed.account_id AND records.interaction_id = changed.id
        RETURNING records.account_id, records.relationship_id, records.local_date, records.settled_on
    ), days AS (
        SELECT account_id, relationship_id, local_date AS day FROM freed
        UNION
        SELECT account_id, relationship_id, settled_on FROM freed WHERE settled_on IS NOT NULL
    ), met AS (
        SELECT a.account_id, a.id FROM assessments a JOIN days USING (account_id, relationship_id)
        WHERE NOT a.stale AND days.day BETWEEN a.window_from AND a.window_to
        ORDER BY a.account_id, a.id FOR NO KEY UPDATE OF a
    )
    UPDATE assessments a SET stale = true FROM met WHERE a.account_id = met.account_id AND a.id = met.id;
    RETURN NULL;
END
$$;

-- Its name comes after `weeks_of_removed`, and so does its turn: weeks are held before assessments, as they are when something is logged.
CREATE TRIGGER what_stood_for_records AFTER DELETE ON interactions REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION reciprocity_free_records();
