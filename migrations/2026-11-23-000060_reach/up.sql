-- How much of its accounts a transaction sees: everything, one relationship, or what a grant lends of one
-- (docs/adr/0016-reach-and-grants.md). The service says so with one SET LOCAL, in parts separated by ';':
--   whole
--   tie;<relationship>;<first day>;<last day>;<dimensions or all>       a session for one relationship
--   loan;<relationship>;<first day>;<last day>;<dimensions or all>      a session that came by a grant: it only reads
-- Without it nothing exists, so that a transaction that forgets to say it finds nothing.
CREATE FUNCTION reciprocity_reach(part integer) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT NULLIF(split_part(current_setting('reciprocity.reach', true), ';', part), '') $$;

CREATE FUNCTION reciprocity_whole() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(reciprocity_reach(1) = 'whole', false) $$;

CREATE FUNCTION reciprocity_may_write() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(reciprocity_reach(1) IN ('whole', 'tie'), false) $$;

CREATE FUNCTION reciprocity_tie() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT reciprocity_reach(2)::uuid $$;

CREATE FUNCTION reciprocity_first_day() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT reciprocity_reach(3)::date $$;

CREATE FUNCTION reciprocity_last_day() RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT reciprocity_reach(4)::date $$;

CREATE FUNCTION reciprocity_all_days() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(reciprocity_first_day() = '-infinity' AND reciprocity_last_day() = 'infinity', false) $$;

CREATE FUNCTION reciprocity_all_dimensions() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(reciprocity_reach(5) = 'all', false) $$;

CREATE FUNCTION reciprocity_dimensions() RETURNS smallint[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN reciprocity_all_dimensions() THEN '{}' ELSE reciprocity_reach(5)::smallint[] END $$;

-- Periods of strain, as much of them as lies within the days.
CREATE FUNCTION reciprocity_contexts(contexts jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN reciprocity_whole() OR reciprocity_all_days() THEN contexts
        ELSE (
            SELECT COALESCE(jsonb_agg(
                period || jsonb_build_object('from', GREATEST((period ->> 'from')::date, reciprocity_first_day()))
                || CASE
                    WHEN reciprocity_last_day() = 'infinity' THEN '{}'
                    ELSE jsonb_build_object('to', LEAST((period ->> 'to')::date, reciprocity_last_day()))
                END
                ORDER BY place), '[]')
            FROM jsonb_array_elements(contexts) WITH ORDINALITY AS one (period, place)
            WHERE (period ->> 'from')::date <= reciprocity_last_day()
            AND COALESCE((period ->> 'to')::date, 'infinity') >= reciprocity_first_day()
        )
    END
    $$;

-- The second wall, as before, and a third around what lies in the account: closed to every reach but the whole.
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
    EXECUTE format('CREATE POLICY of_the_reach ON %s AS RESTRICTIVE USING ((SELECT reciprocity_whole()))', target);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO reciprocity_app', target);
END
$$;

-- Opens a table to narrower reaches: `reach` says which rows exist for them. A loan changes none of them.
CREATE PROCEDURE reciprocity_open(target regclass, reach text)
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('DROP POLICY IF EXISTS of_the_reach ON %s', target);
    EXECUTE format('CREATE POLICY of_the_reach ON %s AS RESTRICTIVE USING ((SELECT reciprocity_whole()) OR (%s))', target, reach);
    EXECUTE format('CREATE POLICY no_loan_adds ON %s AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT reciprocity_may_write()))', target);
    EXECUTE format('CREATE POLICY no_loan_changes ON %s AS RESTRICTIVE FOR UPDATE USING ((SELECT reciprocity_may_write()))', target);
    EXECUTE format('CREATE POLICY no_loan_removes ON %s AS RESTRICTIVE FOR DELETE USING ((SELECT reciprocity_may_write()))', target);
END
$$;

-- Every table that is there: closed.
DO $$
DECLARE
    target regclass;
BEGIN
    FOR target IN SELECT polrelid::regclass FROM pg_policy WHERE polname = 'of_the_account' LOOP
        EXECUTE format('CREATE POLICY of_the_reach ON %s AS RESTRICTIVE USING ((SELECT reciprocity_whole()))', target);
    END LOOP;
END
$$;

-- Which relationship a session is for; it goes with the relationship.
ALTER TABLE sessions
    ADD COLUMN relationship_id uuid,
    ADD FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE;

-- Of which relationship an id was that was removed; unknown of what was removed before this step, and of what an import brought.
ALTER TABLE tombstones ADD COLUMN relationship_id uuid;

CALL reciprocity_open('relationships', 'id = (SELECT reciprocity_tie())');
CALL reciprocity_open('interactions',
    'relationship_id = (SELECT reciprocity_tie())
    AND local_date BETWEEN (SELECT reciprocity_first_day()) AND (SELECT reciprocity_last_day())
    AND ((SELECT reciprocity_all_dimensions()) OR dimension = ANY ((SELECT reciprocity_dimensions())::smallint[]))');
-- What an entry said before may be of other days; no grant lends it.
CALL reciprocity_open('interaction_revisions',
    '(SELECT reciprocity_may_write()) AND EXISTS (
        SELECT FROM interactions i WHERE i.account_id = interaction_revisions.account_id AND i.id = interaction_revisions.interaction_id)');
-- A set of questions asks about several dimensions at once.
CALL reciprocity_open('responses',
    'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_all_dimensions())
    AND local_date BETWEEN (SELECT reciprocity_first_day()) AND (SELECT reciprocity_last_day())');
-- An assessment was computed from every day of its window and every dimension, and the days before have a part in it.
CALL reciprocity_open('assessments',
    'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_all_days()) AND (SELECT reciprocity_all_dimensions())');
-- Those from before this step name no relationship. They are seen by whoever may write, so that nothing that was erased comes back.
CALL reciprocity_open('tombstones',
    'relationship_id = (SELECT reciprocity_tie()) OR (relationship_id IS NULL AND (SELECT reciprocity_may_write()))');
-- Retries are recognised, and an erasure drops exports, whoever asks for it.
CALL reciprocity_open('idempotency_keys', '(SELECT reciprocity_may_write())');
CALL reciprocity_open('account_exports', '(SELECT reciprocity_may_write())');
CREATE POLICY no_tie_adds ON account_exports AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT reciprocity_whole()));
CREATE POLICY no_tie_changes ON account_exports AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK ((SELECT reciprocity_whole()));
-- The account's zone and its key are read by everybody. Its row can be held, and changed by the whole alone.
CALL reciprocity_open('accounts', '(SELECT reciprocity_reach(1)) IS NOT NULL');
CALL reciprocity_open('account_keys', '(SELECT reciprocity_reach(1)) IS NOT NULL');
DO $$
DECLARE
    target regclass;
BEGIN
    FOREACH target IN ARRAY ARRAY['accounts', 'account_keys']::regclass[] LOOP
        EXECUTE format('CREATE POLICY no_tie_adds ON %s AS RESTRICTIVE FOR INSERT WITH CHECK ((SELECT reciprocity_whole()))', target);
        EXECUTE format('CREATE POLICY no_tie_changes ON %s AS RESTRICTIVE FOR UPDATE USING (true) WITH CHECK ((SELECT reciprocity_whole()))', target);
        EXECUTE format('CREATE POLICY no_tie_removes ON %s AS RESTRICTIVE FOR DELETE USING ((SELECT reciprocity_whole()))', target);
    END LOOP;
END
$$;
