-- How often the session was locked by hand: a PIN that was given before, and is still being checked, opens it no more.
ALTER TABLE sessions ADD COLUMN locks integer NOT NULL DEFAULT 0;
