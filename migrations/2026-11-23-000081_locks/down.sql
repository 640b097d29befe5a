ALTER TABLE sessions DROP COLUMN locks;
