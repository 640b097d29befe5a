ALTER TABLE sessions
    DROP COLUMN idle_minutes,
    DROP COLUMN unlocked_until,
    DROP COLUMN wrong_pins;
DROP TABLE account_pins;
