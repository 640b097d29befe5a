-- What is read by the whole is not cut to size. Asked in a function that Postgres can take apart, that costs nothing; before, the cutting
-- was parsed and planned for every relationship that was read, which took longer than reading it.
CREATE FUNCTION reciprocity_lent_contexts(contexts jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT CASE
        WHEN reciprocity_all_days() THEN contexts
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

CREATE OR REPLACE FUNCTION reciprocity_contexts(contexts jsonb) RETURNS jsonb
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN reciprocity_whole() THEN contexts ELSE reciprocity_lent_contexts(contexts) END $$;
