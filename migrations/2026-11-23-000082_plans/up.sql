-- What upkeep and lists look for has an index where it would otherwise read everything of an account, or of all of them.

-- Exports go through removed ids and the access log in another order now. They are kept for a day; those from before go.
TRUNCATE account_exports CASCADE;

-- What was read by one grant, latest first. Lines of no grant are most, and are not in it.
CREATE INDEX access_log_by_grant ON access_log (account_id, grant_id, hour DESC, session_id DESC, class DESC) WHERE grant_id IS NOT NULL;

-- What is too old, asked for every hour by retention, and what counts in a window. Entries have such an index already.
CREATE INDEX responses_by_day ON responses (account_id, relationship_id, local_date, id);

-- Subjects that were remembered for long enough, of all accounts.
CREATE INDEX erased_subjects_by_age ON erased_subjects (erased_at);
