DROP TABLE tombstones;
DROP TABLE idempotency_keys;
DROP TABLE refresh_tokens;
DROP TABLE sessions;
DROP TABLE account_handles;
DROP TABLE accounts;
