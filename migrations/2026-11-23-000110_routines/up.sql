-- Practices that somebody took up in a relationship, and every time that they were done. What is suggested, prompted and fed into a
-- calendar is for the whole account alone; these rows are open to a session for one relationship only so that it erases them with the rest.
CREATE TABLE adopted_practices (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    practice text NOT NULL,
    practice_version integer NOT NULL CHECK (practice_version BETWEEN 1 AND 10000),
    takes_two boolean NOT NULL,
    resets_on_contact boolean NOT NULL,
    turns text NOT NULL CHECK (turns IN ('alternating', 'none')),
    cadence text,
    starts_on date NOT NULL,
    time_of_day time,
    time_zone text NOT NULL,
    rests jsonb NOT NULL DEFAULT '[]',
    snoozed_until date,
    adopted_on date NOT NULL,
    dropped_on date,
    request_digest bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
COMMENT ON COLUMN adopted_practices.practice IS 'its name in the content';
COMMENT ON COLUMN adopted_practices.takes_two IS 'as the practice said when it was adopted: a time counts when both take part';
COMMENT ON COLUMN adopted_practices.resets_on_contact IS 'being in touch is what it is for: real contact moves the next time';
COMMENT ON COLUMN adopted_practices.cadence IS 'a recurrence rule (RFC 5545), without a start; nothing: no rhythm';
COMMENT ON COLUMN adopted_practices.rests IS '[{from, to}]: local days, both included, on which it was laid aside';
CREATE INDEX adopted_practices_by_age ON adopted_practices (account_id, relationship_id, created_at DESC, id DESC);
-- What is due is worked out from those that are not dropped.
CREATE INDEX adopted_practices_live ON adopted_practices (account_id, id) WHERE dropped_on IS NULL;
CALL reciprocity_isolate('adopted_practices');
CALL reciprocity_open('adopted_practices', 'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_may_write())');

CREATE TABLE practice_sessions (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    adopted_practice_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    local_date date NOT NULL,
    started_by smallint NOT NULL CHECK (started_by BETWEEN 1 AND 4),
    took_part smallint NOT NULL CHECK (took_part BETWEEN 1 AND 4),
    screen_free boolean,
    felt smallint CHECK (felt BETWEEN -3 AND 3),
    challenge_sealed bytea,
    win_sealed bytea,
    request_digest bytea NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, adopted_practice_id) REFERENCES adopted_practices ON DELETE CASCADE
);
COMMENT ON COLUMN practice_sessions.started_by IS '1 me, 2 them, 3 both, 4 unknown';
COMMENT ON COLUMN practice_sessions.took_part IS '1 me, 2 them, 3 both, 4 unknown';
CREATE INDEX practice_sessions_by_day ON practice_sessions (account_id, adopted_practice_id, local_date DESC, created_at DESC, id DESC);
CREATE INDEX practice_sessions_of_tie ON practice_sessions (account_id, relationship_id, local_date);
CALL reciprocity_isolate('practice_sessions');
CALL reciprocity_open('practice_sessions', 'relationship_id = (SELECT reciprocity_tie()) AND (SELECT reciprocity_may_write())');

-- On which days (UTC) a relationship was not active: a rhythm that rested with it was not broken.
ALTER TABLE relationships ADD COLUMN quiet jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN relationships.quiet IS '[{from, to}]: days, both included; the newest fifty periods';

-- The quiet periods of a relationship that is active on a day, or is not.
CREATE FUNCTION reciprocity_quiet(quiet jsonb, active boolean, day date) RETURNS jsonb
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

-- Parts of exports, which are numbered in their order. Exports are kept for a day; those from before go now.
TRUNCATE account_exports CASCADE;
ALTER TABLE account_imports
    ADD COLUMN adopted_practices integer NOT NULL DEFAULT 0,
    ADD COLUMN practice_sessions integer NOT NULL DEFAULT 0;
