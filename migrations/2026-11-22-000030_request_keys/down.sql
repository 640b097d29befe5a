DROP TABLE withdrawn_signing_keys;
DROP TABLE request_keys;
