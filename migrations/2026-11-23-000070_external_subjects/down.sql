-- Accounts without secrets cannot be kept without this step. Policies hold for the owner too, so they are set aside for it.
ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;
DELETE FROM account_handles WHERE account_id IN (SELECT account_id FROM external_subjects);
DROP TABLE external_subjects, erased_subjects;
DELETE FROM accounts WHERE password_hash IS NULL;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts
    DROP CONSTRAINT accounts_secrets_are_both_there_or_neither,
    DROP COLUMN tokens_valid_from,
    ALTER COLUMN recovery_hash SET NOT NULL,
    ALTER COLUMN password_hash SET NOT NULL;
