-- Without PINs nothing is locked any more, so the sessions of whoever had one end: whoever has the phone does not get in by this.
ALTER TABLE sessions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE account_pins NO FORCE ROW LEVEL SECURITY;
UPDATE sessions SET ended_at = now() WHERE ended_at IS NULL AND account_id IN (SELECT account_id FROM account_pins);
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE sessions
    DROP COLUMN idle_minutes,
    DROP COLUMN unlocked_until,
    DROP COLUMN wrong_pins;
DROP TABLE account_pins;
