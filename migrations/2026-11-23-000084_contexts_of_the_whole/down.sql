CREATE OR REPLACE FUNCTION reciprocity_contexts(contexts jsonb) RETURNS jsonb
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
DROP FUNCTION reciprocity_lent_contexts(jsonb);
