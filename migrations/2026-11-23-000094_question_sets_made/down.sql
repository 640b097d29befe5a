-- Answers to a published set could not be scored without it.
DO $$
    BEGIN
        IF EXISTS (SELECT FROM question_sets_made WHERE status <> 'draft') THEN
            RAISE EXCEPTION 'there are published question sets, and people may have answered them';
        END IF;
    END
$$;
DROP TABLE question_sets_made;
DROP FUNCTION reciprocity_published_stays();
DROP FUNCTION reciprocity_keeps_content();
