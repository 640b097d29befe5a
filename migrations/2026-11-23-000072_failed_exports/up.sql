-- An export that met something it could not read comes to an end, too.
ALTER TABLE account_exports
    ADD COLUMN failed_at timestamptz,
    ADD CONSTRAINT an_export_ends_once CHECK (completed_at IS NULL OR failed_at IS NULL);
