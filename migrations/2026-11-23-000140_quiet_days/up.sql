-- A relationship that is active again rests on that day no more: the period in which it was not ends the day before, and is none where it
-- began on the day itself. Days are the person's own since; those that were stored before are days of UTC.
CREATE OR REPLACE FUNCTION reciprocity_quiet(quiet jsonb, active boolean, day date) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN active AND quiet -> -1 IS NOT NULL AND quiet -> -1 -> 'to' IS NULL THEN
            CASE
                WHEN (quiet -> -1 ->> 'from')::date < day
                    THEN (quiet - -1) || jsonb_build_array((quiet -> -1) || jsonb_build_object('to', day - 1))
                ELSE quiet - -1
            END
        WHEN NOT active AND (quiet -> -1 IS NULL OR quiet -> -1 -> 'to' IS NOT NULL)
            THEN (CASE WHEN jsonb_array_length(quiet) >= 50 THEN quiet - 0 ELSE quiet END) || jsonb_build_array(jsonb_build_object('from', day))
        ELSE quiet
    END
    $$;
COMMENT ON COLUMN relationships.quiet IS '[{from, to}]: local days, both included, on which it was not active; the newest fifty periods';
