-- What somebody answered to the optional safety screen, about one relationship (docs/adr/0027-screen-and-recommendations.md). Closed to
-- every reach but the whole: an app that two people share has a session for one relationship. No time stands beside it, and every
-- set of answers is equally long, so that a row says no more than that it is there.
CREATE TABLE safety_answers (
    account_id uuid NOT NULL,
    relationship_id uuid NOT NULL,
    answers_sealed bytea NOT NULL,
    PRIMARY KEY (account_id, relationship_id),
    FOREIGN KEY (account_id, relationship_id) REFERENCES relationships ON DELETE CASCADE
);
CALL reciprocity_isolate('safety_answers');

-- They are in an export that asks for them, with the password. Parts of exports are numbered in their order; exports are kept for a day,
-- and those from before go now.
TRUNCATE account_exports CASCADE;
ALTER TABLE account_exports ADD COLUMN safety_answers boolean NOT NULL DEFAULT false;
