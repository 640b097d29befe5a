CREATE OR REPLACE FUNCTION reciprocity_quiet(quiet jsonb, active boolean, day date) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN active AND quiet -> -1 IS NOT NULL AND quiet -> -1 -> 'to' IS NULL
            THEN (quiet - -1) || jsonb_build_array((quiet -> -1) || jsonb_build_object('to', day))
        WHEN NOT active AND (quiet -> -1 IS NULL OR quiet -> -1 -> 'to' IS NOT NULL)
            THEN (CASE WHEN jsonb_array_length(quiet) >= 50 THEN quiet - 0 ELSE quiet END) || jsonb_build_array(jsonb_build_object('from', day))
        ELSE quiet
    END
    $$;
COMMENT ON COLUMN relationships.quiet IS '[{from, to}]: days, both included; the newest fifty periods';
