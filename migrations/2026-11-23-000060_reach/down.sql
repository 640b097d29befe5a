DO $$
DECLARE
    policy record;
BEGIN
    FOR policy IN
        SELECT polname, polrelid::regclass AS target FROM pg_policy
        WHERE polname IN ('of_the_reach', 'no_loan_adds', 'no_loan_changes', 'no_loan_removes', 'no_tie_adds', 'no_tie_changes', 'no_tie_removes')
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', policy.polname, policy.target);
    END LOOP;
END
$$;
CREATE OR REPLACE PROCEDURE reciprocity_isolate(target regclass)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY of_the_account ON %s USING (account_id = ANY ((SELECT reciprocity_accounts())::uuid[]))',
        target
    );
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO reciprocity_app', target);
END
$$;
DROP PROCEDURE reciprocity_open;
ALTER TABLE tombstones DROP COLUMN relationship_id;
-- A program that does not know of narrower sessions would take them for whole ones.
DO $$
BEGIN
    ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY;
    DELETE FROM sessions WHERE relationship_id IS NOT NULL;
    ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
END
$$;
ALTER TABLE sessions DROP COLUMN relationship_id;
DROP FUNCTION reciprocity_contexts;
DROP FUNCTION reciprocity_dimensions;
DROP FUNCTION reciprocity_all_dimensions;
DROP FUNCTION reciprocity_all_days;
DROP FUNCTION reciprocity_last_day;
DROP FUNCTION reciprocity_first_day;
DROP FUNCTION reciprocity_tie;
DROP FUNCTION reciprocity_may_write;
DROP FUNCTION reciprocity_whole;
DROP FUNCTION reciprocity_reach;
