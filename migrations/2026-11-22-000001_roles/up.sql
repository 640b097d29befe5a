-- Two roles: the owner that runs this file, and the role that serves. The second can neither bypass policies nor own anything.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reciprocity_app') THEN
        CREATE ROLE reciprocity_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT pg_has_role(current_user, 'reciprocity_app', 'MEMBER') THEN
        EXECUTE format('GRANT reciprocity_app TO %I', current_user);
    END IF;
END
$$;

GRANT USAGE ON SCHEMA public TO reciprocity_app;

-- The accounts this transaction may touch; set LOCAL by the service, empty otherwise, so that nothing is the default.
CREATE FUNCTION reciprocity_accounts() RETURNS uuid[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT string_to_array(NULLIF(current_setting('reciprocity.accounts', true), ''), ',')::uuid[] $$;

-- Puts the second wall around a table: only rows of the transaction's accounts exist, for its owner too.
CREATE PROCEDURE reciprocity_isolate(target regclass)
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
