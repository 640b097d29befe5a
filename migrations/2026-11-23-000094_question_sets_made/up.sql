-- Question sets that an operator makes while the service runs: content, of no account. What is published is read by everybody, like
-- the files of content/; drafts exist for whoever keeps them alone, and so does every change.
CREATE TABLE question_sets_made (
    slug text NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    -- `set` and `words`, as in content/question-sets/.
    document jsonb NOT NULL,
    -- Counts changes, for entity tags.
    revision bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    published_at timestamptz,
    retired_at timestamptz,
    PRIMARY KEY (slug, version),
    CONSTRAINT question_sets_made_slug CHECK (slug ~ '^[a-z][a-z0-9_-]{0,39}$'),
    CONSTRAINT question_sets_made_version CHECK (version BETWEEN 1 AND 10000),
    CONSTRAINT question_sets_made_status CHECK (
        (status = 'draft' AND published_at IS NULL AND retired_at IS NULL)
        OR (status = 'published' AND published_at IS NOT NULL AND retired_at IS NULL)
        OR (status = 'retired' AND published_at IS NOT NULL AND retired_at IS NOT NULL)
    )
);
-- One draft of a set at a time, so that versions are published in the order of their numbers.
CREATE UNIQUE INDEX question_sets_made_one_draft ON question_sets_made (slug) WHERE status = 'draft';

CREATE FUNCTION reciprocity_keeps_content() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(current_setting('reciprocity.keeps', true), '') = 'content' $$;

ALTER TABLE question_sets_made ENABLE ROW LEVEL SECURITY;
ALTER TABLE question_sets_made FORCE ROW LEVEL SECURITY;
CREATE POLICY published_for_all ON question_sets_made FOR SELECT USING (status <> 'draft');
CREATE POLICY all_for_its_keepers ON question_sets_made
    USING ((SELECT reciprocity_keeps_content())) WITH CHECK ((SELECT reciprocity_keeps_content()));
GRANT SELECT, INSERT, UPDATE, DELETE ON question_sets_made TO reciprocity_app;

-- What people have answered never changes under them, whoever asks.
CREATE FUNCTION reciprocity_published_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        IF OLD.status = 'draft' THEN
            RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        IF TG_OP = 'DELETE' OR NEW.status = 'draft' OR (OLD.status = 'retired' AND NEW.status <> 'retired')
            OR (NEW.slug, NEW.version, NEW.document, NEW.published_at) IS DISTINCT FROM (OLD.slug, OLD.version, OLD.document, OLD.published_at)
        THEN
            RAISE EXCEPTION 'a published question set does not change';
        END IF;
        RETURN NEW;
    END
    $$;
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON question_sets_made
    FOR EACH ROW EXECUTE FUNCTION reciprocity_published_stays();
